"""Tile maps: where each city (of Shanghai: each district) stands on a grid, as data; and how units are shaded by a measure."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reporting.boards.columns import BoardColumn, CellKind
from reporting.boards.comparison import OWN, ComparedCell, ComparedUnit, Number
from unions.models import Union, UnionKind

FOLDER = Path(__file__).parent / "maps"
SHADES = 4  # beside none at all


@dataclass(frozen=True)
class TilePlace:
    """One tile: `row` and `column` from 1."""

    code: str
    label: str
    row: int
    column: int


@dataclass(frozen=True)
class Grid:
    """The tiles of a province. `columns`: how wide it is."""

    code: str
    places: tuple[TilePlace, ...]

    @property
    def columns(self) -> int:
        return max(place.column for place in self.places)


@dataclass(frozen=True)
class Tile:
    """A place on the map with the unit that stands there, or without. `shade`: 0 (nothing) to SHADES (most to look at)."""

    label: str
    row: int = 0
    column: int = 0
    one: ComparedUnit | None = None
    cell: ComparedCell | None = None
    shade: int = 0


@dataclass(frozen=True)
class ShadeStep:
    """A line of the legend: from … to, both included, in the raw unit of the column."""

    shade: int
    first: Number
    last: Number
    count: int


@dataclass(frozen=True)
class TileMap:
    """`tiles` on the grid of the province; `plain`: units without a place on it. `unknown`: units without a figure; `few`: whose
    rate has too few events for a shade."""

    grid: Grid | None
    tiles: list[Tile]
    plain: list[Tile]
    legend: list[ShadeStep]
    unknown: int
    few: int


@cache
def grids() -> dict[str, Grid]:
    """By the code of the province. ValueError where two tiles lie on one another."""
    found = {}
    for file in sorted(FOLDER.glob("*.toml")):
        read = tomllib.loads(file.read_text("utf-8"))
        places = tuple(TilePlace(code, label, row, column) for code, (label, row, column) in read["tiles"].items())
        if len({(one.row, one.column) for one in places}) != len(places):
            raise ValueError(f"{file.name}: two tiles at one place")
        found[read["code"]] = Grid(read["code"], places)
    return found


def grid_of(union: Union) -> Grid | None:
    """Only a province has a map; of everything else the units stand in a plain grid."""
    return grids().get(union.region_code or "") if union.kind == UnionKind.PROVINCE else None


def draw(union: Union, rows: Sequence[ComparedUnit], column: BoardColumn) -> TileMap:
    """Every unit as a tile, shaded by `column`; places of the grid without a unit stay empty."""
    grid, edges = grid_of(union), _edges(rows, column)
    at = {place.code: place for place in grid.places} if grid else {}
    named = {code: one for one in rows if one.part is None and (code := one.union.region_code or "") in at}
    tiles = [_tile(place.label, named.get(place.code), column, edges, place.row, place.column) for place in at.values()]
    plain = [_tile(short(one), one, column, edges) for one in rows if one not in named.values()]
    legend = _legend([tile for tile in (*tiles, *plain) if tile.one])
    unknown = sum(one.cells[column.name].value is None for one in rows)
    few = sum(not one.cells[column.name].ranks for one in rows) - unknown
    return TileMap(grid, tiles, plain, legend, unknown, few)


def short(one: ComparedUnit) -> str:
    if one.part is not None:
        return "本级" if one.part == OWN else one.name
    return one.union.name.removesuffix("总工会").removesuffix("工会") or one.union.name


def _tile(
    label: str, one: ComparedUnit | None, column: BoardColumn, edges: list[Number], row: int = 0, at: int = 0
) -> Tile:
    cell = one.cells[column.name] if one else None
    return Tile(label, row, at, one, cell, _shade(cell, edges) if cell else 0)


def _weights(rows: Sequence[ComparedUnit], column: BoardColumn) -> list[Number]:
    """The figures to be told apart: those that are there and give something to look at, the mildest first."""
    values = [one.cells[column.name].value for one in rows if one.cells[column.name].ranks]
    found = sorted({value for value in values if value is not None and _counts(value, column)})
    return found[::-1] if column.worse == "low" else found


def _counts(value: Number, column: BoardColumn) -> bool:
    """Nothing outstanding, or everything done, is no shade at all."""
    if column.worse == "low":
        return column.kind != CellKind.RATE or value < 100
    return value > 0


def _edges(rows: Sequence[ComparedUnit], column: BoardColumn) -> list[Number]:
    """The first figure of each shade, in the order of `_weights`: shades hold about as many different figures."""
    found = _weights(rows, column)
    shades = min(SHADES, len(found))
    return [found[len(found) * nth // shades] for nth in range(shades)]


def _shade(cell: ComparedCell, edges: list[Number]) -> int:
    value = cell.value
    if value is None or not cell.ranks or not edges or not _counts(value, cell.column):
        return 0
    low = cell.column.worse == "low"
    step = sum(value <= edge if low else value >= edge for edge in edges)
    return step + SHADES - len(edges)


def _legend(tiles: Sequence[Tile]) -> list[ShadeStep]:
    """What each shade on the map means, the lightest first: the figures that really stand in it."""
    found: dict[int, list[Number]] = {}
    for tile in tiles:
        if tile.cell is not None and tile.cell.ranks and tile.cell.value is not None:
            found.setdefault(tile.shade, []).append(tile.cell.value)
    return [ShadeStep(shade, min(values), max(values), len(values)) for shade, values in sorted(found.items())]
