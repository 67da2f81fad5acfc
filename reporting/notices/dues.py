"""Due dates for one person: the scheduled returns of the rulebooks that hold for her units."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from reporting.notices.shelf import every_edition, places
from reporting.rules.rulebook import END_OF_DAY, Rulebook
from reporting.rules.schedule import Scheduled, schedule
from reporting.rules.workdays import Calendar
from unions.models import Union, User


@dataclass(frozen=True)
class Due:
    """One due date. `uid` stays the same when the date moves. `own`: a unit of the reader owes it, else units below do.

    Never a person's or a company's name: feeds are read outside the house.
    """

    uid: str
    key: str
    notice: str
    clause: str
    title: str
    period: str
    at: datetime
    explanation: str
    provisional: bool
    own: bool

    @property
    def whole_day(self) -> bool:
        return self.at.time() == END_OF_DAY


Source = Callable[[User, date, date, date, Calendar], Iterable[Due]]


def scheduled_returns(user: User, today: date, first: date, last: date, calendar: Calendar) -> list[Due]:
    """Returns due in [`first`, `last`] under the rulebooks that hold where the user is appointed `today`."""
    units = places(user, today)
    kinds = {unit.kind for unit in units}
    found: dict[str, Due] = {}
    for book in _holding(units):
        for one in schedule(book, first, last, calendar):
            due = _due(one, book, kinds)
            found[due.uid] = due  # two editions of a notice may name the same return: the later one speaks
    return sorted(found.values(), key=lambda due: (due.at, due.uid))


# What a feed is made of. Another kind of due date is one more function here.
SOURCES: list[Source] = [scheduled_returns]


def dues(user: User, today: date, first: date, last: date, calendar: Calendar) -> list[Due]:
    """Everything due in [`first`, `last`], from every source, by time."""
    found = [due for source in SOURCES for due in source(user, today, first, last, calendar)]
    return sorted(found, key=lambda due: (due.at, due.uid))


def _holding(units: list[Union]) -> list[Rulebook]:
    ids = {pk for unit in units for pk in unit.line_ids()}
    codes = set(Union.objects.filter(pk__in=ids).values_list("code", flat=True))
    return [book for book in every_edition() if book.attached_to in codes]


def _due(one: Scheduled, book: Rulebook, kinds: set[str]) -> Due:
    rule = one.rule
    return Due(
        uid=f"{book.key}.{rule.name}.{one.period.label.replace('/', '_')}", key=book.key, notice=book.title,
        clause=rule.clause, title=rule.title, period=one.period.label, at=one.due_at, explanation=one.explanation,
        provisional=one.provisional, own=bool(kinds & set(rule.senders)),
    )  # fmt: skip
