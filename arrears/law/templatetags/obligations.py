"""The boxes of 办理时限 on pages of other apps: templates compose upward, imports do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone

from arrears.law.legal_numbers import with_terms
from arrears.law.obligations.local import local
from arrears.law.obligations.reading import at_hand, of_case, own
from unions.models import User

if TYPE_CHECKING:
    from arrears.cases.models import Case

register = template.Library()
SHOWN = 6

register.simple_tag(with_terms)


@register.inclusion_tag("arrears/law/obligation_case_box.html", takes_context=True)
def case_obligations(context: Any, case: Case, wants_fallback: bool = False) -> dict[str, Any]:
    """The case's terms: countdowns with their explanations, then what is done; and beside the clock who pays in the end,
    where a notice in force asks for it. One query, there two.
    """
    rows = of_case(case, timezone.now()) if case.number else []
    return {
        "request": context.get("request"),
        "open": [one for one in rows if one.row.is_open],
        "over": [one for one in rows if not one.row.is_open],
        "case": case,
        "wants_fallback": wants_fallback,
    }


@register.inclusion_tag("arrears/law/obligation_desk_box.html", takes_context=True)
def desk_obligations(context: Any, user: User) -> dict[str, Any]:
    """What the reader and her units must not miss. Two queries."""
    now = timezone.now()
    rows, count = at_hand(user, now, SHOWN), own(user, now).count()
    return {"request": context.get("request"), "rows": rows, "count": count, "local": local()}
