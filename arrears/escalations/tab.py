"""What the tab of reports upward offers."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from arrears.cases import route, snapshot
from arrears.cases.models import Case, State
from arrears.cases.models.case import UNFINISHED
from arrears.escalations import actions as escalations
from arrears.escalations import grounds
from arrears.escalations.forms import EscalateForm
from unions.models import User

Context = dict[str, Any]


def escalate_parts(case: Case, user: User, data: Any = None) -> Context:
    """The form to ask for a report upward, with its grounds and the line of levels, where the reader may ask."""
    if case.state not in UNFINISHED or case.state == State.SETTLED:
        return {"senders": []}
    senders = escalations.senders(case, user)
    open_grounds = grounds.open_to(case, *senders) if senders else []
    form = EscalateForm(
        data,
        senders=senders,
        grounds=open_grounds,
        today=timezone.localdate(),
        initial={
            "sender": str(senders[0].pk) if senders else "",
            "ground": open_grounds[0].key if open_grounds else "",
        },
    )
    return {
        "senders": senders,
        "grounds": open_grounds,
        "routes": [(unit, route.line_above(case, unit)) for unit in senders],
        "escalate_form": form,
        "lacking": snapshot.lacking(case) if senders else [],
    }
