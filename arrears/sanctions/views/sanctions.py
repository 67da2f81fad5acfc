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

from arrears.sanctions.actions import sanctions
from arrears.sanctions.forms import SanctionFilter, SanctionOutcomeForm, SanctionVoidForm
from arrears.sanctions.models import Sanction, SanctionKind, SanctionOutcome
from arrears.sanctions.models.sanction import DECIDED
from arrears.sanctions.views.tabs import render_list, viewing_user
from unions.common.attempt import attempt
from unions.common.form_fields import PlainForm
from unions.http import Request, post_action, read_page
from unions.models import User

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
    kind, do, message = STEPS[name]
    form = kind(request.POST, today=timezone.localdate())
    done, status = attempt(form, lambda data: do(row, user, timezone.now(), data))
    if done is None:
        return _page(request, the_sanction(request, pk), {name: form}, status)
    messages.success(request, message)
    return redirect(row)
