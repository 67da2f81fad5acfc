"""Forms on the lists of serious matters: the duty roster (SD-3.3b), and units called to account (SD-3.4b)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from arrears.serious.actions import calls, watch
from arrears.serious.actions.calls import CallFacts
from arrears.serious.forms import CallAnswerForm, OpinionWatchForm, UnitCallForm
from arrears.serious.models import CallGround, CallKind, OpinionWatch, UnitCall
from arrears.serious.views.lists import calling_units, opinions_page, oversights_page, watched_unit
from arrears.serious.views.opinions import case_numbered
from unions.common.attempt import attempt
from unions.common.refusals import Forbidden
from unions.http import Request, post_action
from unions.idempotency import taken_once
from unions.models import User
from unions.people.rights import Right


@post_action
def plan_watch(request: Request) -> HttpResponse:
    user = request.user
    if not user.paths(Right.FILE):
        raise Forbidden("您的任职不包含安排舆情值班，请由填报员或经办人登记。")
    today = timezone.localdate()
    if watched_unit(user, today)[1] is None:
        raise Forbidden("本单位适用的通知没有全天候监测舆情的要求。")
    form = OpinionWatchForm(request.POST, user=user, today=today, auto_id="id_watch_%s")
    rows, status = attempt(form, lambda said: _plan(said, user))
    if rows is None:
        return opinions_page(request, status, watch_form=form)
    messages.success(request, f"已安排值班 {len(rows)} 天。")
    return redirect("opinions")


def _plan(said: dict[str, Any], user: User) -> list[OpinionWatch]:
    days = (said["first"], said["last"], said["shift"])
    return watch.plan(said["union"], *days, said["person"], said["phone"], user, timezone.now())


@post_action
@taken_once
def call(request: Request) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    units = calling_units(user, today)
    if not units:
        raise Forbidden("约谈、通报、问责由上级工会经办人登记，且须有通知规定。")
    form = UnitCallForm(request.POST, user=user, units=units, today=today, auto_id="id_call_%s")
    row, status = attempt(form, lambda said: _record(request, said))
    if row is None:
        return oversights_page(request, status, call_form=form)
    messages.success(request, f"已登记{row}，对象单位的办理时限已生成。")
    return redirect(row)


def _record(request: Request, said: dict[str, Any]) -> UnitCall:
    case = case_numbered(said["number"], request.user) if said["number"] else None
    facts = CallFacts(
        CallKind(said["kind"]),
        CallGround(said["ground"]),
        said["detail"],
        said["on"],
        said["persons"],
        said["demands"],
        said["due_on"],
    )
    return calls.record(said["unit"], said["called"], facts, case, request.user, timezone.now())


@post_action
def answer(request: Request, pk: int) -> HttpResponse:
    user = request.user
    row = get_object_or_404(UnitCall.objects.visible_to(user).select_related("unit__parent", "setter__parent"), pk=pk)
    if not calls.may_answer(row, user):
        raise Forbidden(f"整改结果由“{row.unit.in_charge()}”的经办人反馈。")
    form = CallAnswerForm(request.POST, today=timezone.localdate(), auto_id="id_answer_%s")
    done, status = attempt(form, lambda said: calls.answer(row, said["result"], said["on"], user, timezone.now()))
    if done is None:
        return oversights_page(request, status, answered=row.pk, answer_form=form)
    messages.success(request, "整改结果已反馈。")
    return redirect(row)
