"""Pages of legal proceedings: applying for one, and each step in it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.cases import acts, ledger
from arrears.cases.models import Case
from arrears.cases.pages import take_on_tab
from arrears.cases.views.found import the_case, unchanged
from arrears.legal import actions as legal
from arrears.legal.forms import STEPS, ProceedingForm, ProceedingStepForm
from arrears.legal.models import Proceeding, ProceedingKind
from arrears.legal.tab import aid_clause
from unions.common.attempt import attempt
from unions.common.form_fields import seen_in
from unions.common.formats import people, yuan
from unions.common.refusals import Forbidden
from unions.http import Request, form_page, post_action


@form_page
def proceeding_new(request: Request, pk: int) -> HttpResponse:
    """Apply for a proceeding. `?kind=`: the one offered, its form filled in from the case."""
    case = the_case(request, pk)
    _check_right(request, case)
    if request.method != "POST":
        return _form_page(request, case, _form(case, initial=_initial(request, case)))
    form = _form(case, data=request.POST)
    row, status = attempt(form, lambda said: _begin(request, case, said))
    if row is None:
        return _form_page(request, the_case(request, pk), form, status)
    messages.success(request, f"已登记申请{row.get_kind_display()}，时限开始计算。")
    return redirect(case.section_url("legal"))


def _begin(request: Request, case: Case, said: dict[str, Any]) -> Proceeding:
    kind = ProceedingKind(said["kind"])
    with unchanged(case, seen_in(request.POST)):
        return legal.begin(
            case,
            kind,
            said["applied_on"],
            said["body"],
            said["request"],
            request.user,
            timezone.now(),
            priority=said.get("priority", False),
        )


def _form(case: Case, **kwargs: Any) -> ProceedingForm:
    return ProceedingForm(priority=aid_clause(case), today=timezone.localdate(), **kwargs)


def _check_right(request: Request, case: Case) -> None:
    if not acts.may_act(case, request.user):
        raise Forbidden(f"案件{case.get_state_display()}，由“{case.handling_union.in_charge()}”承办，您不能在此登记。")


def _initial(request: Request, case: Case) -> dict[str, Any]:
    """Return what the form begins with: the day, the usual body, the claim."""
    left = ledger.balance(case).outstanding
    given: dict[str, Any] = {"applied_on": timezone.localdate(), "priority": True}
    if left:
        given["request"] = f"请求{case.employer.name}支付 {people(left.workers)} 名职工工资 {yuan(left.amount)} 元。"
    kind = request.GET.get("kind", "")
    if kind in ProceedingKind.values:
        given |= {"kind": kind, "body": legal.BODIES[ProceedingKind(kind)]}
    return given


def _form_page(request: Request, case: Case, form: ProceedingForm, status: int = 200) -> HttpResponse:
    return render(request, "arrears/legal/proceeding_form.html", {"case": case, "form": form}, status=status)


@post_action
def proceeding_step(request: Request, pk: int, proceeding_pk: int, step: str) -> HttpResponse:
    """Record one step of a proceeding, by a form on the tab 法律程序."""
    case = the_case(request, pk)
    row = get_object_or_404(case.proceedings, pk=proceeding_pk)
    if step not in STEPS:
        raise Http404
    _check_right(request, case)
    form = ProceedingStepForm(request.POST, step=step, kind=row.kind, today=timezone.localdate())
    return take_on_tab(request, case, "legal", form, lambda said: _record(request, row, form), bound=(row.pk, form))


def _record(request: Request, row: Proceeding, form: ProceedingStepForm) -> None:
    said, verb = form.cleaned_data, getattr(legal, form.step)
    also = {name: said[name] for name in form.also}
    row = verb(row, *(said[name] for name in STEPS[form.step][0]), request.user, timezone.now(), **also)
    messages.success(request, f"{row.get_kind_display()}：{STEPS[form.step][1]}，已记入案件。")
