"""The one writer of workbooks: header tree, borders, fonts, print set-up, and text that can never become a formula.

Rows stream (openpyxl's write-only mode); a column's cells share one style, because setting styles cell by cell takes
twice as long.
"""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

Value = str | int | Decimal | date | None
TITLE_FONT, HEADER_FONT, BODY_FONT = "宋体", "宋体", "仿宋"
DAY_FORMAT = "yyyy-mm-dd"
# A text that begins so is taken for a formula when the cell is edited again, unless marked as quoted.
FORMULA_BEGINNINGS = tuple("=+-@\t\r＝＋－＠")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
_UNIT_AT_END = re.compile(r"([（(][\w%]+[)）])$")
_SHEET_NAME = re.compile(r"[\\/?*\[\]:']")
CELL_LIMIT = 32_767  # characters, Excel's own
TICK = 500
MARKED = "FFFFE699"
ABOUT = "编制说明"
A4 = 9  # Excel's number of the paper


@dataclass(frozen=True)
class HeaderCell:
    """One cell of the printed header; rows and columns count from 0."""

    text: str
    row: int
    column: int
    rows: int
    columns: int


@dataclass(frozen=True)
class ColumnLook:
    """`width` in characters; `number_format` for figures, empty for words and days."""

    width: float
    number_format: str = ""
    align: str = "center"


@dataclass(frozen=True)
class Row:
    """`marks`: which of the values (from 0) stand out, on a yellow ground: what changed against an earlier version."""

    values: Sequence[Value]
    strong: bool = False
    indent: int = 0
    marks: frozenset[int] = frozenset()


@dataclass(frozen=True)
class WrittenSheet:
    """Everything on one printed table, from top to bottom."""

    title: str
    grid: Sequence[Sequence[HeaderCell]]
    columns: Sequence[ColumnLook]
    rows: Iterable[Row]
    label: str = ""  # 拟制版式 and why
    head: Sequence[str] = ()
    notes: Sequence[str] = ()
    foot: Sequence[str] = ()
    name: str = ""  # of the tab
    about: Sequence[
        tuple[str, str]
    ] = ()  # 编制说明, on a second sheet: of an official table, whatever is none of its rows
    tick: Callable[[int], None] = field(default=lambda done: None)


def bytes_of(written: Callable[[Path], object]) -> bytes:
    """What `written` puts into the file it is given."""
    with tempfile.TemporaryDirectory(prefix="xinbao-sheet-") as folder:
        path = Path(folder) / "sheet.xlsx"
        written(path)
        return path.read_bytes()


def write(sheet: WrittenSheet, out: Path) -> int:
    """Write `sheet` to `out`; the number of body rows. `sheet.tick(done)` is called every 500 rows."""
    book = Workbook(write_only=True)
    book.properties.creator = "薪报"
    book.properties.title = sheet.title
    page = _Page(book.create_sheet(_sheet_name(sheet.name or sheet.title)), sheet)
    count = page.fill()
    if sheet.about:
        _Page(book.create_sheet(ABOUT), about_sheet(sheet)).fill()
    book.save(out)
    return count


def about_sheet(sheet: WrittenSheet) -> WrittenSheet:
    """The second sheet: item and words, line by line."""
    grid = [[HeaderCell(text, 0, nth, 1, 1) for nth, text in enumerate(("项目", "内容"))]]
    columns = [ColumnLook(16), ColumnLook(104, align="left")]
    return WrittenSheet(title=ABOUT, grid=grid, columns=columns, rows=[Row(line) for line in sheet.about])


def _sheet_name(name: str) -> str:
    return _SHEET_NAME.sub(" ", name)[:31]


def display_width(text: str) -> int:
    """Columns a text takes: a Chinese character two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _lines_of(text: str, width: float) -> int:
    """Lines a text takes in `width` characters: a Chinese character that does not fit goes whole to the next line."""
    lines, used = 1, 0
    for char in text:
        takes = display_width(char)
        if used and used + takes > width - 1:
            lines, used = lines + 1, 0
        used += takes
    return lines


def _height(text: str, width: float, line: float = 15.0, margin: float = 3.0) -> float:
    """Height in points of `text` wrapped into `width` characters."""
    return sum(_lines_of(part, width) for part in text.split("\n")) * line + margin


class _Page:
    """One worksheet being written from the top. Row numbers count from 1 as Excel shows them."""

    def __init__(self, ws: Any, sheet: WrittenSheet) -> None:
        self.ws, self.sheet, self.row = ws, sheet, 0
        self._looks: dict[tuple[Any, ...], Any] = {}
        self.width = sum(column.width for column in sheet.columns)
        self._last = len(sheet.columns)
        self._lines = self._plan()

    # -- styles -----------------------------------------------------------------------------------------------

    def _style(self, **wish: Any) -> Any:
        """The shared style array of a look; made once per look and page."""
        key = tuple(sorted(wish.items()))
        if key not in self._looks:
            self._looks[key] = self._make_style(**wish)
        return self._looks[key]

    def _make_style(
        self,
        font: str = BODY_FONT,
        size: int = 11,
        bold: bool = False,
        align: str = "center",
        border: bool = False,
        number_format: str = "General",
        quote: bool = False,
        indent: int = 0,
        colour: str = "FF000000",
        ground: str = "",
    ) -> Any:
        cell = WriteOnlyCell(self.ws, value=None)
        cell.font = Font(name=font, size=size, bold=bold, color=colour, charset=134)
        cell.alignment = Alignment(horizontal=align, vertical="center", wrap_text=True, indent=indent)
        if border:
            side = Side(style="thin", color="FF000000")
            cell.border = Border(left=side, right=side, top=side, bottom=side)
        if ground:
            cell.fill = PatternFill("solid", fgColor=ground)
        cell.number_format = number_format
        cell.quotePrefix = int(quote)
        return cell._style

    def _write(self, value: Value, **look: Any) -> Any:
        """A cell of `value`; text stays text, whatever it begins with."""
        if isinstance(value, str):
            value = _FORBIDDEN.sub("", value)[:CELL_LIMIT]
            if value.startswith(FORMULA_BEGINNINGS):
                look["quote"] = True
        cell = WriteOnlyCell(self.ws, value=value)
        cell._style = self._style(**look)
        if isinstance(value, str):
            cell.data_type = "s"
        return cell

    def _append(self, cells: list[Any]) -> None:
        self.row += 1
        self.ws.append(cells)

    # -- from top to bottom -----------------------------------------------------------------------------------

    def _plan(self) -> dict[str, int]:
        """Row numbers of what stands above the body; write-only sheets want heights before the first row."""
        sheet, at = self.sheet, 1
        plan = {"title": at}
        if sheet.label:
            at += 1
            plan["label"] = at
        if sheet.head:
            at += 1
            plan["head"] = at
        return plan | {"header": at + 1, "body": at + 1 + len(sheet.grid)}

    def fill(self) -> int:
        self._set_up()
        self._spread(self.sheet.title, font=TITLE_FONT, size=20, bold=True)
        if self.sheet.label:
            self._spread(self.sheet.label, size=11, colour="FFC00000")
        if self.sheet.head:
            self._apart(self.sheet.head)
        self._header()
        count = self._body()
        for note in self.sheet.notes:
            self._spread(note, align="left")
        if self.sheet.foot:
            self._apart(self.sheet.foot)
        self._print_area()
        return count

    def _set_up(self) -> None:
        ws, plan = self.ws, self._lines
        for number, column in enumerate(self.sheet.columns, 1):
            ws.column_dimensions[get_column_letter(number)].width = column.width
        ws.row_dimensions[1].height = 36
        if "label" in plan:
            ws.row_dimensions[plan["label"]].height = 18
        for offset, height in enumerate(self._header_heights()):
            ws.row_dimensions[plan["header"] + offset].height = height
        if isinstance(self.sheet.rows, Sequence):  # a short table: give its rows air; a long list fits its text
            for offset in range(len(self.sheet.rows)):
                ws.row_dimensions[plan["body"] + offset].height = 26
        else:
            ws.sheet_format.defaultRowHeight, ws.sheet_format.customHeight = self._body_height(), True
        ws.freeze_panes = ws_cell(2 if self.sheet.columns[0].align == "left" else 1, plan["body"])
        ws.print_title_rows = f"{plan['header']}:{plan['body'] - 1}"
        self._paper()

    def _body_height(self) -> float:
        """A short table gets air; a long list saves paper."""
        return 26.0 if isinstance(self.sheet.rows, Sequence) else 20.0

    def _paper(self) -> None:
        ws = self.ws
        ws.page_setup.orientation, ws.page_setup.paperSize = "landscape", A4
        ws.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
        ws.print_options.horizontalCentered = True
        margins = ws.page_margins
        margins.left = margins.right = 0.5
        margins.top, margins.bottom, margins.header, margins.footer = 0.7, 0.7, 0.3, 0.3
        ws.HeaderFooter.oddFooter.center.text = "第 &P 页  共 &N 页"
        ws.HeaderFooter.oddFooter.center.size = 10

    def _print_area(self) -> None:
        self.ws.print_area = f"A1:{ws_cell(self._last, self.row)}"

    def _header_heights(self) -> list[float]:
        heights = [18.0] * len(self.sheet.grid)
        for cells in self.sheet.grid:
            for cell in cells:
                # Bold, and never edge to edge, whatever font stands in for the one that is missing.
                need = _height(self._broken(cell), self._width_of(cell) + 0.5, line=16.5, margin=9)
                had = sum(heights[cell.row : cell.row + cell.rows])
                if need > had:
                    heights[cell.row + cell.rows - 1] += need - had
        return heights

    def _width_of(self, cell: HeaderCell) -> float:
        return sum(column.width for column in self.sheet.columns[cell.column : cell.column + cell.columns])

    def _broken(self, cell: HeaderCell) -> str:
        """A unit in brackets goes to a line of its own where the text does not fit on one."""
        too_long = display_width(cell.text) > self._width_of(cell) - 1
        return _UNIT_AT_END.sub(r"\n\1", cell.text) if too_long else cell.text

    def _spread(self, text: str, **look: Any) -> None:
        """One text across the whole width."""
        if self.row + 1 > self._lines["body"]:
            self.ws.row_dimensions[self.row + 1].height = max(18.0, _height(text, self.width))
        self._merge(self.row + 1, 1, self.row + 1, self._last)
        self._append([self._write(text, **look)])

    def _apart(self, texts: Sequence[str]) -> None:
        """Texts spread over the width: the first at the left edge, the last so that it ends at the right."""
        cells: list[Any] = [None] * self._last
        self.ws.row_dimensions[self.row + 1].height = 24 if self.row < self._lines["body"] else 32
        for number, (first, last) in enumerate(self._shares(len(texts))):
            align = "left" if number == 0 else "right" if number == len(texts) - 1 else "center"
            if align == "right" and texts[number].endswith("："):  # room to write behind it
                align = "left"
            cells[first] = self._write(texts[number], size=12, align=align)
            self._merge(self.row + 1, first + 1, self.row + 1, last + 1)
        self._append(cells)

    def _shares(self, count: int) -> list[tuple[int, int]]:
        """First and last column of each of `count` shares of about the same width; each at least one column."""
        shares, start, used = [], 0, 0.0
        for number in range(count):
            end = start
            used += self.sheet.columns[end].width
            left_over = count - number - 1
            while end + 1 < self._last - left_over and (
                number == count - 1 or used + self.sheet.columns[end + 1].width / 2 < self.width * (number + 1) / count
            ):
                end += 1
                used += self.sheet.columns[end].width
            shares.append((start, end))
            start = end + 1
        return shares

    def _header(self) -> None:
        top = self.row
        for number, cells in enumerate(self.sheet.grid):
            line = [self._write(None, font=HEADER_FONT, bold=True, border=True) for _ in range(self._last)]
            for cell in cells:
                line[cell.column] = self._write(self._broken(cell), font=HEADER_FONT, bold=True, border=True)
                self._merge(top + number + 1, cell.column + 1, top + number + cell.rows, cell.column + cell.columns)
            self._append(line)

    def _body(self) -> int:
        count = 0
        for row in self.sheet.rows:
            self._fit(row)
            self._append([self._body_cell(row, i, value) for i, value in enumerate(row.values)])
            count += 1
            if count % TICK == 0:
                self.sheet.tick(count)
        return count

    def _fit(self, row: Row) -> None:
        """Room for a text of several lines: neither Excel nor LibreOffice makes it by itself."""
        need = max(
            (
                _height(value, column.width - 2)
                for value, column in zip(row.values, self.sheet.columns, strict=True)
                if isinstance(value, str) and display_width(value) > column.width - 3
            ),
            default=0.0,
        )
        if need > self._body_height():
            self.ws.row_dimensions[self.row + 1].height = need

    def _body_cell(self, row: Row, number: int, value: Value) -> Any:
        column = self.sheet.columns[number]
        look: dict[str, Any] = {"border": True, "align": column.align}
        if row.strong:
            look["bold"] = True
        if number in row.marks:
            look["ground"] = MARKED
        if column.align == "left":
            look["indent"] = 1 + (row.indent if number == 0 else 0)
        if isinstance(value, date):
            look["number_format"] = DAY_FORMAT
        elif column.number_format and not isinstance(value, str):
            look["number_format"] = column.number_format
        return self._write(value, **look)

    def _merge(self, top: int, left: int, bottom: int, right: int) -> None:
        if (top, left) != (bottom, right):
            self.ws.merged_cells.add(f"{ws_cell(left, top)}:{ws_cell(right, bottom)}")


def ws_cell(column: int, row: int) -> str:
    """Excel's name of a cell: (1, 1) → A1."""
    return f"{get_column_letter(column)}{row}"
