"""How many things wait for a reader's decision: the numbers beside the sections of the sidebar."""

from __future__ import annotations

from collections import Counter

from django.utils import timezone

from arrears.desk.approvals import count_each, every_list
from arrears.early_warning.models import WarningStep
from arrears.escalations.models import Acknowledgement, Escalation
from arrears.portal.models import WindowLetter
from arrears.referrals.models import Referral, ReferralStage
from arrears.transfers.models import Transfer
from unions.models import User
from unions.people.rights import Right

DECIDES = (Right.APPROVE, Right.RECEIVE)
OF_THE_DESK = ("escalations", "alarms", "referrals", "clues")  # beside what waits for approval


def waiting_for(user: User) -> dict[str, int]:
    """URL name of the section → what waits for this reader there. One query; departments: what they have not answered."""
    if user.is_outsider():
        matters = Referral.objects.addressed_to(user, timezone.localdate())
        return {"incoming": matters.filter(stage__in=[ReferralStage.SENT, ReferralStage.ACCEPTED]).count()}
    if not any(user.paths(right) for right in DECIDES):
        return {}
    lists = every_list()
    others = {
        "escalations": Escalation.objects.awaiting_receipt_by(user),
        "alarms": Acknowledgement.objects.owed_by(user),
        "referrals": Referral.objects.unread_above(user),
        "clues": Transfer.objects.arriving_at(user),
        "warnings": WarningStep.objects.reports_to_answer(user),
        "worker-letters": WindowLetter.objects.awaiting(user),
    }
    n = count_each(user, others | {f"approve:{one.listed.key}": one.rows(user) for one in lists})
    sections = Counter({name: n[name] for name in others if name != "alarms"})
    sections["desk"] = sum(n[name] for name in OF_THE_DESK)
    for one in lists:
        for section in ("desk", *one.listed.sections):
            sections[section] += n[f"approve:{one.listed.key}"]
    return dict(sections)
