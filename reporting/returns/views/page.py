"""One return: what it says, to whom, until when, what was signed, and what the reader may do with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from arrears.law.editions.rulebook_editions import rulebook_for
from reporting.forms.files import raw_unit
from reporting.returns import actions, versions
from reporting.returns.filling import FilledReturn, draft_corrections, fill, form_of
from reporting.returns.forms import CorrectionForm, RefusedInput
from reporting.returns.models import Return, ReturnStage, ReturnVersion
from reporting.returns.status import insider, status_of
from reporting.returns.views.acts_box import moves_context, waiver_context
from reporting.returns.views.found import the_return
from reporting.returns.views.sheet import correction_rows, draft_sheet, own_foot, version_sheet
from reporting.returns.views.timeline import happenings
from reporting.returns.views.words_box import may_write, words_context
from unions.common.clock import day_of
from unions.common.form_fields import PlainForm
from unions.common.numbered_pages import page_number
from unions.common.refusals import Forbidden, Refused, Stale
from unions.http import Request, read_page
from unions.people.rights import Right


@read_page
def report(request: Request, pk: int) -> HttpResponse:
    return show(request, the_return(request, pk), RefusedInput())


def show(request: Request, row: Return, typed: RefusedInput, status: int = 200) -> HttpResponse:
    user, now = request.user, timezone.now()
    inside = insider(row, user)
    version = standing_version(row, inside)
    filled = fill(row, day_of(now)) if inside and row.in_hand else None
    context: dict[str, Any] = {
        "report": row,
        "one": status_of(row, now),
        "inside": inside,
        "signed": version,
        "typed": typed,
        "now": now,
        "versions": versions.versions_of(row, inside),
        "events": happenings(row, inside),
        "mends_contact": row.receiver is not None and user.may(Right.PEOPLE, row.receiver),
        "urges": row.urges.select_related("by")[:3],
        **_clause(row),
    }
    context |= _sheet(request, row, version, filled, now)
    context |= moves_context(request, row, version, filled, now, typed)
    context |= words_context(row, version, filled, user, now, typed)
    context |= waiver_context(row, user, now, typed)
    context["unsaved"] = _unsaved(typed, context)
    if typed.correction:
        context["correction"] = figure(row, *typed.correction)
        context["correction_lost"] = not may_write(row, user)
    return render(request, "reporting/returns/return.html", context, status=status)


def tried(
    request: Request, row: Return, form: PlainForm, given: RefusedInput, do: Callable[[], Any]
) -> HttpResponse | None:
    """Do what a form of the page asks: the page again with what was refused, or None when it is done."""
    if not form.is_valid():
        return show(request, row, given, 422)
    try:
        do()
    except Forbidden:
        raise
    except Stale as refusal:
        return show(request, the_return(request, row.pk), replace(given, stale=refusal.message), 409)
    except Refused as refusal:
        form.take(refusal.fields, refusal.message)
        return show(request, the_return(request, row.pk), given, refusal.status)
    return None


def standing_version(row: Return, inside: bool) -> ReturnVersion | None:
    """What is shown instead of a draft: signed and to be approved (to the unit itself), or approved."""
    if inside and row.stage == ReturnStage.SIGNED:
        return actions.signed_version(row)
    if inside and row.in_hand:
        return None
    return row.current


def _clause(row: Return) -> dict[str, Any]:
    book = rulebook_for(row.rulebook, row.last)
    rule = next((one for one in book.returns if one.name == row.rule), None) if book else None
    return {"book": book, "rule": rule}


def _sheet(
    request: Request, row: Return, version: ReturnVersion | None, filled: FilledReturn | None, now: datetime
) -> dict[str, Any]:
    user, page = request.user, page_number(request)
    if filled is not None:
        sheet = draft_sheet(row, filled, user, page, writes=may_write(row, user), today=day_of(now))
        hand = draft_corrections(row, filled.form)
    elif version is not None:
        sheet = version_sheet(version, user, page)
        hand = list(version.corrections.select_related("by"))
    else:
        return {"form": None}
    form = sheet["form"]
    return sheet | {"by_hand": correction_rows(form, hand), "foot": own_foot(form), "filled": filled}


# ---- what may be done ---------------------------------------------------------------------------------------------------


# ---- words beside the figures ---------------------------------------------------------------------------------------------


def _unsaved(typed: RefusedInput, page: dict[str, Any]) -> list[tuple[str, str]]:
    """What was typed and has no form on the page any more, to be copied."""
    forms = [
        typed.words if "words" not in page else None,
        typed.move[1] if typed.move and typed.move[0] not in page["offers"] else None,
        typed.waiver if page.get("waiver_form") is None else None,
    ]
    boxes = [box for form in forms if form for box in form]
    return [(str(box.label), str(box.value())) for box in boxes if box.value()] + typed.gone


# ---- 免报 -----------------------------------------------------------------------------------------------------------------


# ---- one figure by hand -----------------------------------------------------------------------------------------------


def figure(row: Return, form: CorrectionForm, r: int, c: int) -> dict[str, Any]:
    """What the small form shows: the figure's place, its unit as it is typed, and what the books say."""
    layout = form_of(row)
    column = layout.figure_columns[c]
    computed = fill(row, day_of(timezone.now())).computed[r][c]
    return {
        "report": row,
        "form": form,
        "row": r,
        "column": c,
        "stub": layout.rows[r].text,
        "heading": layout.figure_headings[c],
        "computed": computed,
        "unit": raw_unit(column),
        "layout": layout.digest,
    }
