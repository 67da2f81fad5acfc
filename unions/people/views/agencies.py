"""The directory of departments: who they are, whom to ring there, and what is missing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from unions.common.attempt import refuse
from unions.common.refusals import Forbidden, Refused
from unions.http import Request, form_page, post_action, read_page
from unions.models import Agency, Union
from unions.people import agencies
from unions.people import agencies as liaison_gaps
from unions.people.forms import AgencyForm, LiaisonForm
from unions.people.rights import Right
from unions.tree.reach import visible_unit


@read_page
def directory(request: Request) -> HttpResponse:
    user = request.user
    directories = agencies.directory(user)
    context = {
        "directories": [(entry, agencies.may_keep(user, entry.union)) for entry in directories],
        "gaps": len(liaison_gaps.gaps(user, directories)),
    }
    return render(request, "unions/agencies.html", context)


@read_page
def gaps(request: Request) -> HttpResponse:
    """Every missing body and liaison person as one list (YK-3)."""
    user = request.user
    rows = liaison_gaps.gaps(user)
    context = {
        "rows": [(row, agencies.may_keep(user, row.union)) for row in rows],
        "may_export": bool(user.paths(Right.EXPORT)),
    }
    return render(request, "unions/agency_gaps.html", context)


@form_page
def enter(request: Request, code: str) -> HttpResponse:
    union, user = visible_unit(request, code), request.user
    agencies.check_may_keep(user, union)
    form = AgencyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = agencies.enter(union, form.cleaned_data, user, timezone.now())
        except Forbidden:
            raise
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"已登记“{row}”。请接着登记联络员。")
            return redirect(row)
    context = {"form": form, "union": union, "title": "登记协作部门"}
    return render(request, "unions/agency_form.html", context, status=422 if form.is_bound else 200)


def _the_agency(request: Request, pk: int) -> Agency:
    rows = Agency.objects.visible_to(request.user).select_related("union__parent")
    return get_object_or_404(rows, pk=pk)


@read_page
def agency(request: Request, pk: int) -> HttpResponse:
    return _page(request, _the_agency(request, pk), LiaisonForm())


def _page(request: Request, row: Agency, form: LiaisonForm, status: int = 200) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    context: dict[str, Any] = {
        "row": row,
        "form": form,
        "may_keep": not row.ended_on and agencies.may_keep(user, row.union),
        "present": row.liaisons.filter(until=None),
        "past": row.liaisons.exclude(until=None)[:20],
        "people": row.appointments.in_force(today).select_related("user"),
        "sees_unit": Union.objects.visible_to(user).filter(pk=row.union_id).exists(),
    }
    return render(request, "unions/agency.html", context, status=status)


@form_page
def edit(request: Request, pk: int) -> HttpResponse:
    row, user = _the_agency(request, pk), request.user
    agencies.check_may_keep(user, row.union)
    given = {name: getattr(row, name) for name in AgencyForm.base_fields}
    form = AgencyForm(request.POST if request.method == "POST" else None, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            agencies.edit(row, form.cleaned_data, user, timezone.now())
        except Forbidden:
            raise
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "已保存。")
            return redirect(row)
    context = {"form": form, "union": row.union, "row": row, "title": "修改部门资料"}
    return render(request, "unions/agency_form.html", context, status=422 if form.is_bound else 200)


@post_action
def end(request: Request, pk: int) -> HttpResponse:
    row = _the_agency(request, pk)
    agencies.end(row, request.user, timezone.now())
    messages.success(request, f"“{row}”已停用，不再收到新的事项。")
    return redirect("agencies")


@post_action
def liaison(request: Request, pk: int) -> HttpResponse:
    row, user = _the_agency(request, pk), request.user
    agencies.check_may_keep(user, row.union)
    form = LiaisonForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form, 422)
    said = form.cleaned_data
    try:
        agencies.name_liaison(row, said["name"], said["position"], said["phone"], user, timezone.now())
    except Forbidden:
        raise
    except Refused as refusal:
        refuse(form, refusal)
        return _page(request, row, form, refusal.status)
    messages.success(request, f"已登记联络员{said['name']}。")
    return redirect(row)


@post_action
def release(request: Request, pk: int, liaison_pk: int) -> HttpResponse:
    row = _the_agency(request, pk)
    one = get_object_or_404(row.liaisons.select_related("agency"), pk=liaison_pk)
    agencies.release_liaison(one, request.user, timezone.now())
    messages.success(request, f"{one.name}不再是联络员。")
    return redirect(row)
