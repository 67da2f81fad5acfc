"""免报 from the page of a return: asked with a reason, decided by a second person of the unit above."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from reporting.returns import waivers
from reporting.returns.forms import RefusedInput, WaiverForm
from reporting.returns.models import Waiver
from reporting.returns.status import status_of
from reporting.returns.views.found import the_return
from reporting.returns.views.page import show
from unions.approval_page import ApprovalPage, HistoryLine, asked_and_decided
from unions.common.refusals import Forbidden, Refused, Stale
from unions.http import Request, post_action
from unions.models import User


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
    messages.success(request, f"已提出免报，由“{row.receiver}”的审批人审批。批准之前仍按原期限报送。")
    return redirect(row)


class WaiverPage(ApprovalPage[Waiver]):
    approvals = (waivers.approval,)
    template = "reporting/returns/waiver.html"
    steps_at = "waiver-step"

    def find(self, request: Request, pk: int) -> Waiver:
        """404 for strangers: for who may see none of the returns it is about."""
        waiver = get_object_or_404(Waiver.objects.select_related("union", "requested_by", "decided_by"), pk=pk)
        if not waivers.returns_of(waiver).visible_to(request.user).exists():
            raise Http404
        return waiver

    def facts(self, row: Waiver, user: User, now: datetime) -> dict[str, Any]:
        report = waivers.returns_of(row).visible_to(user).select_related("union", "receiver").latest("due_at")
        return {"report": report, "one": status_of(report, now)}

    def history(self, row: Waiver) -> list[HistoryLine]:
        return asked_and_decided(waivers.approval, row, declined="未批准", opinion=True)


page = WaiverPage()
