"""The rows of a list as they were meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain, islice
from typing import Any

from unions.common import xlsx_cells as cells
from unions.common.tables.columns import SHARED, BadCell, Column, Columns, LeftOut, Line, Sort
from unions.common.tables.marks import ERROR, UNCALCULATED, mark_reason
from unions.common.tables.sums import COUNTED, SERIAL, SumCheck, says_sum
from unions.common.tables.text import HEADINGS_WITHIN
from unions.common.text import clean, in_one_line
from unions.common.xlsx_cells import heading_key
from unions.common.xlsx_guard import SheetLook, Unreadable

MOST_MERGED = 1_000_000  # cells within merged ones
SHOWN = 5
_DAY_ZERO, _DAY_ZERO_1904 = date(1899, 12, 30), date(1904, 1, 1)
_LAST_DAY = 73_050  # serial of 2099-12-31: a larger number is no day


@dataclass
class Source:
    """Rows as they come, and what is known of the cells beside their values. `separator`: of a text; "" of lines of a chat."""

    rows: Iterator[tuple[int, list[Any]]]
    sheet: str | None = None
    other_sheets: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    look: SheetLook | None = None
    from_1904: bool = False
    separator: str | None = None


class Table:
    """Iterating gives the `Line`s below the headings; what is said of the whole is complete after the last one."""

    def __init__(self, source: Source, columns: Columns) -> None:
        self.columns, self.source = columns, source
        self.sheet, self.other_sheets = source.sheet, source.other_sheets
        self.faults: list[BadCell] = []
        self.left_out: list[LeftOut] = []
        self.hidden_rows = 0
        self._shared: set[int] = set()  # rows that took words from a merged cell above them
        self._covered = _covered(source.look) if source.look else {}
        self._masters: dict[tuple[int, int], Any] = {}
        self._sums = SumCheck()
        self._ignored: list[str] = []
        top = list(islice(source.rows, HEADINGS_WITHIN))
        at = self._find_heading(top)
        self.places = self._find_places()
        self._top, self._at = top, at
        look = source.look
        self._marked = {row for row, _ in (*self._covered, *look.uncalculated, *look.errors)} if look else set()
        self._masters_in: dict[int, list[int]] = {}  # row → columns of cells whose words hold for others
        for row, column in set(self._covered.values()):
            self._masters_in.setdefault(row, []).append(column)

    def raw(self) -> Iterator[tuple[int, list[Any]]]:
        """All rows as they came, for a list without headings."""
        return chain(self._top, self.source.rows)

    # ---- headings ----

    def _find_heading(self, top: list[tuple[int, list[Any]]]) -> int:
        """Where the rows below begin. The row of headings is the one that knows most of them, else the first filled one."""
        self.heading_row, self.has_headings = 1, False
        self.heading: list[Any] = []
        if not top:
            return 0
        heads = [self.columns.heads(row) for _, row in top]
        if not any(heads) and self.source.separator not in ("", " "):
            heads = [0 if _has_figures(row) else self.columns.known(row) for _, row in top]
        self.has_headings = max(heads) >= self.columns.least
        first = next((at for at, (_, row) in enumerate(top) if not _is_empty(row)), 0)
        at = heads.index(max(heads)) if self.has_headings else first
        self.heading_row, self.heading = top[at]
        return at + 1

    def _find_places(self) -> dict[str, int]:
        """Field → place. Of several headings that mean one column, the one of the template counts."""
        found: dict[str, int] = {}
        for place, cell in enumerate(self.heading):
            column = self.columns.column_of(cell)
            if column is None:
                if not cells.is_blank(cell):
                    self._ignored.append(cells.shown(cell))
            elif (earlier := found.get(column.field)) is None:
                found[column.field] = place
            else:
                found[column.field] = self._chosen(column, earlier, place)
        return found

    def _chosen(self, column: Column, earlier: int, later: int) -> int:
        exact = [place for place in (earlier, later) if heading_key(self.heading[place]) == heading_key(column.heading)]
        if len(exact) == 1:
            self._ignored.append(cells.shown(self.heading[later if exact[0] == earlier else earlier]))
            return exact[0]
        one, other = (cells.shown(self.heading[place]) for place in (earlier, later))
        if one == other:
            reason = "这一列出现了两次，请只保留一列。"
        elif column.sort in SHARED:
            self._ignored.append(other)
            return earlier
        else:
            reason = f"“{one}”和“{other}”两列都可以是“{column.heading}”，请只保留一列，或把列名改为“{column.heading}”。"
        self.faults.append(BadCell(self.heading_row, column.heading, reason))
        return earlier

    def missing(self) -> list[BadCell]:
        return [
            BadCell(self.heading_row, column.heading, f"缺少“{column.heading}”这一列，请在表头补上（可下载模板对照）。")
            for column in self.columns
            if column.required and column.field not in self.places
        ]

    def adopt(self, name: str, *parts: str) -> None:
        """Take for `name` the first heading with one of these words in it, where none of its own is there."""
        if name in self.places:
            return
        free = [(at, cells.plain(cell)) for at, cell in enumerate(self.heading) if at not in self.places.values()]
        if (found := next(((at, said) for part in parts for at, said in free if part in said), None)) is not None:
            self.places[name] = found[0]
            self._ignored = [said for said in self._ignored if said != cells.shown(found[1])]

    # ---- rows ----

    def __iter__(self) -> Iterator[Line]:
        for number, row in chain(self._top[self._at :], self.source.rows):
            if (line := self._line(number, row)) is not None:
                if self.source.look and number in self.source.look.hidden:
                    self.hidden_rows += 1
                yield line
        self._fault_sums(self._sums.conclude())

    def _line(self, number: int, row: list[Any]) -> Line | None:
        marked = self._with_marks(number, row)
        self._keep_masters(number, marked)
        if _is_empty(marked):
            return None
        own = {name: marked[place] for name, place in self.places.items() if place < len(marked)}
        own = {name: value for name, value in own.items() if not cells.is_blank(value)}
        if reason := self._is_no_row(number, marked, own):
            self.left_out.append(LeftOut(number, _told(marked), reason, tuple(marked)))
            return None
        if not own:
            return None
        given, refused = self._meant(number, own)
        faults = {name: why for name, mark in refused.items() if (why := mark_reason(mark))}
        self._too_many(number, marked, faults)
        self._sums.take(given | dict.fromkeys(faults), self._figures())
        return Line(number, marked, given, refused, faults)

    def _figures(self) -> list[str]:
        return [column.field for column in self.columns if column.sort is Sort.FIGURE and column.field in self.places]

    def _with_marks(self, number: int, row: list[Any]) -> list[Any]:
        """The cells with what is no value written as such; within merged ones nothing of their own."""
        look = self.source.look
        if look is None or number not in self._marked:
            return row
        marked = list(row) + [""] * (look.width - len(row))
        for at in range(1, len(marked) + 1):
            place = (number, at)
            if place in self._covered:
                marked[at - 1] = ""
            elif place in look.uncalculated:
                marked[at - 1] = UNCALCULATED
            elif place in look.errors:
                marked[at - 1] = look.errors[place] if ERROR.fullmatch(look.errors[place]) else "#VALUE!"
        return marked

    def _keep_masters(self, number: int, row: list[Any]) -> None:
        for column in self._masters_in.get(number, ()):
            if column <= len(row):
                self._masters[number, column] = row[column - 1]

    def _meant(self, number: int, own: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """(field → value, field → what stands where no value does) of one row."""
        given: dict[str, Any] = {}
        refused: dict[str, str] = {}
        for name, place in self.places.items():
            column = self.columns.by_field[name]
            value = (
                self._in_merged(number, place + 1, column) if (number, place + 1) in self._covered else own.get(name)
            )
            value = self._as_sort(column, value)
            if mark_reason(value):
                refused[name] = value
            elif not cells.is_blank(value):
                given[name] = value
        return given, refused

    def _in_merged(self, number: int, at: int, column: Column) -> Any:
        top, left = self._covered[number, at]
        said = self._masters.get((top, left))
        if cells.is_blank(said):
            return None
        if left != at or column.sort not in SHARED:
            return f"#与第 {top} 行合并" if top != number else "#与左侧合并"
        self._shared.add(number)
        return said

    def _as_sort(self, column: Column, value: Any) -> Any:
        if column.sort is Sort.DAY and isinstance(value, float | int) and not isinstance(value, bool):
            return self._serial_day(value)
        if column.sort in (Sort.CODE, Sort.WORDS) and isinstance(value, date | datetime):
            return f"#已成日期 {value:%Y-%m-%d}"
        if isinstance(value, str):
            value = value.replace("_x000D_", "")
            return value if column.sort is Sort.TEXT or value.isprintable() else clean(in_one_line(value))
        return value

    def _serial_day(self, number: float) -> Any:
        """A day column without a day format holds the days since the book's first one."""
        if self.source.look is None or not 60 < number <= _LAST_DAY:
            return number
        return (_DAY_ZERO_1904 if self.source.from_1904 else _DAY_ZERO) + timedelta(days=int(number))

    def _too_many(self, number: int, row: list[Any], faults: dict[str, str]) -> None:
        """More cells than headings, where a separator may be part of a figure."""
        if (
            not self.source.separator
            or self.source.separator == "\t"
            or all(map(cells.is_blank, row[len(self.heading) :]))
        ):
            return
        faults[self.columns.key] = (
            f"这一行有 {len(row)} 项，表头只有 {len(self.heading)} 项；数字里的分隔号（如 4,500 的逗号）请去掉，或给这一格加上引号。"
        )

    # ---- what is no row ----

    def _is_no_row(self, number: int, row: list[Any], own: dict[str, Any]) -> str:
        if self._sums_up(row, own):
            self._check_sum(number, row, own)
            unread = UNCALCULATED in own.values()
            return "合计行，其中的公式没有计算结果，未能核对" if unread else "合计行，不作为一行导入"
        if len(own) > 1 and all(map(self._repeats_heading, own, own.values())):
            return "重复的表头"
        if not own and any(isinstance(cell, str) and not SERIAL.fullmatch(cell.strip()) for cell in row if cell != ""):
            return "只有列名以外的内容"
        return ""

    def _repeats_heading(self, name: str, value: Any) -> bool:
        found = self.columns.column_of(value)
        return found is not None and found.field == name

    def _sums_up(self, row: list[Any], own: dict[str, Any]) -> bool:
        """合计 in the column of names, or anywhere where that column is blank, or before everything else."""
        key = own.get(self.columns.key)
        filled = [cell for cell in row if not cells.is_blank(cell)]
        lead = next((cell for cell in filled if not SERIAL.fullmatch(cells.plain(cell))), None)
        if key is None or SERIAL.fullmatch(cells.plain(key)):
            return any(says_sum(cell) for cell in filled)
        return says_sum(key) or says_sum(lead)

    def _check_sum(self, number: int, row: list[Any], own: dict[str, Any]) -> None:
        figures = {name: own[name] for name in self._figures() if name in own}
        said = "".join(heading_key(cell) for cell in row if isinstance(cell, str) and not cells.is_blank(cell))
        counted = COUNTED.search(said) if self.columns.people else None
        self._fault_sums(self._sums.check(number, figures, int(counted[1]) if counted else None))

    def _fault_sums(self, found: Iterable[tuple[int, str, str]]) -> None:
        for number, name, reason in found:
            self.faults.append(BadCell(number, self.columns.by_field[name or self.columns.key].heading, reason))

    # ---- what is said of the whole ----

    @property
    def notes(self) -> list[str]:
        return [*self.told_of_source(), *self._told_of_columns(), *told_of_left_out(self.left_out)]

    def told_of_source(self) -> Iterator[str]:
        """What the rows themselves do not tell: other sheets, hidden rows, merged cells."""
        yield from self.source.notes
        yield from self._told_of_rows()

    def _told_of_columns(self) -> Iterator[str]:
        if self._ignored:
            named = "、".join(self._ignored[:8]) + ("等" if len(self._ignored) > 8 else "")
            yield f"以下列不在模板中，未导入：{named}。"

    def _told_of_rows(self) -> Iterator[str]:
        if self.hidden_rows:
            yield f"其中 {self.hidden_rows:,} 行在工作表中是隐藏的（如筛选掉的行），同样读取了。"
        if self._shared:
            yield f"有 {len(self._shared):,} 行的部分内容取自与上面各行合并的单元格（{_rows(sorted(self._shared))}）。"


def told_of_left_out(left_out: Sequence[LeftOut]) -> Iterator[str]:
    sums = [one.row for one in left_out if one.reason.startswith("合计")]
    if sums:
        yield f"{_rows(sums)}是合计，不作为一行导入。"
    if rest := [one.row for one in left_out if not one.reason.startswith("合计")]:
        yield f"{_rows(rest)}不是名单内容（重复的表头、落款等），未导入。"


def _rows(numbers: Sequence[int]) -> str:
    return f"第 {'、'.join(map(str, numbers[:SHOWN]))} 行" + (f"等 {len(numbers):,} 行" if len(numbers) > SHOWN else "")


def _told(row: list[Any]) -> str:
    return " ".join(text for cell in row if (text := cells.plain(cell)))[:60]


def _has_figures(row: Iterable[Any]) -> bool:
    return any(re.search(r"\d", cells.plain(cell)) for cell in row)


def _is_empty(row: Iterable[Any]) -> bool:
    return all(cells.is_blank(cell) for cell in row)


def _covered(look: SheetLook) -> dict[tuple[int, int], tuple[int, int]]:
    """Cell within a merged one → the cell that says what the whole does."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for top, left, bottom, right in look.merged:
        bottom, right = min(bottom, look.rows), min(right, look.width)
        if len(found) + (bottom - top + 1) * max(right - left + 1, 0) > MOST_MERGED:
            raise Unreadable("工作表里合并的单元格太多，请取消合并后再上传。")
        for row in range(top, bottom + 1):
            found.update({(row, at): (top, left) for at in range(left, right + 1) if (row, at) != (top, left)})
    return found


@dataclass
class ListRead:
    """What every reader of a list says beside its rows. With `faults` nothing of it is taken over."""

    faults: list[BadCell] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    sheet: str | None = None  # of a workbook
    other_sheets: list[str] = field(default_factory=list)
    hidden_rows: int = 0  # of those read

    def conclude(self, table: Table) -> None:
        """Take over what the table says of itself, after its last row."""
        self.faults += table.faults
        self.notes, self.left_out = table.notes, table.left_out
        self.sheet, self.other_sheets, self.hidden_rows = table.sheet, table.other_sheets, table.hidden_rows
