"""Writes the report of a review as docx after GB/T 9704: who reviewed whom, findings, what became of them."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Mm, Pt

from arrears.inspections.models import Review, ReviewFinding
from arrears.law.scope import chinese_day
from unions.common.clock import day_of
from unions.common.docx import FAINT, HEI, KAI, SIZE_2, SIZE_4, TITLE, base, cell, dressed, page, say, whole
from unions.models import User

_UNFIT = re.compile(r"[^\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
HEADS = (("序号", 13), ("薄弱环节", 30), ("问题", 44), ("整改期限", 30), ("整改情况", 39))  # mm of 156


def report_docx(row: Review, by: User, at: datetime) -> bytes:
    document = Document()
    page(document.sections[0])
    base(document)
    document.settings.odd_and_even_pages_header_footer = True
    for text in (row.name, "检查报告"):
        line = say(document, _plain(text), TITLE, SIZE_2, align=ALIGN.CENTER)
        line.paragraph_format.line_spacing = Pt(36)
    say(document, "")
    _result(document, row)
    found = list(row.found.select_related("answered_by", "closed_by"))
    say(document, "三、发现的问题和整改", HEI, indent=2).paragraph_format.keep_with_next = True
    closed = sum(one.closed_at is not None for one in found)
    words = f"共发现问题 {len(found)} 条，已销号 {closed} 条。" if found else "没有发现问题。"
    say(document, words, indent=2)
    if found:
        _table(document, found)
    say(document, "").paragraph_format.keep_with_next = True
    _signature(document, row, day_of(at))
    about = {"title": f"{row.name}检查报告", "author": by.name, "comments": "", "keywords": ""}
    for name, value in about.items():
        setattr(document.core_properties, name, _plain(value)[:200])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _plain(text: str) -> str:
    return _UNFIT.sub("", text.replace("\r\n", "\n"))


def _result(document: Any, row: Review) -> None:
    assert row.visited_on is not None
    say(document, "一、基本情况", HEI, indent=2).paragraph_format.keep_with_next = True
    told = (
        f"按照{row.planner.name}的安排（{row.get_kind_display()}），{chinese_day(row.visited_on)}，{row.inspects}"
        f"对{row.inspected.name}进行了检查。带队人：{row.leader}；参加人员：{row.people}。"
    )
    say(document, _plain(told), indent=2)
    if row.scope:
        _paragraphs(document, f"检查内容：{row.scope}")
    say(document, "二、检查情况", HEI, indent=2).paragraph_format.keep_with_next = True
    _paragraphs(document, row.summary)


def _paragraphs(document: Any, text: str) -> None:
    for part in _plain(text).split("\n"):
        if part.strip():
            say(document, part.strip(), indent=2)


def _table(document: Any, found: list[ReviewFinding]) -> None:
    table = document.add_table(rows=1, cols=len(HEADS))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, (_, width) in zip(table.columns, HEADS, strict=True):
        column.width = Mm(width)
    for place, (text, width) in zip(table.rows[0].cells, HEADS, strict=True):
        cell(place, text, Mm(width), ALIGN.CENTER)
    for number, one in enumerate(found, start=1):
        row = table.add_row()
        whole(row)
        texts = (str(number), one.get_spot_display(), one.detail, str(one.due_on), _state(one))
        for place, text, (_, width) in zip(row.cells, texts, HEADS, strict=True):
            cell(place, _plain(text), Mm(width), ALIGN.LEFT if width > 35 else ALIGN.CENTER)


def _state(one: ReviewFinding) -> str:
    if one.closed_at is not None:
        return f"{one.answer}（{day_of(one.closed_at)} 销号）"
    return f"{one.answer}（待销号）" if one.answered_at is not None else "待整改"


def _signature(document: Any, row: Review, day: date) -> None:
    table = document.add_table(rows=1, cols=1)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.RIGHT, False
    place = table.rows[0].cells[0]
    table.columns[0].width = place.width = Mm(96)
    whole(table.rows[0])
    first = place.paragraphs[0]
    first.alignment = ALIGN.CENTER
    dressed(first.add_run("（印章）"), KAI, SIZE_4, FAINT)
    say(place, _plain(row.inspects), align=ALIGN.CENTER)
    say(place, chinese_day(day), align=ALIGN.CENTER)
