"""兜底保障: wage deposits, emergency funds, and what is to be done about them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from arrears.law.obligations.local import local
from arrears.safety_nets import overview
from arrears.safety_nets.forms import DepositFilter, FundFilter
from arrears.safety_nets.models import EmergencyFund, NetKind, WageDeposit
from arrears.safety_nets.rules import returnable_on
from unions.common.refusals import Forbidden
from unions.http import Request, read_page
from unions.models import User
from unions.pages import list_page
from unions.people.rights import Right

PER_PAGE = 50
MOST = 50  # of each kind in 待办
TABS = [("safety-nets", "工资保证金"), ("funds", "应急周转金"), ("nets-todo", "待办")]


def the_reader(request: Request) -> User:
    user = request.user
    if not user.paths(Right.VIEW):
        raise Forbidden("您的任职不包含查看案件，没有可看的兜底资金。")
    return user


def _show(request: Request, name: str, here: str, **context: Any) -> HttpResponse:
    user = request.user
    context |= {
        "tabs": TABS,
        "here": here,
        "today": timezone.localdate(),
        "may_keep": bool(user.paths(Right.HANDLE)),
        "may_export": bool(user.paths(Right.EXPORT)),
        "query": request.GET.urlencode(),
    }
    return render(request, f"arrears/safety_nets/{name}.html", context)


def deposits_of(request: Request, now: datetime) -> DepositFilter:
    """What was asked for, and the deposits it leaves with their sums."""
    rows: Any = WageDeposit.objects.visible_to(request.user)
    rows = rows.with_sums().select_related("union", "project__employer")
    return DepositFilter(request.GET, rows, request.user, now)


def funds_of(request: Request, now: datetime) -> FundFilter:
    rows = EmergencyFund.objects.visible_to(request.user).with_sums().select_related("union")
    return FundFilter(request.GET, rows, request.user, now)


@read_page
def deposits(request: Request) -> HttpResponse:
    user = the_reader(request)
    filters = deposits_of(request, timezone.now())
    context = list_page(request, filters.qs, PER_PAGE, filters) | {
        "returning": overview.in_notice(user).count(),
        "totals": overview.totals(NetKind.DEPOSIT, user),
    }
    return _show(request, "deposits", "safety-nets", **context)


@read_page
def funds(request: Request) -> HttpResponse:
    user = the_reader(request)
    filters = funds_of(request, timezone.now())
    context = list_page(request, filters.qs, PER_PAGE, filters)
    return _show(request, "funds", "funds", totals=overview.totals(NetKind.EMERGENCY, user), **context)


@read_page
def todo(request: Request) -> HttpResponse:
    """Every kind of thing to be done, the first fifty of each."""
    user, today = the_reader(request), timezone.localdate()
    parts = ("case__employer", "net__union", "requested_by")
    drawings = overview.waiting(user).select_related(*parts)
    nets = ("union", "project__employer")
    return _show(
        request,
        "todo",
        "nets-todo",
        drawings=drawings[:MOST],
        topping=overview.to_top_up(user).select_related(*nets)[:MOST],
        ending=overview.guarantees_ending(user, today).select_related(*nets)[:MOST],
        returning=[
            (row, returnable_on(row.return_notice_on))
            for row in overview.in_notice(user).select_related(*nets)[:MOST]
            if row.return_notice_on
        ],
        recovering=overview.to_recover(user).select_related(*parts)[:MOST],
        soon=local().guarantee_soon_days,
    )
