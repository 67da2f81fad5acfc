"""Units side by side: every column of all of them in one query each, however many units there are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.cache import cache
from django.db.models import Count, F, Func, QuerySet, TextField, Value
from django.db.models.functions import Substr

from arrears.cases import ledger
from arrears.cases.models import UNFINISHED, Closure, Employer, LedgerEntry
from arrears.early_warning.models import WarningStanding
from arrears.law.rules.scoring import HUNDRED, HUNDREDTH
from arrears.prevention.models import PreventionWork
from reporting.boards.columns import COLUMNS, EVERYTHING, RED, BoardColumn, CellKind
from reporting.boards.counts import last_event
from reporting.evaluation import facts
from reporting.evaluation.facts import EvaluationPeriod, IndicatorSource
from reporting.overview.figures import KEPT_SECONDS
from reporting.returns.models import NOT_SENT, SAYS_ZERO
from unions.models import Union

Number = int | Decimal
Pair = tuple[Number, int]  # what is counted, and out of how many (0 where it is no share)
SHARES = frozenset({CellKind.RATE, CellKind.PER_HUNDRED})


@dataclass(frozen=True)
class ComparedCell:
    """One figure of one unit: people, things or yuan; of a share `top` out of `bottom`."""

    column: BoardColumn
    top: Number = 0
    bottom: int = 0

    @property
    def value(self) -> Number | None:
        """Raw; a share in percent (or per hundred), two places, None where there was nothing to do."""
        if self.column.kind not in SHARES:
            return self.top
        if not self.bottom:
            return None
        return (HUNDRED * self.top / self.bottom).quantize(HUNDREDTH, ROUND_HALF_UP)


@dataclass(frozen=True)
class ComparedUnit:
    """One unit with its cells, in the order of the columns."""

    union: Union
    cells: dict[str, ComparedCell]


def compare(
    units: Sequence[Union], span: EvaluationPeriod, wanted: Collection[str] = tuple(COLUMNS)
) -> list[ComparedUnit]:
    """Every unit with the columns named, from memory for a minute while no event has been written since."""
    ids = hashlib.sha256(",".join(str(unit.pk) for unit in units).encode()).hexdigest()
    asked = f"{span.since}:{span.until}:{span.now:%Y%m%d%H%M}:{'.'.join(sorted(wanted))}"
    key = f"compared:{ids}:{asked}:{last_event()}"
    found: dict[str, dict[int, Pair]] | None = cache.get(key)
    if found is None:
        found = counted(units, span, wanted)
        cache.set(key, found, KEPT_SECONDS)
    names = [name for name in COLUMNS if name in wanted]
    return [
        ComparedUnit(
            unit, {name: ComparedCell(COLUMNS[name], *found.get(name, {}).get(unit.pk, (0, 0))) for name in names}
        )
        for unit in units
    ]


def counted(units: Sequence[Union], span: EvaluationPeriod, wanted: Collection[str]) -> dict[str, dict[int, Pair]]:
    """By column and pk of the unit. One query per group of columns (two where units stand at two depths)."""
    found: dict[str, dict[int, Pair]] = {}
    for names, count in _GROUPS:
        if units and names & set(wanted):
            found |= count(units, span)
    return found


def total_of(rows: Iterable[ComparedUnit], wanted: Iterable[str] = COLUMNS) -> dict[str, ComparedCell]:
    """The last line: sums, and shares of the sums."""
    rows = list(rows)
    return {
        name: ComparedCell(
            COLUMNS[name], sum((one.cells[name].top for one in rows), 0), sum(one.cells[name].bottom for one in rows)
        )
        for name in wanted
    }


def in_order(rows: Iterable[ComparedUnit], by: str, down: bool) -> list[ComparedUnit]:
    """By one column (units without a figure last), else by code."""
    rows = sorted(rows, key=lambda one: one.union.code)
    if by not in COLUMNS:
        return rows[::-1] if down else rows
    known = [one for one in rows if one.cells[by].value is not None]
    empty = [one for one in rows if one.cells[by].value is None]
    return sorted(known, key=lambda one: one.cells[by].value or 0, reverse=down) + empty


# ---- which unit a row belongs to --------------------------------------------------------------------------------------


def by_unit(units: Sequence[Union], rows: QuerySet[Any], path: str, **sums: Any) -> dict[int, dict[str, Any]]:
    """`sums` of the rows of each unit and everything below it, by the unit's pk. One query per depth of `units`."""
    found: dict[int, dict[str, Any]] = {}
    for depth in sorted({unit.path.count(".") for unit in units}):
        here = {unit.pk: unit.path for unit in units if unit.path.count(".") == depth}
        shared = _shared(here.values()).rpartition(".")[0]
        part = Func(F(path), Value("."), Value(depth), function="split_part", output_field=TextField())
        below = rows.filter(**{f"{path}__startswith": f"{shared}." if shared else ""})
        told = below.order_by().annotate(unit_part=part).values("unit_part").annotate(**sums)
        found |= {int(row["unit_part"]): row for row in told if row["unit_part"] and int(row["unit_part"]) in here}
    return found


def _shared(texts: Collection[str]) -> str:
    """What all of them begin with."""
    first, last = min(texts), max(texts)
    differ = (nth for nth, (a, b) in enumerate(zip(first, last, strict=False)) if a != b)
    return first[: next(differ, min(len(first), len(last)))]


def _shares(
    source: IndicatorSource, span: EvaluationPeriod, *names: str
) -> Callable[[Sequence[Union]], dict[str, dict[int, Pair]]]:
    """Of a source: met out of all."""

    def count(units: Sequence[Union]) -> dict[str, dict[int, Pair]]:
        met = source.met(EVERYTHING, span)
        rows = by_unit(units, source.rows(EVERYTHING, span), source.path, of=Count("pk"), met=Count("pk", filter=met))
        return {name: {pk: (row["met"], row["of"]) for pk, row in rows.items()} for name in names}

    return count


# ---- the groups -------------------------------------------------------------------------------------------------------


def _accepted(units: Sequence[Union], span: EvaluationPeriod) -> dict[str, dict[int, Pair]]:
    found = _shares(facts.CLOSED, span, "closing-rate")(units)
    return found | {"new": {pk: (of, 0) for pk, (_, of) in found["closing-rate"].items()}}


def _closed(units: Sequence[Union], span: EvaluationPeriod) -> dict[str, dict[int, Pair]]:
    shut = Closure.objects.filter(on__range=(span.since, span.last), reopened_on=None)
    rows = by_unit(units, shut, "case__path", n=Count("case"))
    return {"closed": {pk: (row["n"], 0) for pk, row in rows.items()}}


def _left(units: Sequence[Union], span: EvaluationPeriod) -> dict[str, dict[int, Pair]]:
    entries = LedgerEntry.objects.filter(case__state__in=UNFINISHED)
    rows = by_unit(units, entries, "case__path", **ledger.columns())
    return {
        "left-workers": {pk: (_outstanding(row, "workers"), 0) for pk, row in rows.items()},
        "left-amount": {pk: (_outstanding(row, "amount"), 0) for pk, row in rows.items()},
    }


def _outstanding(row: Mapping[str, Any], number: str) -> Number:
    left: Number = row[f"owed_{number}"] - row[f"resolved_{number}"] - row[f"untrue_{number}"]
    return left


def _returns(units: Sequence[Union], span: EvaluationPeriod) -> dict[str, dict[int, Pair]]:
    rows = by_unit(
        units,
        facts.RETURNS.rows(EVERYTHING, span),
        "path",
        of=Count("pk"),
        met=Count("pk", filter=facts.RETURNS.met(EVERYTHING, span)),
        zero=Count("pk", filter=SAYS_ZERO),
        missing=Count("pk", filter=NOT_SENT),
    )
    return {
        "returns-rate": {pk: (row["met"], row["of"]) for pk, row in rows.items()},
        "zero": {pk: (row["zero"], 0) for pk, row in rows.items()},
        "missing": {pk: (row["missing"], 0) for pk, row in rows.items()},
    }


def _terms(units: Sequence[Union], span: EvaluationPeriod) -> dict[str, dict[int, Pair]]:
    return _shares(facts.TERMS, span, "terms-rate")(units)


def _red(units: Sequence[Union], span: EvaluationPeriod) -> dict[str, dict[int, Pair]]:
    rows = WarningStanding.objects.filter(union__in=[unit.pk for unit in units], level=RED).order_by()
    return {"red": {pk: (n, 0) for pk, n in rows.values_list("union").annotate(n=Count("pk"))}}


def _inspected(units: Sequence[Union], span: EvaluationPeriod) -> dict[str, dict[int, Pair]]:
    """Different employers visited, out of those known in the region of the unit."""
    rows = by_unit(units, facts.VISITS.rows(EVERYTHING, span), "path", n=Count("employer", distinct=True))
    known = _employers(units)
    return {"inspected": {unit.pk: (rows.get(unit.pk, {}).get("n", 0), known[unit.pk]) for unit in units}}


def _employers(units: Sequence[Union]) -> dict[int, int]:
    """Employers known in the region of each unit; 0 for a unit without a region of its own."""
    regions = {unit.pk: region_prefix(unit) for unit in units}
    named = [prefix for prefix in regions.values() if prefix]
    if not named:
        return dict.fromkeys(regions, 0)
    rows = Employer.objects.filter(region_code__startswith=_shared(named)).order_by()
    counties = dict(rows.annotate(county=Substr("region_code", 1, 6)).values_list("county").annotate(n=Count("pk")))
    return {
        pk: sum(n for county, n in counties.items() if prefix and county.startswith(prefix))
        for pk, prefix in regions.items()
    }


def region_prefix(unit: Union) -> str:
    """What the codes of all places in its region begin with: 37, 3702, 370202; "" where it has no region."""
    code = (unit.region_code or "")[:6]
    while len(code) > 2 and code.endswith("00"):
        code = code[:-2]
    return code


def _findings(units: Sequence[Union], span: EvaluationPeriod) -> dict[str, dict[int, Pair]]:
    return _shares(facts.FINDINGS, span, "findings-rate")(units)


def _prevention(units: Sequence[Union], span: EvaluationPeriod) -> dict[str, dict[int, Pair]]:
    works = PreventionWork.objects.standing().filter(on__range=(span.since, span.last))
    rows = by_unit(units, works, "path", n=Count("pk"))
    return {"prevention": {pk: (row["n"], 0) for pk, row in rows.items()}}


Group = Callable[[Sequence[Union], EvaluationPeriod], dict[str, dict[int, Pair]]]
_GROUPS: tuple[tuple[frozenset[str], Group], ...] = (
    (frozenset({"new", "closing-rate"}), _accepted),
    (frozenset({"closed"}), _closed),
    (frozenset({"left-workers", "left-amount"}), _left),
    (frozenset({"returns-rate", "zero", "missing"}), _returns),
    (frozenset({"terms-rate"}), _terms),
    (frozenset({"red"}), _red),
    (frozenset({"inspected"}), _inspected),
    (frozenset({"findings-rate"}), _findings),
    (frozenset({"prevention"}), _prevention),
)
