"""The empty sheet for signals: headings, a drop-down of sources and kinds, and a page that explains each column."""

from __future__ import annotations

from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from arrears.early_warning import sheet
from arrears.early_warning.sources import kinds, sources

ROWS = 1000
EXPLAINED = {
    sheet.NAME: "必填。按营业执照填写全称。",
    sheet.CODE: "18 位；没有的留空，按名称认定。",
    sheet.SOURCE: "必填。从右边“来源”中选。",
    sheet.KIND: "必填。须是该来源对应的类别，见右边。",
    sheet.ON: "必填。如 2026-09-30；欠税、欠费填所属期最后一天。",
    sheet.RECEIVED: "收到通报的日期，核实期限从这一天起算；留空即发生日期。",
    sheet.AMOUNT: "单位：元。没有的留空。",
    sheet.REFERENCE: "来文的文号或编号。",
    sheet.DETAIL: "情况说明。",
    sheet.MAJOR: "填“是”的须报告本级政府和上一级；留空即否。",
}


def template_workbook() -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "预警信息"
    for place, column in enumerate(sheet.COLUMNS, start=1):
        cell = page.cell(1, place, column)
        cell.font = Font(name="宋体", bold=True)
        page.column_dimensions[get_column_letter(place)].width = 30 if column == sheet.NAME else 20
        if column in (sheet.CODE, sheet.REFERENCE):
            for row in range(2, ROWS + 2):
                page.cell(row, place).number_format = "@"
    page.freeze_panes = "A2"
    explained = book.create_sheet("填写说明")
    explained.append(["列", "填写说明", None, "来源", "类别"])
    for row, (column, words) in enumerate(EXPLAINED.items(), start=2):
        explained.cell(row, 1, column)
        explained.cell(row, 2, words)
    for row, one in enumerate(sources().values(), start=2):
        explained.cell(row, 4, one.label)
        explained.cell(row, 5, "、".join(kinds()[kind] for kind in one.kinds))
    for cell in explained[1]:
        cell.font = Font(name="宋体", bold=True)
    for letter, width in (("A", 18), ("B", 56), ("D", 20), ("E", 48)):
        explained.column_dimensions[letter].width = width
    for cells in explained.iter_rows(min_row=2):
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    offer = DataValidation("list", formula1=f"填写说明!$D$2:$D${len(sources()) + 1}", allow_blank=True)
    page.add_data_validation(offer)
    letter = get_column_letter(sheet.COLUMNS.index(sheet.SOURCE) + 1)
    offer.add(f"{letter}2:{letter}{ROWS + 1}")
    out = BytesIO()
    book.save(out)
    return out.getvalue()
