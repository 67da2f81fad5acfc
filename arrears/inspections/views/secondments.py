"""工作专班抽调人员, on the page of plans of inspections; and as a workbook."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from arrears.inspections.actions import secondments
from arrears.inspections.forms.rounds import CallBackForm, SecondmentForm
from arrears.inspections.models import Secondment
from arrears.inspections.views.rounds import rounds_page
from unions.common.attempt import attempt
from unions.common.refusals import Forbidden
from unions.http import Request, post_action, read_page
from unions.idempotency import taken_once
from unions.people.rights import Right
from unions.sheets import LEFT, MIDDLE, ListColumns, check_export, list_sheet, send_sheet, taken_along

COLUMNS: ListColumns = {
    "派出单位": (28, LEFT, ""),
    "抽调人员": (12, MIDDLE, ""),
    "职务": (20, LEFT, ""),
    "工作专班": (34, LEFT, ""),
    "承担的工作": (36, LEFT, ""),
    "起": (12, MIDDLE, ""),
    "止": (12, MIDDLE, ""),
}


@post_action
@taken_once
def new(request: Request) -> HttpResponse:
    user = request.user
    if not user.paths(Right.INSPECT):
        raise Forbidden("您的任职不包含登记抽调人员，请由填报员或经办人登记。")
    form = SecondmentForm(request.POST, user=user, today=timezone.localdate())
    row, status = attempt(form, lambda data: secondments.second(data["union"], form.facts(), user, timezone.now()))
    if row is None:
        return rounds_page(request, status, secondment_form=form)
    messages.success(request, f"已登记{row}。")
    return redirect("rounds")


@post_action
def end(request: Request, pk: int) -> HttpResponse:
    user = request.user
    row = get_object_or_404(Secondment.objects.visible_to(user).select_related("union__parent"), pk=pk)
    if not user.may(Right.INSPECT, row.union.in_charge()):
        raise Forbidden(f"返岗由“{row.union.in_charge()}”的填报员或经办人登记，您没有这项权限。")
    form = CallBackForm(request.POST, today=timezone.localdate())
    done, status = attempt(form, lambda data: secondments.call_back(row, data["on"], user, timezone.now()))
    if done is None:
        return rounds_page(request, status, end_form=form, end_of=pk)
    messages.success(request, f"已登记{row.person}结束抽调。")
    return redirect("rounds")


@read_page
def export(request: Request) -> HttpResponse:
    check_export(request.user)
    now = timezone.now()
    rows = Secondment.objects.visible_to(request.user).select_related("union").order_by("-since", "-pk")
    rows = taken_along(request, rows)
    values = ((row.union.name, row.person, row.post, row.task_force, row.task, row.since, row.until) for row in rows)
    return send_sheet(request, list_sheet("工作专班抽调人员登记簿", COLUMNS, values, now), now)
