"""The lists of oversights, emergencies, opinion events and reception sessions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Min, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from arrears.cases.models import Act, ActKind, Case
from arrears.cases.views.recording import own_unit
from arrears.law.obligations.requirements import Required
from arrears.serious.actions import calls, standing_plans, watch
from arrears.serious.actions.oversights import ACTS_FROM_ABOVE
from arrears.serious.forms import (
    CallAnswerForm,
    DrillForm,
    OpinionFilter,
    OpinionWatchForm,
    OversightFilter,
    ReceptionFilter,
    StandingPlanForm,
    UnitCallForm,
    is_late,
)
from arrears.serious.models import (
    IN_EFFECT,
    CallKind,
    Emergency,
    Opinion,
    Oversight,
    Reception,
    StandingPlan,
    UnitCall,
    Verdict,
)
from unions.common.keyset import NEWEST_FIRST
from unions.common.refusals import Forbidden
from unions.common.urgency import urgency_where
from unions.filters import ListFilter
from unions.http import Request, read_page
from unions.models import Union, User
from unions.pages import list_page
from unions.people.rights import Right

PER_PAGE = 50
MOST_PLANS = 200
UNANSWERED_FIRST = ("urgency", "-seen_at", "-pk")
TABS = [("oversights", "督办"), ("emergencies", "应急处置"), ("opinions", "欠薪舆情"), ("receptions", "集中接访")]


def _viewing_user(request: Request) -> User:
    user = request.user
    if not user.paths(Right.VIEW):
        raise Forbidden("您的任职不包含查看案件，没有可看的重大事项。")
    return user


def _render_list(
    request: Request,
    name: str,
    found: Any,
    filters: ListFilter | None = None,
    status: int = 200,
    order: tuple[str, ...] = NEWEST_FIRST,
    **context: Any,
) -> HttpResponse:
    context |= {"tabs": TABS, "here": name, "today": timezone.localdate()}
    context = list_page(request, found, PER_PAGE, filters, order) | context
    return render(request, f"arrears/serious/{name}.html", context, status=status)


@read_page
def oversights(request: Request) -> HttpResponse:
    return oversights_page(request)


def oversights_page(request: Request, status: int = 200, **forms: Any) -> HttpResponse:
    """`forms`: a bound form of a call to account to show instead of an empty one."""
    user, today = _viewing_user(request), timezone.localdate()
    all_seen = Oversight.objects.visible_to(user)
    filters = OversightFilter(request.GET, all_seen, user, timezone.now())
    counts = all_seen.order_by().aggregate(
        standing=Count("pk", filter=Q(stage__in=IN_EFFECT)),
        late=Count("pk", filter=Q(stage__in=IN_EFFECT, reported_at=None, due_on__lt=today)),
    )
    done = Act.objects.filter(
        kind__in=ACTS_FROM_ABOVE, case__in=Case.objects.visible_to(user).values("pk"), on__year=today.year
    )
    acts = dict(done.order_by().values_list("kind").annotate(count=Count("pk")))
    found = filters.qs.select_related("case__employer", "case__handling_union", "setter")
    return _render_list(
        request,
        "oversights",
        found,
        filters,
        counts=counts,
        is_late=is_late,
        acts=[(ActKind(kind).label, acts.get(kind, 0)) for kind in ACTS_FROM_ABOVE],
        status=status,
        **(_calls(user, today) | forms),
    )


def calling_units(user: User, today: date) -> list[Union]:
    """Units that may call one below them to account, where a notice in force says so."""
    units = Union.objects.filter(path__in=user.paths(Right.RECEIVE), valid_until=None).order_by("depth", "code")
    return [unit for unit in units if calls.notice_for(unit, today)]


def _calls(user: User, today: date) -> dict[str, Any]:
    seen = UnitCall.objects.visible_to(user)
    rows = seen.select_related("setter__parent", "unit__parent", "case__employer", "result_by").order_by("-pk")
    units = calling_units(user, today)
    kinds = dict(seen.filter(on__year=today.year).order_by().values_list("kind").annotate(count=Count("pk")))
    return {
        "calls": [
            (
                row,
                row.result_at is None and calls.may_answer(row, user),
                CallAnswerForm(today=today, initial={"on": today}, auto_id=f"id_answer{row.pk}_%s"),
            )
            for row in rows[:PER_PAGE]
        ],
        "call_counts": [(label, kinds.get(kind, 0)) for kind, label in CallKind.choices] if units or kinds else [],
        "call_form": UnitCallForm(user=user, units=units, today=today, initial={"on": today}, auto_id="id_call_%s"),
        "may_call": bool(units),
    }


@read_page
def emergencies(request: Request) -> HttpResponse:
    return emergencies_page(request)


def emergencies_page(request: Request, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The records, and below them the register of standing plans. `forms`: one that was turned away."""
    user, today = _viewing_user(request), timezone.localdate()
    found = Emergency.objects.visible_to(user).select_related("case__employer", "case__union")
    plans = StandingPlan.objects.visible_to(user).with_figures().filter(until=None).select_related("union")
    context: dict[str, Any] = {
        "plans": plans.prefetch_related("drills").order_by("union__depth", "path", "-pk")[:MOST_PLANS],
        "without_plan": standing_plans.units_without(user, today),
        "may_file": bool(user.paths(Right.FILE)),
        "may_export": bool(user.paths(Right.EXPORT)),
        "plan_form": StandingPlanForm(user=user, today=today, initial={"since": today} | own_unit(user)),
        "drill_form": DrillForm(user=user, today=today, initial={"on": today}),
    }
    rows = found.annotate(there=Min("arrivals__arrived_at"))
    return _render_list(request, "emergencies", rows, status=status, **(context | forms))


@read_page
def opinions(request: Request) -> HttpResponse:
    return opinions_page(request)


def opinions_page(request: Request, status: int = 200, **forms: Any) -> HttpResponse:
    """`forms`: a bound form of the roster to show instead of an empty one."""
    user, today = _viewing_user(request), timezone.localdate()
    all_seen = Opinion.objects.visible_to(user)
    filters = OpinionFilter(request.GET, all_seen, user, timezone.now())
    found = filters.qs.select_related("union").annotate(
        linked=Count("cases"), urgency=urgency_where(Q(answered_at=None))
    )
    counts = all_seen.order_by().aggregate(
        open=Count("pk", filter=Q(handled_at=None)), untrue=Count("pk", filter=Q(verdict=Verdict.UNTRUE))
    )
    return _render_list(
        request,
        "opinions",
        found,
        filters,
        may_record=bool(user.paths(Right.FILE)),
        counts=counts,
        status=status,
        order=UNANSWERED_FIRST,
        **(_watch(user, today) | forms),
    )


def watched_unit(user: User, today: date) -> tuple[Union | None, Required | None]:
    """The reader's own unit, and what a notice in force says of its watch."""
    unit = Union.objects.filter(path__in=user.paths(Right.VIEW), valid_until=None).order_by("depth", "pk").first()
    return unit, watch.notice_for(unit, today) if unit else None


def _watch(user: User, today: date) -> dict[str, Any]:
    """The roster of the reader's own unit, where a notice in force wants one."""
    unit, notice = watched_unit(user, today)
    if unit is None or notice is None:
        return {}
    return {
        "watch_unit": unit,
        "watch_notice": notice,
        "watch_days": watch.roster(unit, today),
        "unwatched": watch.unwatched(user, today),
        "may_plan": user.may(Right.FILE, unit),
        "watch_form": OpinionWatchForm(
            user=user, today=today, initial={"union": unit, "first": today, "last": today}, auto_id="id_watch_%s"
        ),
    }


@read_page
def receptions(request: Request) -> HttpResponse:
    user = _viewing_user(request)
    filters = ReceptionFilter(request.GET, Reception.objects.visible_to(user), user, timezone.now())
    taken = Count("matters", filter=Q(matters__taken_on_spot=True))
    found = filters.qs.select_related("union").annotate(taken=taken)
    return _render_list(request, "receptions", found, filters, may_record=bool(user.paths(Right.FILE)))
