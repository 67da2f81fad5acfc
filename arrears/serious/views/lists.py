"""The lists of oversights, emergencies, opinion events and reception sessions."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Min, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from arrears.cases.models import Act, ActKind, Case
from arrears.serious.actions.oversights import ACTS_FROM_ABOVE
from arrears.serious.forms import OversightFilter, SeriousFilter, is_late
from arrears.serious.models import IN_EFFECT, Emergency, Opinion, Oversight, Reception
from unions.common.keyset import keyset
from unions.common.refusals import Forbidden
from unions.http import Request, read_page
from unions.models import User
from unions.people.rights import Right

PER_PAGE = 50
TABS = [("oversights", "督办"), ("emergencies", "应急处置"), ("opinions", "欠薪舆情"), ("receptions", "集中接访")]


def _reader(request: Request) -> User:
    user = request.user
    if not user.paths(Right.VIEW):
        raise Forbidden("您的任职不包含查看案件，没有可看的重大事项。")
    return user


def _show(request: Request, name: str, found: Any, **context: Any) -> HttpResponse:
    page = keyset(found, request, PER_PAGE)
    filtered = any(value for key, value in request.GET.items() if key not in ("after", "before"))
    context |= {"tabs": TABS, "here": name, "page": page, "filtered": filtered, "today": timezone.localdate()}
    return render(request, f"arrears/serious/{name}.html", context)


@read_page
def oversights(request: Request) -> HttpResponse:
    user, today = _reader(request), timezone.localdate()
    form = OversightFilter(request.GET, user=user, today=today)
    all_seen = Oversight.objects.visible_to(user)
    counts = all_seen.order_by().aggregate(
        standing=Count("pk", filter=Q(stage__in=IN_EFFECT)),
        late=Count("pk", filter=Q(stage__in=IN_EFFECT, reported_at=None, due_on__lt=today)),
    )
    done = Act.objects.filter(
        kind__in=ACTS_FROM_ABOVE, case__in=Case.objects.visible_to(user).values("pk"), on__year=today.year
    )
    acts = dict(done.order_by().values_list("kind").annotate(count=Count("pk")))
    found = form.narrow(all_seen).select_related("case__employer", "case__handling_union", "setter")
    return _show(
        request,
        "oversights",
        found,
        form=form,
        counts=counts,
        is_late=is_late,
        acts=[(ActKind(kind).label, acts.get(kind, 0)) for kind in ACTS_FROM_ABOVE],
    )


@read_page
def emergencies(request: Request) -> HttpResponse:
    user = _reader(request)
    found = Emergency.objects.visible_to(user).select_related("case__employer", "case__union")
    return _show(request, "emergencies", found.annotate(there=Min("arrivals__arrived_at")))


@read_page
def opinions(request: Request) -> HttpResponse:
    user = _reader(request)
    form = SeriousFilter(request.GET, today=timezone.localdate())
    found = Opinion.objects.visible_to(user).select_related("union").annotate(linked=Count("cases"))
    if not form.is_valid():
        found = found.none()
    else:
        found = _dated(found, form, "seen_at__date")
        if text := form.cleaned_data["q"].strip():
            found = found.filter(title__contains=text)
    return _show(request, "opinions", found, form=form, may_record=bool(user.paths(Right.FILE)))


@read_page
def receptions(request: Request) -> HttpResponse:
    user = _reader(request)
    form = SeriousFilter(request.GET, today=timezone.localdate())
    taken = Count("matters", filter=Q(matters__taken_on_spot=True))
    found = Reception.objects.visible_to(user).select_related("union").annotate(taken=taken)
    if not form.is_valid():
        found = found.none()
    else:
        found = _dated(found, form, "on")
        if text := form.cleaned_data["q"].strip():
            found = found.filter(Q(place__contains=text) | Q(leader__contains=text))
    return _show(request, "receptions", found, form=form, may_record=bool(user.paths(Right.FILE)))


def _dated(found: Any, form: SeriousFilter, field: str) -> Any:
    data = form.cleaned_data
    days = {f"{field}__gte": data["since"], f"{field}__lte": data["until"]}
    return found.filter(**{name: day for name, day in days.items() if day})
