"""How an employer's grade came about: its score at the end of each of the last months, and today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from arrears.early_warning.models import WarningSignal, WarningStanding
from arrears.early_warning.own import own_matters, under
from arrears.early_warning.standings import judged, signal_of
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.rules.grading import Matter, Signal
from unions.common.clock import day_of

MONTHS = 12


@dataclass(frozen=True)
class Point:
    day: date
    level: str
    score: Decimal
    signals: int


def trend(standing: WarningStanding, today: date) -> list[Point]:
    """Oldest first. On each day only what had been received by then counts, and only checks made by then.

    Of our own books what stands today counts from its day on; what was put right since is not known any more.
    """
    rows = list(
        WarningSignal.objects.filter(employer=standing.employer_id, path__startswith=standing.path).select_related(
            "check_made"
        )
    )
    books, line = RulebooksByUnit(), standing.union.line_ids()
    told = own_matters([standing.employer_id], today).get(standing.employer_id, [])
    matters = under(told, standing.path)
    return [_point(rows, matters, books, line, day) for day in [*_month_ends(today), today]]


def _point(
    rows: list[WarningSignal], matters: list[Matter], books: RulebooksByUnit, line: list[int], day: date
) -> Point:
    known = [_as_of(row, day) for row in rows if row.received_on <= day and not _withdrawn(row, day)]
    found = judged(known, matters, books, line, day)
    if found is None:
        return Point(day, "", Decimal(0), len(known))
    return Point(day, found[0].level, found[0].score, len(known))


def _as_of(row: WarningSignal, day: date) -> Signal:
    if row.check_made is not None and row.check_made.on > day:
        row = WarningSignal(source=row.source, kind=row.kind, on=row.on)
    return signal_of(row)


def _withdrawn(row: WarningSignal, day: date) -> bool:
    return row.withdrawn_at is not None and day_of(row.withdrawn_at) <= day


def _month_ends(today: date) -> list[date]:
    ends = []
    first = today.replace(day=1)
    for _ in range(MONTHS):
        ends.append(first - timedelta(days=1))
        first = ends[-1].replace(day=1)
    return ends[::-1]
