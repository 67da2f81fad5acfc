"""What a report upward says against closing, moving or merging a case."""

from __future__ import annotations

from django.db.models import Exists
from django.db.models.expressions import Combinable

from arrears.cases.closing_blockers import Blocker, Lack, tab
from arrears.cases.models import Case, Channel
from arrears.cases.route import next_level
from arrears.escalations.models import UNDER_WAY, Stage


def _waits(case: Case) -> Exists:
    return Exists(case.escalations.filter(stage__in=UNDER_WAY))


def _unreported(case: Case) -> Combinable | None:
    """QD-4.1d: 极端、群体性 goes up at once. Old books say nothing of what was reported then."""
    if not case.is_immediate or case.channel == Channel.LEGACY or next_level(case, case.union) is None:
        return None
    return ~Exists(case.escalations.filter(immediate=True, stage__in=[*UNDER_WAY, Stage.RECEIVED]))


REPORTED = Blocker(_waits, lambda case: [Lack("有上报正在审批或等待接收，请先了结。", tab(case, "escalations"))])
UNREPORTED = Blocker(
    _unreported,
    lambda case: [
        Lack("本案是极端讨薪或群体性事件，还没有向上级报告，请先上报（QD-4.1d）。", tab(case, "escalations"))
    ],
)
