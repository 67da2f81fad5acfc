"""The whole file of a case as docx: A4 upright, one table per section, page numbers."""

from __future__ import annotations

import io
import re
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from arrears.desk.case_file import CaseFile, CaseFileSection
from unions.common.formats import moment

TITLE, HEI, BODY = "方正小标宋简体", "黑体", "仿宋"
WIDTH = 170  # mm of text
LABEL = 26  # hundredths, of a part in pairs
_UNFIT = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_docx(file: CaseFile) -> bytes:
    """Return the docx of a case file. Text is put in as text and nothing else."""
    document = Document()
    _page(document)
    _say(document.add_paragraph(), "案件卷宗", TITLE, 20, ALIGN.CENTER)
    case = file.case
    about = f"{case.employer.name}　{case}　{case.get_state_display()}　承办：{case.handling_union}"
    _say(document.add_paragraph(), about, BODY, 12, ALIGN.CENTER)
    for part in file.parts:
        _part(document, part)
    foot = f"{file.made_by} 于 {moment(file.made_at)} 由薪报系统打印；内容以打印时刻为准。"
    _say(document.add_paragraph(), foot, BODY, 9, ALIGN.RIGHT)
    for name, value in (("author", file.made_by), ("title", f"案件卷宗 {case}"), ("comments", "")):
        setattr(document.core_properties, name, value[:200])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(22)
    section.left_margin = section.right_margin = Mm(20)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = BODY, Pt(10.5)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)
    normal.paragraph_format.space_after = Pt(0)
    line = section.footer.paragraphs[0]
    line.alignment = ALIGN.CENTER
    _field(line, "PAGE")
    line.add_run(" / ")
    _field(line, "NUMPAGES")


def _field(line: Any, name: str) -> None:
    run = line.add_run()
    for kind, text in (("begin", ""), ("", name), ("end", "")):
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark.text = text
        run._r.append(mark)


def _say(line: Any, text: str, font: str, points: float, align: Any = ALIGN.LEFT) -> Any:
    run = line.add_run(_UNFIT.sub("", text))
    run.font.name, run.font.size = font, Pt(points)
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    line.alignment = align
    return line


def _part(document: Any, part: CaseFileSection) -> None:
    head = _say(document.add_paragraph(), part.title, HEI, 13)
    head.paragraph_format.space_before, head.paragraph_format.space_after = Pt(12), Pt(4)
    head.paragraph_format.keep_with_next = True
    if not part.rows:
        _say(document.add_paragraph(), part.empty, BODY, 10.5)
        return
    shares = [column.share for column in part.columns] or [LABEL, 100 - LABEL]
    table = document.add_table(rows=0, cols=len(shares))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    widths = [Mm(WIDTH * share / 100) for share in shares]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    if part.columns:
        _row(table, [column.title for column in part.columns], widths, [ALIGN.CENTER] * len(widths), HEI)
        _repeat(table.rows[0])
    aligns = [ALIGN.RIGHT if column.figure else ALIGN.LEFT for column in part.columns] or [ALIGN.LEFT] * 2
    for values in part.rows:
        _row(table, values, widths, aligns, BODY)


def _row(table: Any, values: Any, widths: list[Any], aligns: list[Any], font: str) -> None:
    row = table.add_row()
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, value, width, align in zip(row.cells, values, widths, aligns, strict=True):
        cell.width = width
        line = _say(cell.paragraphs[0], str(value), font, 9 if len(widths) > 2 else 10.5, align)
        line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(2)


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
