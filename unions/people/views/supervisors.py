"""The register of supervisors on the page of a unit (QD-7b), and as a workbook of the unit and all below it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from unions.common.attempt import attempt
from unions.http import Request, post_action, read_page
from unions.models import Supervisor, Union
from unions.people import supervisors
from unions.people.forms import CommitteeForm, ReleaseForm, SupervisorForm
from unions.sheets import LEFT, MIDDLE, ListColumns, check_export, check_size, list_sheet, send_sheet
from unions.tree.reach import visible_unit
from unions.tree.views.units import unit_page

COLUMNS: ListColumns = {
    "单位": (34, LEFT, ""),
    "姓名": (12, MIDDLE, ""),
    "职务": (16, MIDDLE, ""),
    "监督员证号": (22, MIDDLE, ""),
    "任期起": (13, MIDDLE, ""),
    "任期止": (13, MIDDLE, ""),
    "免职日期": (13, MIDDLE, ""),
    "状态": (12, MIDDLE, ""),
}


def _kept(request: Request, code: str) -> Union:
    union = visible_unit(request, code)
    supervisors.check_may_keep(request.user, union)
    return union


@post_action
def committee(request: Request, code: str) -> HttpResponse:
    union = _kept(request, code)
    form = CommitteeForm(request.POST, today=timezone.localdate())
    row, status = attempt(form, lambda data: supervisors.enter_committee(union, data, request.user, timezone.now()))
    if row is None:
        return unit_page(request, union, status, committee_form=form)
    messages.success(request, f"已登记“{row}”。")
    return redirect(union)


@post_action
def enter(request: Request, code: str) -> HttpResponse:
    union = _kept(request, code)
    form = SupervisorForm(request.POST, today=timezone.localdate())
    row, status = attempt(form, lambda data: supervisors.enter_supervisor(union, data, request.user, timezone.now()))
    if row is None:
        return unit_page(request, union, status, supervisor_form=form)
    messages.success(request, f"已登记监督员{row}。")
    return redirect(union)


@post_action
def release(request: Request, code: str, pk: int) -> HttpResponse:
    union = _kept(request, code)
    row = get_object_or_404(union.supervisors.select_related("union__parent"), pk=pk)
    form = ReleaseForm(request.POST, today=timezone.localdate())
    done, status = attempt(form, lambda data: supervisors.release(row, data["on"], request.user, timezone.now()))
    if done is None:
        return unit_page(request, union, status, release_form=form, release_of=pk)
    messages.success(request, f"已登记{row}免职。")
    return redirect(union)


@read_page
def export(request: Request, code: str) -> HttpResponse:
    union, now = visible_unit(request, code), timezone.now()
    check_export(request.user, union)
    rows = Supervisor.objects.within([union.path]).select_related("union").order_by("union__code", "-since", "pk")
    check_size(rows)
    values = (
        (
            row.union.name,
            row.name,
            row.get_post_display(),
            row.certificate,
            row.since,
            row.until,
            row.ended_on,
            _state(row),
        )
        for row in rows
    )
    return send_sheet(request, list_sheet("劳动法律监督员名册", COLUMNS, values, now), now)


def _state(row: Supervisor) -> str:
    if row.ended_on is not None:
        return "已免职"
    return "任期届满" if row.expired_on(timezone.localdate()) else "在任"
