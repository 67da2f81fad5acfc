"""Who can do what a unit owes: whoever holds a right there on a day, and the nearest unit above where somebody does."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from unions.models import Appointment, Union
from unions.people.rights import Right, roles_with

LEVELS = 5  # between an enterprise and the province


def holders(rights: Iterable[Right], day: date) -> QuerySet[Appointment]:
    """Appointments in force on `day`, of people who can sign in and are not away, that carry one of the rights."""
    roles = {role for right in rights for role in roles_with(right)}
    return Appointment.objects.present(day).filter(role__in=roles).order_by()


def nobody_at(unit: str, rights: Iterable[Right], day: date) -> Q:
    """Rows at whose `unit` (a foreign key, or an annotated id) nobody holds one of the rights."""
    return Q(~Exists(holders(rights, day).filter(union=OuterRef(unit))))


def nearest_above(paths: Collection[str], unit: str, rights: Collection[Right], day: date) -> Q:
    """Rows at whose `unit` nobody holds one of the rights, and one of `paths` is the nearest unit above where somebody does.

    `paths`: of units where somebody holds one.
    """
    found = Q(pk__in=[])
    if not paths:
        return found
    nobody, here = nobody_at(unit, rights, day), unit
    for _ in range(LEVELS):
        above = f"{here}__parent"
        found |= nobody & Q(**{f"{above}__path__in": list(paths)})
        nobody, here = nobody & nobody_at(above, rights, day), above
    return found


def units_below(ids: Collection[int], rights: Collection[Right], day: date) -> QuerySet[Union]:
    """Open units right below these, and below those of them where nobody holds one of the rights, and so on."""
    found, above = Q(pk__in=[]), Q(parent__in=list(ids))
    for _ in range(LEVELS):
        found |= Q(pk__in=Union.objects.filter(above, valid_until=None).values("pk"))
        without = Union.objects.filter(above, nobody_at("pk", rights, day), valid_until=None)
        above = Q(parent__in=without.values("pk"))
    return Union.objects.filter(found)


def unit_with(unit: Union, rights: Iterable[Right], day: date) -> Union | None:
    """`unit` where somebody there holds one of the rights, else the nearest above it; None where nobody does up to the top. Two queries."""
    line = unit.line_ids()
    there = set(holders(rights, day).filter(union__in=line).values_list("union_id", flat=True))
    nearest = next((pk for pk in reversed(line) if pk in there), None)
    if nearest is None or nearest == unit.pk:
        return None if nearest is None else unit
    return Union.objects.get(pk=nearest)
