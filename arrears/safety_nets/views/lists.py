"""兜底保障: wage deposits, emergency funds, and what is to be done about them."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from arrears.cases.models import Employer
from arrears.safety_nets import overview
from arrears.safety_nets.deposits import returnable_on
from arrears.safety_nets.forms import DepositFilter, FundFilter
from arrears.safety_nets.models import EmergencyFund, NetKind, WageDeposit
from unions.common.keyset import keyset
from unions.common.refusals import Forbidden
from unions.http import Request, read_page
from unions.models import User
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
        "filtered": any(value for key, value in request.GET.items() if key not in ("after", "before")),
    }
    return render(request, f"arrears/safety_nets/{name}.html", context)


def found_deposits(form: DepositFilter, user: User) -> Any:
    """As the list is narrowed, with sums."""
    found: Any = WageDeposit.objects.visible_to(user)
    if not form.is_valid():
        return found.none()
    data = form.cleaned_data
    found = found.filter(closed_on__isnull=not data["over"]).with_sums()
    if data["stored_as"]:
        found = found.filter(stored_as=data["stored_as"])
    if data["short"]:
        found = found.filter(used__gt=F("came_back"))
    if text := data["q"].strip():
        firms = Employer.objects.named(text).values("pk")
        found = found.filter(Q(name__contains=text) | Q(bank__contains=text) | Q(project__employer__in=firms))
    return found.select_related("union", "project__employer")


def found_funds(form: FundFilter, user: User) -> Any:
    found: Any = EmergencyFund.objects.visible_to(user)
    if not form.is_valid():
        return found.none()
    data = form.cleaned_data
    if data["founder"]:
        found = found.filter(founder=data["founder"])
    if text := data["q"].strip():
        found = found.filter(Q(name__contains=text) | Q(founder_name__contains=text))
    return found.with_sums().select_related("union")


@read_page
def deposits(request: Request) -> HttpResponse:
    user = the_reader(request)
    form = DepositFilter(request.GET, today=timezone.localdate())
    page = keyset(found_deposits(form, user), request, PER_PAGE)
    returning = overview.in_notice(user).count()
    return _show(
        request,
        "deposits",
        "safety-nets",
        form=form,
        page=page,
        returning=returning,
        totals=overview.totals(NetKind.DEPOSIT, user),
    )


@read_page
def funds(request: Request) -> HttpResponse:
    user = the_reader(request)
    form = FundFilter(request.GET, today=timezone.localdate())
    page = keyset(found_funds(form, user), request, PER_PAGE)
    totals = overview.totals(NetKind.EMERGENCY, user)
    return _show(request, "funds", "funds", form=form, page=page, totals=totals)


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
        soon=overview.GUARANTEE_SOON,
    )
