"""Paper in the geometry of GB/T 9704-2012, for letters and for what accompanies a return.

A4; top 37 mm, left 28 mm, text 156 × 225 mm; 22 lines of 28 characters; body 仿宋 3号, title 小标宋 2号.
"""

from __future__ import annotations

from typing import Any

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


def page(section: Any) -> None:
    """A4 upright with the margins and lines of the standard, and its page numbers."""
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
    page_number(section.footer, ALIGN.RIGHT)
    page_number(section.even_page_footer, ALIGN.LEFT)


def page_number(footer: Any, align: Any) -> None:
    """— 1 — in 4号 宋体, outside on either side of the sheet."""
    footer.is_linked_to_previous = False
    line = footer.paragraphs[0]
    line.alignment = align
    dressed(line.add_run("— "), SONG, SIZE_4)
    number = line.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark.text = text
        number._r.append(mark)
    dressed(number, SONG, SIZE_4)
    dressed(line.add_run(" —"), SONG, SIZE_4)
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(14)


def base(document: Any) -> None:
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


def dressed(run: Any, name: str, size: Any, colour: RGBColor | None = None) -> Any:
    run.font.name, run.font.size = name, size
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)
    if colour is not None:
        run.font.color.rgb = colour
    return run


def say(holder: Any, text: str, font: str = BODY, size: Any = SIZE_3, *, indent: int = 0, **look: Any) -> Any:
    """One paragraph; `indent`: characters before its first line."""
    line = holder.add_paragraph()
    for number, part in enumerate(text.split("\n")):
        run = dressed(line.add_run(part), font, size, look.get("colour"))
        if number:
            run._r.insert_element_before(OxmlElement("w:br"), "w:t")
    line.alignment = look.get("align", ALIGN.JUSTIFY)
    if indent:
        marks = line._p.get_or_add_pPr().get_or_add_ind()
        marks.set(qn("w:firstLineChars"), str(indent * 100))
        marks.set(qn("w:firstLine"), str(indent * 315))
    return line


def cell(place: Any, text: str, width: Any, align: Any) -> None:
    """The one text of a table cell."""
    place.width = width
    place.vertical_alignment = 1
    first = place.paragraphs[0]
    line = say(place, text, size=SIZE_4, align=align)
    line.paragraph_format.line_spacing = Pt(20)
    first._p.getparent().remove(first._p)


def whole(row: Any) -> None:
    """Never torn apart by a page's end."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
