"""Who can do what a unit owes: whoever holds a right there on a day, or is the second person to one thing; and the nearest unit above."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import In

from unions.models import Appointment, Union
from unions.people.rights import Right, roles_with

LEVELS = 5  # between an enterprise and the province


def holders(rights: Iterable[Right], day: date) -> QuerySet[Appointment]:
    """Appointments in force on `day`, of people who can sign in and are not away, that carry one of the rights."""
    roles = {role for right in rights for role in roles_with(right)}
    return Appointment.objects.present(day).filter(role__in=roles).order_by()


# Annotations of a row that takes a second person: the ids of those who may not decide (bigint[]), and the day it was asked for.
EXCLUDED, ASKED_ON = "excluded_ids", "excluded_since"
Ids = ArrayField(BigIntegerField())


def ids_of(*each: Any) -> Func:
    """These ids (expressions) as one array; NULL is nobody."""
    given = Func(*each, template="ARRAY[%(expressions)s]::bigint[]", output_field=Ids)
    return Func(given, Value(None, BigIntegerField()), function="array_remove", output_field=Ids)


def joined(*arrays: Any) -> Func:
    """These arrays of ids as one."""
    return Func(*arrays, template="(%(expressions)s)", arg_joiner=" || ", output_field=Ids)


def second_persons(rights: Iterable[Right], day: date) -> QuerySet[Appointment]:
    """Holders of the rights who may decide upon the outer row: not among its EXCLUDED, nor their stand-ins since it was asked for."""
    theirs = OuterRef(OuterRef(EXCLUDED))
    asked_on = Coalesce(OuterRef(OuterRef(ASKED_ON)), Value(day), output_field=DateField())
    tied = Appointment.objects.filter(Q(until=None) | Q(until__gte=asked_on), since__lte=day).exclude(acting_for=None)
    tied = tied.filter(
        Q(_among("acting_for", theirs), user=OuterRef("user")) | Q(_among("user", theirs), acting_for=OuterRef("user"))
    )
    return holders(rights, day).filter(~Q(_among("user", OuterRef(EXCLUDED))), ~Exists(tied.order_by()))


def _among(person: str, ids: Any) -> Func:
    """Whether the person (a foreign key) is one of the ids."""
    return Func(F(person), ids, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField())


def nobody_at(unit: str, rights: Iterable[Right], day: date, second_person: bool = False) -> Q:
    """Rows at whose `unit` (a foreign key, or an annotated id) nobody holds one of the rights.

    With `second_person`: nobody who may decide upon the row, which is annotated with EXCLUDED and ASKED_ON.
    """
    there = second_persons(rights, day) if second_person else holders(rights, day)
    return Q(~Exists(there.filter(union=OuterRef(unit))))


def nearest_above(paths: Collection[str], unit: str, rights: Collection[Right], day: date) -> Q:
    """Rows at whose `unit` nobody may be the second person, and one of `paths` is the nearest unit above where somebody may.

    The rows are annotated with EXCLUDED and ASKED_ON.
    """
    if not paths:
        return Q(pk__in=[])
    path = OuterRef(f"{unit}__path")
    line = Func(path, template="string_to_array(rtrim(%(expressions)s, '.'), '.')::bigint[]", output_field=Ids)
    there = second_persons(rights, day).filter(_among("union", line)).order_by("-union__depth")
    nearest = Subquery(there.values("union__path")[:1])
    return nobody_at(unit, rights, day, second_person=True) & Q(In(nearest, list(paths)))


def units_below(ids: Collection[int], rights: Collection[Right], day: date) -> QuerySet[Union]:
    """Open units right below these, and below those of them where nobody holds one of the rights, and so on."""
    found, above = Q(pk__in=[]), Q(parent__in=list(ids))
    for _ in range(LEVELS):
        found |= Q(pk__in=Union.objects.filter(above, valid_until=None).values("pk"))
        without = Union.objects.filter(above, nobody_at("pk", rights, day), valid_until=None)
        above = Q(parent__in=without.values("pk"))
    return Union.objects.filter(found)
