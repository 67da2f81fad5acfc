"""The boxes of 办理时限 on pages of other apps: templates compose upward, imports do not."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from arrears.models import Case
from reporting.obligations.local import local
from reporting.obligations.reading import at_hand, of_case
from unions.models import User

register = template.Library()
SHOWN = 6


@register.inclusion_tag("reporting/obligation_case_box.html")
def case_obligations(case: Case) -> dict[str, Any]:
    """The case's terms: countdowns with their explanations, then what is done. One query."""
    rows = of_case(case, timezone.now()) if case.number else []
    return {
        "open": [one for one in rows if one.row.is_open],
        "over": [one for one in rows if not one.row.is_open],
    }


@register.inclusion_tag("reporting/obligation_desk_box.html")
def desk_obligations(user: User) -> dict[str, Any]:
    """What the reader and her units must not miss. One query."""
    return {"rows": at_hand(user, timezone.now(), SHOWN), "local": local()}
