"""What the desk shows of the boards first: templates compose upward, imports do not."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from reporting.boards import counts
from unions.models import Union, UnionKind, User
from unions.people.rights import Right

register = template.Library()
# The lines of the board that a district sees on its desk.
ON_THE_DESK = (
    "signals-today",
    "verification-overdue",
    "targets-not-yet",
    "due-soon",
    "overdue",
    "transfers-arriving",
    "referrals-unanswered",
    "cases-open",
)
MAPPED = (UnionKind.PROVINCE, UnionKind.CITY)
WITHOUT = (UnionKind.ENTERPRISE,)  # her cases come first


@register.inclusion_tag("reporting/boards/desk_box.html")
def desk_board(user: User) -> dict[str, Any]:
    """Offices of provinces and cities: the map, fetched after the page; those below: today's numbers, four queries; an
    enterprise: nothing.
    """
    units = Union.objects.filter(path__in=user.paths(Right.VIEW))
    union = units.order_by("depth", "code").first()
    if union is None or union.kind in WITHOUT:
        return {"shows": ""}
    if union.kind in MAPPED:
        return {"shows": "map", "union": union}
    counted = counts.read_board(union, timezone.now())
    return {"shows": "board", "union": union, "levels": counted.levels, "lines": counted.picked(ON_THE_DESK)}
