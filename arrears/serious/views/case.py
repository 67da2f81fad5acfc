"""The forms on the tab 重大事项 of a case."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from arrears.cases.models import ActKind
from arrears.cases.pages import case_page
from arrears.cases.views.drafts import forgets
from arrears.cases.views.found import the_case
from arrears.serious.actions import emergencies, oversights
from arrears.serious.actions.standing_plans import plans_for
from arrears.serious.forms import ActFromAboveForm, EmergencyForm, FallbackForm, OversightForm
from arrears.serious.models import OversightKind
from unions.common.attempt import attempt
from unions.common.refusals import Forbidden
from unions.http import Request, post_action


@post_action
@forgets("emergency")
def begin_emergency(request: Request, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), request.user
    if not emergencies.units_recording(case, user):
        raise Forbidden("您不能为本案建立应急处置记录，请由承办单位或上级工会的填报员、经办人办理。")
    today = timezone.localdate()
    form = EmergencyForm(request.POST, today=today, plans=plans_for(case, today))
    row, status = attempt(
        form,
        lambda data: emergencies.begin(
            case,
            data["incident_at"],
            data["place"],
            data["people"] or 0,
            data["plan"],
            user,
            timezone.now(),
            follows=data["standing_plan"],
        ),
    )
    if row is None:
        return case_page(request, the_case(request, pk), "heavy", status=status, emergency_form=form)
    messages.success(request, "应急处置记录已建立，请各级到场后登记时间。")
    return redirect(row)


@post_action
@forgets("oversight")
def ask_oversight(request: Request, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), request.user
    units = oversights.overseeing_units(case, user)
    if not units:
        raise Forbidden(f"督办由“{case.handling_union}”的上级工会经办人提出，案件须尚未办结。")
    form = OversightForm(request.POST, units=units, today=timezone.localdate())
    row, status = attempt(
        form,
        lambda data: oversights.ask(
            case,
            data["unit"],
            OversightKind(data["kind"]),
            data["responsible"],
            data["demand"],
            data["due_on"],
            user,
            timezone.now(),
        ),
    )
    if row is None:
        return case_page(request, the_case(request, pk), "heavy", status=status, oversight_form=form)
    messages.success(request, f"已提出{row.get_kind_display()}，等待“{row.setter}”的审批人审批。")
    return redirect(row)


@post_action
@forgets("fallback")
def name_fallback(request: Request, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), request.user
    if not oversights.may_name_fallback(case, user):
        raise Forbidden(f"兜底责任单位由“{case.handling_union.in_charge()}”的经办人在办结前登记。")
    form = FallbackForm(request.POST, today=timezone.localdate())
    row, status = attempt(
        form,
        lambda data: oversights.name_fallback(
            case, data["name"], data["person"], data["phone"], data["basis"], user, timezone.now()
        ),
    )
    if row is None:
        return case_page(request, the_case(request, pk), "heavy", status=status, fallback_form=form)
    messages.success(request, f"已登记兜底责任单位“{row}”。")
    return redirect(case.section_url("heavy"))


@post_action
@forgets("from-above")
def act_from_above(request: Request, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), request.user
    units = oversights.overseeing_units(case, user)
    if not units:
        raise Forbidden(f"约谈、蹲点督导由“{case.handling_union}”的上级工会经办人登记，案件须尚未办结。")
    form = ActFromAboveForm(request.POST, units=units, today=timezone.localdate())
    act, status = attempt(
        form,
        lambda data: oversights.record_act_from_above(
            case, data["unit"], ActKind(data["kind"]), data["on"], data["detail"], user, timezone.now()
        ),
    )
    if act is None:
        return case_page(request, the_case(request, pk), "heavy", status=status, above_form=form)
    messages.success(request, f"已登记“{act.get_kind_display()}”。")
    return redirect(case.section_url("heavy"))
