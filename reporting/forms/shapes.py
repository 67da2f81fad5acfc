"""The shapes of an official table: form, header tree, rows, units. `form_files` reads them from a file and checks them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from reporting.forms.measures import Sort
from unions.common.xlsx_writer import HeaderCell


@dataclass(frozen=True)
class Unit:
    """How a figure is written: divided by `scale`, rounded half up to `places`."""

    sort: Sort
    scale: int
    places: int

    @property
    def number_format(self) -> str:
        return f"0.{'0' * self.places}" if self.places else "0"


UNITS: dict[str, Unit] = {
    **{name: Unit(Sort.THINGS, 1, 0) for name in ("户", "个", "件", "起", "次")},
    "人": Unit(Sort.PEOPLE, 1, 0),
    "万人": Unit(Sort.PEOPLE, 10_000, 4),
    "元": Unit(Sort.MONEY, 1, 2),
    "万元": Unit(Sort.MONEY, 10_000, 2),
    "%": Unit(Sort.SHARE, 1, 1),
}


@dataclass(frozen=True)
class Column:
    """A leaf of the header tree. Exactly one of `stub`, `rank`, `measure`, `value` is set."""

    text: str
    width: float  # in characters of the body font, as Excel counts
    unit: str = ""
    stub: bool = False
    measure: str = ""
    value: str = ""
    rank: bool = False  # the place of a unit (名次)
    editable: bool = False  # in a return, a figure the unit may correct by hand, with a reason


@dataclass(frozen=True)
class Header:
    text: str
    columns: tuple[Header, ...] = ()
    leaf: Column | None = None

    def leaves(self) -> Iterator[Column]:
        if self.leaf:
            yield self.leaf
        for child in self.columns:
            yield from child.leaves()

    def depth(self) -> int:
        return 1 + max((child.depth() for child in self.columns), default=0)


@dataclass(frozen=True)
class Stub:
    """One row of a table: its text and the finest rows it takes in: names of `TableRow`, or codes of units.

    `key` names a row of a form by unit: the unit's code, `rest` or `all` (reporting/forms/table_rows.py).
    """

    text: str
    takes: frozenset[str]
    indent: int = 0
    total: bool = False
    key: str = ""

    @property
    def is_unit(self) -> bool:
        return self.takes == {self.key}


@dataclass(frozen=True)
class Section:
    """A heading under which a return wants words beside its figures. `draft` names what begins them (reporting/returns/drafts.py)."""

    heading: str
    hint: str = ""
    draft: str = ""


@dataclass(frozen=True)
class Form:
    """A header tree, one named measure (table) or value (list) per column, rows that take in the finest rows of a table, lines
    above and below, and a period."""

    key: str
    title: str
    short: str
    clause: str
    notice: str
    about: str
    layout: str  # table, list or units (a row per unit one level below)
    period: str  # one of RHYTHMS, or campaign
    since: date
    until: date | None
    header: tuple[Header, ...]
    rows: tuple[Stub, ...] = ()
    head: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    numbered: str = ""  # the stub's text in a row that numbers the columns (栏次)
    rows_from: str = ""  # a list's source
    threshold: str = ""  # the clause whose threshold a list goes by
    unit_kinds: tuple[str, ...] = ()  # of the units that have a row of their own
    rank_by: str = ""  # the measure by which units are ranked
    label: str = ""
    label_reason: str = ""
    attached_to: str = ""  # code of the union whose form it is; its province may replace it
    digest: str = ""  # sha256 of the file's text

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(column for header in self.header for column in header.leaves())

    @property
    def is_list(self) -> bool:
        return self.layout == "list"

    @property
    def by_unit(self) -> bool:
        return self.layout == "units"

    @property
    def monthly(self) -> bool:
        return self.period == "month"

    @property
    def by_acceptance(self) -> bool:
        """A month's list of what was accepted in it, as known on any later day (Annex 1)."""
        return self.monthly and self.rows_from == "cases_accepted"

    def grid(self) -> list[list[HeaderCell]]:
        """The header as rows of cells with their spans; the numbering row, if any, last."""
        depth = max(header.depth() for header in self.header)
        grid: list[list[HeaderCell]] = [[] for _ in range(depth)]
        column = 0
        for header in self.header:
            column = _place(header, 0, column, depth, grid)
        if self.numbered:
            words = [self.numbered, *(str(i) for i in range(1, len(self.columns)))]
            grid.append([HeaderCell(word, depth, i, 1, 1) for i, word in enumerate(words)])
        return grid

    def parts(self, whole: Stub) -> list[Stub]:
        """The largest rows that together make up `whole` without overlap; empty when there are none."""
        return parts_of(self.rows, whole)


def parts_of(rows: Sequence[Stub], whole: Stub) -> list[Stub]:
    """The largest of `rows` that together make up `whole` without overlap; empty when there are none."""
    inside = [row for row in rows if row.takes < whole.takes]
    largest = [row for row in inside if not any(row.takes < other.takes for other in inside)]
    taken = [kind for row in largest for kind in row.takes]
    return largest if len(taken) == len(set(taken)) and set(taken) == set(whole.takes) else []


def _place(header: Header, row: int, column: int, depth: int, grid: list[list[HeaderCell]]) -> int:
    width = sum(1 for _ in header.leaves())
    height = 1 if header.columns else depth - row
    grid[row].append(HeaderCell(header.text, row, column, height, width))
    for child in header.columns:
        _place(child, row + 1, column, depth, grid)
        column += sum(1 for _ in child.leaves())
    return column if header.columns else column + 1
