"""Figures of the boards as people read them, and the page that lists what is behind each."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.urls import reverse
from django.utils.http import urlencode

from arrears.law.rules.rates import NOTHING
from reporting.boards.columns import RED, BoardColumn, CellKind
from reporting.boards.comparison import OWN, ComparedCell, ComparedUnit, Number
from reporting.evaluation.facts import EvaluationPeriod
from unions.common import formats

# Columns whose pages can be asked for the own books of a unit alone.
OWN_PAGES = ("closed", "left-workers", "left-amount")


def printed(cell: ComparedCell) -> str:
    """As on the page: money in 万元, rates with up to two places, of few events the events."""
    if cell.rate is not None and not cell.ranks:
        return cell.rate.text()
    return NOTHING if cell.value is None else number(cell.column, cell.value)


def number(column: BoardColumn, value: Number) -> str:
    if column.kind == CellKind.MONEY:
        return formats.wan(value)
    if column.is_rate:
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return formats.people(int(value))


def printed_short(cell: ComparedCell) -> str:
    """For a tile: at most about five characters."""
    return printed(cell) if cell.value is None or not cell.ranks else short_number(cell.column, cell.value)


def short_number(column: BoardColumn, value: Number) -> str:
    """On tiles and in their legend alike."""
    if column.kind == CellKind.MONEY and value >= 1_000_000:
        return f"{round_half_up(Decimal(value) / 10_000):,}"
    if column.is_rate:
        return f"{round_half_up(value, 1):,f}".removesuffix(".0")
    return number(column, value)


def round_half_up(value: Number, places: int = 0) -> Decimal:
    return Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def share_note(cell: ComparedCell) -> str:
    """Of a rate: out of how many, where the figure does not say so itself, and what it leaves out."""
    if cell.rate is None or cell.column.kind != CellKind.RATE:
        return ""
    beside = [cell.rate.events] if cell.ranks else []
    beside += [f"{cell.column.left_out} {cell.left_out:,}"] if cell.left_out else []
    return "，".join(beside)


def rows_url(one: ComparedUnit, column: BoardColumn, span: EvaluationPeriod, query: str) -> str:
    """The rows one figure is counted from; "" where no page has just them. `query`: the days as they were asked for."""
    if one.part is not None and (one.part != OWN or (column.name not in OWN_PAGES and column.source is None)):
        return ""
    code, own = one.union.code, {} if one.part is None else {"own": "on"}
    match column.name:
        case "closed":
            return f"{reverse('overview-cases')}?{urlencode({'unit': code, 'what': 'closed'} | own | _days(span))}"
        case "left-workers" | "left-amount" if span.past:
            days = {"since": f"{span.last}", "until": f"{span.last}"}
            return f"{reverse('overview-cases')}?{urlencode({'unit': code, 'what': 'left'} | own | days)}"
        case "left-workers" | "left-amount":
            return f"{reverse('cases')}?{urlencode({'unit': code, 'state': 'unfinished'} | own)}"
        case "prevention":
            return f"{reverse('prevention')}?{urlencode({'unit': code} | _days(span))}"
        case "red":
            return f"{reverse('warnings')}?{urlencode({'unit': code, 'level': RED})}"
    return f"{reverse('comparison-rows', args=[column.name])}?{urlencode({'unit': code} | own)}&{query}"


def _days(span: EvaluationPeriod) -> dict[str, str]:
    return {"since": f"{span.since}", "until": f"{span.last}"}
