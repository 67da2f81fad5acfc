"""Legal steps of a case: the tab, applying for one, and what happens in it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.cases import acts, ledger
from arrears.cases.models import Case
from arrears.cases.pages import case_page
from arrears.cases.views.found import the_case, unchanged
from arrears.cases.views.recording import tab_of
from arrears.legal import actions as legal_steps
from arrears.legal.forms import STEPS, ProceedingForm, ProceedingStepForm
from arrears.legal.models import ProceedingKind
from unions.common.form_fields import seen_in
from unions.common.formats import people, yuan
from unions.common.refusals import Forbidden, Refused, Stale
from unions.http import Request, form_page, post_action


@form_page
def proceeding_new(request: Request, pk: int) -> HttpResponse:
    """`?kind=`: the step offered, with its form filled in from the case."""
    case = the_case(request, pk)
    _check_right(request, case)
    today = timezone.localdate()
    if request.method != "POST":
        return _form_page(request, case, ProceedingForm(initial=_begun(request, case), today=today))
    form = ProceedingForm(request.POST, today=today)
    if not form.is_valid():
        return _form_page(request, case, form, status=422)
    said = form.cleaned_data
    try:
        with unchanged(case, seen_in(request.POST)):
            row = legal_steps.begin(
                case,
                ProceedingKind(said["kind"]),
                said["applied_on"],
                said["body"],
                said["request"],
                request.user,
                timezone.now(),
            )
    except Forbidden:
        raise
    except Refused as refusal:
        form.take(refusal.fields, refusal.message)
        return _form_page(request, the_case(request, pk), form, status=refusal.status)
    messages.success(request, f"已登记申请{row.get_kind_display()}，时限开始计算。")
    return redirect(tab_of(case, "legal"))


def _check_right(request: Request, case: Case) -> None:
    if not acts.may_act(case, request.user):
        raise Forbidden(
            f"案件{case.get_state_display()}，由「{case.handling_union.in_charge()}」承办，您不能在此登记。"
        )


def _begun(request: Request, case: Case) -> dict[str, Any]:
    """What the form begins with: the day, the usual body, what is claimed."""
    left = ledger.balance(case).outstanding
    given: dict[str, Any] = {"applied_on": timezone.localdate()}
    if left:
        given["request"] = f"请求{case.employer.name}支付 {people(left.workers)} 名职工工资 {yuan(left.amount)} 元。"
    kind = request.GET.get("kind", "")
    if kind in ProceedingKind.values:
        given |= {"kind": kind, "body": legal_steps.BODIES[ProceedingKind(kind)]}
    return given


def _form_page(request: Request, case: Case, form: ProceedingForm, status: int = 200) -> HttpResponse:
    return render(request, "arrears/legal/proceeding_form.html", {"case": case, "form": form}, status=status)


@post_action
def proceeding_step(request: Request, pk: int, proceeding_pk: int, step: str) -> HttpResponse:
    case, user = the_case(request, pk), request.user
    row = get_object_or_404(case.proceedings, pk=proceeding_pk)
    if step not in STEPS:
        raise Http404
    _check_right(request, case)
    form = ProceedingStepForm(request.POST, step=step, kind=row.kind, today=timezone.localdate())
    if not form.is_valid():
        return case_page(request, case, "legal", status=422, bound=(row.pk, form))
    try:
        with unchanged(case, seen_in(request.POST)):
            said, take = form.cleaned_data, getattr(legal_steps, step)
            also = {name: said[name] for name in form.also}
            row = take(row, *(said[name] for name in STEPS[step][0]), user, timezone.now(), **also)
    except Forbidden:
        raise
    except Stale as stale:
        fresh = the_case(request, pk)
        return case_page(request, fresh, "legal", status=409, stale=stale.message, bound=(row.pk, form))
    except Refused as refusal:
        form.take(refusal.fields, refusal.message)
        fresh = the_case(request, pk)
        return case_page(request, fresh, "legal", status=refusal.status, bound=(row.pk, form))
    messages.success(request, f"{row.get_kind_display()}：{STEPS[step][1]}，已记入案件。")
    return redirect(tab_of(case, "legal"))
