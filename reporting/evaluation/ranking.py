"""Scores of many units at once: one query per indicator (two where returns and terms count together), whatever their number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count as Number
from django.db.models import F, Func, Q, QuerySet, TextField, Value

from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.rules.rates import Rate
from arrears.law.rules.rulebook import Indicator, Rulebook
from arrears.law.rules.scoring import Score, ranks, score
from reporting.evaluation.facts import SOURCES, EvaluationPeriod, IndicatorSource
from unions.models import Union, UnionKind

MOST_UNITS = 3000
# Which kind below a unit is shown first: from the top of the hierarchy down, and what stands beside the counties after them.
KINDS = (
    UnionKind.CITY,
    UnionKind.INDUSTRY,
    UnionKind.DIRECT,
    UnionKind.DISTRICT,
    UnionKind.CITY_UNIT,
    UnionKind.STATIONED,
    UnionKind.TOWNSHIP,
    UnionKind.ZONE,
    UnionKind.FEDERATION,
    UnionKind.ENTERPRISE,
)


@dataclass(frozen=True)
class JudgedUnit:
    """One unit. `rank`: its place among those judged with it, from 1; None with too little to be judged by."""

    union: Union
    score: Score
    rank: int | None


def rulebooks_judging(union: Union, span: EvaluationPeriod) -> list[Rulebook]:
    """The rulebooks with indicators that hold at `union` on the last day of the period that is known."""
    return [book for book in RulebooksByUnit().at([union], span.last) if book.indicators]


def places_with_indicators(union: Union, span: EvaluationPeriod) -> list[Union]:
    """Units below `union` where a notice with indicators is attached."""
    ids = {pk for pk, book in RulebooksByUnit().attached() if book.indicators and book.in_force(span.last)}
    return list(Union.objects.below(union).filter(pk__in=ids).exclude(pk=union.pk).order_by("code"))


def kinds_below(union: Union) -> list[tuple[UnionKind, int]]:
    """Kinds of unit under `union` that can be compared, the highest first, and how many there are."""
    rows = _open_below(union).order_by().values_list("kind").annotate(Number("pk"))
    found = dict(rows)
    return [(kind, found[kind]) for kind in KINDS if 0 < found.get(kind, 0) <= MOST_UNITS]


def units_below(union: Union, kind: str) -> list[Union]:
    return list(_open_below(union).filter(kind=kind).order_by("code"))


def peers(union: Union) -> list[Union]:
    """The units of its kind under the same unit, itself among them."""
    found = units_below(union.parent, union.kind) if union.parent else []
    return found if union in found else [union]


def _open_below(union: Union) -> QuerySet[Union]:
    return Union.objects.below(union).filter(valid_until=None).exclude(pk=union.pk)


def rank_units(units: Sequence[Union], entries: Sequence[Indicator], span: EvaluationPeriod) -> list[JudgedUnit]:
    """Every unit with its score and place, the best first; those with hardly anything or nothing to do last."""
    counted = counts(units, entries, span)
    scores = [score(entries, counted[unit.pk]) for unit in units]
    places = ranks(one.total if one.ranks else None for one in scores)
    found = [JudgedUnit(*row) for row in zip(units, scores, places, strict=True)]
    return sorted(found, key=lambda one: (one.rank is None, one.rank or 0, one.union.code))


def counts(units: Iterable[Union], entries: Iterable[Indicator], span: EvaluationPeriod) -> dict[int, dict[str, Rate]]:
    """By pk of the unit and name of the indicator; with what like events each leaves out."""
    units = list(units)
    found: dict[int, dict[str, Rate]] = {unit.pk: {} for unit in units}
    for entry in entries:
        for source in SOURCES[entry.measure]:
            for pk, count in _counted(units, entry, source, span).items():
                found[pk][entry.name] = found[pk].get(entry.name, Rate()) + count
    return found


def rows_of(unit: Union, entry: Indicator, source: IndicatorSource, span: EvaluationPeriod) -> QuerySet[Any]:
    """The rows of one unit behind one indicator."""
    rows = source.rows(entry, span)
    if entry.reach == "below":
        return rows.filter(**{f"{source.path}__startswith": unit.path})
    return rows.filter(**{source.owner: unit.pk})


def _counted(units: list[Union], entry: Indicator, source: IndicatorSource, span: EvaluationPeriod) -> dict[int, Rate]:
    found: dict[int, Rate] = {}
    for rows in _keyed(units, entry, source, span):
        numbers = rows.values("judged").annotate(
            met=Number("pk", filter=source.met(entry, span) or None), of=Number("pk")
        )
        found |= {int(row["judged"]): Rate(row["met"], row["of"]) for row in numbers}
    if source.left_out is not None:
        beside = replace(source, rows=source.left_out)
        for rows in _keyed(units, entry, beside, span):
            for judged, number in rows.order_by().values_list("judged").annotate(of=Number("pk")):
                found[int(judged)] = found.get(int(judged), Rate()) + Rate(left_out=number)
    if source.owed is not None:
        due = {unit.pk: source.owed(entry, span, unit) for unit in units}
        return {pk: Rate(found.get(pk, Rate()).met, count) for pk, count in due.items() if count is not None}
    return {unit.pk: found[unit.pk] for unit in units if unit.pk in found}


def _keyed(
    units: list[Union], entry: Indicator, source: IndicatorSource, span: EvaluationPeriod
) -> Iterable[QuerySet[Any]]:
    """The rows with the unit each is `judged` for: its own, or the one above it; one queryset per depth in the tree."""
    rows = source.rows(entry, span)
    if entry.reach == "own":
        yield rows.filter(**{f"{source.owner}__in": [unit.pk for unit in units]}).annotate(judged=F(source.owner))
        return
    for depth in sorted({unit.path.count(".") for unit in units}):
        here = [unit for unit in units if unit.path.count(".") == depth]
        part = Func(F(source.path), Value("."), Value(depth), function="split_part", output_field=TextField())
        yield (
            rows.filter(_under(here, source)).annotate(judged=part).filter(judged__in=[str(unit.pk) for unit in here])
        )


def _under(units: list[Union], source: IndicatorSource) -> Q:
    """What all of `units` share of their paths: the rows are read from there."""
    first, last = min(unit.path for unit in units), max(unit.path for unit in units)
    shared = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    line = first[:shared]
    return Q(**{f"{source.path}__startswith": line[: line.rfind(".") + 1]})
