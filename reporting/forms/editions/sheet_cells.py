"""The cells of a form's spreadsheet: opening it safely, and taking one cell for what it should be."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any, NamedTuple

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from reporting.forms.editions import sheet_layout
from reporting.forms.editions.sheet_layout import Field
from unions.common.refusals import Refused
from unions.common.xlsx_cells import as_day
from unions.common.xlsx_guard import MOST_COLUMNS, Unreadable, check_every_sheet

MOST_ROWS = 500
Rows = list[list[Any]]
_A_FORMULA = "这里是公式，请改填文字或数字本身。"


class CellPlace(NamedTuple):
    """Row and column as Excel counts, from 1."""

    sheet: str
    row: int
    column: int

    def __str__(self) -> str:
        return f"“{self.sheet}”表第 {self.row} 行 {get_column_letter(self.column)} 列"


class CellFault(NamedTuple):
    place: CellPlace
    reason: str

    def __str__(self) -> str:
        return f"{self.place}：{self.reason}"


class Formula:
    """A cell that holds a formula: what it shows may change, so it is not taken."""


def opened(data: bytes, names: tuple[str, ...]) -> dict[str, Rows]:
    """The cells of the sheets named. One that is missing or hidden is refused, and what is no workbook."""
    check_every_sheet(io.BytesIO(data), MOST_ROWS)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        return {name: _cells(book, name) for name in names}
    except Refused:
        raise
    except Exception as error:  # openpyxl meets a broken part with whatever its parser raises
        raise Unreadable("这个工作簿已损坏，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。") from error


def _cells(book: Any, name: str) -> Rows:
    sheet = next((sheet for sheet in book.worksheets if sheet.title == name), None)
    if sheet is None:
        raise Unreadable(f"工作簿里没有“{name}”表，请在下载的模板上填写。")
    if sheet.sheet_state != "visible":
        raise Unreadable(f"“{name}”表是隐藏的，请取消隐藏、核对内容后再上传。")
    sheet.reset_dimensions()
    return [
        [Formula() if cell.data_type == "f" else cell.value for cell in row]
        for row in sheet.iter_rows(max_row=MOST_ROWS + 100, max_col=MOST_COLUMNS)
    ]


def at(row: list[Any], index: int) -> Any:
    return row[index] if index < len(row) else None


def words(value: Any) -> str:
    """What the reader sees in the cell."""
    if isinstance(value, Formula):
        return "公式"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return "" if value is None else str(value).strip()


MOST_NUMBER = 10**12  # what a key may be at most is said by the form itself


class Taking:
    """Takes values out of cells and notes what is wrong with them."""

    def __init__(self) -> None:
        self.faults: list[CellFault] = []

    def wrong(self, place: CellPlace, reason: str) -> None:
        self.faults.append(CellFault(place, reason))

    def value(self, cell: Any, field: Field, place: CellPlace) -> Any:
        """The cell as its field wants it; None when it is empty or wrong."""
        if words(cell) == "":
            return None
        if isinstance(cell, Formula):
            return self.wrong(place, _A_FORMULA)
        if field.sort is bool:
            return self.mark(cell, place) or None
        if field.sort is date:
            return self._day(cell, place)
        return words(cell) if field.sort is str else self._number(cell, field, place)

    def text(self, cell: Any, place: CellPlace) -> str:
        if isinstance(cell, Formula):
            self.wrong(place, _A_FORMULA)
            return ""
        return words(cell)

    def mark(self, cell: Any, place: CellPlace) -> bool:
        text = self.text(cell, place)
        if text not in ("", sheet_layout.TICK, "是", "否", "✓", "True", "False"):
            self.wrong(place, f"“{text[:20]}”不认识，请填 {sheet_layout.TICK} 或留空。")
        return text in (sheet_layout.TICK, "是", "✓", "True")

    def _day(self, cell: Any, place: CellPlace) -> date | None:
        # A bare number is a day of 1900 or of 1904, by the book.
        day = None if isinstance(cell, int | float) and cell < 10**7 else as_day(cell)
        if day is None:
            self.wrong(place, f"“{words(cell)[:20]}”不是日期，格式应为 2023-11-16。")
        return day

    def _number(self, cell: Any, field: Field, place: CellPlace) -> int | float | None:
        try:
            number = float(words(cell))
            if abs(number) > MOST_NUMBER or (field.sort is int and not number.is_integer()):
                raise ValueError
        except ValueError:
            what = "整数" if field.sort is int else "数字"
            self.wrong(place, f"“{words(cell)[:20]}”不是合适的{what}。")
            return None
        return int(number) if number.is_integer() else number
