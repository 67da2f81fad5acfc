"""The standard layout of a letter, 通用版式: a docxtpl template after GB/T 9704-2012, with 印章 and 送达回证."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Mm, Pt

from unions.common.docx import FAINT, HEI, KAI, SIZE_2, SIZE_4, TITLE, base, cell, dressed, page, say, whole

RECEIPT = (
    ("送达文书", "《{{ title }}》"),
    ("文号", "{{ number }}"),
    ("受送达人", "{{ addressee }}"),
    ("送达地点", ""),
    ("送达方式", "□直接送达  □留置送达  □邮寄送达  □电子送达"),
    ("送达时间", "        年    月    日    时    分"),
    ("收件人签名\n或盖章", ""),
    ("代收人签名及\n代收理由", ""),
    ("拒收情况\n和见证人签名", ""),
    ("送达人签名\n（两人）", ""),
    ("备注", ""),
)
RECEIPT_WIDTHS = (Mm(40), Mm(116))


@cache
def standard_layout() -> bytes:
    """The template as docx, the same for all kinds."""
    document = Document()
    page(document.sections[0])
    base(document)
    _letter(document)
    _receipt(document)
    document.settings.odd_and_even_pages_header_footer = True
    for name in ("author", "comments", "title", "keywords", "last_modified_by"):
        setattr(document.core_properties, name, "")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _paragraphs(document: Any, name: str) -> None:
    """One paragraph per entry of the list `name`."""
    say(document, f"{{%p for line in {name} %}}")
    say(document, "{{ line }}", indent=2)
    say(document, "{%p endfor %}")


def _letter(document: Any) -> None:
    title = say(document, "{{ title }}", TITLE, SIZE_2, align=ALIGN.CENTER)
    title.paragraph_format.line_spacing = Pt(36)
    say(document, "{{ number }}", align=ALIGN.CENTER)
    say(document, "")
    say(document, "{{ addressee }}：", align=ALIGN.LEFT)
    _paragraphs(document, "opening")
    for head, name in (
        ("一、查明的事实", "facts"),
        ("二、违反的规定", "breached"),
        ("三、{{ demand_head }}", "demand"),
    ):
        say(document, head, HEI, indent=2).paragraph_format.keep_with_next = True
        _paragraphs(document, name)
    _paragraphs(document, "closing")
    say(document, "")
    say(document, "附件：送达回证", indent=2).paragraph_format.keep_with_next = True
    say(document, "").paragraph_format.keep_with_next = True
    _signature(document)
    say(document, "{%p if contact %}")
    say(document, "（联系人及电话：{{ contact }}）", indent=2)
    say(document, "{%p endif %}")


def _signature(document: Any) -> None:
    """署名 centred over 成文日期, with the place of the seal; never torn apart by a page's end."""
    table = document.add_table(rows=1, cols=1)
    table.alignment = WD_TABLE_ALIGNMENT.RIGHT
    table.autofit = False
    table.columns[0].width = table.rows[0].cells[0].width = Mm(96)
    whole(table.rows[0])
    cell = table.rows[0].cells[0]
    first = cell.paragraphs[0]
    first.alignment = ALIGN.CENTER
    dressed(first.add_run("（印章）"), KAI, SIZE_4, FAINT)
    say(cell, "{{ issuer }}", align=ALIGN.CENTER)
    say(cell, "{{ date }}", align=ALIGN.CENTER)


def _receipt(document: Any) -> None:
    document.add_section(WD_SECTION.NEW_PAGE)
    say(document, "附件", HEI, align=ALIGN.LEFT)
    title = say(document, "送达回证", TITLE, SIZE_2, align=ALIGN.CENTER)
    title.paragraph_format.line_spacing = Pt(36)
    title.paragraph_format.space_after = Pt(8)
    table = document.add_table(rows=0, cols=2)
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, RECEIPT_WIDTHS, strict=True):
        column.width = width
    for label, value in RECEIPT:
        row = table.add_row()
        row.height_rule, row.height = WD_ROW_HEIGHT_RULE.AT_LEAST, Mm(12 if "\n" not in label else 20)
        whole(row)
        cell(row.cells[0], label, RECEIPT_WIDTHS[0], ALIGN.CENTER)
        cell(row.cells[1], value, RECEIPT_WIDTHS[1], ALIGN.LEFT)
