"""One drawing: what is asked, the approval, the bank's payment; and asking for an advance on the page of a case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from arrears.cases import snapshot
from arrears.cases.forms.steps import OpinionForm
from arrears.cases.models import Case
from arrears.cases.views.found import the_case
from arrears.desk.case_page import case_page
from arrears.safety_nets import asking
from arrears.safety_nets import drawings as acts
from arrears.safety_nets.forms import AdvanceForm, PaidForm
from arrears.safety_nets.models import Drawing, DrawingStage, SafetyNet
from unions.common.attempt import attempt
from unions.common.form_fields import seen_in
from unions.common.refusals import Forbidden
from unions.current_user import reader
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
Said = dict[str, Any]
Step = Callable[[Drawing, User, datetime, Said, str], Drawing]
# Step → what it does, and what the person is told when it is done.
STEPS: dict[str, tuple[Step, str]] = {
    "approve": (
        lambda row, by, at, said, seen: acts.approve(row, by, at, seen=seen, opinion=said["opinion"]),
        "已批准。",
    ),
    "decline": (lambda row, by, at, said, seen: acts.decline(row, by, at, opinion=said["opinion"]), "已退回提出人。"),
    "withdraw": (lambda row, by, at, said, seen: acts.withdraw(row, by, at), "已撤回。"),
    "paid": (
        lambda row, by, at, said, seen: acts.bank_paid(row, said["on"], by, at),
        "已登记银行支付，保证金账和案件台账同时记入。",
    ),
    "revoke": (lambda row, by, at, said, seen: acts.revoke(row, said["opinion"], by, at), "支付通知书已作废。"),
}


@login_required
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), reader(request)
    if not asking.may_ask(case, user):
        raise Forbidden(f"垫付由承办单位「{case.handling_union.in_charge()}」的填报员、经办人在办结前提出。")
    form = AdvanceForm(request.POST, nets=asking.nets_for(case), today=timezone.localdate())
    seen = seen_in(request.POST)
    row, status = attempt(form, lambda said: acts.ask_advance(case, form.wish(), user, timezone.now(), seen=seen))
    if row is None:
        return case_page(request, the_case(request, pk), "ledger", status=status, advance_form=form)
    messages.success(request, f"已提出垫付，等待「{acts.seat(row)}」的审批人审批；批准后自动记入台账。")
    return redirect(row)


def the_drawing(request: HttpRequest, pk: int) -> Drawing:
    """404 for strangers."""
    return get_object_or_404(Drawing.objects.visible_to(reader(request)).select_related(*PARTS), pk=pk)


@login_required
@require_safe
def drawing(request: HttpRequest, pk: int) -> HttpResponse:
    today = timezone.localdate()
    return _page(
        request, the_drawing(request, pk), OpinionForm(today=today), PaidForm(today=today, initial={"on": today})
    )


def _page(
    request: HttpRequest, row: Drawing, form: OpinionForm, paid_form: PaidForm, status: int = 200
) -> HttpResponse:
    user, lines = reader(request), acts.shown(row)
    waiting = row.stage == DrawingStage.REQUESTED
    context = {
        "row": row,
        "lines": lines,
        "shown": snapshot.seal(lines),
        "form": form,
        "paid_form": paid_form,
        "waiting": waiting,
        "barred": acts.barred(row, user, timezone.now()) if waiting else None,
        "seat": acts.seat(row),
        "may_withdraw": waiting and row.requested_by_id == user.pk,
        "may_follow": row.stage == DrawingStage.ISSUED and acts.may_follow(row, user),
        "net_seen": row.net and SafetyNet.objects.visible_to(user).filter(pk=row.net.pk).exists(),
        "case_seen": row.case and Case.objects.visible_to(user).filter(pk=row.case.pk).exists(),
        "standing": row.standing(),
        "recovered": row.recovered(),
    }
    return render(request, "arrears/safety_nets/drawing.html", context, status=status)


@login_required
@require_POST
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    row, user = the_drawing(request, pk), reader(request)
    if name not in STEPS:
        raise Http404
    do, told = STEPS[name]
    today = timezone.localdate()
    opinion = OpinionForm(request.POST if name != "paid" else None, today=today)
    paid = PaidForm(request.POST if name == "paid" else None, today=today, initial={"on": today})
    form = paid if name == "paid" else opinion
    seen = request.POST.get("shown", "")
    done, status = attempt(form, lambda said: do(row, user, timezone.now(), said, seen))
    if done is None:
        return _page(request, the_drawing(request, pk), opinion, paid, status)
    messages.success(request, told)
    return redirect(row)
