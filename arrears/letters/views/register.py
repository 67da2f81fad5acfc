"""The register of letters with the reply rate, as a page and as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from arrears.letters.forms import LetterFilter
from arrears.letters.models import Letter, LetterQuerySet, LetterState
from arrears.letters.views.letter import TONES
from unions.http import Request, read_page
from unions.pages import list_page
from unions.people.rights import Right
from unions.sheets import LEFT, MIDDLE, ListColumns, check_export, list_sheet, rows_to_export, send_sheet

PER_PAGE = 50


def filters_of(request: Request, now: datetime) -> LetterFilter:
    """What was asked for, and what it leaves of the letters the reader may see."""
    return LetterFilter(request.GET, Letter.objects.visible_to(request.user), request.user, now)


@read_page
def letters(request: Request) -> HttpResponse:
    now = timezone.now()
    filters = filters_of(request, now)
    context = list_page(request, filters.qs.select_related("case__employer", "issuer"), PER_PAGE, filters)
    context |= {
        "rates": filters.qs.rates(now),
        "rows": [(row, row.is_overdue(now), TONES[LetterState(row.state)]) for row in context["page"].rows],
        "may_export": bool(request.user.paths(Right.EXPORT)),
        "may_lay_out": bool(request.user.paths(Right.SUBMIT)),
        "query": request.GET.urlencode(),
    }
    return render(request, "arrears/letters/letters.html", context)


COLUMNS: ListColumns = {
    "类别": (9, MIDDLE, ""),
    "文号": (30, LEFT, ""),
    "制发单位": (22, LEFT, ""),
    "受文单位": (28, LEFT, ""),
    "案件编号": (24, MIDDLE, ""),
    "成文日期": (13, MIDDLE, ""),
    "送达（拒收）日期": (17, MIDDLE, ""),
    "是否拒收": (8, MIDDLE, ""),
    "答复期限": (13, MIDDLE, ""),
    "答复日期": (13, MIDDLE, ""),
    "答复结果": (18, MIDDLE, ""),
    "状态": (10, MIDDLE, ""),
}


@read_page
def letters_export(request: Request) -> HttpResponse:
    now = timezone.now()
    check_export(request.user)
    rows = rows_to_export(request, filters_of(request, now), "登记簿")
    rates = rows.rates(now)
    notes = [
        f"已签发 {rates.issued} 份（作废 {rates.void} 份），已送达 {rates.reached} 份（拒收 {rates.refused} 份），"
        f"已答复 {rates.answered} 份，{rates.reply_words}，逾期未答复 {rates.overdue} 份。"
    ]
    sheet = list_sheet("一函两书登记簿", COLUMNS, _values(rows, now), now, notes, name="一函两书")
    return send_sheet(request, sheet, now, verb="export-letters")


def _values(rows: LetterQuerySet, now: datetime) -> Iterator[tuple[Any, ...]]:
    found = rows.select_related("case", "issuer").order_by("issued_on", "id")
    for row in found.iterator(chunk_size=1000):
        due = timezone.localdate(row.reply_due_at) if row.reply_due_at else None
        refused = "是" if row.delivered_on and not row.delivery else ""
        state = "逾期未答复" if row.is_overdue(now) else row.get_state_display()
        yield (
            row.get_kind_display(),
            row.number or "",
            row.issuer.name,
            row.addressee,
            row.case.number or "",
            row.issued_on,
            row.delivered_on,
            refused,
            due,
            row.answered_on,
            row.get_answer_display(),
            state,
        )
