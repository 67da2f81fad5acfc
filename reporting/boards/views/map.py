"""地图: the units below as tiles, shaded by a measure, from the province down to the district; and the small one on the desk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from reporting.analysis import kept_query, place_of
from reporting.boards import comparison, tiles
from reporting.boards.columns import COLUMNS, BoardColumn
from reporting.boards.comparison import OWN, ComparedUnit, Comparison
from reporting.boards.forms import FIRST_MEASURE, LAST_YEAR, map_filter
from reporting.boards.tiles import Tile, TileMap
from reporting.boards.views.comparison import asked
from reporting.boards.wording import printed, printed_short, rows_url, share_note, short_number
from reporting.evaluation.facts import EvaluationPeriod
from reporting.evaluation.forms import period_name, year_before_of
from unions.http import Request, read_page
from unions.models import Union, UnionKind
from unions.tree.reach import asked_unit

# Kinds whose tile opens a map of its own: what stands below them is compared again. All others open their board.
MAPPED = (UnionKind.PROVINCE, UnionKind.CITY)


@dataclass(frozen=True)
class PrintedTile:
    """A tile as it is printed. `text`: the figure, short; `full`: with its unit; `url` "" where no unit stands."""

    tile: Tile
    text: str
    full: str
    url: str


@read_page
def board_map(request: Request) -> HttpResponse:
    union, now = asked_unit(request, "概览"), timezone.now()
    form = map_filter(request.GET, now)
    column = form.column()
    found = asked(request, union, form, now)
    if found.span and form.cleaned_data.get("when") == LAST_YEAR:
        found = replace(found, span=year_before_of(found.span))
    compared = found.compared([column.name])
    query = kept_query(request.GET, sort=None, kind=None)
    context = place_of(request, union) | {
        "form": form,
        "column": column,
        "now": now,
        "period": period_name(found.span) if found.span else "",
        "sheet_url": f"{reverse('comparison-sheet')}?unit={union.code}&{kept_query(request.GET, measure=None)}",
        "comparison_url": f"{reverse('comparison')}?unit={union.code}&{kept_query(request.GET, measure=None)}",
        "ranked": _ranked(compared, column, found.span, query),
        "past": found.span is not None and found.span.past,
        "total": printed(compared.total.cells[column.name]) if compared else "",
    }
    return render(request, "reporting/boards/map.html", context | drawn(union, compared, column, query))


@read_page
def board_desk(request: Request) -> HttpResponse:
    """The map as the desk shows it: the reader's own unit, what is outstanding."""
    union, now = asked_unit(request, "概览"), timezone.now()
    form = map_filter(request.GET, now)
    found = asked(request, union, form, now)
    column = COLUMNS[FIRST_MEASURE]
    compared = found.compared([column.name])
    total = printed(compared.total.cells[column.name]) if compared else ""
    context = {"union": union, "column": column, "now": now, "total": total}
    return render(request, "reporting/boards/desk_map.html", context | drawn(union, compared, column, ""))


def drawn(union: Union, compared: Comparison | None, column: BoardColumn, query: str) -> dict[str, Any]:
    """Tiles on the grid, those without a place, and the legend, all as printed."""
    found = tiles.draw(union, compared.all if compared else [], column)
    return {
        "drawn": found,
        "tiles": [shown(one, column, query) for one in found.tiles],
        "plain": [shown(one, column, query) for one in found.plain],
        "legend": _legend(found, column),
    }


def shown(tile: Tile, column: BoardColumn, query: str) -> PrintedTile:
    if tile.one is None or tile.cell is None:
        return PrintedTile(tile, "未接入", "", "")
    cell = tile.cell
    full = "没有相应事项" if cell.value is None else printed(cell)
    full += f" {column.unit}" if cell.ranks else " 件" if cell.value is not None else ""
    return PrintedTile(tile, printed_short(cell), full, url_of(tile.one, query))


def url_of(one: ComparedUnit, query: str) -> str:
    """Of a part of the unit shown: its unfinished cases where the list can have them alone, else the board."""
    if one.part == OWN:
        return f"{reverse('cases')}?{urlencode({'unit': one.union.code, 'state': 'unfinished', 'own': 'on'})}"
    if one.part is None and one.union.kind in MAPPED:
        return f"{reverse('board-map')}?unit={one.union.code}&{query}".rstrip("&")
    return f"{reverse('board')}?unit={one.union.code}"


def _legend(found: TileMap, column: BoardColumn) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = []
    for step in found.legend:
        first, last = short_number(column, step.first), short_number(column, step.last)
        text = first if first == last else f"{first}–{last}"
        steps.append({"shade": step.shade, "text": f"{text} {column.unit}", "count": step.count})
    return steps


def _ranked(
    compared: Comparison | None, column: BoardColumn, span: EvaluationPeriod | None, query: str
) -> list[tuple[Any, ...]]:
    """The same figures as a table, those to be looked at first: name, its page, the figure, its rows. What stands beside the
    units of the map comes after them."""
    if span is None or compared is None:
        return []
    found = comparison.in_order(compared.rows, column.name, column.worse != "low")
    days = urlencode({"since": f"{span.since}", "until": f"{span.last}"}) if span.past else query
    return [
        (
            one.name,
            url_of(one, query),
            printed(one.cells[column.name]),
            rows_url(one, column, span, days),
            share_note(one.cells[column.name]),
        )
        for one in (*found, *compared.beside)
    ]
