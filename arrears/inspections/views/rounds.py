"""排查计划: the list, a new plan, one plan with its progress, and what the special inspections of this month lack (YK-1.2)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.cases.filing import employer_for, project_for
from arrears.cases.views.recording import offer_units, own_unit
from arrears.inspections import picking
from arrears.inspections.actions import rounds
from arrears.inspections.forms.rounds import (
    CallBackForm,
    RoundFilter,
    RoundForm,
    RoundReportForm,
    SecondmentForm,
    TargetForm,
)
from arrears.inspections.models import Round, RoundKind, RoundTarget, Secondment
from arrears.inspections.terms import with_visits
from unions.common.attempt import attempt
from unions.common.refusals import Forbidden
from unions.http import Request, form_page, post_action, read_page
from unions.idempotency import taken_once
from unions.listing import listed
from unions.models import User
from unions.navigation import is_asked_for
from unions.pages import chosen_list, list_page
from unions.people.rights import Right
from unions.sheets import LEFT, MIDDLE, ListColumns, check_export, check_size, list_sheet, send_sheet
from unions.tree.reach import asked_unit
from unions.tree.regions import regions_for

PER_PAGE = 50
SHOWN = 200  # of what a filter finds
NOT_YOURS = "您的任职不包含制定排查计划，请由单位的填报员或经办人制定。"
COLUMNS: ListColumns = {
    "用人单位": (32, LEFT, ""),
    "工程项目": (28, LEFT, ""),
    "列入原因": (28, LEFT, ""),
    "检查单位": (28, LEFT, ""),
    "检查日期": (13, MIDDLE, ""),
}
LISTS = {"": "全部", "open": "未检查", "met": "已检查"}


@read_page
def round_list(request: Request) -> HttpResponse:
    return rounds_page(request)


TASK_FORCES = (
    "round-focused",
    "oversight",
)  # steps of the notices that want people sent to a task force (QH-2d, SD-2.4b)


def rounds_page(request: Request, status: int = 200, **refused: Any) -> HttpResponse:
    """The plans, and below them who is at a task force. `refused`: a form that was turned away."""
    user, today = request.user, timezone.localdate()
    filters = RoundFilter(request.GET, Round.objects.visible_to(user), user, timezone.now())
    context = list_page(request, filters.qs.select_related("union"), PER_PAGE, filters)
    rows = context["page"].rows
    counts = rounds.round_counts(rows, user)
    context |= {
        "rows": [(row, row.stage(today), *counts.get(row.pk, (0, 0))) for row in rows],
        "may_plan": bool(user.paths(Right.INSPECT)),
        "may_export": bool(user.paths(Right.EXPORT)),
        "today": today,
        "seconded": Secondment.objects.visible_to(user).select_related("union").order_by("-since", "-pk")[:SHOWN],
        "serving": Secondment.objects.visible_to(user).serving(today).count(),
        "secondment_form": SecondmentForm(
            user=user, today=today, initial={"union": own_unit(user).get("union", ""), "since": today}
        ),
        "offers_secondments": any(is_asked_for(request, step) for step in TASK_FORCES),
        "end_form": CallBackForm(today=today, initial={"on": today}),
    }
    return render(request, "arrears/inspections/rounds.html", context | refused, status=status)


# Planning ------------------------------------------------------------------------------------------------------------


@form_page
@taken_once
def new(request: Request) -> HttpResponse:
    """The form; `preview` shows whom the filters find, before anything is written."""
    user, today = request.user, timezone.localdate()
    if not user.paths(Right.INSPECT):
        raise Forbidden(NOT_YOURS)
    own = {"union": own_unit(user).get("union", ""), "kind": RoundKind.FOCUSED, "since": today, "due": True}
    sent = {"data": request.POST} if request.method == "POST" else {"initial": own}
    form = RoundForm(user=user, today=today, **sent)
    context: dict[str, Any] = {"form": form}
    status = 200
    if request.method == "POST" and "preview" in request.POST:
        if form.is_valid():
            context |= _preview(form)
        else:
            status = 422
    elif request.method == "POST":
        row, status = attempt(
            form, lambda data: rounds.plan_round(data["union"], form.facts(), form.wanted(), user, timezone.now())
        )
        if row is not None:
            messages.success(request, f"计划已制定，列入 {row.targets.count()} 户。")
            return redirect(row)
    return render(request, "arrears/inspections/round_form.html", context, status=status)


def _preview(form: RoundForm) -> dict[str, Any]:
    picks = picking.pick_targets(form.cleaned_data["union"], form.wanted(), form.cleaned_data["until"])
    return {"picks": picks[:SHOWN], "found": len(picks), "more": max(0, len(picks) - SHOWN), "seen": True}


@form_page
def month(request: Request) -> HttpResponse:
    """What each unit lacks this month; POST plans the month of one in one click."""
    unit, user, today = asked_unit(request, "预警"), request.user, timezone.localdate()
    if request.method == "POST":
        row = rounds.plan_monthly_round(unit, user, timezone.now())
        messages.success(request, f"已排“{row.name}”，列入 {row.targets.count()} 户。")
        return redirect(row)
    rows = rounds.monthly_states(unit, today)
    planned = Round.objects.standing().filter(union=unit, kind=RoundKind.MONTHLY, since=today.replace(day=1))
    context = {
        "unit": unit,
        "rows": [(row, user.may(Right.INSPECT, row.unit)) for row in rows],
        "today": today,
        "lacking": sum(bool(row.lacks) for row in rows),
        "own": planned.first(),
        "may_plan": user.may(Right.INSPECT, unit) and not unit.is_closed,
    }
    return render(request, "arrears/inspections/month.html", context)


# One plan ------------------------------------------------------------------------------------------------------------


def the_round(request: Request, pk: int) -> Round:
    """404 for strangers."""
    rows = Round.objects.visible_to(request.user).select_related("union__parent", "by")
    return get_object_or_404(rows, pk=pk)


@read_page
def round_(request: Request, pk: int) -> HttpResponse:
    return _page(request, the_round(request, pk))


def _page(
    request: Request, row: Round, *, status: int = 200, form: TargetForm | None = None, **refused: Any
) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    mine = RoundTarget.objects.visible_to(user).filter(round=row)
    key, lists = chosen_list(request, LISTS)
    found = with_visits(mine).select_related("employer", "project", "union", "round")
    if key:
        found = found.filter(met_on__isnull=key == "open")
    places = rounds.progress_by_unit(mine)
    met, total = sum(one.met for one in places), sum(one.listed for one in places)
    may_change = rounds.may_change(row, user)
    context: dict[str, Any] = {
        "row": row,
        "stage": row.stage(today),
        "page": listed(found, request, PER_PAGE),
        "places": places,
        "listed": total,
        "met": met,
        "list": key,
        "today": today,
        "may_change": may_change,
        "may_record": bool(user.paths(Right.INSPECT)),
        "lists": lists,
        "may_export": user.may(Right.EXPORT, row.union),
        "oversight": row.kind == RoundKind.OVERSIGHT,
        "form": form or (_target_form(user, row, initial={"union": row.union.code}) if may_change else None),
    }
    if context["oversight"]:
        found_problems = rounds.findings_of(row)
        context |= {
            "problems": found_problems.count(),
            "rectified": found_problems.filter(closed_on__isnull=False).count(),
            "report_form": RoundReportForm(today=today, initial={"report": row.report}),
        }
    return render(request, "arrears/inspections/round.html", context | refused, status=status)


@post_action
def report(request: Request, pk: int) -> HttpResponse:
    row, user = the_round(request, pk), request.user
    _check_may_change(row, user)
    form = RoundReportForm(request.POST, today=timezone.localdate())
    done, status = attempt(form, lambda data: rounds.report_round(row, data["report"], user, timezone.now()))
    if done is None:
        return _page(request, the_round(request, pk), status=status, report_form=form)
    messages.success(request, "督查报告已登记。")
    return redirect(row)


@read_page
def sheet(request: Request, pk: int) -> HttpResponse:
    """The list of a plan with who was visited when, and of a 专项督查 its report."""
    row, now = the_round(request, pk), timezone.now()
    check_export(request.user, row.union)
    targets = with_visits(RoundTarget.objects.visible_to(request.user).filter(round=row))
    check_size(targets)
    rows = targets.select_related("employer", "project", "union", "round").order_by("pk")
    values = (
        (one.employer.name, one.project.name if one.project else "", one.why, one.union.name, one.met_on)
        for one in rows
    )
    notes = [f"{row.get_kind_display()}：{row.since} 至 {row.until}，{row.union.name}组织。"]
    notes += [f"参加人员：{row.members}"] if row.members else []
    if row.report:
        problems = rounds.findings_of(row)
        closed = problems.filter(closed_on__isnull=False).count()
        notes += [f"发现问题 {problems.count()} 个，已整改 {closed} 个。", f"督查报告：{row.report}"]
    return send_sheet(request, list_sheet(row.name, COLUMNS, values, now, notes), now)


def _target_form(user: User, row: Round, **kwargs: Any) -> TargetForm:
    form = TargetForm(user=user, regions=regions_for(user), today=timezone.localdate(), **kwargs)
    offer_units(form, user)
    return form


@post_action
def add(request: Request, pk: int) -> HttpResponse:
    row, user = the_round(request, pk), request.user
    _check_may_change(row, user)
    form = _target_form(user, row, data=request.POST)
    made, status = attempt(form, lambda _: _add(form, row, user))
    if made is None:
        return _page(request, row, status=status, form=form)
    messages.success(request, f"“{made}”已列入计划。")
    return redirect(row)


@transaction.atomic
def _add(form: TargetForm, row: Round, user: User) -> RoundTarget:
    data = form.cleaned_data
    employer = employer_for(form.employer_facts())
    project = project_for(employer, data["project_name"], "other")
    return rounds.add_target(row, data["union"], employer, project, data["why"], user, timezone.now())


@post_action
def drop(request: Request, pk: int, target_pk: int) -> HttpResponse:
    row, user = the_round(request, pk), request.user
    target = get_object_or_404(RoundTarget.objects.visible_to(user).select_related("round"), pk=target_pk, round=row)
    rounds.drop_target(target, user, timezone.now())
    messages.success(request, "已移出计划。")
    return redirect(row)


@post_action
def call_off(request: Request, pk: int) -> HttpResponse:
    row, user = the_round(request, pk), request.user
    rounds.call_off_round(row, request.POST.get("reason", ""), user, timezone.now())
    messages.success(request, "计划已取消，没有检查的不再提醒。")
    return redirect(row)


def _check_may_change(row: Round, user: User) -> None:
    if not user.may(Right.INSPECT, row.union.in_charge()):
        raise Forbidden(f"这份计划由“{row.union}”制定，您没有修改的权限。")
