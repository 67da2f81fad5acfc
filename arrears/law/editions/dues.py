"""Due dates for one person: the scheduled returns of the rulebooks that hold for her units, and the open terms she must keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from arrears.law.editions.rulebook_editions import places
from arrears.law.models import Obligation
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.rules.deadlines import SHANGHAI
from arrears.law.rules.rulebook import END_OF_DAY, Rulebook
from arrears.law.rules.schedule import Scheduled, schedule
from arrears.law.rules.workdays import Calendar
from unions.models import Union, User
from unions.people.rights import Right

MOST_TERMS = 500  # of one person's feed and year page; the list of obligations has them all
KEEPERS = (Right.HANDLE, Right.FILE, Right.APPROVE)


@dataclass(frozen=True)
class Due:
    """One due date. `uid` stays the same when the date moves. `own`: a unit of the reader owes it, else units below do.
    `url`: where it is dealt with. `about`: the period of a return, the number of a case.

    Never a person's or a company's name: feeds are read by other programs.
    """

    uid: str
    rulebook: str
    clause: str
    title: str
    about: str
    at: datetime
    explanation: str
    provisional: bool
    own: bool
    url: str
    is_return: bool

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
            due = _return(one, book, kinds)
            found[due.uid] = due  # two editions of a notice may name the same return: the later one speaks
    return list(found.values())


def open_terms(user: User, today: date, first: date, last: date, calendar: Calendar) -> list[Due]:
    """Open terms due in [`first`, `last`] that the user keeps as officer, or that a unit owes where she works. One query."""
    nodes = {path for right in KEEPERS for path in user.paths(right)}
    rows = Obligation.objects.visible_to(user).open().filter(sense="due", due_at__isnull=False)
    rows = rows.filter(clock_at__gte=_midnight(first), clock_at__lt=_midnight(last + timedelta(1)))
    rows = rows.filter(Q(officer=user) | Q(path__in=sorted(nodes))).select_related("case")
    return [_term(row) for row in rows.order_by("clock_at", "id")[:MOST_TERMS]]


# What the year page and the feed are made of. Another kind of due date is one more function here.
SOURCES: list[Source] = [scheduled_returns, open_terms]


def dues(user: User, today: date, first: date, last: date, calendar: Calendar) -> list[Due]:
    """Everything due in [`first`, `last`], from every source, by time."""
    found = [due for source in SOURCES for due in source(user, today, first, last, calendar)]
    return sorted(found, key=lambda due: (due.at, due.uid))


def _holding(units: list[Union]) -> list[Rulebook]:
    """Every edition of every rulebook that holds for one of these units on some day."""
    books = RulebooksByUnit()
    found = [book for unit in units for book in books.holding(unit.line_ids()).books]
    return list({(book.key, book.first, book.last): book for book in found}.values())


def _return(one: Scheduled, book: Rulebook, kinds: set[str]) -> Due:
    rule = one.rule
    return Due(
        uid=f"{book.key}.{rule.name}.{one.period.label.replace('/', '_')}",
        rulebook=book.key,
        clause=rule.clause,
        title=rule.title,
        about=one.period.label,
        at=one.due_at,
        explanation=one.explanation,
        provisional=one.provisional,
        own=bool(kinds & set(rule.senders)),
        url=f"{reverse('rulebook', args=[book.key])}#{rule.clause}",
        is_return=True,
    )


def _term(row: Obligation) -> Due:
    assert row.due_at is not None
    about = f"案件 {row.case.number}" if row.case and row.case.number else "办理时限"
    return Due(
        uid=f"term.{row.pk}",
        rulebook=row.rulebook,
        clause=row.clause,
        title=row.title,
        about=about,
        at=timezone.localtime(row.due_at, SHANGHAI),
        explanation=row.explanation,
        provisional=row.provisional,
        own=True,
        url=row.get_absolute_url(),
        is_return=False,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)
