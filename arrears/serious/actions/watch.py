"""The duty roster that watches what is said in public around the clock (全天候监测, SD-3.3b)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.obligations.requirements import Required, required
from arrears.serious.models import OpinionWatch, WatchShift
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused
from unions.log import audit
from unions.models import Union, User, under
from unions.models.union import GENERAL_UNIONS
from unions.people.rights import Right
from unions.tree import actions as tree

WATCH = "opinion-watch"  # what a notice calls it (vocabulary.REQUIREMENTS)
LONGEST = 92  # days of one entry
AHEAD = 14  # days the page shows
S = WatchShift


@dataclass(frozen=True)
class WatchDay:
    """A day of the roster. `whole`: somebody watches around the clock."""

    on: date
    rows: list[OpinionWatch]

    @property
    def whole(self) -> bool:
        return is_whole(row.shift for row in self.rows)


def is_whole(shifts: Iterable[str]) -> bool:
    there = set(shifts)
    return S.WHOLE in there or {S.DAY, S.NIGHT} <= there


def notice_for(union: Union, on: date) -> Required | None:
    """What a notice in force at the unit says of the watch; None where none does."""
    return required([WATCH], union.line_ids(), on).get(WATCH)


@transaction.atomic
def plan(
    union: Union, first: date, last: date, shift: str, person: str, phone: str, by: User, at: datetime
) -> list[OpinionWatch]:
    """Put `person` on duty in one shift of every day from `first` to `last`; who stood there before is replaced."""
    tree.hold_still()
    union = Union.objects.get(pk=union.pk)
    by.forget_grants()
    if not by.may(Right.FILE, union) or union.is_closed:
        raise Forbidden(f"您不能为“{union}”安排舆情值班。")
    if notice_for(union, day_of(at)) is None:
        raise Refused(f"“{union}”适用的通知没有全天候监测舆情的要求。")
    if first < day_of(at):
        raise Refused.for_field("first", "起日不能早于今天。")
    if not first <= last < first + timedelta(days=LONGEST):
        raise Refused.for_field("last", f"止日应在起日之后 {LONGEST} 天以内。")
    days = [first + timedelta(days=nth) for nth in range((last - first).days + 1)]
    OpinionWatch.objects.filter(union=union, on__range=(first, last), shift=shift).delete()
    rows = OpinionWatch.objects.bulk_create(
        OpinionWatch(
            union=union, path=union.path, on=day, shift=shift, person=person.strip(), phone=phone.strip(), by=by, at=at
        )
        for day in days
    )
    told = f"{first} 至 {last} {WatchShift(shift).label}：{person.strip()}"
    audit.record(f"watch:{union.pk}", "watch.plan", by, at, union=union, reason=told)
    return rows


def roster(union: Union, today: date) -> list[WatchDay]:
    """The days from today on, those nobody watches among them. One query."""
    days = [today + timedelta(days=nth) for nth in range(AHEAD)]
    rows = list(OpinionWatch.objects.filter(union=union, on__range=(days[0], days[-1])))
    return [WatchDay(day, [row for row in rows if row.on == day]) for day in days]


def unwatched(user: User, today: date) -> list[Union]:
    """General unions in the reader's reach where a notice wants the watch and nobody has it around the clock today. Six queries."""
    books = RulebooksByUnit()
    units = Union.objects.filter(under(user.paths(Right.VIEW)), kind__in=GENERAL_UNIONS, valid_until=None)
    owed = [unit for unit in units.order_by("depth", "code") if required([WATCH], unit.line_ids(), today, books=books)]
    shifts: dict[int, list[str]] = {}
    there = OpinionWatch.objects.filter(on=today, union__in=[unit.pk for unit in owed])
    for pk, shift in there.order_by().values_list("union_id", "shift"):
        shifts.setdefault(pk, []).append(shift)
    return [unit for unit in owed if not is_whole(shifts.get(unit.pk, ()))]
