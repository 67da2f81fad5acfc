"""What safety nets give the core of cases: an advance under way is a blocker."""

from __future__ import annotations

from arrears.cases.closing_blockers import Blocker, Lack, has, tab
from arrears.safety_nets.models import PENDING

DRAWN = Blocker(
    has("drawings", stage__in=PENDING),
    lambda case: [Lack("有垫付正在审批或等待银行支付，请先了结（SD-2.4c）。", tab(case, "ledger"))],
)
