"""One deposit or fund: its book, what its keeper records, and what is asked of the approver."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from itertools import accumulate
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.cases.models import Case
from arrears.law.legal_numbers import with_terms_later
from arrears.safety_nets import net_ledger, overview, rules, top_ups
from arrears.safety_nets.actions import deposits, drawings, funds
from arrears.safety_nets.forms import (
    NoticeBackForm,
    NoticeForm,
    OutgoForm,
    PutInForm,
    RecoverForm,
    RenewForm,
    ReverseForm,
)
from arrears.safety_nets.models import (
    PENDING,
    Drawing,
    DrawingKind,
    EmergencyFund,
    NetEntry,
    NetEntryKind,
    NetKind,
    SafetyNet,
    WageDeposit,
)
from arrears.safety_nets.rules import Outgo
from unions.common.attempt import attempt
from unions.common.form_fields import PlainForm, seen_in
from unions.common.refusals import Forbidden
from unions.http import Request, post_action, read_page
from unions.models import User

Data = dict[str, Any]
Step = Callable[[SafetyNet, User, datetime, Data, int], object]


def _put_in(net: SafetyNet, by: User, at: datetime, data: Data, seen: int) -> object:
    act = deposits.put_in if net.kind == NetKind.DEPOSIT else funds.put_in
    return act(net, NetEntryKind(data["kind"]), data["amount"], data["on"], data["source"], by, at, seen=seen)


def _outgo(net: SafetyNet, by: User, at: datetime, data: Data, seen: int) -> object:
    kind = DrawingKind(data.get("kind") or DrawingKind.REVERSE)
    outgo = Outgo(kind, data["on"], data["reason"], data.get("amount"), data.get("cancels"))
    return drawings.ask_outgo(net, outgo, by, at, seen=seen)


# Step → the form that asks for it, what it does, and what the person is told when it is done.
STEPS: dict[str, tuple[type[PlainForm], Step, str]] = {
    "put-in": (PutInForm, _put_in, "已入账。"),
    "recover": (
        RecoverForm,
        lambda net, by, at, data, seen: funds.record_recovery(
            data["drawing"], data["amount"], data["on"], data["source"], by, at, seen=seen
        ),
        "追偿已入账，案件台账不变。",
    ),
    "outgo": (OutgoForm, _outgo, "已提出，等待审批人审批。"),
    "reverse": (ReverseForm, _outgo, "已提出冲正，等待审批人审批。"),
    "renew": (
        RenewForm,
        lambda net, by, at, data, seen: deposits.renew_guarantee(
            net, data["number"], data["guarantee_until"], by, at, seen=seen
        ),
        "已登记新的保函。",
    ),
    "notice": (
        NoticeForm,
        lambda net, by, at, data, seen: deposits.record_return_notice(
            net, data["on"], data["place"], by, at, seen=seen
        ),
        with_terms_later("已登记公示，{deposit-return}期满可申请返还。"),
    ),
    "notice-back": (
        NoticeBackForm,
        lambda net, by, at, data, seen: deposits.cancel_return_notice(net, data["reason"], by, at, seen=seen),
        "已撤销公示。",
    ),
}


def the_net(request: Request, pk: int) -> WageDeposit | EmergencyFund:
    """404 for strangers."""
    user = request.user
    found: Any = WageDeposit.objects.visible_to(user).filter(pk=pk)
    row: WageDeposit | None = found.select_related("union__parent", "by", "project__employer").first()
    if row is not None:
        return row
    funds_seen: Any = EmergencyFund.objects.visible_to(user).select_related("union__parent", "by")
    fund: EmergencyFund = get_object_or_404(funds_seen, pk=pk)
    return fund


@read_page
def deposit(request: Request, pk: int) -> HttpResponse:
    return _whole(request, pk, NetKind.DEPOSIT)


@read_page
def fund(request: Request, pk: int) -> HttpResponse:
    return _whole(request, pk, NetKind.EMERGENCY)


def _whole(request: Request, pk: int, kind: NetKind) -> HttpResponse:
    net = the_net(request, pk)
    if net.kind != kind:
        raise Http404
    return _page(request, net)


@post_action
def step(request: Request, pk: int, name: str) -> HttpResponse:
    net, user = the_net(request, pk), request.user
    if name not in STEPS:
        raise Http404
    if not net_ledger.may_keep(net, user):
        raise Forbidden(f"“{net}”由“{net.union.in_charge()}”的经办人登记。")
    forms = _forms(net, user, list(_entries(net)), request, name)
    if name not in forms:
        raise Http404
    _, act, told = STEPS[name]
    seen = seen_in(request.POST)
    done, status = attempt(forms[name], lambda data: [act(net, user, timezone.now(), data, seen)])
    if done is None:
        return _page(request, the_net(request, pk), forms[name], name, status)
    messages.success(request, told)
    return redirect(net)


def _entries(net: SafetyNet) -> Any:
    parts = ("by", "case__employer", "cancels", "cancelled_by", "drawing")
    return net.entries.select_related(*parts).order_by("on", "pk")


def _forms(
    net: SafetyNet, user: User, entries: list[NetEntry], request: Request, asked: str = ""
) -> dict[str, PlainForm]:
    """Every step the net has room for now, its form empty or (the one `asked` for) bound."""
    today = timezone.localdate()

    def made(name: str, form: type[PlainForm], **parts: Any) -> PlainForm:
        return form(request.POST if name == asked else None, today=today, initial={"on": today}, **parts)

    free = [
        row
        for row in entries
        if row.case_entry_id is None and row.kind != NetEntryKind.REVERSED and not row.is_cancelled
    ]
    forms: dict[str, PlainForm] = {}
    if net.closed_on is None:
        forms["put-in"] = made("put-in", PutInForm, net=net)
        forms["outgo"] = made("outgo", OutgoForm, net=net)
        if isinstance(net, WageDeposit):
            forms |= (
                {"notice-back": made("notice-back", NoticeBackForm)}
                if net.return_notice_on
                else {"notice": made("notice", NoticeForm)}
            )
            if net.is_guarantee:
                forms["renew"] = made("renew", RenewForm)
        elif rows := list(overview.to_recover(user).filter(net=net).select_related("case__employer")):
            forms["recover"] = made("recover", RecoverForm, rows=rows)
    if free:
        forms["reverse"] = made("reverse", ReverseForm, rows=free)
    return forms


def _page(
    request: Request, net: WageDeposit | EmergencyFund, form: PlainForm | None = None, name: str = "", status: int = 200
) -> HttpResponse:
    user, entries = request.user, list(_entries(net))
    may_keep = net_ledger.may_keep(net, user)
    forms = _forms(net, user, entries, request) if may_keep else {}
    if form is not None:
        forms[name] = form
    standing = [row for row in entries if row.kind != NetEntryKind.REVERSED and not row.is_cancelled]
    used = top_ups.uses(standing) if isinstance(net, WageDeposit) else []
    rows = Drawing.objects.filter(net=net, stage__in=PENDING)
    balance, promised = sum((row.amount for row in entries), Decimal(0)), net_ledger.promised(net)
    context: dict[str, Any] = {
        "net": net,
        "is_deposit": isinstance(net, WageDeposit),
        "forms": forms,
        "open_form": name,
        "lines": list(zip(entries, accumulate(row.amount for row in entries), strict=True)),
        "balance": balance,
        "promised": promised,
        "advanced": -sum((row.amount for row in entries if row.counts_as == NetEntryKind.ADVANCED), Decimal(0)),
        "recovered": sum((row.amount for row in entries if row.counts_as == NetEntryKind.RECOVERED), Decimal(0)),
        "to_top_up": top_ups.to_top_up(used),
        "pending": rows.select_related("case__employer", "requested_by"),
        "to_recover": [] if used else list(overview.to_recover(user).filter(net=net).select_related("case__employer")),
        "may_keep": may_keep,
        "today": timezone.localdate(),
        "seen_cases": _seen(user, entries),
    }
    if isinstance(net, WageDeposit) and net.return_notice_on:
        context["returnable_on"] = rules.returnable_on(net.return_notice_on)
    return render(request, "arrears/safety_nets/net.html", context, status=status)


def _seen(user: User, entries: list[NetEntry]) -> set[int]:
    """Cases of the book that the reader may open."""
    ids = {row.case_id for row in entries if row.case_id}
    return set(Case.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
