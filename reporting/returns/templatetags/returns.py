"""The box of returns on the desk: templates compose upward, imports do not."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from reporting.returns.worklists import desk_tasks
from unions.models import User
from unions.people.rights import Right

register = template.Library()
SHOWN = 6


@register.inclusion_tag("reporting/returns/return_desk_box.html")
def desk_returns(user: User) -> dict[str, Any]:
    """What the reader is to sign, approve or receive. One query; no box for whoever does none of it."""
    concerned = any(user.paths(right) for right in (Right.SUBMIT, Right.APPROVE, Right.RECEIVE))
    rows = desk_tasks(user, timezone.now(), SHOWN + 1) if concerned else []
    offered = bool(rows or user.paths(Right.SUBMIT))
    return {
        "rows": rows[:SHOWN],
        "more": len(rows) > SHOWN,
        "offered": offered,
        "receives": bool(user.paths(Right.RECEIVE)),
    }
