"""重点对象: who is watched, why, by whom; who is due for an inspection; and who should be put on the list (YK-1.2)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.cases.filing import employer_for, project_for
from arrears.cases.views.recording import offer_units, own_unit
from arrears.inspections.actions import key_targets
from arrears.inspections.forms.checklist import KeyTargetForm
from arrears.inspections.models import Inspection, KeyTarget, Resolution
from arrears.inspections.views import resolutions
from arrears.law.obligations.risk_classes import risk_classes
from unions.common.refusals import Forbidden, Refused
from unions.http import Request, form_page, post_action, read_page
from unions.listing import listed
from unions.models import Union, User
from unions.people.rights import Right
from unions.tree.reach import asked_unit
from unions.tree.regions import regions_for

PER_PAGE = 50
SHOWN = 20


@read_page
def key_target_list(request: Request) -> HttpResponse:
    unit, user, today = asked_unit(request, "预警"), request.user, timezone.localdate()
    rows = KeyTarget.objects.current().filter(path__startswith=unit.path)
    page = listed(key_targets.with_last_visit(rows).select_related("employer", "project", "union"), request, PER_PAGE)
    shown = [(row, key_targets.last_visit(row), row.next_on(key_targets.last_visit(row))) for row in page.rows]
    context: dict[str, Any] = {
        "unit": unit,
        "page": page,
        "rows": shown,
        "today": today,
        "unresolved": _unresolved(unit, today),
        "may_export": user.may(Right.EXPORT, unit),
        "proposed": key_targets.proposed_targets(unit),
        "may_record": bool(user.paths(Right.INSPECT)),
    }
    return render(request, "arrears/inspections/key_targets.html", context)


def _unresolved(unit: Union, today: date) -> dict[str, Any]:
    """Measures of key targets and heavy cases below a unit: how many are done, late, and the first not done (SD-2.1d)."""
    rows = Resolution.objects.filter(path__startswith=unit.path)
    unfinished = rows.unfinished()
    first = unfinished.select_related("target__employer", "case__employer").order_by("due_on", "pk")[:SHOWN]
    return {
        "all": rows.count(),
        "open": unfinished.count(),
        "late": unfinished.filter(due_on__lt=today).count(),
        "rows": [(row, row.late(today)) for row in first],
    }


def the_target(request: Request, pk: int) -> KeyTarget:
    """404 for strangers."""
    rows = key_targets.with_last_visit(KeyTarget.objects.visible_to(request.user))
    return get_object_or_404(rows.select_related("employer", "project", "union__parent", "by"), pk=pk)


@read_page
def target(request: Request, pk: int) -> HttpResponse:
    found, user = the_target(request, pk), request.user
    last = key_targets.last_visit(found)
    visits = Inspection.objects.visible_to(user).filter(employer=found.employer)
    context = {
        "target": found,
        "last": last,
        "next": found.next_on(last),
        "today": timezone.localdate(),
        "visits": visits.select_related("union")[:20],
        "may_end": found.ended_on is None and user.may(Right.INSPECT, found.union.in_charge()),
    }
    return render(request, "arrears/inspections/key_target.html", context | resolutions.box(request, found))


@form_page
def new(request: Request) -> HttpResponse:
    user = request.user
    if not user.paths(Right.INSPECT):
        raise Forbidden("您的任职不包含登记重点对象，请由单位的填报员或经办人登记。")
    if request.method != "POST":
        asked = {key: request.GET[key] for key in ("employer_name", "uscc") if key in request.GET}
        reasons = request.GET.getlist("reasons")
        return _show(request, _form(user, initial=own_unit(user) | asked | {"reasons": reasons}))
    form = _form(user, data=request.POST)
    if not form.is_valid():
        return _show(request, form, 422)
    try:
        found = _enter(form, user)
    except Refused as refusal:
        form.take(refusal.fields, refusal.message)
        return _show(request, form, refusal.status)
    messages.success(request, f"“{found}”已列入重点对象。")
    return redirect(found)


@transaction.atomic
def _enter(form: KeyTargetForm, user: User) -> KeyTarget:
    data = form.cleaned_data
    employer = employer_for(form.employer_facts())
    return key_targets.add_key_target(
        data["union"],
        employer,
        project_for(employer, data["project_name"], "other"),
        data["reasons"],
        data["responsible"],
        data["risk"],
        data["note"],
        user,
        timezone.now(),
    )


def _form(user: User, **kwargs: Any) -> KeyTargetForm:
    """Risk classes are those of the unit chosen, else of the reader's own."""
    code = (kwargs.get("data") or kwargs.get("initial") or {}).get("union", "")
    unit = Union.objects.filter(code=str(code)[:20].replace("\x00", "")).first()
    if unit is None:
        unit = Union.objects.get(code=own_unit(user)["union"])
    classes = risk_classes(unit, timezone.localdate())
    form = KeyTargetForm(user=user, regions=regions_for(user), today=timezone.localdate(), classes=classes, **kwargs)
    offer_units(form, user)
    return form


def _show(request: Request, form: KeyTargetForm, status: int = 200) -> HttpResponse:
    return render(request, "arrears/inspections/key_target_form.html", {"form": form}, status=status)


@post_action
def end(request: Request, pk: int) -> HttpResponse:
    found = the_target(request, pk)
    key_targets.end_key_target(found, request.POST.get("reason", ""), request.user, timezone.now())
    messages.success(request, f"“{found}”已移出重点对象。")
    return redirect("key-targets")
