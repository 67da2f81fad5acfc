"""What falls due for which units: every entry and period of every rulebook in force, and who must report it to whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.rules.rulebook import END_OF_DAY, ReturnRule, Rulebook
from arrears.law.rules.schedule import Scheduled, SchedulePeriod, routines, schedule
from arrears.law.rules.workdays import Calendar
from reporting.forms.editions import FormEditions
from unions.common.clock import day_of
from unions.models import Union
from unions.models.union import UnionQuerySet

# A return is opened when its period begins; one whose period lies behind it, this long before it is due.
AHEAD = timedelta(days=14)
HORIZON = timedelta(days=400)  # no return falls due later than this after its period began


@dataclass(frozen=True)
class FallingDue:
    """One entry of a rulebook falling due for the units below `union` (where the rulebook is attached). `entered_at`: when both
    the rulebook and the form of its period had been entered; None where both came with the program.
    """

    union: int
    path: str
    book: Rulebook
    one: Scheduled
    calendar: Calendar
    entered_at: datetime | None

    @property
    def rule(self) -> ReturnRule:
        return self.one.rule

    @property
    def backfilled(self) -> bool:
        """Whether it was due before anybody here could know."""
        return self.entered_at is not None and self.one.due_at < self.entered_at


def has_begun(one: Scheduled, today: date) -> bool:
    """Whether the return is opened by `today`."""
    return one.period.first <= today or day_of(one.due_at) - AHEAD <= today


def due_between(first: date, last: date, calendar: Calendar, only: str = "") -> Iterator[FallingDue]:
    """Every entry and period falling due in [`first`, `last`], wherever its rulebook is attached. One whose form is not in force
    for its period waits for the form: nobody is asked for what cannot be filled in.
    """
    forms = FormEditions.load()
    books = RulebooksByUnit().attached()
    paths = dict(Union.objects.filter(pk__in=[pk for pk, _ in books]).values_list("pk", "path"))
    for union, book in books:
        if only and book.key != only:
            continue
        found = [*schedule(book, first, last, calendar), *routines(book, first, last, calendar)]
        for one in found:
            if edition := forms.speaking(one.form, one.period.last):
                entered = max((at for at in (book.entered_at, edition.entered_at) if at), default=None)
                yield FallingDue(union, paths[union], book, one, calendar, entered)


def onward_due(one: Scheduled) -> datetime:
    """When a compilation is due: the end of the day on which its parts are."""
    return datetime.combine(day_of(one.due_at), END_OF_DAY, one.due_at.tzinfo)


def obliged_units(home: Union, rule: ReturnRule, period: SchedulePeriod) -> UnionQuerySet:
    """Units of the kinds named, below the one the rulebook is attached to, that existed when the period ended."""
    existed = Q(valid_until=None) | Q(valid_until__gte=period.last)
    return Union.objects.below(home).filter(existed, kind__in=rule.senders, valid_from__lte=period.last)


def receivers_of(units: Iterable[Union]) -> dict[int, int | None]:
    """Unit → the unit above it that is in charge today; None at the top of a tree."""
    wanted = list(units)
    parents = {
        unit.pk: unit for unit in Union.objects.filter(pk__in={u.parent_id for u in wanted}).select_related("parent")
    }
    return {u.pk: parents[u.parent_id].in_charge().pk if u.parent_id else None for u in wanted}
