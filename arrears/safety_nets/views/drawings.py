"""One drawing: what is asked, the approval, the bank's payment; and asking for an advance on the page of a case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from arrears.cases.models import Case
from arrears.cases.pages import case_page
from arrears.cases.views.found import the_case
from arrears.law.legal_numbers import with_terms
from arrears.safety_nets import rules
from arrears.safety_nets.actions import drawings
from arrears.safety_nets.forms import AdvanceForm, PaidForm
from arrears.safety_nets.models import Drawing, DrawingKind, DrawingStage, SafetyNet
from unions.approval_page import ApprovalPage, ApproverForm, FurtherStep, HistoryLine, asked_and_decided
from unions.common.attempt import attempt
from unions.common.form_fields import PlainForm, seen_in
from unions.common.formats import day
from unions.common.refusals import Forbidden
from unions.http import Request, post_action
from unions.models import User

PARTS = (
    "case__employer",
    "case__handling_union__parent",
    "case__officer",
    "net__union__parent",
    "requested_by",
    "decided_by",
    "cancels",
    "case_entry__cancelled_by",
)
S = DrawingStage


@post_action
def ask(request: Request, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), request.user
    if not rules.may_ask(case, user):
        raise Forbidden(f"垫付由承办单位“{case.handling_union.in_charge()}”的填报员、经办人在办结前提出。")
    form = AdvanceForm(request.POST, nets=rules.nets_for(case), today=timezone.localdate())
    seen = seen_in(request.POST)
    row, status = attempt(form, lambda data: drawings.ask_advance(case, form.wish(), user, timezone.now(), seen=seen))
    if row is None:
        return case_page(request, the_case(request, pk), "ledger", status=status, advance_form=form)
    messages.success(request, f"已提出垫付，等待“{drawings.APPROVAL.unit_of(row)}”的审批人审批；批准后自动记入台账。")
    return redirect(row)


class DrawingPage(ApprovalPage[Drawing]):
    approvals = (drawings.APPROVAL,)
    further = {
        "paid": FurtherStep(
            PaidForm,
            lambda row, data, by, at: drawings.record_bank_payment(row, data["on"], by, at),
            "已登记银行支付，保证金账和案件台账同时记入。",
        ),
        "revoke": FurtherStep(
            ApproverForm,
            lambda row, data, by, at: drawings.revoke_notice(row, data["opinion"], by, at),
            "支付通知书已作废。",
        ),
    }
    template = "arrears/safety_nets/drawing.html"
    steps_at = "drawing-step"

    def find(self, request: Request, pk: int) -> Drawing:
        """404 for strangers."""
        return get_object_or_404(Drawing.objects.visible_to(request.user).select_related(*PARTS), pk=pk)

    def form(self, step: str, row: Drawing, data: Any = None, files: Any = None) -> PlainForm:
        if step == "paid":
            today = timezone.localdate()
            return PaidForm(data, today=today, initial={"on": today})
        return super().form(step, row, data)

    def facts(self, row: Drawing, user: User, now: datetime) -> dict[str, Any]:
        return {
            "may_follow": row.stage == S.ISSUED and drawings.may_record_payment(row, user),
            "net_seen": row.net and SafetyNet.objects.visible_to(user).filter(pk=row.net.pk).exists(),
            "case_seen": row.case and Case.objects.visible_to(user).filter(pk=row.case.pk).exists(),
            "standing": row.standing(),
            "recovered": row.recovered(),
            "opinion_note": _what_follows(row),
        }

    def history(self, row: Drawing) -> list[HistoryLine]:
        lines = asked_and_decided(drawings.APPROVAL, row)
        if row.stage == S.ISSUED:
            lines.append(HistoryLine("待银行支付", (f"支付通知书 {day(row.notice_on)}",), ""))
        elif row.stage == S.DONE:
            lines.append(HistoryLine("已支付" if row.case else "已入账", (day(row.paid_on),)))
        return lines


def _what_follows(row: Drawing) -> str:
    if row.kind == DrawingKind.ADVANCE and not row.paid_on:
        return with_terms("批准即开出支付通知书，银行 {deposit-pay}内支付；支付后两本账同时记入。")
    if row.case is None:
        return "批准后记入资金账。"
    return f"批准后{'资金账和' if row.net else ''}案件台账同时记入。"


page = DrawingPage()
