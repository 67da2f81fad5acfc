"""Figures of the boards as people read them, and the page that lists what is behind each."""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode

from reporting.boards.columns import RED, BoardColumn, CellKind
from reporting.boards.comparison import ComparedCell, Number
from reporting.evaluation.facts import EvaluationPeriod
from unions.common import formats
from unions.models import Union

NOTHING = "—"


def printed(column: BoardColumn, value: Number | None) -> str:
    """As on the page: money in 万元, shares with up to two places."""
    if value is None:
        return NOTHING
    if column.kind == CellKind.MONEY:
        return formats.wan(value)
    if column.kind in (CellKind.RATE, CellKind.PER_HUNDRED):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return formats.people(int(value))


def printed_short(column: BoardColumn, value: Number | None) -> str:
    """For a tile: at most about five characters."""
    if value is not None and column.kind == CellKind.MONEY and value >= 1_000_000:
        return f"{value / 10_000:,.0f}"
    if value is not None and column.kind in (CellKind.RATE, CellKind.PER_HUNDRED):
        return f"{value:.1f}".removesuffix(".0")
    return printed(column, value)


def share_note(cell: ComparedCell) -> str:
    """Of a share: out of how many."""
    return f"{cell.top:,}/{cell.bottom:,}" if cell.value is not None and cell.column.kind == CellKind.RATE else ""


def rows_url(union: Union, column: BoardColumn, span: EvaluationPeriod, query: str) -> str:
    """The rows one figure of `union` is counted from. `query`: the days as they were asked for."""
    match column.name:
        case "closed":
            return f"{reverse('overview-cases')}?{urlencode({'unit': union.code, 'what': 'closed'} | _days(span))}"
        case "left-workers" | "left-amount":
            return f"{reverse('cases')}?{urlencode({'unit': union.code, 'state': 'unfinished'})}"
        case "prevention":
            return f"{reverse('prevention')}?{urlencode({'unit': union.code} | _days(span))}"
        case "red":
            return f"{reverse('warnings')}?{urlencode({'unit': union.code, 'level': RED})}"
    return f"{reverse('comparison-rows', args=[column.name])}?{urlencode({'unit': union.code})}&{query}"


def _days(span: EvaluationPeriod) -> dict[str, str]:
    return {"since": f"{span.since}", "until": f"{span.last}"}
