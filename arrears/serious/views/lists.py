"""The lists of oversights, emergencies, opinion events and reception sessions."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Min, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from arrears.cases.models import Act, ActKind, Case
from arrears.cases.views.recording import own_unit
from arrears.serious.actions import standing_plans
from arrears.serious.actions.oversights import ACTS_FROM_ABOVE
from arrears.serious.forms import DrillForm, OpinionFilter, OversightFilter, ReceptionFilter, StandingPlanForm, is_late
from arrears.serious.models import IN_EFFECT, Emergency, Opinion, Oversight, Reception, StandingPlan
from unions.common.refusals import Forbidden
from unions.filters import ListFilter
from unions.http import Request, read_page
from unions.models import User
from unions.pages import list_page
from unions.people.rights import Right

PER_PAGE = 50
MOST_PLANS = 200
TABS = [("oversights", "督办"), ("emergencies", "应急处置"), ("opinions", "欠薪舆情"), ("receptions", "集中接访")]


def _viewing_user(request: Request) -> User:
    user = request.user
    if not user.paths(Right.VIEW):
        raise Forbidden("您的任职不包含查看案件，没有可看的重大事项。")
    return user


def _render_list(
    request: Request, name: str, found: Any, filters: ListFilter | None = None, **context: Any
) -> HttpResponse:
    context |= {"tabs": TABS, "here": name, "today": timezone.localdate()}
    context |= list_page(request, found, PER_PAGE, filters)
    return render(request, f"arrears/serious/{name}.html", context)


@read_page
def oversights(request: Request) -> HttpResponse:
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
    )


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
    context |= forms
    answer = _render_list(request, "emergencies", found.annotate(there=Min("arrivals__arrived_at")), **context)
    answer.status_code = status
    return answer


@read_page
def opinions(request: Request) -> HttpResponse:
    user = _viewing_user(request)
    filters = OpinionFilter(request.GET, Opinion.objects.visible_to(user), user, timezone.now())
    found = filters.qs.select_related("union").annotate(linked=Count("cases"))
    return _render_list(request, "opinions", found, filters, may_record=bool(user.paths(Right.FILE)))


@read_page
def receptions(request: Request) -> HttpResponse:
    user = _viewing_user(request)
    filters = ReceptionFilter(request.GET, Reception.objects.visible_to(user), user, timezone.now())
    taken = Count("matters", filter=Q(matters__taken_on_spot=True))
    found = filters.qs.select_related("union").annotate(taken=taken)
    return _render_list(request, "receptions", found, filters, may_record=bool(user.paths(Right.FILE)))
