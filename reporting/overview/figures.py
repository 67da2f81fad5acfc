"""The figures of the overview: what is outstanding by place and industry, and what each month brought and settled.

Seven statements over cases and ledger, whatever the number of units. Everything is the unit's own books and those below
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
from django.db.models import BooleanField, Count, F, Func, QuerySet, TextField, Value, When
from django.db.models import Case as Choose

from arrears.cases import ledger
from arrears.cases.forms.filters import NO_CAUSE, NO_SECTOR
from arrears.cases.ledger import OWED, RESOLVED, Sums
from arrears.cases.models import Case, Cause, Closure, LedgerEntry
from arrears.cases.models.employer import CHAIN
from arrears.law.rules.rates import Rate
from arrears.workers.confirmations import confirmed_between, paid_between
from unions.common.industries import FocusSector, Industry
from unions.models import Event, Union, UnionKind

MONTHS = 13
# An event of a slow transaction may become visible behind a later one: nothing is kept longer than this.
KEPT_SECONDS = 60


@dataclass
class Group:
    """Cases not finished, and what is outstanding in them. `key`: a unit's code, or an industry's letter. `own`: said where
    only a part of the unit is meant."""

    key: str
    label: str
    cases: int = 0
    left: Sums = field(default_factory=Sums)
    own: str = ""

    def add(self, cases: int, left: Sums) -> None:
        self.cases += cases
        self.left += left


@dataclass(frozen=True)
class Open:
    """Unfinished cases of a unit: in all, by place, by industry, by focus sector (QD-2); those with most money first.

    `unverified`: the part of all that official tables leave out. `causes`: a case of several counts under each of them.
    `parties`: “建设单位” or “总承包单位” → cases on its projects, by its name (SD-2.3f).
    """

    all: Group
    unverified: Group
    places: list[Group]
    industries: list[Group]
    sectors: list[Group]
    causes: list[Group]
    parties: dict[str, list[Group]]


@dataclass(frozen=True)
class OverviewMonth:
    """What entries dated in the month recognised and resolved (people and yuan)."""

    first: date
    recognised: Sums
    resolved: Sums

    @property
    def label(self) -> str:
        return f"{self.first:%Y-%m}"


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
    """What is not finished on the books of `union` and below; places are its counties, else the units next below.

    Cases and their entries are summed apart: one statement over both would count a case once per entry.
    """
    cases = Case.objects.unfinished().filter(path__startswith=union.path)
    entries = ledger.of_unfinished().filter(case__path__startswith=union.path)
    rows = [
        *(row | {"left": Sums()} for row in _grouped(cases, "", union, n=Count("pk"))),
        *(
            row | {"n": 0, "left": Sums(row["left_workers"], row["left_migrants"], row["left_amount"])}
            for row in _grouped(entries, "case__", union, **ledger.left_columns())
        ),
    ]
    everything, unverified = Group(union.code, union.name), Group(union.code, "未查实的线索")
    places, industries = (_Places(union, rows), {letter: Group(letter, label) for letter, label in Industry.choices})
    sectors = {key: Group(key or NO_SECTOR, label) for key, label in (*FocusSector.choices, ("", "不属重点行业"))}
    for row in rows:
        counted = [everything, places.group(row), industries[row["letter"]], sectors[row["sector"]]]
        for group in [*counted, unverified] if row["clue"] else counted:
            group.add(row["n"], row["left"])
    return Open(
        everything,
        unverified,
        _gravest(places.groups()),
        _gravest(industries.values()),
        _gravest(sectors.values()),
        *_by_cause_and_party(cases, entries),
    )


PARTIES = {name: CHAIN[name] for name in ("developer", "contractor")}  # of a project, whose cases are added up


def _by_cause_and_party(
    cases: QuerySet[Case], entries: QuerySet[LedgerEntry]
) -> tuple[list[Group], dict[str, list[Group]]]:
    """By cause, a case of several under each; and by whoever is named in each of `PARTIES` of its project. Two statements."""
    causes = {key: Group(key, label) for key, label in (*Cause.choices, (NO_CAUSE, "原因未填"))}
    parties: dict[str, dict[str, Group]] = {name: {} for name in PARTIES}
    columns = ("causes", *(f"project__{name}" for name in PARTIES))
    sums: Any = ledger.left_columns()
    rows: list[dict[str, Any]] = [
        *_by_columns(cases, "", columns).annotate(n=Count("pk")),
        *_by_columns(entries, "case__", columns).annotate(**sums),
    ]
    for row in rows:
        said = row.get("n", 0), Sums(*(row.get(f"left_{name}", 0) for name in ("workers", "migrants", "amount")))
        for key in row["c_causes"] or [NO_CAUSE]:
            causes[key].add(*said)
        for name, groups in parties.items():
            if party := row[f"c_{name}"]:
                groups.setdefault(party, Group(party, party)).add(*said)
    return _gravest(causes.values()), {PARTIES[name]: _gravest(groups.values()) for name, groups in parties.items()}


def _by_columns(rows: QuerySet[Any], to: str, columns: Iterable[str]) -> QuerySet[Any, dict[str, Any]]:
    return rows.order_by().values(**{f"c_{column.removeprefix('project__')}": F(f"{to}{column}") for column in columns})


def _grouped(rows: QuerySet[Any], to: str, union: Union, **sums: Any) -> QuerySet[Any, dict[str, Any]]:
    """By the two units next below `union`, industry, focus sector and whether it is verified. `to` leads to the case."""
    keys = {
        "nearest": _part(f"{to}path", union.depth + 2),
        "further": _part(f"{to}path", union.depth + 3),
        "letter": F(f"{to}industry"),
        "sector": F(f"{to}employer__focus_sector"),
        "clue": Choose(When(**{f"{to}verified_on": None}, then=True), default=False, output_field=BooleanField()),
    }
    return rows.order_by().values(**keys).annotate(**sums)


def _part(path: str, at: int) -> Func:
    return Func(F(path), Value("."), Value(at), function="split_part", output_field=TextField())


def _gravest(groups: Iterable[Group]) -> list[Group]:
    return sorted((group for group in groups if group.cases), key=lambda group: -group.left.amount)


class _Places:
    """Which unit a case is counted under: the county on the way down, else the unit next below `union`. What stands on the
    books of the unit itself, or of a city and not in its counties, is a row of its own."""

    def __init__(self, union: Union, rows: Iterable[dict[str, Any]]) -> None:
        ids = {int(row[key]) for row in rows for key in ("nearest", "further") if row[key]}
        self._units = Union.objects.only("code", "name", "kind", "path").in_bulk(ids)
        self._union, self._groups = union, dict[tuple[int, bool], Group]()

    def group(self, row: dict[str, Any]) -> Group:
        nearest, further = row["nearest"], row["further"]
        unit, own, label = self._units[int(nearest)] if nearest else self._union, not nearest, "（本级）"
        if unit.kind == UnionKind.CITY and nearest:
            below = self._units[int(further)] if further else None
            if below and below.kind == UnionKind.DISTRICT:
                unit = below
            else:
                own, label = True, "（本级及直管）"
        return self._groups.setdefault(
            (unit.pk, own), Group(unit.code, f"{unit.name}{label if own else ''}", own="" if not own else label)
        )

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


def closings(since: date, until: date) -> QuerySet[Closure]:
    """Closings of these days whose cases were not reopened since."""
    return Closure.objects.filter(on__range=(since, until), reopened_on=None)


def closed_since(union: Union, first: date, today: date) -> int:
    """Cases closed from `first` to `today` and not reopened since."""
    return closings(first, today).filter(case__path__startswith=union.path).count()


def confirmed(union: Union, first: date, today: date) -> Rate:
    """Workers (人) paid in these days, and those of them who said that every payment arrived. One query."""
    paid = paid_between(first, today).filter(case__path__startswith=union.path)
    told = paid.aggregate(met=Count("pk", filter=confirmed_between(first, today)), of=Count("pk"))
    return Rate(told["met"], told["of"])


@dataclass(frozen=True)
class Overview:
    open: Open
    months: list[OverviewMonth]
    closed: int  # this year
    confirmed: Rate  # of the workers paid this year, those who said that all of it arrived

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
        year = today.replace(month=1, day=1)
        known = Overview(
            outstanding(union), months(union, today), closed_since(union, year, today), confirmed(union, year, today)
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


def behind(union: Union, what: str, since: date, until: date, own: bool = False) -> OverviewRows:
    """What makes up a figure of `months` or `closed_since`: `what` is recognised, resolved or closed.

    `own`: on the books of the unit itself alone.
    """
    here = "path" if own else "path__startswith"
    books = Case.objects.filed().filter(**{here: union.path})
    entries = LedgerEntry.objects.filter(**{f"case__{here}": union.path})
    if what == "closed":
        books = books.filter(pk__in=closings(since, until).values("case_id"))
        return OverviewRows(books, entries.filter(case__in=books), "resolved")
    kinds = OWED if what == "recognised" else RESOLVED
    entries = entries.filter(counts_as__in=kinds, on__gte=since, on__lte=until)
    return OverviewRows(
        books.filter(pk__in=entries.values("case_id")), entries, "owed" if what == "recognised" else "resolved"
    )


def _sums(row: Mapping[str, Any], what: str) -> Sums:
    return Sums(row[f"{what}_workers"], row[f"{what}_migrants"], row[f"{what}_amount"])
