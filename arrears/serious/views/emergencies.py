"""The page of an emergency record and its live log."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from arrears.cases import acts
from arrears.cases.views.drafts import forgets
from arrears.serious.actions import emergencies
from arrears.serious.forms import ArrivalForm, EmergencyNoteForm, EmergencyOutcomeForm
from arrears.serious.models import LEVEL_OF, Emergency, Level, NoteKind
from unions.common.attempt import attempt
from unions.common.refusals import Forbidden
from unions.http import Request, post_action, read_page
from unions.idempotency import taken_once
from unions.models import Union
from unions.people.rights import Right


def the_emergency(request: Request, pk: int) -> Emergency:
    """404 for strangers."""
    rows = Emergency.objects.visible_to(request.user).select_related(
        "case__employer",
        "case__union__parent",
        "case__handling_union__parent",
        "opened_by",
        "ended_by",
        "standing_plan__union",
    )
    return get_object_or_404(rows, pk=pk)


def _live(row: Emergency) -> dict[str, Any]:
    """Context of the log: arrivals by level, also where none came; notes, newest first."""
    there = list(row.arrivals.select_related("union", "by"))
    return {
        "row": row,
        "levels": [(level.label, [one for one in there if one.level == level]) for level in Level],
        "notes": row.notes.select_related("union", "by").order_by("-at", "-id"),
        "now": timezone.now(),
    }


@never_cache
@read_page
def emergency(request: Request, pk: int) -> HttpResponse:
    return _page(request, the_emergency(request, pk))


@never_cache
@read_page
def log(request: Request, pk: int) -> HttpResponse:
    return render(request, "arrears/serious/emergency_log.html", _live(the_emergency(request, pk)))


def _page(request: Request, row: Emergency, status: int = 200, **forms: Any) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    running = row.ended_at is None
    units = emergencies.units_recording(row.case, user) if running else []
    context = _live(row) | {
        "case": row.case,
        "running": running,
        "units": units,
        "may_end": running and acts.may_act(row.case, user),
        "demands": row.notes.filter(kind=NoteKind.DEMAND).select_related("union"),
        "arrival_form": ArrivalForm(user=user, today=today, initial={"union": _first(units)}),
        "note_form": EmergencyNoteForm(units=units, today=today, initial={"kind": NoteKind.PROGRESS}),
        "outcome_form": EmergencyOutcomeForm(today=today),
    }
    return render(request, "arrears/serious/emergency.html", context | forms, status=status)


def _first(units: list[Union]) -> str:
    """The code of the first unit that is of one of the three levels."""
    return next((unit.code for unit in units if unit.kind in LEVEL_OF), "")


@post_action
@forgets("emergency-arrive")
def arrive(request: Request, pk: int) -> HttpResponse:
    row, user = the_emergency(request, pk), request.user
    if not user.paths(Right.FILE):
        raise Forbidden("您的任职不包含登记到场，请由填报员或经办人登记。")
    form = ArrivalForm(request.POST, user=user, today=timezone.localdate())
    done, status = attempt(
        form,
        lambda data: emergencies.arrive(row, data["union"], data["people"], data["arrived_at"], user, timezone.now()),
    )
    if done is None:
        return _page(request, row, status, arrival_form=form)
    messages.success(request, f"已登记“{done.union}”到场，并记入办理记录。")
    return redirect(row)


@post_action
@forgets("emergency-note")
@taken_once
def note(request: Request, pk: int) -> HttpResponse:
    row, user = the_emergency(request, pk), request.user
    units = emergencies.units_recording(row.case, user)
    if not units:
        raise Forbidden("您不能在这份记录中登记，请由有关单位的填报员或经办人登记。")
    form = EmergencyNoteForm(request.POST, units=units, today=timezone.localdate())
    done, status = attempt(
        form,
        lambda data: emergencies.add_note(
            row, data["unit"], NoteKind(data["kind"]), data["text"], user, timezone.now()
        ),
    )
    if done is None:
        return _page(request, the_emergency(request, pk), status, note_form=form)
    return redirect(row)


@post_action
@forgets("emergency-end")
def end(request: Request, pk: int) -> HttpResponse:
    row, user = the_emergency(request, pk), request.user
    if not acts.may_act(row.case, user):
        raise Forbidden(f"本案由“{row.case.handling_union}”承办，应急处置由该单位办结。")
    form = EmergencyOutcomeForm(request.POST, today=timezone.localdate())
    done, status = attempt(form, lambda data: emergencies.end(row, data["outcome"], user, timezone.now()))
    if done is None:
        return _page(request, the_emergency(request, pk), status, outcome_form=form)
    messages.success(request, "应急处置已办结，记录可以打印存档。")
    return redirect(done)
