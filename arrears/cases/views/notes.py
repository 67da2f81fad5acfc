"""Notes on a case: written below its timeline, withdrawn where they stand in it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from arrears.cases import notes
from arrears.cases.forms.steps import NoteForm
from arrears.cases.pages import case_page
from arrears.cases.views.found import the_case
from unions.common.refusals import Forbidden, Refused
from unions.http import Request, post_action
from unions.idempotency import taken_once


@post_action
@taken_once
def write(request: Request, pk: int) -> HttpResponse:
    case, user, at = the_case(request, pk), request.user, timezone.now()
    if not notes.may_note(case, user):
        raise Forbidden("备注仅由本案立案单位和承办单位的人员填写、查看；草稿立案后再添加。")
    form = NoteForm(request.POST, colleagues=notes.colleagues(case, user, at), today=timezone.localdate())
    if not form.is_valid():
        return case_page(request, case, "facts", status=422, note_form=form)
    try:
        row = notes.write(case, form.cleaned_data["text"], form.told(), user, at)
    except Forbidden:
        raise
    except Refused as refusal:
        form.take(refusal.fields, refusal.message)
        return case_page(request, case, "facts", status=refusal.status, note_form=form)
    messages.success(request, f"已添加备注，并已提醒{row.colleague.name}。" if row.colleague else "已添加备注。")
    return redirect(f"{case.get_absolute_url()}#note-{row.pk}")


@post_action
def withdraw(request: Request, pk: int, note_pk: int) -> HttpResponse:
    case, user = the_case(request, pk), request.user
    row = get_object_or_404(notes.read_by(case, user), pk=note_pk)
    notes.withdraw(row, user, timezone.now())
    messages.success(request, "备注已撤回。")
    return redirect(f"{case.get_absolute_url()}#note-{row.pk}")
