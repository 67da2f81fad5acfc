"""Posting to the ledger of a case and reversing a mistaken entry."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.cases import ledger
from arrears.cases.forms.steps import EntryForm, ReversalForm
from arrears.cases.models import Case, EntryKind, LedgerEntry
from arrears.cases.pages import take_on_tab
from arrears.cases.views.found import the_case
from arrears.cases.views.recording import tab_of
from arrears.desk.case_page import may_post
from unions.common.refusals import Forbidden, Refused, Stale
from unions.http import Request, form_page, post_action


@post_action
def entry(request: Request, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), request.user
    ledger.check_right(case, user)
    form = EntryForm(request.POST, today=timezone.localdate())
    return take_on_tab(request, case, "ledger", form, lambda said: _post(request, case, form), entry_form=form)


def _post(request: Request, case: Case, form: EntryForm) -> None:
    kind, on = EntryKind(form.cleaned_data["kind"]), form.cleaned_data["on"]
    ledger.post(case, kind, on, request.user, timezone.now(), **form.figures())
    messages.success(request, f"已记入台账：{kind.label}。")


@form_page
def reverse_entry(request: Request, pk: int, entry_pk: int) -> HttpResponse:
    case, user = the_case(request, pk), request.user
    row = get_object_or_404(case.entries.select_related("by"), pk=entry_pk)
    ledger.check_right(case, user)
    today = timezone.localdate()
    form = ReversalForm(request.POST or None, today=today, initial={"on": today})
    if request.method == "POST" and form.is_valid():
        try:
            ledger.reverse(row, form.cleaned_data["on"], user, timezone.now(), form.cleaned_data["source"])
        except (Forbidden, Stale):
            raise
        except Refused as refusal:
            form.take(refusal.fields, refusal.message)
        else:
            messages.success(request, "已冲正，原条目保留并标明。")
            return redirect(tab_of(case, "ledger"))
    return _ask(request, case, row, form)


def _ask(request: Request, case: Case, row: LedgerEntry, form: ReversalForm) -> HttpResponse:
    if LedgerEntry.objects.filter(cancels=row).exists():
        raise Stale("这一笔已经冲正过了，请回到台账查看。")
    context: dict[str, Any] = {"case": case, "entry": row, "form": form, "may_post": may_post(case, request.user)}
    return render(request, "arrears/cases/entry_reverse.html", context, status=422 if form.is_bound else 200)
