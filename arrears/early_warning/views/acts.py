"""Pages on which people act on warnings: record and withdraw a signal, verify it, take a step, answer a report."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.cases.filing import employer_for, project_for
from arrears.cases.views.recording import offer_units, own_unit
from arrears.early_warning import actions
from arrears.early_warning.forms import AnswerForm, CheckForm, StepForm, WarningForm
from arrears.early_warning.models import (
    CheckOutcome,
    StepKind,
    WarningCheck,
    WarningSignal,
    WarningStanding,
    WarningStep,
)
from arrears.early_warning.views.warnings import standing_page, the_standing
from unions.common.attempt import attempt
from unions.common.formats import clock
from unions.common.refusals import Forbidden, Refused
from unions.common.text import row_keys
from unions.form_drafts import draft_of, forget, keep
from unions.http import Request, form_page, post_action
from unions.idempotency import taken_once
from unions.models import User
from unions.people.rights import Right
from unions.tree.regions import regions_for

NEW = "warning:new"
NOT_YOURS = "您的任职不包含登记预警信息，请由单位的填报员或经办人登记。"


def check_may_record(request: Request) -> User:
    user = request.user
    if not user.paths(Right.INSPECT):
        raise Forbidden(NOT_YOURS)
    return user


# ---- entering a signal ------------------------------------------------------------------------------------------------------------


@form_page
def new(request: Request) -> HttpResponse:
    user = check_may_record(request)
    if request.method == "POST":
        return _record(request, user)
    stash = draft_of(user, NEW)
    today = timezone.localdate()
    initial: dict[str, Any] = {"on": today, "received_on": today, **own_unit(user)}
    form = warning_form(user, initial=stash.fields if stash else initial)
    return _show(request, form, stash_at=stash.at if stash else None)


def warning_form(user: User, **kwargs: Any) -> WarningForm:
    form = WarningForm(user=user, regions=regions_for(user), today=timezone.localdate(), **kwargs)
    offer_units(form, user)
    return form


def _record(request: Request, user: User) -> HttpResponse:
    form = warning_form(user, data=request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        signal = record_from(form, user, timezone.now())
    except Refused as refusal:
        form.take(refusal.fields, refusal.message)
        return _show(request, form, status=refusal.status)
    forget(user, NEW)
    messages.success(request, f"已登记“{signal.employer}”的预警信息：{signal.kind_label}。")
    return redirect("warning-new") if "another" in request.POST else redirect(standing_of(signal))


@transaction.atomic
def record_from(form: WarningForm, user: User, at: datetime) -> WarningSignal:
    """Record the signal of a valid form, for page and API alike."""
    employer = employer_for(form.employer_facts())
    project = project_for(employer, form.cleaned_data["project_name"], "other")
    return actions.record_signal(form.cleaned_data["union"], employer, form.said(project), user, at)


def standing_of(signal: WarningSignal) -> WarningStanding:
    return WarningStanding.objects.get(union=signal.union, employer=signal.employer)


def _show(request: Request, form: WarningForm, *, status: int = 200, stash_at: datetime | None = None) -> HttpResponse:
    return render(
        request, "arrears/early_warning/warning_form.html", {"form": form, "stash_at": stash_at}, status=status
    )


@post_action
def autosave(request: Request) -> HttpResponse:
    """Keep what is typed as it is; with `forget` in it, throw the kept text away."""
    user = check_may_record(request)
    if "forget" in request.POST:
        forget(user, NEW)
        return redirect("warning-new")
    at = timezone.now()
    keep(user, NEW, request.POST, WarningForm.base_fields, at)
    return JsonResponse({"saved_at": clock(at)})


@post_action
def withdraw(request: Request, pk: int) -> HttpResponse:
    user = request.user
    signal = get_object_or_404(WarningSignal.objects.visible_to(user).select_related("employer"), pk=pk)
    actions.withdraw_signal(signal, request.POST.get("reason", ""), user, timezone.now())
    messages.success(request, "已撤回，不再计入等级。")
    left = WarningStanding.objects.visible_to(user).filter(employer=signal.employer).order_by("path")
    return redirect(row if (row := left.first()) else "warnings")


# ---- verifying -----------------------------------------------------------------------------------------------------------


@form_page
def check(request: Request, pk: int) -> HttpResponse:
    standing, user = the_standing(request, pk), request.user
    if not user.may(Right.INSPECT, standing.union):
        raise Forbidden(f"实地核实由“{standing.union}”的填报员或经办人登记，您没有这项权限。")
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = CheckForm(
        *sent, user=user, employer=standing.employer, today=timezone.localdate(), initial={"on": timezone.localdate()}
    )
    if request.method != "POST":
        return _check_page(request, standing, form)
    visit, status = attempt(form, lambda said: _record_visit(request, standing, said))
    if visit is None:
        return _check_page(request, standing, form, status)
    messages.success(request, "核实情况已登记，预警等级已重新计算。")
    return redirect(standing)


def _record_visit(request: Request, standing: WarningStanding, data: dict[str, Any]) -> WarningCheck:
    seen = row_keys(request.POST.getlist("signal"))
    return actions.record_visit(
        standing.union,
        standing.employer,
        data["on"],
        CheckOutcome(data["outcome"]),
        data["detail"],
        request.user,
        timezone.now(),
        seen=seen,
        case=data["case"],
        papers=data["papers"],
    )


def _check_page(request: Request, standing: WarningStanding, form: CheckForm, status: int = 200) -> HttpResponse:
    waiting = WarningSignal.objects.unverified().filter(employer=standing.employer, path__startswith=standing.path)
    context = {"standing": standing, "form": form, "signals": waiting.select_related("union")}
    return render(request, "arrears/early_warning/warning_check.html", context, status=status)


# ---- steps ---------------------------------------------------------------------------------------------------------------


@post_action
@taken_once
def step(request: Request, pk: int) -> HttpResponse:
    standing, user = the_standing(request, pk), request.user
    if not user.may(Right.INSPECT, standing.union):
        raise Forbidden(f"处置由“{standing.union}”的填报员或经办人登记，您没有这项权限。")
    form = StepForm(request.POST, today=timezone.localdate())
    made, status = attempt(form, lambda said: _record_step(standing, said, user))
    if made is None:
        return standing_page(request, standing, status=status, step_form=form)
    where = f"，已送“{made.receiver}”" if made.receiver else ""
    messages.success(request, f"已登记：{made.get_kind_display()}{where}。")
    return redirect(standing)


def _record_step(standing: WarningStanding, said: dict[str, Any], user: User) -> WarningStep:
    return actions.record_step(
        standing.union,
        standing.employer,
        StepKind(said["kind"]),
        said["on"],
        said["detail"],
        user,
        timezone.now(),
        addressee=said["addressee"],
    )


@post_action
def answer(request: Request, pk: int) -> HttpResponse:
    user = request.user
    made = get_object_or_404(WarningStep.objects.visible_to(user).select_related("union", "receiver"), pk=pk)
    actions.check_may_answer(made, user)
    form = AnswerForm(request.POST, today=timezone.localdate())
    if not form.is_valid():
        raise Refused("；".join(str(text) for errors in form.errors.values() for text in errors))
    data = form.cleaned_data
    actions.record_answer(made, data["answered_on"], data["answer"], user, timezone.now())
    messages.success(request, "回执已登记。")
    unit = made.receiver or made.union
    row = WarningStanding.objects.visible_to(user).filter(employer=made.employer, union=unit).first()
    return redirect(row or "warnings")
