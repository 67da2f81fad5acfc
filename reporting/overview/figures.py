"""The figures of the overview: what is outstanding by place and industry, and what each month brought, settled and left.

A dozen statements over cases and ledger, whatever the number of units. Everything is the unit's own books and those below
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
from django.db.models import BooleanField, Count, F, Func, Q, QuerySet, Sum, TextField, Value, When
from django.db.models import Case as Choose
from django.db.models.functions import Coalesce

from arrears.cases import ledger
from arrears.cases.forms.filters import NO_CAUSE, NO_SECTOR
from arrears.cases.ledger import OWED, RESOLVED, Sums
from arrears.cases.models import Case, Cause, Channel, LedgerEntry
from arrears.cases.models.case import UNFINISHED
from arrears.cases.models.employer import CHAIN
from reporting.analysis import KEPT_SECONDS, closings, entries_left_on, last_event, left_on, months_before
from reporting.evaluation.facts import EvaluationPeriod
from reporting.overview.summary import Spans, Summary, spans_of, summary
from unions.common.industries import FocusSector, Industry
from unions.models import Union, UnionKind

MONTHS = 13


@dataclass
class Group:
    """Cases not finished on the last day, and what is outstanding in them; `cases_then`, `left_then`: on the same day of last
    year. `key`: a unit's code, or an industry's letter. `own`: said where only a part of the unit is meant."""

    key: str
    label: str
    cases: int = 0
    left: Sums = field(default_factory=Sums)
    own: str = ""
    cases_then: int = 0
    left_then: Sums = field(default_factory=Sums)

    def add(self, row: Mapping[str, Any]) -> None:
        self.cases += row.get("n", 0)
        self.cases_then += row.get("n_then", 0)
        self.left += Sums(row.get("left_workers", 0), 0, row.get("left_amount", Decimal(0)))
        self.left_then += Sums(row.get("then_workers", 0), 0, row.get("then_amount", Decimal(0)))


@dataclass(frozen=True)
class Open:
    """Unfinished cases of a unit: in all, by place, by industry, by channel, by focus sector (QD-2); those with most money first.

    `unverified`: the part of all that official tables leave out. `causes`: a case of several counts under each of them.
    `parties`: “建设单位” or “总承包单位” → cases on its projects, by its name (SD-2.3f).
    """

    all: Group
    unverified: Group
    places: list[Group]
    industries: list[Group]
    sectors: list[Group]
    channels: list[Group]
    causes: list[Group]
    parties: dict[str, list[Group]]


@dataclass(frozen=True)
class OverviewMonth:
    """What entries dated in the month recognised and resolved (people and yuan), and what was left at its end (yuan), in this
    year and in the one before."""

    first: date
    recognised: Sums
    resolved: Sums
    left: Decimal
    left_then: Decimal

    @property
    def label(self) -> str:
        return f"{self.first:%Y-%m}"


# What a day adds to the amount outstanding: entries of its own, of cases that were not closed yet, and closings, which take away
# what is left of their case. What stood on an earlier day is what stands on the last one without what came after.
_MONTHS = """
SELECT date_trunc('month', day)::date, sum(owed_workers), sum(owed), sum(paid_workers), sum(paid), sum(change)
FROM (
  SELECT entry.on AS day,
         CASE WHEN entry.counts_as = ANY(%(owed)s) THEN entry.workers ELSE 0 END AS owed_workers,
         CASE WHEN entry.counts_as = ANY(%(owed)s) THEN entry.amount ELSE 0 END AS owed,
         CASE WHEN entry.counts_as = ANY(%(resolved)s) THEN entry.workers ELSE 0 END AS paid_workers,
         CASE WHEN entry.counts_as = ANY(%(resolved)s) THEN entry.amount ELSE 0 END AS paid,
         CASE WHEN NOT (c.state = ANY(%(unfinished)s) OR c.state = 'closed' AND c.closed_on > entry.on) THEN 0
              WHEN entry.counts_as = ANY(%(owed)s) THEN entry.amount ELSE -entry.amount END AS change
  FROM cases_ledgerentry entry JOIN cases_case c ON c.id = entry.case_id
  WHERE c.path LIKE %(below)s AND entry.on >= %(first)s AND entry.on <= %(last)s
  UNION ALL
  SELECT c.closed_on, 0, 0, 0, 0, CASE WHEN entry.counts_as = ANY(%(owed)s) THEN -entry.amount ELSE entry.amount END
  FROM cases_case c JOIN cases_ledgerentry entry ON entry.case_id = c.id AND entry.on < c.closed_on
  WHERE c.path LIKE %(below)s AND c.state = 'closed' AND c.closed_on >= %(first)s AND c.closed_on <= %(last)s
) moved
GROUP BY 1
"""


def outstanding(union: Union, on: date, then: date) -> Open:
    """What was not finished on the books of `union` and below at the end of `on`, and of `then`; places are its counties, else
    the units next below.

    Cases and their entries are summed apart: one statement over both would count a case once per entry.
    """
    cases = Case.objects.filter(left_on(on) | left_on(then), path__startswith=union.path)
    entries = LedgerEntry.objects.filter(entries_left_on(on) | entries_left_on(then), case__path__startswith=union.path)
    numbers = _Numbers(on, then)
    rows = [
        *_grouped(cases, "", union, on, **numbers.cases()),
        *_grouped(entries, "case__", union, on, **numbers.sums()),
    ]
    everything, unverified = Group(union.code, union.name), Group(union.code, "未查实的线索")
    places, industries = (_Places(union, rows), {letter: Group(letter, label) for letter, label in Industry.choices})
    sectors = {key: Group(key or NO_SECTOR, label) for key, label in (*FocusSector.choices, ("", "不属重点行业"))}
    channels = {key: Group(key, label) for key, label in (*Channel.choices, ("", "渠道未填"))}
    for row in rows:
        counted = [
            everything,
            places.group(row),
            industries[row["letter"]],
            sectors[row["sector"]],
            channels[row["by_channel"]],
        ]
        for group in [*counted, unverified] if row["clue"] else counted:
            group.add(row)
    return Open(
        everything,
        unverified,
        _gravest(places.groups()),
        _gravest(industries.values()),
        _gravest(sectors.values()),
        _gravest(channels.values()),
        *_by_cause_and_party(cases, entries, numbers),
    )


@dataclass(frozen=True)
class _Numbers:
    """What is asked of every group: cases and sums, of both days."""

    on: date
    then: date

    def cases(self) -> dict[str, Any]:
        return {"n": Count("pk", filter=left_on(self.on)), "n_then": Count("pk", filter=left_on(self.then))}

    def sums(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, day in (("left", self.on), ("then", self.then)):
            for number, nothing in (("workers", 0), ("amount", Decimal(0))):
                said = Sum(ledger.signed(number), filter=entries_left_on(day))
                found[f"{name}_{number}"] = Coalesce(said, nothing)
        return found


PARTIES = {name: CHAIN[name] for name in ("developer", "contractor")}  # of a project, whose cases are added up


def _by_cause_and_party(
    cases: QuerySet[Case], entries: QuerySet[LedgerEntry], numbers: _Numbers
) -> tuple[list[Group], dict[str, list[Group]]]:
    """By cause, a case of several under each; and by whoever is named in each of `PARTIES` of its project. Two statements."""
    causes = {key: Group(key, label) for key, label in (*Cause.choices, (NO_CAUSE, "原因未填"))}
    parties: dict[str, dict[str, Group]] = {name: {} for name in PARTIES}
    columns = ("causes", *(f"project__{name}" for name in PARTIES))
    rows: list[dict[str, Any]] = [
        *_by_columns(cases, "", columns).annotate(**numbers.cases()),
        *_by_columns(entries, "case__", columns).annotate(**numbers.sums()),
    ]
    for row in rows:
        for key in row["c_causes"] or [NO_CAUSE]:
            causes[key].add(row)
        for name, groups in parties.items():
            if party := row[f"c_{name}"]:
                groups.setdefault(party, Group(party, party)).add(row)
    return _gravest(causes.values()), {PARTIES[name]: _gravest(groups.values()) for name, groups in parties.items()}


def _by_columns(rows: QuerySet[Any], to: str, columns: Iterable[str]) -> QuerySet[Any, dict[str, Any]]:
    return rows.order_by().values(**{f"c_{column.removeprefix('project__')}": F(f"{to}{column}") for column in columns})


def _grouped(rows: QuerySet[Any], to: str, union: Union, on: date, **sums: Any) -> QuerySet[Any, dict[str, Any]]:
    """By the two units next below `union`, industry, focus sector, channel and whether it was verified. `to` leads to the case."""
    verified = Q(**{f"{to}verified_on__lte": on})
    keys = {
        "nearest": _part(f"{to}path", union.depth + 2),
        "further": _part(f"{to}path", union.depth + 3),
        "letter": F(f"{to}industry"),
        "sector": F(f"{to}employer__focus_sector"),
        "by_channel": F(f"{to}channel"),
        "clue": Choose(When(verified, then=False), default=True, output_field=BooleanField()),
    }
    return rows.order_by().values(**keys).annotate(**sums)


def _part(path: str, at: int) -> Func:
    return Func(F(path), Value("."), Value(at), function="split_part", output_field=TextField())


def _gravest(groups: Iterable[Group]) -> list[Group]:
    return sorted((group for group in groups if group.cases or group.cases_then), key=lambda group: -group.left.amount)


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


def months(union: Union, last: date, left: Decimal) -> list[OverviewMonth]:
    """The 13 months up to that of `last`, oldest first, months without entries included. `left`: outstanding on `last`."""
    firsts = [months_before(last, ago) for ago in reversed(range(MONTHS + 12))]
    with connection.cursor() as cursor:
        cursor.execute(
            _MONTHS,
            {
                "below": f"{union.path}%",
                "owed": list(OWED),
                "resolved": list(RESOLVED),
                "unfinished": list(UNFINISHED),
                "first": firsts[0],
                "last": last,
            },
        )
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    nothing = (0, Decimal(0), 0, Decimal(0), Decimal(0))
    at_end: dict[date, Decimal] = {}
    for first in reversed(firsts):
        at_end[first] = left
        left -= found.get(first, nothing)[4]
    return [
        _month(first, found.get(first, nothing), at_end[first], at_end[before])
        for before, first in zip(firsts, firsts[12:], strict=False)
    ]


def _month(first: date, row: tuple[Any, ...], left: Decimal, left_then: Decimal) -> OverviewMonth:
    owed_workers, owed, paid_workers, paid, _ = row
    return OverviewMonth(first, Sums(int(owed_workers), 0, owed), Sums(int(paid_workers), 0, paid), left, left_then)


@dataclass(frozen=True)
class Overview:
    spans: Spans
    summary: Summary
    open: Open
    months: list[OverviewMonth]

    @property
    def empty(self) -> bool:
        return not (
            self.open.all.cases
            or self.open.all.cases_then
            or self.summary.value("closed")
            or any(month.recognised or month.resolved for month in self.months)
        )


def read(union: Union, span: EvaluationPeriod) -> Overview:
    """All of it; from memory while no event has been written since."""
    key = f"overview:{union.pk}:{span.since}:{span.last}:{span.now:%Y%m%d%H%M}:{last_event()}"
    known: Overview | None = cache.get(key)
    if known is None:
        spans = spans_of(span)
        found = summary(union, spans)
        left = Decimal(found.value("left-amount"))
        known = Overview(
            spans, found, outstanding(union, spans.now.last, spans.year_ago.last), months(union, spans.now.last, left)
        )
        cache.set(key, known, KEPT_SECONDS)
    return known


# ---- the cases behind a figure ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class OverviewRows:
    """Cases behind a figure, and the entries that make it up (none where cases are what is counted)."""

    cases: QuerySet[Case]
    entries: QuerySet[LedgerEntry]
    what: str  # the columns of the balance that are summed: "owed", "resolved", or "left" of all

    def total(self) -> Sums:
        return _sums(self.entries.order_by().aggregate(**ledger.columns()), self.what)

    def with_sums(self, rows: list[Case]) -> list[tuple[Case, Sums]]:
        """Each of these cases with what its entries say, in one query."""
        found = self.entries.filter(case__in=[case.pk for case in rows]).order_by().values("case_id")
        sums = {row["case_id"]: _sums(row, self.what) for row in found.annotate(**ledger.columns())}
        return [(case, sums.get(case.pk, Sums())) for case in rows]


def _of_group(by: str, key: str) -> Q:
    """Cases of one group of `outstanding`, beside the places."""
    match by:
        case "sector":
            return Q(employer__focus_sector="" if key == NO_SECTOR else key)
        case "cause":
            return Q(causes=[]) if key == NO_CAUSE else Q(causes__contains=[key])
        case "developer" | "contractor":
            return Q(**{f"project__{by}": key})
        case "industry" | "channel":
            return Q(**{by: key})
    return Q()


def behind(
    union: Union, what: str, since: date, until: date, own: bool = False, group: tuple[str, str] = ("", "")
) -> OverviewRows:
    """What makes up a figure: `what` is recognised, resolved or closed in these days, or left on the last of them.

    `own`: on the books of the unit itself alone. `group`: of one industry, sector, channel, cause or party alone.
    """
    here = "path" if own else "path__startswith"
    books = Case.objects.filed().filter(**{here: union.path})
    entries = LedgerEntry.objects.filter(**{f"case__{here}": union.path})
    if what == "closed":
        books = books.filter(pk__in=closings(since, until).values("case_id"))
        return OverviewRows(books, entries.filter(case__in=books), "resolved")
    if what == "left":
        books = books.filter(left_on(until), _of_group(*group))
        return OverviewRows(books, entries.filter(case__in=books, on__lte=until), "left")
    kinds = OWED if what == "recognised" else RESOLVED
    entries = entries.filter(counts_as__in=kinds, on__gte=since, on__lte=until)
    return OverviewRows(
        books.filter(pk__in=entries.values("case_id")), entries, "owed" if what == "recognised" else "resolved"
    )


def _sums(row: Mapping[str, Any], what: str) -> Sums:
    if what == "left":
        return ledger.balance_of(row).outstanding
    return Sums(row[f"{what}_workers"], row[f"{what}_migrants"], row[f"{what}_amount"])
