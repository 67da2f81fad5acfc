"""What a matter put to a department says against closing, moving or merging a case."""

from __future__ import annotations

from arrears.cases.closing_blockers import Blocker, Lack, has, tab
from arrears.cases.models import Case
from arrears.cases.views.drafts import MayKeep, sees_case
from arrears.referrals.models import UNSETTLED, ReferralKind, ReferralStage

REFERRED = Blocker(
    has("referrals", stage__in=UNSETTLED),
    lambda case: [Lack("有转送部门的事项正在审批或等待对方接收，请先了结（对方接收前可以撤回）。", tab(case, "route"))],
)


def unanswered(case: Case) -> list[str]:
    rows = case.referrals.filter(stage=ReferralStage.ACCEPTED).select_related("agency")
    return [f"{row.agency}尚未答复（{row.get_kind_display()}）" for row in rows]


FORMS: dict[str, MayKeep] = {f"refer-{kind}": sees_case for kind in ReferralKind.values}
