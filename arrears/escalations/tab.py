"""The tab 上报 of the case page: reports upward, acknowledgements, and the form that asks for a report."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from arrears.cases import ledger, route, snapshot
from arrears.cases.models import UNFINISHED, Case, State
from arrears.escalations import actions as escalations
from arrears.escalations import grounds
from arrears.escalations.forms import EscalateForm
from arrears.escalations.models import Acknowledgement, Escalation
from unions.http import Request
from unions.models import User
from unions.people.rights import Right

Context = dict[str, Any]


def escalations_tab(case: Case, user: User, balance: ledger.Balance, request: Request) -> Context:
    """Return the reports upward of a case, its acknowledgements, and the form to ask for one."""
    rows = Escalation.objects.visible_to(user).filter(case=case)
    owed = case.acknowledgements.select_related("union__parent", "by").order_by("opened_at", "-union__depth")
    return {
        "reports": rows.select_related("sender", "receiver", "requested_by", "decided_by", "answered_by"),
        "acknowledgements": [(row, _may_acknowledge(row, user), row.elapsed(timezone.now())) for row in owed],
        **escalate_parts(case, user),
    }


def _may_acknowledge(row: Acknowledgement, user: User) -> bool:
    unit = row.union.in_charge()
    return row.at is None and (user.may(Right.RECEIVE, unit) or user.may(Right.APPROVE, unit))


def escalate_parts(case: Case, user: User, data: Any = None) -> Context:
    """Return the form to ask for a report upward, its grounds and levels, where the reader may ask."""
    if case.state not in UNFINISHED or case.state == State.SETTLED:
        return {"senders": []}
    senders = escalations.senders(case, user)
    offered_grounds = grounds.open_grounds(case, *senders) if senders else []
    form = EscalateForm(
        data,
        senders=senders,
        grounds=offered_grounds,
        today=timezone.localdate(),
        initial={
            "sender": str(senders[0].pk) if senders else "",
            "ground": offered_grounds[0].key if offered_grounds else "",
        },
    )
    return {
        "senders": senders,
        "grounds": offered_grounds,
        "routes": [(unit, route.line_above(case, unit)) for unit in senders],
        "escalate_form": form,
        "lacking": snapshot.lacking(case) if senders else [],
    }
