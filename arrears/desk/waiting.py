"""How many things wait for a reader's decision: the numbers beside the sections of the sidebar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from arrears.desk.approvals import count_lists, every_list
from arrears.early_warning.models import WarningStep
from arrears.escalations.models import Acknowledgement, Escalation
from arrears.portal.models import WindowLetter
from arrears.referrals.models import AgencyClue, Referral, ReferralStage
from arrears.transfers.models import Transfer
from unions.models import User
from unions.pages import count_each
from unions.people.rights import Right

DECIDES = (Right.APPROVE, Right.RECEIVE)
APPROVALS = "approvals"
RECEIVED = "received-clues"
BESIDE = {RECEIVED: "referrals"}  # rows that are counted with those of another section
OF_THE_DESK = (RECEIVED, "escalations", "alarms", "referrals", "clues")  # beside what waits for approval
Counting = Mapping[str, Callable[[User], QuerySet[Any]]]


def waiting_for(user: User, section: str | None = None) -> dict[str, int]:
    """URL name of the section → what waits for this reader there (of one section, or of all). One query at most.

    Departments: what they have not answered.
    """
    if user.is_outsider():
        matters = Referral.objects.addressed_to(user, timezone.localdate())
        return {"incoming": matters.filter(stage__in=[ReferralStage.SENT, ReferralStage.ACCEPTED]).count()}
    if not any(user.paths(right) for right in DECIDES):
        return {}
    others: Counting = {
        "escalations": Escalation.objects.awaiting_receipt_by,
        "alarms": Acknowledgement.objects.owed_by,
        "referrals": Referral.objects.unread_above,
        "clues": Transfer.objects.arriving_at,
        RECEIVED: AgencyClue.objects.awaiting,
        "warnings": WarningStep.objects.reports_to_answer,
        "worker-letters": WindowLetter.objects.awaiting,
    }
    return _of_all(user, others) if section is None else _of_one(user, others, section)


def _of_one(user: User, others: Counting, section: str) -> dict[str, int]:
    """The number of this section alone: no other is counted in full."""
    if section == APPROVALS:
        return {APPROVALS: sum(count_lists(user).values())}
    counted = {name: rows(user) for name, rows in others.items() if BESIDE.get(name, name) == section}
    counted |= {one.listed.key: one.rows(user) for one in every_list() if section in one.listed.sections}
    return {section: sum(count_each(user, counted).values())} if counted else {}


def _of_all(user: User, others: Counting) -> dict[str, int]:
    n = count_lists(user, {name: rows(user) for name, rows in others.items()})
    approvals = sum(number for key, number in n.items() if key not in others)
    sections = Counter({name: n[name] for name in others if name not in ("alarms", RECEIVED)})
    sections["referrals"] += n[RECEIVED]
    sections[APPROVALS] = approvals
    for one in every_list():
        for name in one.listed.sections:
            sections[name] += n[one.listed.key]
    sections["desk"] = approvals + sum(n[name] for name in OF_THE_DESK)
    return dict(sections)
