"""The workbook people fill in to bring in units."""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from unions.models import UnionKind
from unions.tree.imports import COLUMNS, KIND, REQUIRED

EXPLAINED: dict[str, tuple[int, str]] = {
    "编码": (
        18,
        "必填，全省不重复。地方总工会用行政区划代码；其他为上级地方总工会代码加类别字母和四位序号，如 370202E0001。",
    ),
    "名称": (34, "必填，工会全称。"),
    "类型": (26, "必填，从下拉表中选。"),
    "上级编码": (18, "必填（最上级除外）。上级可以在本表任何一行，也可以已在系统里。"),
    "行政区划代码": (16, "地方总工会填 6 位代码，其他可不填。"),
    "属地上报编码": (18, "欠薪按属地上报到的工会；不填则按企业所在地推定。"),
    "值班人员": (14, "可不填。"),
    "公布电话": (18, "可不填。"),
    "成立日期": (14, "如 2026-11-21；不填则与上级相同。"),
}
ROWS = 5000


def template_workbook() -> io.BytesIO:
    """Header row only, so that nobody imports an example; the explanations are on a second sheet."""
    book = Workbook()
    sheet: Worksheet = book.active
    sheet.title = "工会组织"
    for index, column in enumerate(COLUMNS, start=1):
        cell = sheet.cell(1, index, column)
        cell.font = Font(name="宋体", bold=True, color="C00000" if column in REQUIRED else "000000")
        cell.fill = PatternFill("solid", fgColor="F3EFEA")
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = EXPLAINED[column][0]
        for row in range(2, 202):
            sheet[f"{letter}{row}"].number_format = "@"
    sheet.freeze_panes = "A2"
    _offer_kinds(sheet)
    _explain(book.create_sheet("填写说明"))
    for page in book.worksheets:
        page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
        page.page_setup.fitToHeight, page.sheet_properties.pageSetUpPr = (0, PageSetupProperties(fitToPage=True))
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def _offer_kinds(sheet: Worksheet) -> None:
    letter = get_column_letter(COLUMNS.index(KIND) + 1)
    offer = DataValidation("list", formula1=f"填写说明!$D$2:$D${len(UnionKind.choices) + 1}", allow_blank=True)
    offer.error = "请从下拉表中选择类型。"
    sheet.add_data_validation(offer)
    offer.add(f"{letter}2:{letter}{ROWS}")


def _explain(sheet: Worksheet) -> None:
    sheet.append(["列", "填写说明", None, "类型"])
    for column, (_, words) in EXPLAINED.items():
        sheet.append([column, words])
    for row, label in enumerate(UnionKind.labels, start=2):
        sheet.cell(row, 4, str(label))
    for cell in sheet[1]:
        cell.font = Font(name="宋体", bold=True)
    for letter, width in (("A", 16), ("B", 110), ("D", 28)):
        sheet.column_dimensions[letter].width = width
    for cells in sheet.iter_rows(min_col=2, max_col=2):
        cells[0].alignment = Alignment(wrap_text=True, vertical="top")
