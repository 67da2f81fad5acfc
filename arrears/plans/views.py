"""Pages of plans: making or revising one, and recording that a step was done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.cases import ledger
from arrears.cases.models import Case
from arrears.cases.pages import take_on_tab
from arrears.cases.views.drafts import forgets
from arrears.cases.views.found import the_case, unchanged
from arrears.legal import actions as legal
from arrears.legal.models import Proceeding
from arrears.plans import actions as plans
from arrears.plans import receivables
from arrears.plans.forms import (
    MORE,
    ROWS,
    PlanForm,
    ReceivableForm,
    RecoveryForm,
    StepDoneForm,
    equal_instalments,
    open_rows,
)
from arrears.plans.models import Plan, PlanBasis, PlanKind, PlanStep, Receivable
from unions.common.attempt import attempt
from unions.common.form_fields import seen_in
from unions.common.formats import yuan
from unions.http import Request, form_page, post_action
from unions.idempotency import taken_once

MAX_PARTS = 24


@form_page
@forgets("plan-{kind}")
def plan_new(request: Request, pk: int, kind: str) -> HttpResponse:
    """Make a plan or revise the one in force.

    `?parts=3`: in so many equal monthly instalments; `?proceeding=`: what it rests on.
    """
    case = the_case(request, pk)
    if kind not in PlanKind.values:
        raise Http404
    plans.check_right(case, request.user)
    chosen = PlanKind(kind)
    before = case.plans.in_force().filter(kind=chosen).first()
    if request.method != "POST":
        return _empty_form(request, case, chosen, before)
    form = _typed_form(request, chosen, before)
    if "more" in request.POST:
        return _form_page(request, case, form, before)
    plan, status = attempt(form, lambda _: _make(request, case, form))
    if plan is None:
        return _form_page(request, the_case(request, pk), form, before, status)
    messages.success(request, f"已登记{plan}，各期到期前会提醒。")
    return redirect(case.section_url("plans"))


def _make(request: Request, case: Case, form: PlanForm) -> Plan:
    with unchanged(case, seen_in(request.POST)):
        terms = form.terms(proceeding=_proceeding(case, request.POST.get("proceeding", "")))
        return plans.make(case, form.kind, form.promises(), terms, request.user, timezone.now())


def _typed_form(request: Request, kind: PlanKind, before: Plan | None) -> PlanForm:
    rows = _number(request.POST.get("rows", ""), ROWS)
    if "more" not in request.POST:
        return PlanForm(request.POST, kind=kind, rows=rows, revises=before is not None, today=timezone.localdate())
    # Shown again as typed, with more rows and without complaints.
    typed = {name: request.POST.get(name, "") for name in request.POST}
    return PlanForm(initial=typed, kind=kind, rows=rows + MORE, revises=before is not None, today=timezone.localdate())


def _empty_form(request: Request, case: Case, kind: PlanKind, before: Plan | None) -> HttpResponse:
    today, left = timezone.localdate(), ledger.balance(case).outstanding
    proceeding = _proceeding(case, request.GET.get("proceeding", ""))
    kept = {"basis": before.basis, "guarantee": before.guarantee} if before else {}
    initial: dict[str, Any] = {"agreed_on": today} | kept | _basis_of(proceeding)
    rows = ROWS
    if parts := min(_number(request.GET.get("parts", ""), 0), MAX_PARTS):
        initial |= equal_instalments(left, parts, initial["agreed_on"])
        rows = parts
    elif before is not None:
        open_steps = [step for step in before.steps.all() if step.done_on is None]
        initial |= open_rows(open_steps)
        rows = max(len(open_steps), 1)
    form = PlanForm(initial=initial, kind=kind, rows=rows, revises=before is not None, today=today)
    return _form_page(request, case, form, before, proceeding=proceeding)


def _basis_of(row: Proceeding | None) -> dict[str, Any]:
    result = legal.result_of(row) if row else None
    if row is None or result is None or not result.plan:
        return {}
    return {"agreed_on": row.ended_on, "basis": PlanBasis(result.plan).value}


def _proceeding(case: Case, text: str) -> Proceeding | None:
    number = _number(text, 0)
    return get_object_or_404(case.proceedings, pk=number) if number else None


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def _form_page(
    request: Request,
    case: Case,
    form: PlanForm,
    before: Plan | None,
    status: int = 200,
    proceeding: Proceeding | None = None,
) -> HttpResponse:
    context = {
        "case": case,
        "form": form,
        "kind": form.kind,
        "before": before,
        "left": ledger.balance(case).outstanding,
        "proceeding": proceeding.pk if proceeding else request.POST.get("proceeding", ""),
        "kept_as": f"plan-{form.kind.value}",
        "repayment": form.kind == PlanKind.REPAYMENT,
        "parts": (2, 3, 6, 12),
    }
    return render(request, "arrears/plans/plan_form.html", context, status=status)


@post_action
def plan_step(request: Request, pk: int, step_pk: int) -> HttpResponse:
    """Record that a step was done, by a form on the tab 偿还计划."""
    case = the_case(request, pk)
    step = get_object_or_404(PlanStep.objects.filter(plan__case=case).select_related("plan__case"), pk=step_pk)
    plans.check_right(case, request.user)
    form = StepDoneForm(request.POST, today=timezone.localdate())
    return take_on_tab(
        request, case, "plans", form, lambda said: _record_done(request, step, said), done_form=form, doing=step.pk
    )


@post_action
@taken_once
def receivable_new(request: Request, pk: int) -> HttpResponse:
    """Record a debt owed to the employer, by a form on the tab 偿还计划."""
    case = the_case(request, pk)
    plans.check_right(case, request.user)
    form = ReceivableForm(request.POST, today=timezone.localdate())
    return take_on_tab(request, case, "plans", form, lambda said: _record_debt(request, case, said), debt_form=form)


def _record_debt(request: Request, case: Case, said: dict[str, Any]) -> None:
    facts = (said["debtor"], said["amount"], said["since"], said["basis"])
    receivables.record(case, *facts, request.user, timezone.now())
    messages.success(request, "已登记账款，收回后请在此登记，优先支付工资。")


@post_action
@taken_once
def recover(request: Request, pk: int, row_pk: int) -> HttpResponse:
    """Record what came in of a debt; wages first."""
    case = the_case(request, pk)
    row = get_object_or_404(case.receivables, pk=row_pk)
    plans.check_right(case, request.user)
    form = RecoveryForm(request.POST, today=timezone.localdate())
    return take_on_tab(
        request, case, "plans", form, lambda said: _record_recovery(request, row, said), recovery=(row.pk, form)
    )


def _record_recovery(request: Request, row: Receivable, said: dict[str, Any]) -> None:
    people = (said["workers"] or 0, said["migrants"] or 0)
    made = receivables.recover(row, said["on"], said["amount"], *people, request.user, timezone.now())
    messages.success(request, f"已登记收回，其中 {yuan(made.wages)} 元优先支付工资，已记入台账。")


def _record_done(request: Request, step: PlanStep, said: dict[str, Any]) -> None:
    plans.record_step_done(step, said["on"], said["note"], request.user, timezone.now())
    messages.success(request, "已登记完成。")
