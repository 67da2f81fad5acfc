"""The register of standing emergency plans, on the page of emergencies."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from arrears.cases.views.drafts import forgets
from arrears.serious.actions import standing_plans
from arrears.serious.forms import DrillForm, StandingPlanForm
from arrears.serious.models import StandingPlan
from arrears.serious.views.lists import emergencies_page
from unions.common.attempt import attempt
from unions.common.refusals import Forbidden
from unions.http import Request, post_action, read_page
from unions.idempotency import taken_once
from unions.people.rights import Right
from unions.sheets import LEFT, MIDDLE, WHOLE, ListColumns, check_export, list_sheet, send_sheet, taken_along

COLUMNS: ListColumns = {
    "单位": (26, LEFT, ""),
    "预案": (36, LEFT, ""),
    "版次": (8, MIDDLE, WHOLE),
    "施行日期": (12, MIDDLE, ""),
    "止": (12, MIDDLE, ""),
    "演练（次）": (9, MIDDLE, WHOLE),
    "最近演练": (12, MIDDLE, ""),
    "采用的事件（件）": (10, MIDDLE, WHOLE),
}


@post_action
@forgets("standing-plan")
@taken_once
def enter(request: Request) -> HttpResponse:
    user = request.user
    if not user.paths(Right.FILE):
        raise Forbidden("您的任职不包含登记应急预案，请由填报员或经办人登记。")
    form = StandingPlanForm(request.POST, user=user, today=timezone.localdate())
    row, status = attempt(
        form,
        lambda data: standing_plans.put_in_force(
            data["union"], data["title"], data["since"], data["text"], user, timezone.now()
        ),
    )
    if row is None:
        return emergencies_page(request, status=status, plan_form=form)
    messages.success(request, f"已登记《{row.title}》第 {row.version} 版。")
    return redirect("emergencies")


@post_action
@taken_once
def drill(request: Request) -> HttpResponse:
    user = request.user
    if not user.paths(Right.FILE):
        raise Forbidden("您的任职不包含登记演练，请由填报员或经办人登记。")
    form = DrillForm(request.POST, user=user, today=timezone.localdate())
    row, status = attempt(
        form,
        lambda data: standing_plans.drill(
            data["plan"], data["on"], data["people"] or 0, data["summary"], user, timezone.now()
        ),
    )
    if row is None:
        return emergencies_page(request, status=status, drill_form=form)
    messages.success(request, f"已登记《{row.plan.title}》的演练。")
    return redirect("emergencies")


@read_page
def export(request: Request) -> HttpResponse:
    check_export(request.user)
    now = timezone.now()
    rows = StandingPlan.objects.visible_to(request.user).with_figures().select_related("union").order_by("path", "pk")
    rows = taken_along(request, rows)
    values = ((row.union.name, row.title, row.version, row.since, row.until, *_figures(row)) for row in rows)
    return send_sheet(request, list_sheet("应急预案登记簿", COLUMNS, values, now), now)


def _figures(row: Any) -> tuple[Any, ...]:
    """Of a plan read `with_figures`."""
    return row.drilled, row.last_drill, row.followed
