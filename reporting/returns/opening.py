"""Opening returns ahead of time: for every obliged unit and period of every rulebook, a row before anyone asks for it.

Safe at any moment and any number of times: the key of a return is unique, and each rule and period is one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Min, OuterRef, Q

from arrears.imports.copying import reserve
from arrears.law.calendar import calendar_at
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.rules.rulebook import END_OF_DAY, ReturnRule, Rulebook
from arrears.law.rules.schedule import Scheduled, SchedulePeriod, routines, schedule
from arrears.law.rules.workdays import Calendar
from reporting.returns import terms
from reporting.returns.models import Return, ReturnStage, Waiver
from unions.common.clock import day_of
from unions.common.pg_copy import copy_rows, count_anew
from unions.log import audit
from unions.models import Event, Union
from unions.models.union import UnionQuerySet
from unions.tree import actions as tree

# A return is opened when its period begins; one whose period lies behind it, this long before it is due.
AHEAD = timedelta(days=14)
HORIZON = timedelta(days=400)  # no return falls due later than this after its period began
MANY = 5000
STREAM, CLOCK = "returns", "returns:clock"
SEEN_TOGETHER = "returns-opening"


@dataclass(frozen=True)
class FallingDue:
    """One entry of a rulebook falling due for the units below `union` (where the rulebook is attached)."""

    union: int
    path: str
    book: Rulebook
    one: Scheduled

    @property
    def rule(self) -> ReturnRule:
        return self.one.rule


def open_due(at: datetime) -> int:
    """Open what has begun by now, from where the last opening that came to its end began (a clock that was down, or died at it,
    loses nothing). How many."""
    reached = _reached()
    count = open_between(min(day_of(reached or at), day_of(at)), day_of(at) + HORIZON, at)
    if count or not reached:
        with transaction.atomic():
            audit.record(CLOCK, "reach", None, at, count=count)
    return count


def _reached() -> datetime | None:
    """When the clock last opened all there was; before it ever did, when the first return was opened."""
    last = Event.objects.filter(stream=CLOCK).order_by("-seq").values_list("at", flat=True).first()
    first: datetime | None = Return.objects.aggregate(first=Min("opened_at"))["first"]
    return last or first


def open_between(first: date, last: date, at: datetime, only: str = "", rules: Collection[str] = ()) -> int:
    """Open every return due in [`first`, `last`] whose period has begun (of the rulebook `only` and its entries `rules`, where
    named). How many."""
    calendar, count = calendar_at(), 0
    for wanted in wanted_between(first, last, calendar, only):
        if _begun(wanted.one, day_of(at)) and (not rules or wanted.rule.name in rules):
            count += open_one(wanted, calendar, at)
    if count > MANY:
        count_anew(Return)
    return count


def _begun(one: Scheduled, today: date) -> bool:
    return one.period.first <= today or day_of(one.due_at) - AHEAD <= today


def wanted_between(first: date, last: date, calendar: Calendar, only: str = "") -> Iterator[FallingDue]:
    """Every entry and period falling due in [`first`, `last`], wherever its rulebook is attached."""
    books = RulebooksByUnit().attached()
    paths = dict(Union.objects.filter(pk__in=[pk for pk, _ in books]).values_list("pk", "path"))
    for union, book in books:
        if only and book.key != only:
            continue
        found = [*schedule(book, first, last, calendar), *routines(book, first, last, calendar)]
        yield from (FallingDue(union, paths[union], book, one) for one in found if one.form)


@transaction.atomic
def open_one(wanted: FallingDue, calendar: Calendar, at: datetime) -> int:
    """The returns of one entry and period that are not there yet, with what they oblige to."""
    tree.hold_still()
    with connection.cursor() as cursor:  # two clocks at once: the second finds everything there
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [SEEN_TOGETHER])
    home = Union.objects.get(pk=wanted.union)
    rows = list(_rows(wanted, home, calendar, at))
    if not rows:
        return 0
    fields = ["id", *rows[0]]
    new = [Return(id=pk, **row) for pk, row in zip(reserve(Return, len(rows)), rows, strict=True)]
    copy_rows(Return, fields, ([getattr(report, name) for name in fields] for report in new))
    terms.keep_new(new)
    audit.record(
        f"{STREAM}:{wanted.book.key}",
        "open",
        None,
        at,
        union=home,
        rule=wanted.rule.name,
        period=wanted.one.period.label,
        count=len(rows),
    )
    return len(rows)


def _rows(wanted: FallingDue, home: Union, calendar: Calendar, at: datetime) -> Iterator[dict[str, Any]]:
    one, rule = wanted.one, wanted.rule
    there = Return.objects.of_period(wanted.book.key, rule.name, one.period.label)
    below = obliged(home, rule, one.period).filter(~Exists(there.filter(union=OuterRef("pk"))))
    units = list(below.only("pk", "path", "kind", "parent_id").order_by("pk"))
    waived = _waivers(wanted)
    above = _receivers(units)
    for unit in units:
        receiver = above.get(unit.pk)
        waiver = waived.get(unit.pk)
        yield _row(wanted, unit, calendar, at) | {
            "due_at": one.due_at,
            "receiver_id": receiver,
            "compiles": False,
            "receiver_name": "" if receiver else rule.receiver,
            "waiver_id": waiver,
            "stage": ReturnStage.WAIVED if waiver else ReturnStage.OPEN,
        }
    if rule.onward:
        receivers = {receiver for receiver in above.values() if receiver}
        yield from _onward(wanted, receivers, calendar, at)


def onward_due(one: Scheduled) -> datetime:
    """What is added up goes on by the end of the day on which it comes in."""
    return datetime.combine(day_of(one.due_at), END_OF_DAY, one.due_at.tzinfo)


def _onward(wanted: FallingDue, receivers: Iterable[int], calendar: Calendar, at: datetime) -> Iterator[dict[str, Any]]:
    """What the receivers send on, added up."""
    there = Return.objects.of_period(wanted.book.key, wanted.rule.name, wanted.one.period.label)
    new = Union.objects.filter(pk__in=receivers).exclude(pk__in=there.values("union"))
    for unit in new:
        yield _row(wanted, unit, calendar, at) | {
            "due_at": onward_due(wanted.one),
            "receiver_id": None,
            "compiles": True,
            "receiver_name": wanted.rule.onward,
            "waiver_id": None,
            "stage": ReturnStage.OPEN,
            "silence_is_zero": False,
        }


def _row(wanted: FallingDue, unit: Union, calendar: Calendar, at: datetime) -> dict[str, Any]:
    one, rule = wanted.one, wanted.rule
    return {
        "rulebook": wanted.book.key,
        "rule": rule.name,
        "period": one.period.label,
        "union_id": unit.pk,
        "path": unit.path,
        "clause": rule.clause,
        "title": rule.title,
        "form": rule.form,
        "first": one.period.first,
        "last": one.period.last,
        "explanation": one.explanation,
        "calendar_version": calendar.version,
        "provisional": one.provisional,
        "silence_is_zero": rule.silence == "zero",
        "before": "",
        "version": 0,
        "texts": {},
        "amend_reason": "",
        "opened_at": at,
        "changed_at": at,
    }


def obliged(home: Union, rule: ReturnRule, period: SchedulePeriod) -> UnionQuerySet:
    """Units of the kinds named, below the one the rulebook is attached to, that stood when the period ended."""
    stood = Q(valid_until=None) | Q(valid_until__gte=period.last)
    return Union.objects.below(home).filter(stood, kind__in=rule.senders, valid_from__lte=period.last)


def _receivers(units: Iterable[Union]) -> dict[int, int | None]:
    """Unit → the unit above it that is in charge today; None at the top of a tree."""
    wanted = list(units)
    parents = {
        unit.pk: unit for unit in Union.objects.filter(pk__in={u.parent_id for u in wanted}).select_related("parent")
    }
    return {u.pk: parents[u.parent_id].in_charge().pk if u.parent_id else None for u in wanted}


def _waivers(wanted: FallingDue) -> dict[int, int]:
    """Unit → the waiver that covers this period."""
    rows = Waiver.objects.filter(
        rulebook=wanted.book.key, rule=wanted.rule.name, approved=True, until__gte=wanted.one.period.last
    )
    return dict(rows.values_list("union_id", "pk"))
