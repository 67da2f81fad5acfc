"""Grades of warned employers at every level of the line: a stored projection, kept on change and nightly.

A unit's row sums the signals received there and below, and is judged by the rulebooks that hold there; where several notices
grade, the gravest counts. The law's entry steps back where a notice has one (docs/decisions/010).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from itertools import groupby

from django.db import transaction

from arrears.cases.models import Employer
from arrears.early_warning.models import CheckOutcome, WarningSignal, WarningStanding
from arrears.early_warning.own import own_matters, under
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.rules.grading import Graded, Matter, Signal, grade, own_signals
from arrears.law.rules.rulebook import Grade, Rulebook
from unions.common.clock import day_of

GRADE = "warning"
BATCH = 500
KEPT = (
    "path",
    "level",
    "rank",
    "score",
    "reasons",
    "signals",
    "own",
    "unverified",
    "major",
    "latest_on",
    "waiting_since",
    "rulebook",
    "clause",
    "graded_on",
)


def entries(books: RulebooksByUnit, line: Iterable[int], on: date) -> list[tuple[Grade, Rulebook]]:
    """The [[grade]] entries that judge a unit with this line on a day: of notices in force, else of the law."""
    found = [
        (entry, book)
        for book in books.holding(line).books
        if book.in_force(on)
        for entry in book.grades
        if entry.name == GRADE
    ]
    notices = [pair for pair in found if pair[1].kind != "law"]
    return notices or found


def judged(
    signals: list[Signal], matters: list[Matter], books: RulebooksByUnit, line: Iterable[int], on: date
) -> tuple[Graded, Grade, Rulebook] | None:
    """The gravest grade of `signals` and of what our own `matters` raise on a day, and the entry that gives it; None where no
    rulebook grades."""
    found = [
        (grade([*signals, *own_signals(matters, entry, on)], entry, on), entry, book)
        for entry, book in entries(books, line, on)
    ]
    return max(found, key=lambda one: (one[0].rank, one[0].score), default=None)


def signal_of(row: WarningSignal) -> Signal:
    unfounded = row.check_made is not None and row.check_made.outcome == CheckOutcome.UNFOUNDED
    return Signal(row.kind, row.kind_label, row.source_label, row.on, unfounded)


@transaction.atomic
def keep_standings(employers: Collection[int], at: datetime, books: RulebooksByUnit | None = None) -> int:
    """Derive the grades of these employers again. Returns how many rows stand now."""
    # Held, so that two signals about one employer are summed one after the other.
    held = list(
        Employer.objects.filter(pk__in=employers).order_by("pk").select_for_update().values_list("pk", flat=True)
    )
    books, today = books or RulebooksByUnit(), day_of(at)
    rows = WarningSignal.objects.standing().filter(employer__in=held).select_related("check_made")
    grouped = groupby(rows.order_by("employer_id", "-on", "-id"), key=lambda one: one.employer_id)
    told, matters = {pk: list(of_one) for pk, of_one in grouped}, own_matters(held, today)
    wanted = [row for pk in held for row in _standings(pk, told.get(pk, []), matters.get(pk, []), books, today)]
    WarningStanding.objects.bulk_create(
        wanted, update_conflicts=True, unique_fields=["union", "employer"], update_fields=KEPT, batch_size=1000
    )
    there = {(row.union_id, row.employer_id) for row in wanted}
    stored = WarningStanding.objects.filter(employer__in=held).values_list("pk", "union_id", "employer_id")
    gone = [pk for pk, union, employer in stored if (union, employer) not in there]
    WarningStanding.objects.filter(pk__in=gone).delete()
    return len(wanted)


def _standings(
    employer: int, rows: list[WarningSignal], matters: list[Matter], books: RulebooksByUnit, today: date
) -> Iterable[WarningStanding]:
    """One row per unit on the lines the signals came in by, or whose own books raise one."""
    by_unit: dict[str, list[WarningSignal]] = {}
    for matter in matters:
        for path in _line_paths(matter.path):
            by_unit.setdefault(path, [])
    for row in rows:
        for path in _line_paths(row.path):
            by_unit.setdefault(path, []).append(row)
    for path, of_unit in by_unit.items():
        line = [int(part) for part in path.split(".") if part]
        standing = _standing(employer, line, path, of_unit, under(matters, path), books, today)
        if standing is not None:
            yield standing


def _line_paths(path: str) -> list[str]:
    parts = [part for part in path.split(".") if part]
    return [".".join(parts[:depth]) + "." for depth in range(1, len(parts) + 1)]


def _standing(
    employer: int,
    line: list[int],
    path: str,
    rows: list[WarningSignal],
    matters: list[Matter],
    books: RulebooksByUnit,
    today: date,
) -> WarningStanding | None:
    """None where nobody told anything and our own books raise nothing."""
    found = judged([signal_of(row) for row in rows], matters, books, line, today)
    own = own_signals(matters, found[1], today) if found else []
    if not rows and not own:
        return None
    waiting = [row.received_on for row in rows if row.check_made_id is None]
    standing = WarningStanding(
        union_id=line[-1],
        path=path,
        employer_id=employer,
        signals=len(rows),
        own=len(own),
        unverified=len(waiting),
        major=any(row.major and not signal_of(row).unfounded for row in rows),
        latest_on=max([*(row.on for row in rows), *(one.on for one in own)]),
        waiting_since=min(waiting, default=None),
        graded_on=today,
    )
    if found is not None:
        graded, entry, book = found
        standing.level, standing.rank, standing.score = graded.level, graded.rank, graded.score
        standing.reasons = [reason.said for reason in graded.reasons]
        standing.rulebook, standing.clause = book.key, entry.clause
    return standing


def rebuild(at: datetime) -> int:
    """Derive every employer's grades again: scores fade, units move, rulebooks change. Returns the rows."""
    books, done = RulebooksByUnit(), 0
    told = WarningSignal.objects.order_by().values_list("employer_id", flat=True).distinct()
    left = WarningStanding.objects.order_by().values_list("employer_id", flat=True).distinct()
    ids = sorted({*told, *left, *own_matters(None, day_of(at))})
    for first in range(0, len(ids), BATCH):
        done += keep_standings(ids[first : first + BATCH], at, books)
    return done
