"""How many things wait for a reader's decision: the numbers beside the sections of the sidebar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from arrears.desk.approvals import every_list
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


def waiting_for(user: User, section: str | None = None) -> dict[str, int]:
    """URL name of the section → what waits for this reader there (of one section, or of all). One query at most.

    Departments: what they have not answered.
    """
    if user.is_outsider():
        matters = Referral.objects.addressed_to(user, timezone.localdate())
        return {"incoming": matters.filter(stage__in=[ReferralStage.SENT, ReferralStage.ACCEPTED]).count()}
    if not any(user.paths(right) for right in DECIDES):
        return {}
    others: dict[str, Callable[[User], QuerySet[Any]]] = {
        "escalations": Escalation.objects.awaiting_receipt_by,
        "alarms": Acknowledgement.objects.owed_by,
        "referrals": Referral.objects.unread_above,
        "clues": Transfer.objects.arriving_at,
        RECEIVED: AgencyClue.objects.awaiting,
        "warnings": WarningStep.objects.reports_to_answer,
        "worker-letters": WindowLetter.objects.awaiting,
    }
    lists = every_list()
    if section is not None:
        others = {name: rows for name, rows in others.items() if BESIDE.get(name, name) == section}
        lists = [one for one in lists if section == APPROVALS or section in one.listed.sections]
    waiting = {name: rows(user) for name, rows in others.items()}
    waiting |= {f"approve:{one.listed.key}": one.rows(user) for one in lists}
    if not waiting:
        return {}
    n = count_each(user, waiting)
    sections = Counter({name: n[name] for name in others if name not in ("alarms", RECEIVED)})
    sections["referrals"] += n.get(RECEIVED, 0)
    sections[APPROVALS] = sum(number for name, number in n.items() if name.startswith("approve:"))
    for one in lists:
        for name in one.listed.sections:
            sections[name] += n[f"approve:{one.listed.key}"]
    if section is not None:
        return {section: sections[section]}  # of the others only a part was counted
    sections["desk"] = sum(number for name, number in n.items() if name in OF_THE_DESK or name.startswith("approve:"))
    return dict(sections)
