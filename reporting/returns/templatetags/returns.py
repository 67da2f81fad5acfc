"""What pages of returns and the desk show of them: templates compose upward, imports do not."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from arrears.law.scope import span_in_words
from reporting.returns.worklists import LISTINGS, desk_tasks, waiting_counts
from unions.models import User
from unions.people.rights import Right

register = template.Library()
SHOWN = 6

register.filter("span", span_in_words)


@register.inclusion_tag("reporting/returns/return_desk_box.html")
def desk_returns(user: User) -> dict[str, Any]:
    """What the reader is to fill in, approve or receive. Two queries; no box for whoever does none of it."""
    concerned = any(user.paths(right) for right in (Right.SUBMIT, Right.APPROVE, Right.RECEIVE))
    counts = waiting_counts(user) if concerned else {}
    count = sum(counts.values())
    return {
        "rows": desk_tasks(user, timezone.now(), SHOWN) if count else [],
        "count": count,
        "parts": [(LISTINGS[key].label, key, number) for key, number in counts.items() if number],
        "offered": bool(count or user.paths(Right.SUBMIT)),
        "receives": bool(user.paths(Right.RECEIVE)),
    }
