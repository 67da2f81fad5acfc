"""Pages of the inspections: list, one visit, and the form. Whatever was typed stays."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Sum
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from arrears.cases.evidence import keep_paper
from arrears.cases.filing import employer_for, project_for
from arrears.cases.models import Case
from arrears.cases.views.recording import offer_units, own_unit
from arrears.inspections.actions import inspections
from arrears.inspections.forms.checklist import RectifiedForm
from arrears.inspections.forms.inspections import InspectionFilter, InspectionForm, initial_of
from arrears.inspections.models import Finding, Inspection
from unions.common.form_fields import seen_in
from unions.common.formats import clock
from unions.common.refusals import Forbidden, Refused, Stale
from unions.form_drafts import begin_again, draft_of, forget, keep
from unions.http import Request, form_page, post_action, read_page
from unions.models import Union, User, under
from unions.pages import list_page, sums
from unions.people.rights import Right
from unions.tree.regions import regions_for

PER_PAGE = 50
# What a plan or a project's page says of the visit to be recorded.
ASKED = ("employer_name", "uscc", "no_code", "region_code", "industry", "on_project", "project_name", "nature")
NEW = "inspection:new"
NOT_YOURS = "您的任职不包含登记排查，请由单位的填报员或经办人登记。"


@read_page
def inspection_list(request: Request) -> HttpResponse:
    user = request.user
    filters = InspectionFilter(request.GET, Inspection.objects.visible_to(user), user, timezone.now())
    found = filters.qs
    context = list_page(request, found.select_related("employer", "project", "union"), PER_PAGE, filters) | {
        "employers": inspections.employers_in(found),
        "totals": sums(found, workers=Sum("workers"), migrants=Sum("migrants")),
        "may_record": bool(user.paths(Right.INSPECT)),
    }
    return render(request, "arrears/inspections/inspections.html", context)


def the_inspection(request: Request, pk: int) -> Inspection:
    """404 for strangers."""
    parts = ("employer", "project", "union", "by")
    return get_object_or_404(Inspection.objects.visible_to(request.user).select_related(*parts), pk=pk)


@read_page
def inspection(request: Request, pk: int) -> HttpResponse:
    found, user = the_inspection(request, pk), request.user
    others = Inspection.objects.visible_to(user).filter(employer=found.employer).exclude(pk=pk)
    cases = Case.objects.visible_to(user).filter(employer=found.employer).select_related("union")
    context = {
        "inspection": found,
        "may_edit": inspections.may_edit(found, user),
        "others": others.select_related("union")[:10],
        "cases": cases[:10],
        "points": found.points.all(),
        "found": [(one, inspections.may_close_finding(one, user)) for one in _found(found)],
        "papers": found.papers.all(),
        "rectified": RectifiedForm(today=timezone.localdate()),
        "today": timezone.localdate(),
    }
    return render(request, "arrears/inspections/inspection.html", context)


def _found(inspection: Inspection) -> list[Finding]:
    rows = inspection.found.select_related("by", "closed_by")
    for row in rows:
        row.inspection = inspection  # with its unit, already read
    return list(rows)


@form_page
def new(request: Request) -> HttpResponse:
    user = request.user
    if not user.paths(Right.INSPECT):
        raise Forbidden(NOT_YOURS)
    if request.method == "POST":
        return _record(request, user)
    stash = draft_of(user, NEW)
    asked = {name: request.GET[name] for name in ASKED if name in request.GET}
    initial: dict[str, Any] = {"on": timezone.localdate(), **own_unit(user), **asked}
    form = _form(user, initial=stash.fields if stash else initial)
    return _show(request, form, stash_at=stash.at if stash else None)


def _record(request: Request, user: User) -> HttpResponse:
    form = _form(user, data=request.POST, files=request.FILES)
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        with transaction.atomic():
            employer = employer_for(form.employer_facts())
            found = inspections.record_inspection(
                form.cleaned_data["union"], employer, _facts(form, employer), user, timezone.now()
            )
            _keep_rest(found, form, user)
            forget(user, NEW)
    except Refused as refusal:
        form.take(refusal.fields, refusal.message)
        return _show(request, form, status=refusal.status)
    messages.success(request, f"已登记对“{found.employer}”的排查。")
    return redirect("inspection-new" if "another" in request.POST else found)


@form_page
def edit(request: Request, pk: int) -> HttpResponse:
    found, user = the_inspection(request, pk), request.user
    _check_may_edit(found, user)
    if request.method == "POST":
        return _save(request, found, user)
    stash = draft_of(user, inspections.stream(found))
    form = _form(user, found, initial=stash.fields if stash else initial_of(found))
    seen = stash.fields.get("seen", found.version) if stash else found.version
    return _show(request, form, found, seen=seen, stash_at=stash.at if stash else None)


def _save(request: Request, found: Inspection, user: User) -> HttpResponse:
    form, seen = _form(user, found, data=request.POST, files=request.FILES), seen_in(request.POST)
    if not form.is_valid():
        return _show(request, form, found, seen=seen, status=422)
    try:
        with transaction.atomic():
            employer = employer_for(form.employer_facts())
            found = inspections.edit_inspection(
                found, employer, _facts(form, employer), user, timezone.now(), seen=seen
            )
            _keep_rest(found, form, user)
            forget(user, inspections.stream(found))
    except Stale as refusal:
        return _show(request, form, the_inspection(request, found.pk), status=409, stale=refusal.message)
    except Refused as refusal:
        form.take(refusal.fields, refusal.message)
        return _show(request, form, found, seen=seen, status=refusal.status)
    messages.success(request, "修改已保存。")
    return redirect(found)


def _keep_rest(found: Inspection, form: InspectionForm, user: User) -> None:
    """The checklist, what it found wanting, and the photos."""
    at = timezone.now()
    inspections.record_checklist(found, form.answers(), form.shortcomings(), user, at)
    for photo in form.cleaned_data["photos"]:
        keep_paper(found.papers, photo, user, at)


def _check_may_edit(found: Inspection, user: User) -> None:
    if not inspections.may_edit(found, user):
        raise Forbidden(f"这次排查由“{found.union}”登记，您没有修改的权限。")


@post_action
def autosave(request: Request, pk: int | None = None) -> HttpResponse:
    """Keep what is typed as it is; with `forget` in it, throw the kept text away and start from what is saved."""
    user = request.user
    name = NEW
    if pk is not None:
        found = the_inspection(request, pk)
        _check_may_edit(found, user)
        name = inspections.stream(found)
    elif not user.paths(Right.INSPECT):
        raise Forbidden(NOT_YOURS)
    if "forget" in request.POST:
        forget(user, name)
        return begin_again(request, reverse("inspection-new") if pk is None else reverse("inspection-edit", args=[pk]))
    at = timezone.now()
    keep(user, name, request.POST, (*_form(user).fields, "seen"), at, several=("picked",))
    return JsonResponse({"saved_at": clock(at)})


@read_page
def units(request: Request) -> HttpResponse:
    """Units the reader may record for, by code or part of the name: options of the form's list."""
    text = request.GET.get("union", "").replace("\x00", "").strip()
    reach = Union.objects.filter(under(request.user.paths(Right.INSPECT)), valid_until=None)
    found = reach.searched(text) if text else reach
    return render(request, "arrears/inspections/inspection_units.html", {"units": found.order_by("depth", "code")[:20]})


def _facts(form: InspectionForm, employer: Any) -> dict[str, Any]:
    data = form.cleaned_data
    return form.facts() | {"project": project_for(employer, data["project_name"], data["nature"])}


def _form(user: User, found: Inspection | None = None, **kwargs: Any) -> InspectionForm:
    regions = regions_for(user, found.employer.region_code[:6] if found else "")
    form = InspectionForm(user=user, regions=regions, inspection=found, today=timezone.localdate(), **kwargs)
    if found is None:
        offer_units(form, user)
    return form


def _show(
    request: Request,
    form: InspectionForm,
    found: Inspection | None = None,
    *,
    status: int = 200,
    seen: int | None = None,
    stale: str = "",
    stash_at: datetime | None = None,
) -> HttpResponse:
    """The form. After a conflict (`stale`) the next attempt is made against what `found` now is."""
    now = initial_of(found) if found and stale else {}
    context = {
        "form": form,
        "inspection": found,
        "stale": stale,
        "stash_at": stash_at,
        "seen": (found.version if found else 0) if seen is None else seen,
        "differences": [
            {"label": form.fields[name].label, "before": now[name], "after": form[name].value()}
            for name in form.fields
            if name in now and str(now[name] or "") != str(form[name].value() or "")
        ],
    }
    return render(request, "arrears/inspections/inspection_form.html", context, status=status)
