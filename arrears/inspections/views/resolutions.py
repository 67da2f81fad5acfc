"""化解举措: on the page of a key target, in a case, and all of them as a workbook (SD-2.1d)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.cases.views.found import the_case
from arrears.inspections.actions import resolutions
from arrears.inspections.actions.resolutions import Matter, ResolutionFacts
from arrears.inspections.forms.checklist import ResolutionForm, ResolutionStepForm
from arrears.inspections.models import KeyTarget, Resolution
from unions.common.attempt import attempt
from unions.http import Request, post_action, read_page
from unions.idempotency import taken_once
from unions.navigation import is_asked_for
from unions.sheets import LEFT, MIDDLE, ListColumns, check_export, check_size, list_sheet, send_sheet
from unions.tree.reach import asked_unit

STEPS = {"follow": (resolutions.follow, "已登记进展。"), "finish": (resolutions.finish, "已登记化解结果。")}


def box(request: Request, matter: Matter, form: ResolutionForm | None = None) -> dict[str, Any]:
    """What resolutions.html shows of a key target or a case; nothing is offered where no notice of the reader's units asks for it."""
    user = request.user
    today = timezone.localdate()
    mine = {"target": matter} if isinstance(matter, KeyTarget) else {"case": matter}
    rows = Resolution.objects.filter(**mine).select_related("by", "closed_by").prefetch_related("notes__by")
    causes = {"causes": getattr(matter, "causes", [])}
    return {
        "matter": matter,
        "of_case": not isinstance(matter, KeyTarget),
        "resolutions": [(row, row.late(today)) for row in rows],
        "offered": is_asked_for(request, "resolution"),
        "may_resolve": resolutions.may_resolve(matter, user),
        "resolution_form": form or ResolutionForm(today=today, initial=causes),
        "today": today,
    }


@read_page
def of_case(request: Request, pk: int) -> HttpResponse:
    """The part of the tab 重大事项."""
    return render(request, "arrears/inspections/resolutions.html", box(request, the_case(request, pk)))


@post_action
@taken_once
def set_of_case(request: Request, pk: int) -> HttpResponse:
    case = the_case(request, pk)
    return _set(request, case, case.section_url("heavy"))


@post_action
@taken_once
def set_of_target(request: Request, pk: int) -> HttpResponse:
    rows = KeyTarget.objects.visible_to(request.user).select_related("employer", "union__parent")
    target = get_object_or_404(rows, pk=pk)
    return _set(request, target, target.get_absolute_url())


def _set(request: Request, matter: Matter, back: str) -> HttpResponse:
    resolutions.check_may_resolve(matter, request.user)
    form = ResolutionForm(request.POST, today=timezone.localdate())
    row, status = attempt(
        form, lambda said: resolutions.set_measure(matter, ResolutionFacts(**said), request.user, timezone.now())
    )
    if row is None:
        context = box(request, matter, form) | {"back": back}
        return render(request, "arrears/inspections/resolution_form.html", context, status=status)
    messages.success(request, "已登记化解举措。")
    return redirect(back)


@post_action
@taken_once
def step(request: Request, pk: int, name: str) -> HttpResponse:
    parts = ("target__employer", "case__employer")
    row = get_object_or_404(Resolution.objects.visible_to(request.user).select_related(*parts), pk=pk)
    if name not in STEPS:
        raise Http404
    resolutions.check_may_resolve(row.matter, request.user)
    verb, done = STEPS[name]
    form = ResolutionStepForm(request.POST, today=timezone.localdate())
    made, status = attempt(form, lambda said: verb(row, said["on"], said["words"], request.user, timezone.now()))
    if made is None:
        context = {"matter": row.matter, "row": row, "step_form": form, "step": name, "back": row.url}
        return render(request, "arrears/inspections/resolution_form.html", context, status=status)
    messages.success(request, done)
    return redirect(row.url)


COLUMNS: ListColumns = {
    "用人单位": (28, LEFT, ""),
    "事项": (26, LEFT, ""),
    "欠薪原因": (20, LEFT, ""),
    "原因分析": (40, LEFT, ""),
    "针对性举措": (40, LEFT, ""),
    "化解责任人": (12, MIDDLE, ""),
    "化解责任单位": (24, LEFT, ""),
    "化解期限": (12, MIDDLE, ""),
    "最近进展": (40, LEFT, ""),
    "化解日期": (12, MIDDLE, ""),
    "化解结果": (40, LEFT, ""),
}


@read_page
def sheet(request: Request) -> HttpResponse:
    """化解台账 of a unit and below as a workbook."""
    unit, now = asked_unit(request, "化解举措"), timezone.now()
    check_export(request.user, unit)
    rows = Resolution.objects.filter(path__startswith=unit.path)
    check_size(rows)
    parts = ("target__employer", "target__project", "case__employer")
    found = rows.select_related(*parts).prefetch_related("notes").order_by("due_on", "pk")
    cells = (
        (
            row.employer.name,
            f"案件 {row.case}" if row.case else f"重点对象 {row.target}",
            row.causes_said,
            row.analysis,
            row.measure,
            row.responsible,
            row.responsible_unit,
            row.due_on,
            next((f"{note.on} {note.words}" for note in reversed(row.notes.all())), ""),
            row.done_on,
            row.result,
        )
        for row in found
    )
    return send_sheet(request, list_sheet("欠薪隐患化解台账", COLUMNS, cells, now, [f"{unit.name}及以下。"]), now)
