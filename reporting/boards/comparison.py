"""Units side by side: every column of all of them in one query each, however many units there are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.db.models import Count, QuerySet
from django.db.models.functions import Substr

from arrears.cases import ledger
from arrears.cases.models import Employer, LedgerEntry
from arrears.early_warning.models import WarningStanding
from arrears.law.rules.rates import Rate
from arrears.prevention.models import PreventionWork
from reporting.analysis import KEPT_SECONDS, closings, entries_left_on, last_event
from reporting.boards.columns import COLUMNS, EVERYTHING, RED, BoardColumn
from reporting.evaluation import facts
from reporting.evaluation.facts import EvaluationPeriod, IndicatorSource
from reporting.returns.models import IMPLIED_ZERO, NOT_SENT, SIGNED_ZERO, WITH_FIGURES
from unions.models import Union, UnionKind
from unions.models.union import BESIDE_COUNTIES

Number = int | Decimal
# What is counted; of a rate, out of how many, and how many like ones neither number counts. None: cannot be told.
Told = tuple[Number | None] | tuple[Number, int] | tuple[Number, int, int]
# Keys beside the pks of units: the books of the unit above itself, and what stands under none of the units shown.
OWN, OTHERS = 0, -1


@dataclass(frozen=True)
class ComparedCell:
    """One figure of one unit: people, things or yuan; of a rate `top` out of `bottom`, with `left_out` in neither."""

    column: BoardColumn
    top: Number | None = 0
    bottom: int = 0
    left_out: int = 0

    @property
    def rate(self) -> Rate | None:
        return Rate(int(self.top or 0), self.bottom, self.left_out) if self.column.is_rate else None

    @property
    def value(self) -> Number | None:
        """Raw; a rate in percent (or per hundred), two places; None where there was nothing to do, or nothing can be told."""
        return self.top if self.rate is None else self.rate.percent()

    @property
    def ranks(self) -> bool:
        """Whether it may be put in order with others."""
        return self.value is not None and (self.rate is None or self.rate.ranks)


@dataclass(frozen=True)
class ComparedUnit:
    """One unit with its cells, in the order of the columns. `part`: OWN or OTHERS, where only that part of it is meant; `whole`:
    the sum of all."""

    union: Union
    cells: dict[str, ComparedCell]
    part: int | None = None
    whole: bool = False

    @property
    def name(self) -> str:
        match self.part:
            case None:
                return self.union.name
            case 0:
                return f"{self.union.name}（本级）"
        return "其他单位"


@dataclass(frozen=True)
class Comparison:
    """`rows`: units of one kind; `beside`: what else the whole is made of: industrial and direct unions, the own books, others.
    `total`: the whole, as the overview of the unit says it.
    """

    rows: list[ComparedUnit]
    beside: list[ComparedUnit]
    total: ComparedUnit

    @property
    def all(self) -> list[ComparedUnit]:
        return [*self.rows, *self.beside]


@dataclass(frozen=True)
class ComparedPlaces:
    """`units`: each with everything below it. `above`: where the unit they stand under is told too, as OWN and OTHERS."""

    units: Sequence[Union]
    above: Union | None = None

    @cached_property
    def pks(self) -> frozenset[int]:
        return frozenset(unit.pk for unit in self.units)


def compare(
    units: Sequence[Union], span: EvaluationPeriod, wanted: Collection[str] = tuple(COLUMNS)
) -> list[ComparedUnit]:
    """Every unit with the columns named, from memory for a minute while no event has been written since."""
    found = _remembered(ComparedPlaces(units), span, wanted)
    return [ComparedUnit(unit, _cells(found, unit.pk, wanted)) for unit in units]


def compare_below(
    union: Union, units: Sequence[Union], span: EvaluationPeriod, wanted: Collection[str] = tuple(COLUMNS)
) -> Comparison:
    """`units` below `union` with whatever else belongs to it, so that the rows add up to the whole."""
    branches = outermost(_branches(union, units))
    found = _remembered(ComparedPlaces([*units, *branches], union), span, wanted)
    rows = [ComparedUnit(unit, _cells(found, unit.pk, wanted)) for unit in units]
    beside = [ComparedUnit(unit, _cells(found, unit.pk, wanted)) for unit in branches]
    beside.append(ComparedUnit(union, _cells(found, OWN, wanted), OWN))
    others = ComparedUnit(union, _cells(found, OTHERS, wanted), OTHERS)
    if any(cell.top or cell.bottom or cell.left_out for cell in others.cells.values()):
        beside.append(others)
    top = {unit.pk for unit in outermost(units)}
    apart = [name for name in wanted if not COLUMNS[name].adds]
    whole = compare([union], span, apart)[0].cells if apart else {}
    cells = _sums([*(one for one in rows if one.union.pk in top), *beside], wanted) | whole
    return Comparison(
        rows, beside, ComparedUnit(union, {name: cells[name] for name in COLUMNS if name in wanted}, whole=True)
    )


def _branches(union: Union, units: Sequence[Union]) -> list[Union]:
    """Industrial and direct unions, and those beside the counties, below that are neither among `units`, nor inside one of them, nor above one."""
    kinds = (UnionKind.INDUSTRY, UnionKind.DIRECT, *BESIDE_COUNTIES)
    below = Union.objects.below(union).filter(kind__in=kinds, valid_until=None).exclude(pk=union.pk).order_by("code")
    inside, over = {unit.pk for unit in units}, {pk for unit in units for pk in unit.line_ids()}
    return [one for one in below if one.pk not in over and not inside.intersection(one.line_ids())]


def outermost(units: Sequence[Union]) -> list[Union]:
    """Without those that stand below another of them."""
    ids = {unit.pk for unit in units}
    return [unit for unit in units if not ids.intersection(set(unit.line_ids()) - {unit.pk})]


def _remembered(places: ComparedPlaces, span: EvaluationPeriod, wanted: Collection[str]) -> dict[str, dict[int, Told]]:
    above = places.above.pk if places.above else None
    asked = [[unit.pk for unit in places.units], above, sorted(wanted), str(span.since), str(span.until), span.past]
    digest = hashlib.sha256(json.dumps(asked).encode()).hexdigest()
    key = f"compared:{digest}:{span.now:%Y%m%d%H%M}:{last_event()}"
    found: dict[str, dict[int, Told]] | None = cache.get(key)
    if found is None:
        found = counted(places, span, wanted)
        cache.set(key, found, KEPT_SECONDS)
    return found


def _cells(found: dict[str, dict[int, Told]], key: int, wanted: Collection[str]) -> dict[str, ComparedCell]:
    told = {name: found.get(name, {}).get(key, (0,)) for name in COLUMNS if name in wanted}
    return {name: ComparedCell(COLUMNS[name], *numbers) for name, numbers in told.items()}


def counted(places: ComparedPlaces, span: EvaluationPeriod, wanted: Collection[str]) -> dict[str, dict[int, Told]]:
    """By column and pk of the unit (or OWN, OTHERS). One query per group of columns, and one for what its rates leave out."""
    found: dict[str, dict[int, Told]] = {}
    for names, count in _GROUPS:
        if (places.units or places.above) and names & set(wanted):
            found |= count(places, span)
    return found


def _sums(rows: Sequence[ComparedUnit], wanted: Iterable[str]) -> dict[str, ComparedCell]:
    """Sums, and rates of the sums."""
    return {
        name: ComparedCell(
            COLUMNS[name],
            sum((one.cells[name].top or 0 for one in rows), 0),
            sum(one.cells[name].bottom for one in rows),
            sum(one.cells[name].left_out for one in rows),
        )
        for name in wanted
    }


def in_order(rows: Iterable[ComparedUnit], by: str, down: bool) -> list[ComparedUnit]:
    """By one column, else by code. Rates of too few events come after those that rank, units without a figure last."""
    rows = sorted(rows, key=lambda one: one.union.code)
    if by not in COLUMNS:
        return rows[::-1] if down else rows
    known = [one for one in rows if one.cells[by].ranks]
    few = [one for one in rows if not one.cells[by].ranks and one.cells[by].value is not None]
    empty = [one for one in rows if one.cells[by].value is None]
    return sorted(known, key=lambda one: one.cells[by].value or 0, reverse=down) + few + empty


# ---- which unit a row belongs to --------------------------------------------------------------------------------------


def by_place(places: ComparedPlaces, rows: QuerySet[Any], path: str, **sums: Any) -> dict[int, dict[str, Any]]:
    """`sums` of the rows of each unit and everything below it, by the unit's pk, and of OWN and OTHERS. One query: the rows are
    summed by the books they stand on, and the books by the units above them. `sums` must add up."""
    found: dict[int, dict[str, Any]] = {}
    for told in _under(places, rows, path).order_by().values(path).annotate(**sums):
        for key in _keys(places, told.pop(path)):
            found[key] = {name: found[key][name] + told[name] for name in told} if key in found else told
    return found


def _under(places: ComparedPlaces, rows: QuerySet[Any], path: str) -> QuerySet[Any]:
    """Rows below any of the places, and hardly any others."""
    if places.above is not None:
        return rows.filter(**{f"{path}__startswith": places.above.path})
    shared = _shared([unit.path for unit in places.units]).rpartition(".")[0]
    return rows.filter(**{f"{path}__startswith": f"{shared}." if shared else ""})


def _keys(places: ComparedPlaces, path: str) -> list[int]:
    """Which places count what stands on the books of `path`: every unit on the way down to it, else a part of the unit above."""
    keys = [pk for pk in map(int, path.split(".")[:-1]) if pk in places.pks]
    if keys or places.above is None:
        return keys
    return [OWN if path == places.above.path else OTHERS]


def _shared(texts: Collection[str]) -> str:
    """What all of them begin with."""
    first, last = min(texts), max(texts)
    differ = (nth for nth, (a, b) in enumerate(zip(first, last, strict=False)) if a != b)
    return first[: next(differ, min(len(first), len(last)))]


def _rates(source: IndicatorSource, places: ComparedPlaces, span: EvaluationPeriod) -> dict[int, tuple[int, int, int]]:
    """Of a source: met, out of all, and like ones that are in neither."""
    return _rates_of(source, places, span, _counts(source, places, span))


def _counts(
    source: IndicatorSource, places: ComparedPlaces, span: EvaluationPeriod, **more: Count
) -> dict[int, dict[str, Any]]:
    met = Count("pk", filter=source.met(EVERYTHING, span))
    return by_place(places, source.rows(EVERYTHING, span), source.path, of=Count("pk"), met=met, **more)


def _rates_of(
    source: IndicatorSource, places: ComparedPlaces, span: EvaluationPeriod, rows: dict[int, dict[str, Any]]
) -> dict[int, tuple[int, int, int]]:
    left = by_place(places, source.left_out(EVERYTHING, span), source.path, n=Count("pk")) if source.left_out else {}
    none = {"met": 0, "of": 0, "n": 0}
    return {
        key: (rows.get(key, none)["met"], rows.get(key, none)["of"], left.get(key, none)["n"])
        for key in rows.keys() | left.keys()
    }


# ---- the groups -------------------------------------------------------------------------------------------------------


def _accepted(places: ComparedPlaces, span: EvaluationPeriod) -> dict[str, dict[int, Told]]:
    rates = _rates(facts.CLOSED, places, span)
    return {"closing-rate": {**rates}, "new": {key: (of,) for key, (_, of, _) in rates.items()}}


def _closed(places: ComparedPlaces, span: EvaluationPeriod) -> dict[str, dict[int, Told]]:
    rows = by_place(places, closings(span.since, span.last), "case__path", n=Count("case"))
    return {"closed": {key: (row["n"],) for key, row in rows.items()}}


def _left(places: ComparedPlaces, span: EvaluationPeriod) -> dict[str, dict[int, Told]]:
    left = LedgerEntry.objects.filter(entries_left_on(span.last)) if span.past else ledger.of_unfinished()
    rows = by_place(places, left, "case__path", **ledger.left_columns())
    return {
        "left-workers": {key: (row["left_workers"],) for key, row in rows.items()},
        "left-amount": {key: (row["left_amount"],) for key, row in rows.items()},
    }


RETURNS_BY_COLUMN = {"filled": WITH_FIGURES, "zero": SIGNED_ZERO, "implied": IMPLIED_ZERO, "missing": NOT_SENT}


def _returns(places: ComparedPlaces, span: EvaluationPeriod) -> dict[str, dict[int, Told]]:
    numbers = {name: Count("pk", filter=which) for name, which in RETURNS_BY_COLUMN.items()}
    rows = _counts(facts.RETURNS, places, span, **numbers)
    rates = _rates_of(facts.RETURNS, places, span, rows)
    return {
        "returns-rate": {**rates},
        "returns-due": {key: (of,) for key, (_, of, _) in rates.items()},
        **{name: {key: (row[name],) for key, row in rows.items()} for name in RETURNS_BY_COLUMN},
    }


def _red(places: ComparedPlaces, span: EvaluationPeriod) -> dict[str, dict[int, Told]]:
    """As each unit's signals add up; a part of a unit has no grade of its own, and nobody knows what stood on a past day."""
    if span.past:
        return {"red": dict.fromkeys([*places.pks, OWN, OTHERS], (None,))}
    rows = WarningStanding.objects.filter(union__in=[unit.pk for unit in places.units], level=RED).order_by()
    told: dict[int, Told] = {pk: (n,) for pk, n in rows.values_list("union").annotate(n=Count("pk"))}
    return {"red": told | ({OWN: (None,), OTHERS: (None,)} if places.above else {})}


def _inspected(places: ComparedPlaces, span: EvaluationPeriod) -> dict[str, dict[int, Told]]:
    """Different employers visited, out of those known in the region of the unit; the books of a part have no region."""
    visited: dict[int, set[int]] = {}
    visits = _under(places, facts.VISITS.rows(EVERYTHING, span), "path")
    for path, employer in visits.values_list("path", "employer").distinct():
        for key in _keys(places, path):
            visited.setdefault(key, set()).add(employer)
    known = _employers(places.units)
    return {"inspected": {key: (len(visited.get(key, ())), known.get(key, 0)) for key in visited.keys() | known.keys()}}


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


def _prevention(places: ComparedPlaces, span: EvaluationPeriod) -> dict[str, dict[int, Told]]:
    works = PreventionWork.objects.carried_out().filter(on__range=(span.since, span.last))
    rows = by_place(places, works, "path", n=Count("pk"))
    return {"prevention": {key: (row["n"],) for key, row in rows.items()}}


Group = Callable[[ComparedPlaces, EvaluationPeriod], dict[str, dict[int, Told]]]


def _rate_alone(column: str) -> tuple[frozenset[str], Group]:
    """The group of a column that is one rate and shares its rows with no other."""
    source = COLUMNS[column].source
    assert source is not None
    return frozenset({column}), lambda places, span: {column: {**_rates(source, places, span)}}


_GROUPS: tuple[tuple[frozenset[str], Group], ...] = (
    (frozenset({"new", "closing-rate"}), _accepted),
    (frozenset({"closed"}), _closed),
    (frozenset({"left-workers", "left-amount"}), _left),
    (frozenset({"returns-rate", "returns-due", *RETURNS_BY_COLUMN}), _returns),
    (frozenset({"red"}), _red),
    (frozenset({"inspected"}), _inspected),
    (frozenset({"prevention"}), _prevention),
    *map(_rate_alone, ("aided-rate", "terms-rate", "findings-rate", "confirmed-rate")),
)
