"""Decisions of departments: the register, one decision, what became of it, and entering one from the case (SD-2.3b)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.sanctions.actions import sanctions
from arrears.sanctions.forms import SanctionFilter, SanctionOutcomeForm, SanctionVoidForm
from arrears.sanctions.models import Sanction, SanctionKind, SanctionOutcome
from arrears.sanctions.models.sanction import DECIDED, unpaid
from arrears.sanctions.views.tabs import render_list, viewing_user
from unions.common.attempt import attempt
from unions.common.form_fields import PlainForm
from unions.http import Request, post_action, read_page
from unions.models import User
from unions.people.rights import Right
from unions.sheets import LEFT, MIDDLE, MONEY, ListColumns, check_export, list_sheet, rows_to_export, send_sheet

PARTS = ("case__employer", "case__handling_union__parent", "paper", "by", "outcome_by", "voided_by", "union")
Do = Callable[[Sanction, User, datetime, dict[str, Any]], Sanction]
# Step → its form, what it does, and the message when it is done.
STEPS: dict[str, tuple[type[PlainForm], Do, str]] = {
    "outcome": (
        SanctionOutcomeForm,
        lambda row, by, at, data: sanctions.record_outcome(
            row, SanctionOutcome(data["outcome"]), data["on"], data["note"], by, at
        ),
        "已登记履行情况。清偿金额请在台账中另行入账。",
    ),
    "void": (
        SanctionVoidForm,
        lambda row, by, at, data: sanctions.void(row, data["on"], data["reason"], by, at),
        "已登记撤销，统计和公布中不再计入。",
    ),
}


@read_page
def sanction_list(request: Request) -> HttpResponse:
    user, today = viewing_user(request), timezone.localdate()
    seen = Sanction.objects.visible_to(user)
    filters = SanctionFilter(request.GET, seen, user, timezone.now())
    held = Q(kind=SanctionKind.PRESERVE, held_until__gte=today, outcome=SanctionOutcome.PENDING)
    counts = (
        seen.standing()
        .order_by()
        .aggregate(
            orders=Count("pk", filter=Q(kind=SanctionKind.ORDER)),
            decided=Count("pk", filter=Q(kind__in=DECIDED)),
            unpaid=Count("pk", filter=unpaid(today)),
            rectify=Count("pk", filter=Q(kind=SanctionKind.RECTIFY)),
            held=Sum("amount", filter=held),
            graded=Count("pk", filter=Q(kind=SanctionKind.GRADE, grade="C")),
        )
    )
    found = filters.qs.with_lateness(today).select_related("case__employer", "case__handling_union")
    may_export = bool(user.paths(Right.EXPORT))
    more = {"may_export": may_export, "query": request.GET.urlencode()}
    return render_list(request, "sanctions", "sanctions", found, filters, counts=counts, **more)


COLUMNS: ListColumns = {
    "用人单位": (28, LEFT, ""),
    "案件编号": (24, MIDDLE, ""),
    "种类": (14, MIDDLE, ""),
    "作出部门、法院": (24, LEFT, ""),
    "文号": (24, LEFT, ""),
    "决定日期": (12, MIDDLE, ""),
    "支付、整改期限": (14, MIDDLE, ""),
    "保全起日": (12, MIDDLE, ""),
    "保全止日": (12, MIDDLE, ""),
    "金额（元）": (16, "right", MONEY),
    "结果": (18, MIDDLE, ""),
    "结果日期": (12, MIDDLE, ""),
}


@read_page
def sanctions_sheet(request: Request) -> HttpResponse:
    """The register as a workbook, as it is narrowed."""
    user, now = viewing_user(request), timezone.now()
    check_export(user)
    filters = SanctionFilter(request.GET, Sanction.objects.visible_to(user), user, now)
    rows = rows_to_export(request, filters, "处理处罚")
    cells = (
        (
            row.case.employer.name,
            row.case.number or "",
            row.get_kind_display(),
            row.department,
            row.number,
            row.decided_on,
            row.pay_by,
            row.held_from,
            row.held_until,
            row.amount,
            "已撤销" if row.voided_at else row.get_outcome_display(),
            row.outcome_on,
        )
        for row in rows.select_related("case__employer").order_by("decided_on", "pk")
    )
    return send_sheet(request, list_sheet("处理处罚登记簿", COLUMNS, cells, now), now)


def the_sanction(request: Request, pk: int) -> Sanction:
    """404 for strangers."""
    return get_object_or_404(Sanction.objects.visible_to(request.user).select_related(*PARTS), pk=pk)


@read_page
def sanction(request: Request, pk: int) -> HttpResponse:
    return _page(request, the_sanction(request, pk))


def _page(
    request: Request, row: Sanction, given: dict[str, PlainForm] | None = None, status: int = 200
) -> HttpResponse:
    today = timezone.localdate()
    forms = {name: _form(row, name, initial={"on": today}) for name in STEPS}
    context = {
        "row": row,
        "case": row.case,
        "forms": forms | (given or {}),
        "late": row.late_on(today),
        "may": row.voided_at is None and sanctions.may_record_sanction(row.case, request.user),
        "published": row.published.select_related("publication__union"),
    }
    return render(request, "arrears/sanctions/sanction.html", context, status=status)


def _form(row: Sanction, name: str, data: Any = None, **more: Any) -> PlainForm:
    outcomes = {"outcomes": row.outcomes} if name == "outcome" else {}
    return STEPS[name][0](data, today=timezone.localdate(), **outcomes, **more)


@post_action
def step(request: Request, pk: int, name: str) -> HttpResponse:
    row, user = the_sanction(request, pk), request.user
    if name not in STEPS:
        raise Http404
    sanctions.check_may_record_sanction(row.case, user, "履行情况、撤销")
    _, do, message = STEPS[name]
    form = _form(row, name, request.POST)
    done, status = attempt(form, lambda data: do(row, user, timezone.now(), data))
    if done is None:
        return _page(request, the_sanction(request, pk), {name: form}, status)
    messages.success(request, message)
    return redirect(row)
