"""The empty worker list as a workbook: headings, formats, a drop-down list."""

from __future__ import annotations

from typing import IO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from arrears.workers.sheet import COLUMNS

_WIDTHS = {"phone": 16, "identity": 22, "job": 18}
_ROWS = 2000
_AS_TEXT = ("name", "phone", "identity", "job", "owed_from", "owed_until")


def write_template(out: IO[bytes]) -> None:
    book = Workbook()
    page = book.active
    page.title = "职工名单"
    page.freeze_panes = "A2"
    for place, (name, heading) in enumerate(COLUMNS.items(), 1):
        cell = page.cell(1, place, heading)
        required = name in ("name", "owed")
        cell.font = Font(name="宋体", size=11, bold=True, color="9E1B14" if required else "1F1B18")
        cell.fill = PatternFill("solid", fgColor="F1EDE7")
        cell.alignment = Alignment(horizontal="center", vertical="center")
        column = page.column_dimensions[cell.column_letter]
        column.width = _WIDTHS.get(name, 15)
        # A column of text keeps every digit of an identity number, and 2026-06 as it was typed.
        column.number_format = "@" if name in _AS_TEXT else "#,##0.00"
        if name == "migrant":
            column.number_format = "@"
            choice = DataValidation("list", formula1='"是,否"', allow_blank=True)
            choice.add(f"{cell.column_letter}2:{cell.column_letter}{_ROWS}")
            page.add_data_validation(choice)
    page.row_dimensions[1].height = 26
    book.save(out)
