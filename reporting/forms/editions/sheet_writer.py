"""The spreadsheet of a form, to be changed and sent back: what it says about itself, its columns, its rows."""

from __future__ import annotations

import io
import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from reporting.forms.editions import sheet_layout
from reporting.forms.files import UNITS
from reporting.forms.listing import VALUES
from reporting.forms.measures import MEASURES
from unions.common.industries import TableRow
from unions.common.xlsx_writer import FORMULA_BEGINNINGS, display_width

_FONT = "宋体"
_WIDTHS = {
    sheet_layout.ABOUT: [18, 90, 44],
    sheet_layout.SECTIONS: [30, 60, 60, 12],
    sheet_layout.CHECKS: [16, 26, 26, 14, 14, 10],
    sheet_layout.MEASURES_SHEET: [26, 70, 24],
}
SPARE = 60  # rows below the last that offer the same choices


def to_workbook(key: str, content: str) -> bytes:
    """An .xlsx of the form whose file says `content`; filled in again it is the same form."""
    raw = tomllib.loads(content)
    book = Workbook()
    book.remove(book.active)
    _sheet(book, sheet_layout.ABOUT, ["项目", "内容", "填写说明"], _about(key, raw))
    leaves = list(_leaves(raw["header"], []))
    titles = [*sheet_layout.LEVELS, *(field.label for field in sheet_layout.COLUMN_FIELDS)]
    columns = _sheet(book, sheet_layout.COLUMNS, titles, leaves)
    rows = _sheet(
        book, sheet_layout.ROWS, [*(f.label for f in sheet_layout.ROW_FIELDS), *sheet_layout.TAKES], _rows(raw)
    )
    _plain(book, sheet_layout.SECTIONS, sheet_layout.SECTION_FIELDS, raw.get("sections", ()))
    _plain(book, sheet_layout.CHECKS, sheet_layout.CHECK_FIELDS, raw.get("checks", ()))
    last = _sheet(book, sheet_layout.MEASURES_SHEET, ["名称", "统计什么", "可用单位"], measures_listed())
    _offer(columns, titles, len(leaves), last.max_row)
    _offer_marks(rows, len(sheet_layout.ROW_FIELDS), len(sheet_layout.TAKES), len(raw.get("rows", ())))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _plain(book: Any, name: str, fields: list[sheet_layout.Field], rows: Iterable[Mapping[str, Any]]) -> None:
    """A sheet of which each line is one table of the file."""
    _sheet(book, name, [field.label for field in fields], [[_shown(row.get(f.key)) for f in fields] for row in rows])


def measures_listed() -> list[list[Any]]:
    """Name, what it counts, the units that fit: every measure, then every value of a list."""
    found: list[list[Any]] = []
    for name, measure in MEASURES.items():
        found.append([name, measure.what, fitting(measure.sort)])
    for name, value in VALUES.items():
        found.append([name, f"逐件：{value.what}", fitting(value.sort) if value.sort else "（文字，不写单位）"])
    return found


def fitting(sort: Any) -> str:
    return "、".join(unit for unit, rule in UNITS.items() if rule.sort == sort)


def _about(key: str, raw: Mapping[str, Any]) -> Iterator[list[Any]]:
    yield [sheet_layout.KEY, key, "与现有报表相同的，启用后替换它"]
    for field in sheet_layout.ABOUT_FIELDS:
        value = raw.get(field.key)
        if field.sort is not list:
            yield [field.label, _shown(value), field.hint or None]
            continue
        for nth, line in enumerate([*(value or ()), None]):  # one empty line more: there may be several
            yield [field.label, line, None if nth else field.hint or None]


def _leaves(tree: list[dict[str, Any]], above: list[str]) -> Iterator[list[Any]]:
    for header in tree:
        if "columns" in header:
            yield from _leaves(header["columns"], [*above, header["text"]])
            continue
        levels = [*above, header["text"]]
        levels += [""] * (len(sheet_layout.LEVELS) - len(levels))
        yield [*levels, *(_shown(header.get(field.key)) for field in sheet_layout.COLUMN_FIELDS)]


def _rows(raw: Mapping[str, Any]) -> Iterator[list[Any]]:
    for row in raw.get("rows", ()):
        marks = [
            sheet_layout.TICK if TableRow(value) in row["takes"] else None for value in sheet_layout.TAKES.values()
        ]
        yield [*(_shown(row.get(field.key)) for field in sheet_layout.ROW_FIELDS), *marks]


def _shown(value: Any) -> Any:
    if isinstance(value, bool):
        return sheet_layout.TICK if value else None
    return value


def _sheet(book: Any, name: str, titles: list[str], rows: Any) -> Any:
    ws = book.create_sheet(name)
    side = Side(style="thin", color="FFBFBFBF")
    border, wrap = (Border(left=side, right=side, top=side, bottom=side), Alignment("left", "center", wrap_text=True))
    head = PatternFill("solid", fgColor="FFF2EAE6")
    widths = _WIDTHS.get(name, [])
    for number, row in enumerate([titles, *rows], 1):
        texts = [(str(value or ""), _width(widths, titles, i)) for i, value in enumerate(row)]
        ws.row_dimensions[number].height = max(20, *(_lines(text, width) * 15 + 5 for text, width in texts))
        for column, value in enumerate(row, 1):
            cell = ws.cell(number, column)
            _put(cell, value)
            cell.font, cell.alignment = Font(name=_FONT, size=11, bold=number == 1), wrap
            cell.border = border
            if number == 1:
                cell.fill = head
    for index in range(len(titles)):
        ws.column_dimensions[get_column_letter(index + 1)].width = _width(widths, titles, index)
    ws.freeze_panes = "B2"
    ws.page_setup.orientation, ws.page_setup.paperSize = "landscape", 9
    ws.sheet_properties.pageSetUpPr.fitToPage = True
    ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
    return ws


def _lines(text: str, width: int) -> int:
    return max(1, math.ceil(display_width(text) / max(width - 2, 1)))


def _width(widths: list[int], titles: list[str], index: int) -> int:
    """In characters."""
    if widths:
        return widths[index]
    return 24 if "级表头" in titles[index] or titles[index] in ("行名", "指标") else 12


def _put(cell: Any, value: Any) -> None:
    """A value in its cell; text stays text, whatever it begins with."""
    cell.value = value
    if isinstance(value, str) and value:
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(FORMULA_BEGINNINGS)


def _offer(ws: Any, titles: list[str], used: int, last: int) -> None:
    """Choices for the columns that take one of a list."""
    names = f"'{sheet_layout.MEASURES_SHEET}'!$A$2:$A${last}"
    choices = {"指标": names, "逐件内容": names, "单位": f'"{",".join(UNITS)}"'}
    for column, title in enumerate(titles, 1):
        if title in choices:
            _choice(ws, column, used + 1 + SPARE, choices[title])
        elif title in ("类别栏", "可手工更正", "名次栏"):
            _choice(ws, column, used + 1 + SPARE, f'"{sheet_layout.TICK}"')


def _offer_marks(ws: Any, before: int, count: int, used: int) -> None:
    for column in range(before + 1, before + count + 1):
        _choice(ws, column, used + 1 + SPARE, f'"{sheet_layout.TICK}"')


def _choice(ws: Any, column: int, last: int, formula: str) -> None:
    rule = DataValidation(type="list", formula1=formula, allow_blank=True)
    rule.errorTitle, rule.error = "不在可选范围", "请从下拉列表中选一项。"
    letter = get_column_letter(column)
    rule.add(f"{letter}2:{letter}{last}")
    ws.add_data_validation(rule)
