"""The house layout of a letter: GB/T 9704-2012 geometry, with 印章 placeholder and 送达回证, as a docxtpl template.

A4; top 37 mm, left 28 mm, text 156 × 225 mm; 22 lines of 28 characters; body 仿宋 3号, title 小标宋 2号.
"""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

SONG, TITLE, HEI, KAI, BODY = "宋体", "方正小标宋简体", "黑体", "楷体", "仿宋"
SIZE_2, SIZE_3, SIZE_4 = Pt(22), Pt(16), Pt(14)  # 2号、3号、4号
LINE = Pt(28.95)  # 225 mm in 22 lines
# 22 lines by the grid; 28 characters by drawing them 0.25 pt closer. A grid of characters is read differently by every program.
GRID = {"type": "lines", "linePitch": "579"}
CLOSER = "-5"  # twentieths of a point
FAINT = RGBColor(0x99, 0x99, 0x99)

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
def house() -> bytes:
    """The template, the same for all three kinds."""
    document = Document()
    _page(document.sections[0])
    _base(document)
    _letter(document)
    _receipt(document)
    document.settings.odd_and_even_pages_header_footer = True
    for name in ("author", "comments", "title", "keywords", "last_modified_by"):
        setattr(document.core_properties, name, "")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(section: Any) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(23)
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    grid = OxmlElement("w:docGrid")
    for name, value in GRID.items():
        grid.set(qn(f"w:{name}"), value)
    section._sectPr.append(grid)
    _page_number(section.footer, ALIGN.RIGHT)
    _page_number(section.even_page_footer, ALIGN.LEFT)


def _page_number(footer: Any, align: Any) -> None:
    """— 1 — in 4号 宋体, outside on either side of the sheet."""
    footer.is_linked_to_previous = False
    line = footer.paragraphs[0]
    line.alignment = align
    _font(line.add_run("— "), SONG, SIZE_4)
    number = line.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark.text = text
        number._r.append(mark)
    _font(number, SONG, SIZE_4)
    _font(line.add_run(" —"), SONG, SIZE_4)
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(14)


def _base(document: Any) -> None:
    """What every paragraph is unless it says otherwise."""
    normal = document.styles["Normal"]
    normal.font.size, normal.font.name = SIZE_3, BODY
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)
    closer = OxmlElement("w:spacing")
    closer.set(qn("w:val"), CLOSER)
    normal.element.rPr.insert_element_before(closer, "w:sz", "w:szCs")
    layout = normal.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    layout.widow_control = False


def _font(run: Any, name: str, size: Any, colour: RGBColor | None = None) -> Any:
    run.font.name, run.font.size = name, size
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)
    if colour is not None:
        run.font.color.rgb = colour
    return run


def _say(
    holder: Any, text: str, font: str = BODY, size: Any = SIZE_3, *, indent: int = 0, **look: Any
) -> Any:
    """One paragraph; `indent`: characters before its first line."""
    line = holder.add_paragraph()
    for number, part in enumerate(text.split("\n")):
        run = _font(line.add_run(part), font, size, look.get("colour"))
        if number:
            run._r.insert_element_before(OxmlElement("w:br"), "w:t")
    line.alignment = look.get("align", ALIGN.JUSTIFY)
    if indent:
        marks = line._p.get_or_add_pPr().get_or_add_ind()
        marks.set(qn("w:firstLineChars"), str(indent * 100))
        marks.set(qn("w:firstLine"), str(indent * 315))
    return line


def _each(document: Any, name: str) -> None:
    """One paragraph per entry of the list `name`."""
    _say(document, f"{{%p for line in {name} %}}")
    _say(document, "{{ line }}", indent=2)
    _say(document, "{%p endfor %}")


def _letter(document: Any) -> None:
    title = _say(document, "{{ title }}", TITLE, SIZE_2, align=ALIGN.CENTER)
    title.paragraph_format.line_spacing = Pt(36)
    _say(document, "{{ number }}", align=ALIGN.CENTER)
    _say(document, "")
    _say(document, "{{ addressee }}：", align=ALIGN.LEFT)
    _each(document, "opening")
    for head, name in (
        ("一、查明的事实", "facts"),
        ("二、违反的规定", "breached"),
        ("三、{{ demand_head }}", "demand"),
    ):
        _say(document, head, HEI, indent=2).paragraph_format.keep_with_next = True
        _each(document, name)
    _each(document, "closing")
    _say(document, "")
    _say(document, "附件：送达回证", indent=2).paragraph_format.keep_with_next = True
    _say(document, "").paragraph_format.keep_with_next = True
    _signature(document)
    _say(document, "{%p if contact %}")
    _say(document, "（联系人及电话：{{ contact }}）", indent=2)
    _say(document, "{%p endif %}")


def _signature(document: Any) -> None:
    """署名 centred over 成文日期, with the place of the seal; never torn apart by a page's end."""
    table = document.add_table(rows=1, cols=1)
    table.alignment = WD_TABLE_ALIGNMENT.RIGHT
    table.autofit = False
    table.columns[0].width = table.rows[0].cells[0].width = Mm(96)
    _whole(table.rows[0])
    cell = table.rows[0].cells[0]
    first = cell.paragraphs[0]
    first.alignment = ALIGN.CENTER
    _font(first.add_run("（印章）"), KAI, SIZE_4, FAINT)
    _say(cell, "{{ issuer }}", align=ALIGN.CENTER)
    _say(cell, "{{ date }}", align=ALIGN.CENTER)


def _whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _receipt(document: Any) -> None:
    document.add_section(WD_SECTION.NEW_PAGE)
    _say(document, "附件", HEI, align=ALIGN.LEFT)
    title = _say(document, "送达回证", TITLE, SIZE_2, align=ALIGN.CENTER)
    title.paragraph_format.line_spacing = Pt(36)
    title.paragraph_format.space_after = Pt(8)
    table = document.add_table(rows=0, cols=2)
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, RECEIPT_WIDTHS, strict=True):
        column.width = width
    for label, value in RECEIPT:
        row = table.add_row()
        row.height_rule, row.height = WD_ROW_HEIGHT_RULE.AT_LEAST, Mm(12 if "\n" not in label else 20)
        _whole(row)
        _cell(row.cells[0], label, RECEIPT_WIDTHS[0], ALIGN.CENTER)
        _cell(row.cells[1], value, RECEIPT_WIDTHS[1], ALIGN.LEFT)


def _cell(cell: Any, text: str, width: Any, align: Any) -> None:
    cell.width = width
    cell.vertical_alignment = 1
    first = cell.paragraphs[0]
    line = _say(cell, text, size=SIZE_4, align=align)
    line.paragraph_format.line_spacing = Pt(20)
    first._p.getparent().remove(first._p)
