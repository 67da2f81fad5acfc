"""The register of letters with the reply rate, as a page and as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from arrears.letters.forms import LetterFilter
from arrears.letters.models import Letter, LetterQuerySet, LetterState
from arrears.letters.views.letter import TONES
from unions.common import xlsx_writer as workbook
from unions.common.formats import moment
from unions.common.refusals import Refused
from unions.common.views import attachment
from unions.common.xlsx_writer import ColumnLook, HeaderCell, Row, WrittenSheet, bytes_of
from unions.http import Request, read_page
from unions.log import audit
from unions.pages import list_page
from unions.people.rights import Right
from unions.sheets import check_export

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


MOST = 20_000
# Header → width in characters, alignment.
COLUMNS: dict[str, tuple[float, str]] = {
    "序号": (6, "center"),
    "类别": (9, "center"),
    "文号": (30, "left"),
    "制发单位": (22, "left"),
    "受文单位": (28, "left"),
    "案件编号": (24, "center"),
    "成文日期": (13, "center"),
    "送达（拒收）日期": (17, "center"),
    "是否拒收": (8, "center"),
    "答复期限": (13, "center"),
    "答复日期": (13, "center"),
    "答复结果": (18, "center"),
    "状态": (10, "center"),
}


@read_page
def letters_export(request: Request) -> HttpResponse:
    user, now = request.user, timezone.now()
    check_export(user)
    filters = filters_of(request, now)
    if not filters.is_valid():
        raise Refused("筛选条件有误，请回到登记簿改正后再导出。")
    rows = filters.qs
    if rows.count() > MOST:
        raise Refused(f"符合条件的文书超过 {MOST:,} 份，请按日期或单位分批导出。")
    content = bytes_of(partial(workbook.write, _sheet(rows, now)))
    with transaction.atomic():
        audit.record(f"user:{user.pk}", "export-letters", user, now, asked=request.GET.urlencode()[:500])
    return attachment(content, f"一函两书登记簿_{timezone.localdate(now):%Y%m%d}.xlsx")


def _sheet(rows: LetterQuerySet, now: datetime) -> WrittenSheet:
    rates = rows.rates(now)
    return WrittenSheet(
        title="一函两书登记簿",
        name="一函两书",
        grid=[[HeaderCell(title, 0, number, 1, 1) for number, title in enumerate(COLUMNS)]],
        columns=[ColumnLook(width, align=align) for width, align in COLUMNS.values()],
        rows=_rows(rows, now),
        notes=[
            f"已签发 {rates.issued} 份（作废 {rates.void} 份），已送达 {rates.reached} 份（拒收 {rates.refused} 份），"
            f"已答复 {rates.answered} 份，{rates.reply_words}，逾期未答复 {rates.overdue} 份。",
            f"数据截至 {moment(now)}。",
        ],
    )


def _rows(rows: LetterQuerySet, now: datetime) -> Iterator[Row]:
    found = rows.select_related("case", "issuer").order_by("issued_on", "id")
    for serial, row in enumerate(found.iterator(chunk_size=1000), 1):
        due = timezone.localdate(row.reply_due_at) if row.reply_due_at else None
        refused = "是" if row.delivered_on and not row.delivery else ""
        state = "逾期未答复" if row.is_overdue(now) else row.get_state_display()
        yield Row(
            (
                serial,
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
        )
