"""免报 from the page of a return: asked with a reason, decided by a second person of the unit above."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from reporting.returns import waivers
from reporting.returns.forms import DecisionForm, RefusedInput, WaiverForm
from reporting.returns.models import Waiver
from reporting.returns.views.found import the_return
from reporting.returns.views.page import show
from unions.approval_page import take_decision
from unions.common.refusals import Forbidden, Refused, Stale
from unions.http import Request, post_action


@post_action
def ask(request: Request, pk: int) -> HttpResponse:
    row, user = the_return(request, pk), request.user
    if not waivers.may_ask(row, user):
        raise Forbidden("免报须由填报单位或接收单位的统计员提出。")
    form = WaiverForm(request.POST, last=row.last, today=timezone.localdate())
    if not form.is_valid():
        return show(request, row, RefusedInput(waiver=form), 422)
    try:
        waivers.request(row, form.cleaned_data["until"], form.cleaned_data["reason"], user, timezone.now())
    except Forbidden:
        raise
    except Stale as refusal:
        return show(request, the_return(request, pk), RefusedInput(waiver=form, stale=refusal.message), 409)
    except Refused as refusal:
        form.take(refusal.fields, refusal.message)
        return show(request, row, RefusedInput(waiver=form), refusal.status)
    messages.success(request, f"已提出免报，由「{row.receiver}」的审批人审批。批准之前仍按原期限报送。")
    return redirect(row)


@post_action
def decide(request: Request, pk: int, waiver_pk: int) -> HttpResponse:
    row, user = the_return(request, pk), request.user
    waiver = get_object_or_404(Waiver, pk=waiver_pk, union=row.union, rulebook=row.rulebook, rule=row.rule)
    form = DecisionForm(request.POST, today=timezone.localdate())
    if not form.is_valid():
        return show(request, row, RefusedInput(decision=form), 422)
    step = "approve" if request.POST.get("answer") == "approve" else "decline"
    seal, opinion = request.POST.get("seal", ""), form.cleaned_data["opinion"]
    try:
        done = take_decision(waivers.approval, step, waiver, seal, opinion, user, timezone.now())
    except Forbidden:
        raise
    except Stale as refusal:
        return show(request, the_return(request, pk), RefusedInput(decision=form, stale=refusal.message), 409)
    except Refused as refusal:
        form.take(refusal.fields, refusal.message)
        return show(request, row, RefusedInput(decision=form), refusal.status)
    messages.success(request, done)
    return redirect(row)
