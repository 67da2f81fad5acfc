"""Decisions of departments: the register, one decision, what became of it, and entering one from the case (SD-2.3b)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.cases.pages import case_page
from arrears.cases.views.found import the_case
from arrears.sanctions.actions import sanctions
from arrears.sanctions.actions.sanctions import Decision
from arrears.sanctions.forms import SanctionFilter, SanctionForm, SanctionOutcomeForm, SanctionVoidForm
from arrears.sanctions.models import Sanction, SanctionKind, SanctionOutcome
from arrears.sanctions.models.sanction import DECIDED
from arrears.sanctions.views.tabs import render_list, viewing_user
from unions.common.attempt import attempt
from unions.common.form_fields import PlainForm
from unions.http import Request, post_action, read_page
from unions.models import User

PARTS = ("case__employer", "case__handling_union__parent", "paper", "by", "outcome_by", "voided_by", "union")
Do = Callable[[Sanction, User, datetime, dict[str, Any]], Sanction]
# Step → its form, what it does, and what the person is told when it is done.
STEPS: dict[str, tuple[type[PlainForm], Do, str]] = {
    "outcome": (
        SanctionOutcomeForm,
        lambda row, by, at, said: sanctions.record_outcome(
            row, SanctionOutcome(said["outcome"]), said["on"], said["note"], by, at
        ),
        "已登记履行情况。清偿金额请在台账中另行入账。",
    ),
    "void": (
        SanctionVoidForm,
        lambda row, by, at, said: sanctions.void(row, said["on"], said["reason"], by, at),
        "已登记撤销，统计和公布中不再计入。",
    ),
}


@read_page
def sanction_list(request: Request) -> HttpResponse:
    user, today = viewing_user(request), timezone.localdate()
    seen = Sanction.objects.visible_to(user)
    filters = SanctionFilter(request.GET, seen, user, timezone.now())
    unpaid = Q(pay_by__lt=today) & ~Q(outcome=SanctionOutcome.PAID)
    counts = (
        seen.standing()
        .order_by()
        .aggregate(
            orders=Count("pk", filter=Q(kind=SanctionKind.ORDER)),
            decided=Count("pk", filter=Q(kind__in=DECIDED)),
            unpaid=Count("pk", filter=unpaid),
            graded=Count("pk", filter=Q(kind=SanctionKind.GRADE, grade="C")),
        )
    )
    found = filters.qs.select_related("case__employer", "case__handling_union")
    return render_list(request, "sanctions", "sanctions", found, filters, counts=counts)


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
    forms = {name: form(today=today, initial={"on": today}) for name, (form, _, _) in STEPS.items()}
    context = {
        "row": row,
        "case": row.case,
        "forms": forms | (given or {}),
        "late": row.unpaid_on(today),
        "may": row.voided_at is None and sanctions.may_record_sanction(row.case, request.user),
        "published": row.published.select_related("publication__union"),
    }
    return render(request, "arrears/sanctions/sanction.html", context, status=status)


@post_action
def step(request: Request, pk: int, name: str) -> HttpResponse:
    row, user = the_sanction(request, pk), request.user
    if name not in STEPS:
        raise Http404
    sanctions.check_may_record_sanction(row.case, user, "履行情况、撤销")
    kind, do, told = STEPS[name]
    form = kind(request.POST, today=timezone.localdate())
    done, status = attempt(form, lambda said: do(row, user, timezone.now(), said))
    if done is None:
        return _page(request, the_sanction(request, pk), {name: form}, status)
    messages.success(request, told)
    return redirect(row)


@post_action
def enter(request: Request, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), request.user
    sanctions.check_may_record_sanction(case, user, "处理处罚")
    form = SanctionForm(request.POST, request.FILES, today=timezone.localdate())
    row, status = attempt(
        form, lambda said: sanctions.record_sanction(case, _said(said), user, timezone.now(), said["paper"])
    )
    if row is None:
        return case_page(request, the_case(request, pk), "sanctions", status=status, sanction_form=form)
    messages.success(request, f"已登记{row.get_kind_display()}。")
    return redirect(row)


def _said(data: dict[str, Any]) -> Decision:
    names = ("department", "number", "decided_on", "pay_by", "amount", "grade", "detail")
    return Decision(kind=SanctionKind(data["kind"]), **{name: data[name] for name in names})
