"""Workbooks that go back to the person: the bad rows with their reasons, and the empty sheet to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from arrears.imports.checking import CheckedSheet, Fault
from arrears.imports.columns import COLUMNS
from unions.common import xlsx_cells as cells
from unions.common.xlsx_cells import heading_key

ROW_COLUMN, REASON_COLUMN = "原行号", "错误原因"
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_TEMPLATE_ROWS = 5000
_FONT = "宋体"


def write_marked(sheet: CheckedSheet, out: Path | IO[bytes]) -> None:
    """The bad rows as they were, with their row number before and the reasons behind; bad cells are filled."""
    book = Workbook(write_only=True)
    page = book.create_sheet("错误行")
    heading = [cells.plain(value) for value in sheet.heading]
    page.freeze_panes = "B2"
    _one_page_wide(page)
    for place, wide in enumerate([8, *map(_width, heading), 60], start=1):
        page.column_dimensions[_letter(place)].width = wide
    pen = Pen(page)
    page.append([pen.cell(name, "heading") for name in (ROW_COLUMN, *heading, REASON_COLUMN)])
    places = {heading_key(name): place for place, name in enumerate(heading)}
    for number, faults in _by_row(sheet.faults):
        row = list(sheet.spoiled.get(number, []))
        row += [""] * (len(heading) - len(row))
        bad = {places.get(heading_key(fault.column)) for fault in faults}
        values = [pen.cell(value, "bad" if place in bad else "") for place, value in enumerate(row[: len(heading)])]
        reasons = "\n".join(f"“{fault.column}”{fault.reason}" for fault in faults)
        page.append([pen.cell(number), *values, pen.cell(reasons, "reason")])
    book.save(out)


def _by_row(faults: Iterable[Fault]) -> list[tuple[int, list[Fault]]]:
    rows: dict[int, list[Fault]] = {}
    for fault in faults:
        rows.setdefault(fault.row, []).append(fault)
    return sorted(rows.items())


def _letter(place: int) -> str:
    return str(get_column_letter(place))


def _width(name: str) -> float:
    return min(40.0, max(12.0, 2.2 * len(name)))


class Pen:
    """Writes cells: numbers and dates as such, text as text and never as a formula. Each look is made once and shared."""

    def __init__(self, page: Worksheet) -> None:
        self.page = page
        self.looks: dict[tuple[str, str], Any] = {}

    def cell(self, value: Any, look: str = "") -> WriteOnlyCell:
        content: Any = value
        if isinstance(value, (bool, int, float, Decimal, time, timedelta)):
            kind = "number"
        elif isinstance(value, date):
            kind = "day"
        else:
            kind, content = "text", _ILLEGAL.sub("", str(value if value is not None else "")) or None
        cell = WriteOnlyCell(self.page, value=content)
        if content is not None and kind == "text":
            cell.data_type = "s"
        if (kind, look) not in self.looks:
            self.looks[kind, look] = self._made(kind, look)
        cell._style = self.looks[kind, look]
        return cell

    def _made(self, kind: str, look: str) -> Any:
        model = WriteOnlyCell(self.page)
        model.font = Font(name=_FONT, size=11, bold=look == "heading")
        head = look == "heading"
        model.alignment = Alignment(
            horizontal="center" if head else None,
            vertical="center" if head else "top",
            wrap_text=look in ("heading", "reason"),
        )
        if color := {"heading": "F1EDE7", "bad": "FFD9D6"}.get(look):
            model.fill = PatternFill("solid", fgColor=color)
        if kind == "day":
            model.number_format = "yyyy-mm-dd"
        model.quotePrefix = kind == "text"
        return model._style


def write_template(out: Path | IO[bytes]) -> None:
    """The empty sheet: exact headings, drop-down lists, date and number formats; a second sheet explains with an example."""
    book = Workbook()
    page = book.active
    page.title = "历史台账"
    page.freeze_panes = "A2"
    line = Side("thin", color="D6CFC6")
    for place, column in enumerate(COLUMNS, start=1):
        cell = page.cell(1, place, column.name)
        cell.font = Font(name=_FONT, size=11, bold=True, color="9E1B14" if column.required else "1F1B18")
        cell.fill = PatternFill("solid", fgColor="F1EDE7")
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.border = Border(bottom=line)
        page.column_dimensions[_letter(place)].width = _template_width(column.name)
        _dress(page, place)
    page.row_dimensions[1].height = 34
    _one_page_wide(page)
    _explain(book.create_sheet("填写说明"))
    book.save(out)


def _template_width(name: str) -> float:
    return {"企业名称": 32.0, "统一社会信用代码": 22.0, "单位地址": 28.0, "项目名称": 24.0, "备注": 32.0}.get(
        name, 14.0
    )


def _dress(page: Worksheet, place: int) -> None:
    """Formats and the drop-down list of one column."""
    column, letter = COLUMNS[place - 1], _letter(place)
    if isinstance(column.example, date):
        page.column_dimensions[letter].number_format = "yyyy-mm-dd"
    elif isinstance(column.example, Decimal):
        page.column_dimensions[letter].number_format = "#,##0.00"
    elif isinstance(column.example, str) and not column.choices:
        # Codes typed into a text column keep their last digits and leading zeros.
        page.column_dimensions[letter].number_format = "@"
    if column.choices:
        listed = DataValidation(
            "list", formula1=f'"{",".join(column.choices)}"', allow_blank=True, showErrorMessage=False
        )
        listed.add(f"{letter}2:{letter}{_TEMPLATE_ROWS}")
        page.add_data_validation(listed)


def _explain(page: Worksheet) -> None:
    page.append(["列", "必填", "填写说明", "示例"])
    for column in COLUMNS:
        page.append([column.name, "必填" if column.required else "", column.how, column.example])
    for row in page.iter_rows():
        for cell in row:
            cell.font = Font(name=_FONT, size=11, bold=cell.row == 1)
            cell.alignment = Alignment(vertical="center", wrap_text=True, horizontal="left")
            if cell.row == 1:
                cell.fill = PatternFill("solid", fgColor="F1EDE7")
            if isinstance(cell.value, date):
                cell.number_format = "yyyy-mm-dd"
            elif isinstance(cell.value, Decimal):
                cell.number_format = "#,##0.00"
    for letter, width in zip("ABCD", (30, 8, 72, 26), strict=True):
        page.column_dimensions[letter].width = width
    page.append([])
    page.append(
        [
            "导入时读取有上述表头的工作表，隐藏的工作表不读；有一处错误则整表不导入，改正后重新上传即可，已导入的不会重复。"
        ]
    )
    _one_page_wide(page)


def _one_page_wide(page: Worksheet) -> None:
    """A4 across, as long as it takes."""
    page.page_setup.orientation, page.page_setup.paperSize, page.page_setup.fitToHeight = "landscape", 9, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
