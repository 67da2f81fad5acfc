"""Appointing and dismissing people at a unit."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from unions import duties
from unions.common.attempt import refuse
from unions.common.refusals import Forbidden, Refused
from unions.http import Request, form_page, post_action
from unions.models import Appointment, Union, User
from unions.people import accounts, appointments
from unions.people.forms import AppointForm, AwayForm, DismissForm
from unions.people.rights import Right, RoleName
from unions.tree.reach import visible_unit
from unions.tree.views.units import frame


@never_cache
@form_page
def appoint(request: Request, code: str) -> HttpResponse:
    """A new account's one-time password is shown in the answer itself, once."""
    union, user = visible_unit(request, code), request.user
    roles = appointments.appointable_roles(user, union)
    if not roles:
        raise Forbidden(f"您没有在“{union}”任免人员的权限。")
    form = AppointForm(
        request.POST or None,
        roles=roles,
        agencies=union.agencies.in_being(),
        initial={"since": timezone.localdate(), "who": "there"},
    )
    if request.method == "POST" and form.is_valid():
        try:
            person, password = _appoint(form.cleaned_data, union, user, timezone.now())
        except Forbidden:
            raise
        except Refused as refusal:
            refuse(form, refusal)
        else:
            if not password:
                messages.success(request, f"已任命{person.name}。")
                return redirect("union-people", code=code)
            return render(request, "unions/one_time.html", _shown_once(person, password, union))
    context = frame(request, union) | {"form": form}
    return render(request, "unions/appoint.html", context, status=422 if form.is_bound else 200)


def _shown_once(person: User, password: str, union: Union) -> dict[str, Any]:
    back = reverse("union-people", args=[union.code])
    return {"person": person, "password": password, "back_url": back, "back_label": f"回到{union.name}的人员"}


@transaction.atomic
def _appoint(given: dict[str, Any], union: Union, by: User, at: datetime) -> tuple[User, str]:
    """The person appointed, and the password of a new account ("" for one that exists)."""
    person, password = given["person"], ""
    if given["who"] == "new":
        person, password = accounts.open_account(given["username"], given["name"], by, at, given["email"])
    appointments.appoint(
        person,
        union,
        RoleName(given["role"]),
        given["since"],
        by,
        at,
        until=given["until"],
        acting_for=given["acting_for"] or None,
        agency=given["agency"],
    )
    return person, password


@form_page
def dismiss(request: Request, code: str, pk: int) -> HttpResponse:
    union, user = visible_unit(request, code), request.user
    row = get_object_or_404(union.appointments.select_related("user", "union", "agency"), pk=pk)
    if not appointments.may_appoint(user, RoleName(row.role), union):
        raise Forbidden(f"您没有在“{union}”任免“{row.get_role_display()}”的权限。")
    form = DismissForm(request.POST or None, initial={"last_day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            appointments.dismiss(row, form.cleaned_data["last_day"] + timedelta(days=1), user, timezone.now())
        except Forbidden:
            raise
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"{row.user.name}的“{row}”任职已办理卸任。")
            return redirect("union-people", code=code)
    context = _leaving(request, row) | {"form": form}
    return render(request, "unions/dismiss.html", context, status=422 if form.is_bound else 200)


def _leaving(request: Request, row: Appointment) -> dict[str, Any]:
    """What the pages show of somebody who leaves, for good or for some days: what stays open."""
    user, union = request.user, row.union
    left_open, posts = duties.left_open(row, timezone.now())
    return frame(request, union) | {
        "row": row,
        "left_open": left_open,
        "posts": posts,
        "sees_cases": user.may(Right.VIEW, union),
        "may_manage": user.may(Right.PEOPLE, union),
    }


@form_page
def away(request: Request, code: str, pk: int) -> HttpResponse:
    """离岗 of the reader herself, or of somebody whom she may appoint; sent without days she is back."""
    union, user, today = visible_unit(request, code), request.user, timezone.localdate()
    row = get_object_or_404(union.appointments.select_related("user", "union__parent", "agency"), pk=pk)
    if row.user != user and not appointments.may_appoint(user, RoleName(row.role), union):
        raise Forbidden(f"您不能登记{row.user.name}的离岗：由本人或“{union}”的单位管理员登记。")
    if request.method == "POST" and "back" in request.POST:
        appointments.set_away(row, None, None, user, timezone.now())
        messages.success(request, f"{row.user.name}已返岗。")
        return redirect("union-people", code=code)
    form = AwayForm(request.POST or None, initial={"since": row.away_since or today, "until": row.away_until})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            appointments.set_away(row, said["since"], said["until"], user, timezone.now())
        except Forbidden:
            raise
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"已登记{row.user.name}离岗至 {said['until']}。")
            return redirect("union-people", code=code)
    context = _leaving(request, row) | {"form": form, "away": True}
    return render(request, "unions/dismiss.html", context, status=422 if form.is_bound else 200)


@never_cache
@post_action
def reset_password(request: Request, code: str, pk: int) -> HttpResponse:
    """A new one-time password for somebody with an appointment at the unit, shown in the answer itself, once."""
    union, user, at = visible_unit(request, code), request.user, timezone.now()
    row = get_object_or_404(union.appointments.select_related("user"), pk=pk)
    password = accounts.reset_password(row.user, user, at)
    return render(request, "unions/one_time.html", _shown_once(row.user, password, union))
