"""What is entered in one case: entries of the ledger, acts, evidence."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.cases import acts, filing, ledger
from arrears.cases.evidence import keep_evidence
from arrears.cases.forms.steps import ActForm, EntryForm, EvidenceForm, ReversalForm
from arrears.cases.models import ActKind, Case, EntryKind, LedgerEntry, Outcome
from arrears.cases.pages import take_on_tab
from arrears.cases.views.found import the_case
from arrears.desk.case_page import case_page
from unions.common.refusals import Forbidden, Refused, Stale
from unions.http import Request, form_page, post_action
from unions.models import User


@post_action
def entry(request: Request, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), request.user
    ledger.check_right(case, user)
    form = EntryForm(request.POST, today=timezone.localdate())
    return take_on_tab(request, case, "ledger", form, lambda said: _post_entry(request, case, form), entry_form=form)


def _post_entry(request: Request, case: Case, form: EntryForm) -> None:
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
            return redirect(case.section_url("ledger"))
    return _reversal_page(request, case, row, form)


def _reversal_page(request: Request, case: Case, row: LedgerEntry, form: ReversalForm) -> HttpResponse:
    if LedgerEntry.objects.filter(cancels=row).exists():
        raise Stale("这一笔已经冲正过了，请回到台账查看。")
    context: dict[str, Any] = {
        "case": case,
        "entry": row,
        "form": form,
        "may_post": ledger.may_post(case, request.user),
    }
    return render(request, "arrears/cases/entry_reverse.html", context, status=422 if form.is_bound else 200)


# ---- 办理记录 -----------------------------------------------------------------------------------------------------------


@post_action
def act(request: Request, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), request.user
    if not acts.may_act(case, user):
        raise Forbidden(f"案件{case.get_state_display()}，由“{case.handling_union.in_charge()}”承办，您不能在此登记。")
    form = ActForm(request.POST, today=timezone.localdate())
    return take_on_tab(request, case, "acts", form, lambda said: _record_act(request, case, said), act_form=form)


def _record_act(request: Request, case: Case, said: dict[str, Any]) -> None:
    kind, outcome = ActKind(said["kind"]), Outcome(said["outcome"])
    acts.perform(case, kind, said["on"], said["detail"], outcome, request.user, timezone.now())
    messages.success(request, f"已登记“{kind.label}”。")
    if outcome == Outcome.FAILED and kind in (ActKind.NEGOTIATION, ActKind.MEDIATION):
        messages.info(request, f"{kind.label}未达成一致，可引导职工申请劳动仲裁，并按规定上报。")


# ---- 证据 -------------------------------------------------------------------------------------------------------------


@post_action
def upload(request: Request, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), request.user
    if not (acts.may_act(case, user) or filing.may_edit(case, user)):
        raise Forbidden(f"案件{case.get_state_display()}，由“{case.handling_union.in_charge()}”承办，您不能上传证据。")
    form = EvidenceForm(request.POST, request.FILES, today=timezone.localdate())
    if not form.is_valid():
        return case_page(request, case, "evidence", status=422, evidence_form=form)
    kept, refused = _keep_each(case, form, user)
    if kept:
        messages.success(request, f"已保存 {kept} 份证据。")
    if refused:
        for sentence in refused:
            form.add_error("papers", sentence)
        return case_page(request, the_case(request, pk), "evidence", status=422, evidence_form=form)
    return redirect(case.section_url("evidence"))


def _keep_each(case: Case, form: EvidenceForm, user: User) -> tuple[int, list[str]]:
    """Each file by itself: a bad one does not cost the good ones. How many were kept, and why others were not."""
    kept, refused = 0, []
    for one, kind in form.kept():
        try:
            with transaction.atomic():
                keep_evidence(case, one, form.cleaned_data["note"], user, timezone.now(), kind)
            kept += 1
        except Forbidden:
            raise
        except Refused as refusal:
            refused.append(refusal.message)
    return kept, refused
