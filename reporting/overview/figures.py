"""The figures of the overview: what is outstanding by place and industry, and what each month brought and settled.

Four statements over cases and ledger, whatever the number of units. Everything is the unit's own books and those below
it, as the tree stands today. Figures are kept while nobody has done anything: every act leaves an event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet

from arrears.cases import ledger
from arrears.cases.forms.filters import NO_SECTOR
from arrears.cases.ledger import OWED, RESOLVED, Sums
from arrears.cases.models import UNFINISHED, Case, Closure, LedgerEntry
from unions.common.industries import FocusSector, Industry
from unions.models import Event, Union, UnionKind

MONTHS = 13
# An event of a slow transaction may become visible behind a later one: nothing is kept longer than this.
KEPT_SECONDS = 60


@dataclass
class Group:
    """Cases not finished, and what is outstanding in them. `key`: a unit's code, or an industry's letter."""

    key: str
    label: str
    cases: int = 0
    left: Sums = field(default_factory=Sums)

    def add(self, cases: int, left: Sums) -> None:
        self.cases += cases
        self.left = Sums(
            self.left.workers + left.workers, self.left.migrants + left.migrants, self.left.amount + left.amount
        )


@dataclass(frozen=True)
class Open:
    """Unfinished cases of a unit: in all, by place, by industry, by focus sector (QD-2); those with most money first."""

    all: Group
    places: list[Group]
    industries: list[Group]
    sectors: list[Group]


@dataclass(frozen=True)
class OverviewMonth:
    """What entries dated in the month recognised and resolved (people and yuan)."""

    first: date
    recognised: Sums
    resolved: Sums

    @property
    def label(self) -> str:
        return f"{self.first:%Y-%m}"


# Cases and their entries are summed apart: one statement over both would count a case once per entry.
_CASES = """
SELECT split_part(path, '.', %(level)s), split_part(path, '.', %(level)s + 1), cases_case.industry,
       firm.focus_sector, count(*), 0, 0, 0.00
FROM cases_case JOIN cases_employer firm ON firm.id = cases_case.employer_id
WHERE path LIKE %(below)s AND state = ANY(%(states)s)
GROUP BY 1, 2, 3, 4
"""

_LEFT = """
SELECT split_part(path, '.', %(level)s), split_part(path, '.', %(level)s + 1), cases_case.industry,
       firm.focus_sector, 0,
       sum(CASE WHEN counts_as = ANY(%(owed)s) THEN workers ELSE -workers END),
       sum(CASE WHEN counts_as = ANY(%(owed)s) THEN migrants ELSE -migrants END),
       sum(CASE WHEN counts_as = ANY(%(owed)s) THEN amount ELSE -amount END)
FROM cases_case JOIN cases_ledgerentry entry ON entry.case_id = cases_case.id
JOIN cases_employer firm ON firm.id = cases_case.employer_id
WHERE path LIKE %(below)s AND state = ANY(%(states)s)
GROUP BY 1, 2, 3, 4
"""

_MONTHS = """
SELECT date_trunc('month', entry.on)::date AS month,
       coalesce(sum(entry.workers) FILTER (WHERE entry.counts_as = ANY(%(owed)s)), 0),
       coalesce(sum(entry.amount) FILTER (WHERE entry.counts_as = ANY(%(owed)s)), 0),
       coalesce(sum(entry.workers) FILTER (WHERE entry.counts_as = ANY(%(resolved)s)), 0),
       coalesce(sum(entry.amount) FILTER (WHERE entry.counts_as = ANY(%(resolved)s)), 0)
FROM cases_ledgerentry entry JOIN cases_case ON cases_case.id = entry.case_id
WHERE cases_case.path LIKE %(below)s AND entry.on >= %(first)s AND entry.on <= %(today)s
GROUP BY 1
"""


def outstanding(union: Union) -> Open:
    """What is not finished on the books of `union` and below; places are its counties, else the units next below."""
    asked: dict[str, Any] = {
        "below": f"{union.path}%",
        "states": sorted(UNFINISHED),
        "owed": list(OWED),
        "level": union.depth + 2,
    }
    with connection.cursor() as cursor:
        rows = []
        for statement in (_CASES, _LEFT):
            cursor.execute(statement, asked)
            rows += cursor.fetchall()
    everything = Group(union.code, union.name)
    places, industries = (_Places(union, rows), {letter: Group(letter, label) for letter, label in Industry.choices})
    sectors = {key: Group(key or NO_SECTOR, label) for key, label in (*FocusSector.choices, ("", "不属重点行业"))}
    for nearest, further, letter, sector, cases, workers, migrants, amount in rows:
        left = Sums(int(workers), int(migrants), amount)
        for group in (everything, places.group(nearest, further), industries[letter], sectors[sector]):
            group.add(cases, left)
    return Open(everything, _gravest(places.groups()), _gravest(industries.values()), _gravest(sectors.values()))


def _gravest(groups: Iterable[Group]) -> list[Group]:
    return sorted((group for group in groups if group.cases), key=lambda group: -group.left.amount)


class _Places:
    """Which unit a case is counted under: the county on the way down, else the unit next below `union`."""

    def __init__(self, union: Union, rows: Iterable[tuple]) -> None:
        ids = {int(key) for row in rows for key in row[:2] if key}
        self._units = Union.objects.only("code", "name", "kind").in_bulk(ids)
        self._union, self._groups = union, dict[int, Group]()

    def group(self, nearest: str, further: str) -> Group:
        unit = self._units[int(nearest)] if nearest else self._union
        if unit.kind == UnionKind.CITY and further and self._units[int(further)].kind == UnionKind.DISTRICT:
            unit = self._units[int(further)]
        label = f"{unit.name}（本级）" if unit.pk == self._union.pk else unit.name
        return self._groups.setdefault(unit.pk, Group(unit.code, label))

    def groups(self) -> Iterable[Group]:
        return self._groups.values()


def months(union: Union, today: date) -> list[OverviewMonth]:
    """The last 13 months up to `today`, oldest first, months without entries included."""
    firsts = [_months_before(today, ago) for ago in reversed(range(MONTHS))]
    with connection.cursor() as cursor:
        cursor.execute(
            _MONTHS,
            {
                "below": f"{union.path}%",
                "owed": list(OWED),
                "resolved": list(RESOLVED),
                "first": firsts[0],
                "today": today,
            },
        )
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    nothing = (0, Decimal(0), 0, Decimal(0))
    return [_month(first, *found.get(first, nothing)) for first in firsts]


def _month(first: date, owed_workers: int, owed: Decimal, paid_workers: int, paid: Decimal) -> OverviewMonth:
    return OverviewMonth(first, Sums(int(owed_workers), 0, owed), Sums(int(paid_workers), 0, paid))


def _months_before(day: date, months: int) -> date:
    """The first day of the month `months` before that of `day`."""
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def closed_since(union: Union, first: date, today: date) -> int:
    """Cases closed from `first` to `today` and not reopened since."""
    return Closure.objects.filter(
        case__path__startswith=union.path, on__gte=first, on__lte=today, reopened_on=None
    ).count()


@dataclass(frozen=True)
class Overview:
    open: Open
    months: list[OverviewMonth]
    closed: int  # this year

    @property
    def resolved(self) -> Sums:
        """Resolved this year."""
        year = [month.resolved for month in self.months if month.first.year == self.months[-1].first.year]
        return Sums(sum(one.workers for one in year), 0, sum((one.amount for one in year), Decimal(0)))


def read(union: Union, today: date) -> Overview:
    """All of it; from memory while no event has been written since."""
    last = Event.objects.order_by("-id").values_list("id", flat=True).first()
    key = f"overview:{union.pk}:{today}:{last}"
    known = cache.get(key)
    if known is None:
        known = Overview(
            outstanding(union), months(union, today), closed_since(union, today.replace(month=1, day=1), today)
        )
        cache.set(key, known, KEPT_SECONDS)
    return known


# ---- the cases behind a figure ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class OverviewRows:
    """Cases behind a figure, and the entries that make it up (none where cases are what is counted)."""

    cases: QuerySet[Case]
    entries: QuerySet[LedgerEntry]
    what: str  # the columns of the balance that are summed: "owed" or "resolved"

    def total(self) -> Sums:
        return _sums(self.entries.order_by().aggregate(**ledger.columns()), self.what)

    def with_sums(self, rows: list[Case]) -> list[tuple[Case, Sums]]:
        """Each of these cases with what its entries say, in one query."""
        found = self.entries.filter(case__in=[case.pk for case in rows]).order_by().values("case_id")
        sums = {row["case_id"]: _sums(row, self.what) for row in found.annotate(**ledger.columns())}
        return [(case, sums.get(case.pk, Sums())) for case in rows]


def behind(union: Union, what: str, since: date, until: date) -> OverviewRows:
    """What makes up a figure of `months` or `closed_since`: `what` is recognised, resolved or closed."""
    books = Case.objects.filed().filter(path__startswith=union.path)
    entries = LedgerEntry.objects.filter(case__path__startswith=union.path)
    if what == "closed":
        shut = Closure.objects.filter(on__gte=since, on__lte=until, reopened_on=None)
        books = books.filter(pk__in=shut.values("case_id"))
        return OverviewRows(books, entries.filter(case__in=books), "resolved")
    kinds = OWED if what == "recognised" else RESOLVED
    entries = entries.filter(counts_as__in=kinds, on__gte=since, on__lte=until)
    return OverviewRows(
        books.filter(pk__in=entries.values("case_id")), entries, "owed" if what == "recognised" else "resolved"
    )


def _sums(row: Mapping[str, Any], what: str) -> Sums:
    return Sums(row[f"{what}_workers"], row[f"{what}_migrants"], row[f"{what}_amount"])
