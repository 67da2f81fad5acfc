"""A return as a docx: its words on paper of GB/T 9704 geometry, signed, and behind them the table on its side.

Made for returns whose form wants words beside the figures: 月通报, 进展情况报告, 欠薪风险研判, 月检查和风险报告. Text is put in as text.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from arrears.law.scope import chinese_day
from reporting.forms.files import UNITS, FormColumn
from reporting.returns.papers import Paper
from unions.common.docx import BODY, FAINT, HEI, KAI, SIZE_2, SIZE_4, SONG, TITLE, base, dressed, page, say, whole
from unions.common.xlsx_writer import ABOUT, HeaderCell, Row, Value

RED = RGBColor(0xC0, 0x00, 0x00)
TABLE_WIDTH = 257  # mm: A4 on its side within margins of 20
# Columns of the table → size of its letters in points.
SIZES = ((8, 10.5), (12, 9.0), (16, 8.0))
SMALLEST = 7.0
_UNFIT = re.compile(r"[^\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def written(paper: Paper) -> bytes:
    document = Document()
    page(document.sections[0])
    base(document)
    document.settings.odd_and_even_pages_header_footer = True
    _words(document, paper)
    _table_page(document, paper)
    about = {"title": paper.title, "author": paper.scope.union.name, "comments": "", "keywords": ""}
    for name, value in about.items():
        setattr(document.core_properties, name, value[:200])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _plain(text: str) -> str:
    return _UNFIT.sub("", text.replace("\r\n", "\n"))


# ---- the words ----------------------------------------------------------------------------------------------------------


def _words(document: Any, paper: Paper) -> None:
    if paper.draft:
        say(document, "草  稿", HEI, SIZE_4, align=ALIGN.LEFT, colour=RED)
    said = {section.place: _plain(paper.texts.get(section.heading, "")).strip() for section in paper.form.sections}
    for text in (paper.scope.union.name, paper.form.document_title or paper.title):
        line = say(document, _plain(text), TITLE, SIZE_2, align=ALIGN.CENTER)
        line.paragraph_format.line_spacing = Pt(36)
    say(document, f"（{paper.scope.period}）", KAI, align=ALIGN.CENTER)
    say(document, "")
    if to := said.get("to", "").rstrip("：: 。") or _plain(paper.to):
        say(document, f"{to}：", align=ALIGN.LEFT)
    for section in paper.form.sections:
        if section.place:
            continue
        say(document, _plain(section.heading), HEI, indent=2).paragraph_format.keep_with_next = True
        for part in _plain(paper.texts.get(section.heading, "")).split("\n") or [""]:
            say(document, part.strip() or "无。", indent=2)
    say(document, "")
    say(document, f"附件：{paper.form.title}", indent=2).paragraph_format.keep_with_next = True
    say(document, "").paragraph_format.keep_with_next = True
    _signature(document, paper.scope.union.name, paper.made_on)
    if copies := said.get("copies", "").rstrip("。 "):
        _colophon(document, copies, paper)


def _colophon(document: Any, copies: str, paper: Paper) -> None:
    """版记: 抄送机关, 印发机关 and 印发日期, in the letters GB/T 9704 gives them."""
    say(document, "")
    say(document, f"抄送：{copies}。", BODY, SIZE_4, align=ALIGN.LEFT)
    printed_by = f"{_plain(paper.scope.union.name)}　　{chinese_day(paper.made_on)}印发"
    say(document, printed_by, BODY, SIZE_4, align=ALIGN.LEFT)


def _signature(document: Any, unit: str, day: date) -> None:
    """发文机关署名 centred over 成文日期, with the place of the seal."""
    table = document.add_table(rows=1, cols=1)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.RIGHT, False
    table.columns[0].width = table.rows[0].cells[0].width = Mm(96)
    whole(table.rows[0])
    place = table.rows[0].cells[0]
    first = place.paragraphs[0]
    first.alignment = ALIGN.CENTER
    dressed(first.add_run("（印章）"), KAI, SIZE_4, FAINT)
    say(place, _plain(unit), align=ALIGN.CENTER)
    say(place, chinese_day(day), align=ALIGN.CENTER)


# ---- the table ----------------------------------------------------------------------------------------------------------


def _table_page(document: Any, paper: Paper) -> None:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
    section.footer_distance = Mm(10)
    for grid in section._sectPr.findall(qn("w:docGrid")):  # small letters stand closer than the lines of a letter
        section._sectPr.remove(grid)
    _small(say(document, "附件", HEI, SIZE_4, align=ALIGN.LEFT), 24)
    _small(say(document, _plain(paper.form.title), TITLE, Pt(18), align=ALIGN.CENTER), 28)
    if paper.label:
        _small(say(document, _plain(paper.label), SONG, Pt(9), align=ALIGN.CENTER, colour=RED), 14)
    if paper.head:
        _apart(document, paper.head)
    _table(document, paper)
    for note in paper.form.notes:
        _small(say(document, _plain(note), BODY, Pt(9), align=ALIGN.LEFT), 13)
    if paper.foot:
        _apart(document, paper.foot)
    _small(say(document, ABOUT, TITLE, Pt(18), align=ALIGN.CENTER), 28).paragraph_format.page_break_before = True
    for item, text in paper.about:
        _small(say(document, _plain(f"{item}：{text}"), BODY, Pt(10.5), align=ALIGN.LEFT), 16)


def _small(line: Any, points: float) -> Any:
    line.paragraph_format.line_spacing = Pt(points)
    return line


def _apart(document: Any, texts: Iterable[str]) -> None:
    """Lines spread over the width of the table."""
    parts = [_plain(text) for text in texts]
    table = document.add_table(rows=1, cols=len(parts))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for nth, (place, text) in enumerate(zip(table.rows[0].cells, parts, strict=True)):
        place.width = Mm(TABLE_WIDTH / len(parts))
        align = ALIGN.LEFT if nth == 0 or text.endswith("：") else ALIGN.RIGHT
        if 0 < nth < len(parts) - 1:
            align = ALIGN.CENTER
        _fill(place, text, 11, align)


def _table(document: Any, paper: Paper) -> None:
    columns, grid = paper.form.columns, paper.form.grid()
    size = next((points for most, points in SIZES if len(columns) <= most), SMALLEST)
    table = document.add_table(rows=len(grid) + len(paper.rows), cols=len(columns))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    _tight(table)
    room = sum(column.width for column in columns)
    widths = [Mm(TABLE_WIDTH * column.width / room) for column in columns]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    cells = [list(row.cells) for row in table.rows]
    for line in grid:
        for cell in line:
            _header_cell(cells, cell, size)
    for nth, row in enumerate(paper.rows, len(grid)):
        _body_row(cells[nth], row, columns, size)
    for line_of_cells in cells:
        for place, width in zip(line_of_cells, widths, strict=True):
            if place._tc.grid_span == 1:
                place.width = width
    for nth, row in enumerate(table.rows):
        whole(row)
        if nth < len(grid):
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _tight(table: Any) -> None:
    """Half a millimetre between a cell's border and its text, so that twenty columns have room."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        mark = OxmlElement(f"w:{side}")
        mark.set(qn("w:w"), "28")
        mark.set(qn("w:type"), "dxa")
        margins.append(mark)
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    if look is not None:
        look.addprevious(margins)
    else:
        table._tbl.tblPr.append(margins)


def _header_cell(cells: list[list[Any]], cell: HeaderCell, size: float) -> None:
    place = cells[cell.row][cell.column]
    if cell.rows > 1 or cell.columns > 1:
        place = place.merge(cells[cell.row + cell.rows - 1][cell.column + cell.columns - 1])
    _fill(place, cell.text, size, ALIGN.CENTER, SONG, bold=True)


def _body_row(cells: list[Any], row: Row, columns: tuple[FormColumn, ...], size: float) -> None:
    for nth, (place, value) in enumerate(zip(cells, row.values, strict=True)):
        wordy = columns[nth].stub or (isinstance(value, str) and len(value) > 12)
        _fill(place, printed(value, columns[nth]), size, ALIGN.LEFT if wordy else ALIGN.CENTER, bold=row.strong)
        if nth in row.marks:
            shade = OxmlElement("w:shd")
            for name, said in (("val", "clear"), ("color", "auto"), ("fill", "FFE699")):
                shade.set(qn(f"w:{name}"), said)
            place._tc.get_or_add_tcPr().append(shade)


def printed(value: Value, column: FormColumn) -> str:
    """A value as the paper shows it, in the places of its unit."""
    if value is None:
        return ""
    if isinstance(value, Decimal | int) and column.unit:
        return f"{value:,.{UNITS[column.unit].places}f}"
    return _plain(str(value))


def _fill(place: Any, text: str, points: float, align: Any, font: str = BODY, *, bold: bool = False) -> None:
    line = place.paragraphs[0]
    line.alignment = align
    dressed(line.add_run(text), font, Pt(points)).bold = bold
    line.paragraph_format.line_spacing = Pt(points * 1.35)
    line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(1)
    place.vertical_alignment = 1
