"""What referrals give other apps: blockers and waits of a case, those of a merged case, police cases."""

from __future__ import annotations

from arrears.cases.closing_blockers import Blocker, Lack, has
from arrears.cases.models import Case
from arrears.referrals.kinds import KINDS
from arrears.referrals.models import UNSETTLED, Referral, ReferralKind, ReferralStage
from unions.models import User

REFERRED = Blocker(
    has("referrals", stage__in=UNSETTLED),
    lambda case: [
        Lack("有转送部门的事项正在审批或等待对方接收，请先办结（对方接收前可以撤回）。", case.section_url("referrals"))
    ],
)


def unanswered(case: Case) -> list[str]:
    """List (Chinese) the answers of departments still waited for."""
    rows = case.referrals.filter(stage=ReferralStage.ACCEPTED).select_related("agency")
    return [f"{row.agency}尚未答复（{row.get_kind_display()}）" for row in rows]


def sent_to_police(cases: set[int]) -> dict[tuple[int, str], tuple[str, str]]:
    """Return (case, number) → department and how it stands, of what was transferred to the police. Two queries."""
    rows = Referral.objects.filter(case__in=cases, kind=ReferralKind.POLICE, number__isnull=False)
    found = {}
    for row in rows.select_related("agency").prefetch_related("answers"):
        answers = list(row.answers.all())
        status = KINDS[row.kind].result(answers[-1].result) if answers else row.get_stage_display()
        found[row.case_id, row.number or ""] = (row.agency.name, status)
    return found


def absorbed_of(case: Case, user: User) -> list[Referral]:
    """Return the referrals of a case that was merged, as far as the reader may see them."""
    return list(Referral.objects.visible_to(user).filter(case=case).select_related("agency").order_by("pk"))


ABSORBED = {"referrals": absorbed_of}
