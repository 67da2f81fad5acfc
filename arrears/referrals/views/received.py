"""部门移来的线索: what departments sent to the unions, taken up as a clue or answered; and as a workbook."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.cases.views.evidence import send_file
from arrears.referrals import clues
from arrears.referrals.forms import DeclineClueForm
from arrears.referrals.models import AgencyClue
from unions.http import Request, post_action, read_page
from unions.listing import listed
from unions.pages import Tab
from unions.people.rights import Right
from unions.sheets import LEFT, MIDDLE, MONEY, WHOLE, ListColumns, check_export, list_sheet, send_sheet, taken_along

PER_PAGE = 50
PARTS = ("agency", "union__parent", "case", "answered_by")
COLUMNS: ListColumns = {
    "回执号": (24, MIDDLE, ""),
    "移送部门": (28, LEFT, ""),
    "接收工会": (24, LEFT, ""),
    "移送日期": (12, MIDDLE, ""),
    "用人单位": (32, LEFT, ""),
    "涉及人数（人）": (10, MIDDLE, WHOLE),
    "欠薪金额（元）": (16, MIDDLE, MONEY),
    "答复期限": (12, MIDDLE, ""),
    "答复日期": (12, MIDDLE, ""),
    "进度": (16, MIDDLE, ""),
    "线索案件": (24, MIDDLE, ""),
}


def received_list(request: Request, tabs: list[Tab], status: int = 200, **refused: Any) -> HttpResponse:
    """The list. `refused`: a form that was turned away, and which clue it was for."""
    user = request.user
    page = listed(
        AgencyClue.objects.visible_to(user).select_related(*PARTS).prefetch_related("papers"), request, PER_PAGE
    )
    context: dict[str, Any] = {
        "tabs": tabs,
        "page": page,
        "today": timezone.localdate(),
        "answers": {row.pk for row in page.rows if clues.may_answer(row, user)},
        "decline_form": DeclineClueForm(today=timezone.localdate()),
        "may_export": bool(user.paths(Right.EXPORT)),
    }
    return render(request, "arrears/referrals/received.html", context | refused, status=status)


def the_clue(request: Request, pk: int) -> AgencyClue:
    return get_object_or_404(AgencyClue.objects.visible_to(request.user).select_related(*PARTS), pk=pk)


@read_page
def paper(request: Request, pk: int, paper_pk: int) -> FileResponse:
    """A file sent with a clue, for both sides."""
    clue = get_object_or_404(AgencyClue.objects.readable(request.user, timezone.localdate()), pk=pk)
    return send_file(get_object_or_404(clue.papers, pk=paper_pk))


@post_action
def take_up(request: Request, pk: int) -> HttpResponse:
    case = clues.take_up(the_clue(request, pk), request.user, timezone.now())
    messages.success(request, f"已受理并登记为线索 {case.clue_number}，移送部门已看到；请核实后查实立案或写明解释。")
    return redirect(case)


@read_page
def export(request: Request) -> HttpResponse:
    check_export(request.user)
    now = timezone.now()
    rows = AgencyClue.objects.visible_to(request.user).select_related(*PARTS)
    rows = taken_along(request, rows)
    values = (
        (
            row.number,
            row.agency.name,
            row.union.name,
            timezone.localdate(row.sent_at),
            row.employer_name,
            row.workers,
            row.amount,
            row.due_on,
            timezone.localdate(row.answered_at) if row.answered_at else None,
            row.outcome,
            row.case.clue_number if row.case else "",
        )
        for row in rows.order_by("pk")
    )
    return send_sheet(request, list_sheet("部门移来线索登记簿", COLUMNS, values, now), now)
