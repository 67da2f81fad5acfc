"""What the columns of a list are called and what stands in them; a row as it was read, and what is wrong with a cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, NamedTuple

from unions.common import xlsx_cells as cells
from unions.common.xlsx_cells import Bad, Reader, heading_key


class Sort(Enum):
    """What stands in a column."""

    WORDS = auto()  # in one line
    TEXT = auto()  # of several lines
    CODE = auto()  # what tells one row from another: a number, a name
    FIGURE = auto()  # people or money
    DAY = auto()


SHARED = {Sort.WORDS, Sort.TEXT, Sort.DAY}  # one merged cell may hold for several rows


@dataclass(frozen=True)
class Column:
    """`heading` as in the template; `others`: what people call it otherwise."""

    field: str
    heading: str
    sort: Sort = Sort.WORDS
    others: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class BadCell:
    """What is wrong in one cell: Excel's row number (the header is 1), the column's header, why (Chinese)."""

    row: int
    column: str
    reason: str

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column, "reason": self.reason}


class LeftOut(NamedTuple):
    """A row that is none of the list."""

    row: int
    said: str
    reason: str
    cells: Sequence[Any] = ()

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row, "said": self.said, "reason": self.reason}


class Line(NamedTuple):
    """A row: the number Excel shows, its cells as they lie in the sheet, what it says by field (blanks left out), field → what
    stands where no value does (see `mark_reason`), and field → why that is not taken.
    """

    number: int
    cells: list[Any]
    given: dict[str, Any]
    refused: dict[str, str]
    faults: dict[str, str]

    def meant(self, places: Mapping[str, int]) -> list[Any]:
        """The cells with what the merged, the uncalculated and the misread among them stand for."""
        row = list(self.cells)
        row += [""] * (max(places.values(), default=0) + 1 - len(row))
        for name, place in places.items():
            row[place] = self.given.get(name, self.refused.get(name, ""))
        return row

    def read(self, columns: Columns, readers: Mapping[str, Reader]) -> tuple[dict[str, Any], list[BadCell]]:
        """Field → fact, and the cells that are bad: not to be taken, not to be read, or required and blank."""
        facts: dict[str, Any] = {}
        bad = dict(self.faults)
        for column in columns:
            name = column.field
            if name in bad:
                continue
            if name not in self.given:
                if column.required:
                    bad[name] = "必填，请补上。"
                continue
            try:
                facts[name] = readers[name](self.given[name])
            except Bad as why:
                bad[name] = str(why)
        return facts, [
            BadCell(self.number, column.heading, bad[column.field]) for column in columns if column.field in bad
        ]


class Columns:
    """The columns of one kind of list. `people`: a row is one person, so a sum may say how many there are."""

    def __init__(self, columns: Iterable[Column], *, people: bool = False) -> None:
        self.all = tuple(columns)
        self.people = people
        self.by_field = {column.field: column for column in self.all}
        # Where 合计 stands: the first column that every row has to fill in with words.
        named = [column for column in self.all if column.sort in (Sort.CODE, Sort.WORDS)]
        self.key = next((column.field for column in named if column.required), named[0].field)
        self.least = min(2, sum(column.required for column in self.all))
        self._by_key: dict[str, Column] = {}
        for column in self.all:
            for words in (column.heading, *column.others):
                self._by_key.setdefault(heading_key(words), column)

    def __iter__(self) -> Iterator[Column]:
        return iter(self.all)

    def column_of(self, cell: Any) -> Column | None:
        return None if cells.is_blank(cell) else self._by_key.get(heading_key(cell))

    def known(self, row: Sequence[Any]) -> int:
        """How many different columns these cells head."""
        return len(self._headed(row))

    def heads(self, row: Sequence[Any]) -> int:
        """As `known`; 0 where the cells are no row of headings: the names of the list are not among them, or stand alone."""
        headed = self._headed(row)
        return len(headed) if self.key in headed and len(headed) >= self.least else 0

    def _headed(self, row: Sequence[Any]) -> set[str]:
        return {column.field for cell in row if (column := self.column_of(cell))}
