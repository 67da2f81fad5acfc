"""Trying a rulebook on old cases before anyone activates it: what would have been triggered, due, late and reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import QuerySet

from arrears.cases.models import Case, State
from arrears.cases.past_facts import past_facts
from arrears.cases.trial_results import compared
from arrears.law.models import RulebookUpload
from arrears.law.rules.deadlines import SHANGHAI, Deadline, deadlines
from arrears.law.rules.evaluator import evaluate
from arrears.law.rules.facts import Facts
from arrears.law.rules.rulebook import END_OF_DAY, Campaign, DeadlineRule, DueRule, ReturnRule, Rulebook
from arrears.law.rules.schedule import schedule
from arrears.law.rules.workdays import Calendar, same_day_in
from unions.models import Union, User

NAMED = 20  # cases shown behind a figure
STEP = 500
B = TypeVar("B", bound=Campaign | DeadlineRule | ReturnRule | DueRule)


@dataclass
class Tally:
    """What became of one threshold or deadline. `cases`: ids of the first ones behind `triggered` or `late`.

    Of a threshold, every case is triggered, unclear or `below`; what a deadline counts is on time, late, `untimed`, running or
    ended: each case once.
    """

    clause: str
    title: str
    triggered: int = 0
    unclear: int = 0
    below: int = 0
    count: int = 0
    on_time: int = 0
    late: int = 0
    untimed: int = 0  # done, of what has no hours ("at once")
    ended: int = 0  # the case was over before the term was
    running: int = 0
    cases: list[int] = field(default_factory=list)

    def name(self, case: Case) -> None:
        if len(self.cases) < NAMED:
            self.cases.append(case.pk)


class Run:
    """One rulebook on its way through the cases."""

    def __init__(self, book: Rulebook, since: date, until: date) -> None:
        self.years = years_back(book, until)
        self.book = as_if_in_force(book, self.years, since)
        self.since, self.until = since, until
        self.now = datetime.combine(until, END_OF_DAY, SHANGHAI)
        self.thresholds = {one.name: Tally(one.clause, one.title) for one in book.thresholds}
        self.deadlines = {one.name: Tally(one.clause, one.title) for one in book.deadlines if one.subject == "case"}

    def take(self, case: Case, facts: Facts, calendar: Calendar) -> None:
        verdict = evaluate(facts, self.book)
        for finding in verdict.triggered:
            self.thresholds[finding.name].triggered += 1
            self.thresholds[finding.name].name(case)
        for finding in verdict.unclear:
            self.thresholds[finding.name].unclear += 1
        told = {finding.name for finding in (*verdict.triggered, *verdict.unclear)}
        for name in self.thresholds.keys() - told:
            self.thresholds[name].below += 1
        for deadline in deadlines(facts, [self.book], calendar):
            self._count(self.deadlines[deadline.name], deadline, case)

    def _count(self, tally: Tally, deadline: Deadline, case: Case) -> None:
        tally.count += 1
        if deadline.met_at is None and _over_before(case, deadline.due_at):
            tally.ended += 1
        elif deadline.due_at is None or deadline.sense != "due":
            tally.running += deadline.met_at is None
            tally.untimed += deadline.met_at is not None
        elif deadline.late(self.now):
            tally.late += 1
            tally.name(case)
        elif deadline.met_at is None:
            tally.running += 1
        else:
            tally.on_time += 1

    def result(self, calendar: Calendar) -> dict[str, Any]:
        return {
            "years": self.years,
            "thresholds": {name: vars(tally) for name, tally in self.thresholds.items()},
            "deadlines": {name: vars(tally) for name, tally in self.deadlines.items()},
            "returns": self._returns(calendar),
        }

    def _returns(self, calendar: Calendar) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {
            rule.name: {
                "clause": rule.clause,
                "title": rule.title,
                "senders": list(rule.senders),
                "count": 0,
                "first": "",
                "last": "",
            }
            for rule in self.book.returns
        }
        for one in schedule(self.book, self.since, self.until, calendar):
            row = found[one.rule.name]
            due = f"{one.due_at:%Y-%m-%d %H:%M}"
            row |= {"count": row["count"] + 1, "first": row["first"] or due, "last": due}
        return found


def _over_before(case: Case, due_at: datetime | None) -> bool:
    """Whether a case needed no more when its term ran out. Old books that came in closed never asked for anything."""
    if case.state == State.DISMISSED:
        return True
    if case.state != State.CLOSED or case.closed_on is None:
        return False
    return case.settled_by_id is None or due_at is None or case.closed_on <= due_at.date()


def try_out(
    book: Rulebook,
    before: Rulebook | None,
    past: Iterable[tuple[Case, Facts]],
    since: date,
    until: date,
    calendar: Calendar,
    tick: Callable[[int], None],
) -> dict[str, Any]:
    """The result as JSON: `cases`, `new`, and `old` when the book would take the place of `before`."""
    runs = [Run(one, since, until) for one in (book, before) if one]
    count = 0
    for case, facts in past:
        for run in runs:
            run.take(case, facts, calendar)
        count += 1
        if count % STEP == 0:
            tick(count)
    results = [run.result(calendar) for run in runs]
    return {"cases": count, "new": results[0], "old": results[1] if before else None}


@dataclass(frozen=True)
class OldCases:
    """Filed cases accepted in the days of a trial, on the books of the union the rulebook is attached to and below."""

    union: Union
    since: date
    until: date

    def rows(self) -> QuerySet[Case]:
        held = Case.objects.under(self.union).filed()
        return held.filter(accepted_on__gte=self.since, accepted_on__lte=self.until)

    def count(self) -> int:
        return self.rows().count()

    def try_out(
        self, book: Rulebook, before: Rulebook | None, calendar: Calendar, tick: Callable[[int], None]
    ) -> dict[str, Any]:
        return try_out(book, before, past_facts(self.rows()), self.since, self.until, calendar, tick)

    @staticmethod
    def compared(upload: RulebookUpload, user: User) -> dict[str, Any]:
        """The result of a trial as a page shows it: beside the rulebook in force, with cases the reader may see."""
        return compared(upload, Case.objects.visible_to(user))


# A notice for next year, tried on last year ------------------------------------------------------------------------


def years_back(book: Rulebook, until: date) -> int:
    """By how many whole years the days a notice names are moved back, so that it has begun by `until`."""
    years = max(0, book.first.year - until.year)
    while _earlier(book.first, years) > until:
        years += 1
    return years


def as_if_in_force(book: Rulebook, years: int, since: date) -> Rulebook:
    """The rulebook with its days moved back `years`, and in force throughout the time of the trial."""
    moved: dict[str, Any] = {
        name: tuple(_moved(entry, years) for entry in getattr(book, name))
        for name in ("campaigns", "deadlines", "returns", "routines")
    }
    return replace(book, first=min(since, _earlier(book.first, years)), last=None, **moved)


def _moved(entry: B, years: int) -> B:
    changes: dict[str, Any] = {}
    for one in fields(entry):
        value = getattr(entry, one.name)
        if isinstance(value, date):
            changes[one.name] = _earlier(value, years)
        elif is_dataclass(value) and isinstance(value, DueRule):
            changes[one.name] = _moved(value, years)
    return replace(entry, **changes)


def _earlier(day: date, years: int) -> date:
    return same_day_in(day, -12 * years) if years else day
