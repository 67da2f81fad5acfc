"""Registering a wage deposit or an emergency fund."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from arrears.cases import projects
from arrears.cases.filing import employer_for, project_for
from arrears.safety_nets import rules
from arrears.safety_nets.actions import deposits, funds
from arrears.safety_nets.forms import NewDepositForm, NewFundForm
from arrears.safety_nets.models import WageDeposit
from unions.common.attempt import attempt
from unions.common.refusals import Forbidden, Refused
from unions.http import Request, form_page
from unions.models import Union, User
from unions.tree.regions import regions_for


def _units(user: User) -> list[Union]:
    if units := rules.keeping_units(user):
        return units
    raise Forbidden("工资保证金、应急周转金由单位的经办人登记。")


@form_page
def deposit(request: Request) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    units = _units(user)
    given: dict[str, Any] = {"user": user, "units": units, "regions": regions_for(user), "today": today}
    if request.method != "POST":
        form = NewDepositForm(initial=_initial(request, user, units), **given)
        return _show(request, form, "deposit_form", 200)
    form = NewDepositForm(request.POST, **given)
    row, status = attempt(form, lambda data: _register(form, data, user))
    if row is None:
        return _show(request, form, "deposit_form", status)
    messages.success(request, f"“{row.name}”的工资保证金已登记，应存 {row.amount_due:,.2f} 元。")
    return redirect(row)


def _initial(request: Request, user: User, units: list[Union]) -> dict[str, Any]:
    """Of the project the reader comes from, where she may see it."""
    data: dict[str, Any] = {"union": str(units[0].pk), "region_code": (units[0].region_code or "")[:6]}
    text = request.GET.get("project", "")
    pk = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
    if pk and (project := projects.visible_to(user).filter(pk=pk).select_related("employer").first()):
        firm = project.employer
        data |= {
            "project_name": project.name,
            "nature": project.nature,
            "employer_name": firm.name,
            "uscc": firm.uscc or "",
            "region_code": firm.region_code[:6],
        }
    return data


@transaction.atomic
def _register(form: NewDepositForm, data: dict[str, Any], user: User) -> WageDeposit:
    project = project_for(employer_for(form.employer_facts()), data["project_name"], data["nature"])
    if project is None:
        raise Refused.for_field("project_name", "请填写工程项目。")
    return deposits.register_deposit(
        data["union"],
        project,
        form.facts(),
        user,
        timezone.now(),
        stored=data["stored"],
        stored_on=data["stored_on"],
        source=data["source"],
    )


@form_page
def fund(request: Request) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    units = _units(user)
    if request.method != "POST":
        initial = {"union": str(units[0].pk), "founded_on": today}
        return _show(request, NewFundForm(units=units, initial=initial, today=today), "fund_form", 200)
    form = NewFundForm(request.POST, units=units, today=today)
    row, status = attempt(
        form, lambda data: funds.found_fund(data["union"], form.facts(), data["amount"], user, timezone.now())
    )
    if row is None:
        return _show(request, form, "fund_form", status)
    messages.success(request, f"“{row.name}”已设立。")
    return redirect(row)


def _show(request: Request, form: Any, name: str, status: int) -> HttpResponse:
    return render(request, f"arrears/safety_nets/{name}.html", {"form": form}, status=status)
