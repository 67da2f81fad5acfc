"""What an advance says against closing, moving or merging a case."""

from __future__ import annotations

from django.db.models import Exists

from arrears.cases.closing_blockers import Blocker, Lack, tab
from arrears.cases.models import Case
from arrears.safety_nets.models import PENDING


def _pending(case: Case) -> Exists:
    return Exists(case.drawings.filter(stage__in=PENDING))


DRAWN = Blocker(
    _pending, lambda case: [Lack("有垫付正在审批或等待银行支付，请先了结（SD-2.4c）。", tab(case, "ledger"))]
)
