"""The page of a reception session (SD-2.4d) and its cases."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.cases import ledger
from arrears.cases.case_rows import rows_of
from arrears.cases.filing import EmployerFacts
from arrears.cases.models import Case
from arrears.cases.views.drafts import forgets
from arrears.cases.views.recording import own_unit
from arrears.serious.actions import receptions
from arrears.serious.forms import ReceptionDraftForm, ReceptionForm, ReceptionKnownCaseForm
from arrears.serious.models import Reception, ReceptionCase
from arrears.serious.views.opinions import case_numbered
from unions.common.attempt import attempt
from unions.common.refusals import Forbidden
from unions.http import Request, form_page, post_action, read_page
from unions.idempotency import taken_once
from unions.models import User
from unions.people.rights import Right
from unions.tree.regions import regions_for


def the_reception(request: Request, pk: int) -> Reception:
    """404 for strangers."""
    rows = Reception.objects.visible_to(request.user).select_related("union__parent", "by")
    return get_object_or_404(rows, pk=pk)


@form_page
@forgets("reception")
def new(request: Request) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    if not user.paths(Right.FILE):
        raise Forbidden("您的任职不包含登记接访，请由填报员或经办人登记。")
    if request.method != "POST":
        initial = {"union": own_unit(user).get("union", ""), "on": today}
        return _form(request, ReceptionForm(user=user, today=today, initial=initial))
    form = ReceptionForm(request.POST, user=user, today=today)
    row, status = attempt(
        form, lambda data: receptions.open_session(data["union"], data["on"], form.facts(), user, timezone.now())
    )
    if row is None:
        return _form(request, form, status)
    messages.success(request, "接访已登记，请逐件登记现场受理的案件。")
    return redirect(row)


def _form(request: Request, form: ReceptionForm, status: int = 200) -> HttpResponse:
    return render(request, "arrears/serious/reception_form.html", {"form": form}, status=status)


@read_page
def reception(request: Request, pk: int) -> HttpResponse:
    return _page(request, the_reception(request, pk))


def _page(request: Request, row: Reception, status: int = 200, **forms: Any) -> HttpResponse:
    """Show the session. Of cases the user may not see only the answer is shown."""
    user, today = request.user, timezone.localdate()
    matters = list(row.matters.all())
    seen = Case.objects.visible_to(user).filter(pk__in=[one.case_id for one in matters])
    rows = {one.case.pk: one for one in rows_of(list(seen.select_related("employer", "union", "handling_union")))}
    context = {
        "row": row,
        "matters": [(one, rows.get(one.case_id)) for one in matters],
        "taken": sum(one.taken_on_spot for one in matters),
        "outstanding": _left(rows),
        "may_record": receptions.may_record(row, user),
        "taken_form": ReceptionDraftForm(
            regions=regions_for(user), today=today, initial={"region_code": own_unit(user).get("region_code", "")}
        ),
        "known_form": ReceptionKnownCaseForm(today=today),
    }
    return render(request, "arrears/serious/reception.html", context | forms, status=status)


def _left(rows: dict[int, Any]) -> ledger.Sums:
    left = [row.outstanding for row in rows.values()]
    return ledger.Sums(
        sum(one.workers for one in left),
        sum(one.migrants for one in left),
        sum((one.amount for one in left), Decimal(0)),
    )


def _may(row: Reception, user: User) -> None:
    if not receptions.may_record(row, user):
        raise Forbidden(f"这场接访由“{row.union.in_charge()}”登记。")


@post_action
@forgets("reception-take")
@taken_once
def take(request: Request, pk: int) -> HttpResponse:
    row, user = the_reception(request, pk), request.user
    _may(row, user)
    form = ReceptionDraftForm(request.POST, regions=regions_for(user), today=timezone.localdate())
    done, status = attempt(form, lambda data: _take(row, data, user))
    if done is None:
        return _page(request, row, status, taken_form=form)
    messages.success(request, "已建立案件草稿，请补齐后提交；回到接访页可继续登记下一件。")
    return redirect("case-edit", done.case_id)


@transaction.atomic
def _take(row: Reception, data: dict[str, Any], user: User) -> ReceptionCase:
    facts = EmployerFacts(
        name=data["employer_name"],
        uscc=data["uscc"],
        no_code="" if data["uscc"] else "unknown",
        region_code=data["region_code"],
    )
    return receptions.take_case(
        row,
        facts,
        data["workers"] or 0,
        data["amount"] or Decimal(0),
        data["remark"],
        data["result"],
        user,
        timezone.now(),
    )


@post_action
@forgets("reception-known")
def look_again(request: Request, pk: int) -> HttpResponse:
    row, user = the_reception(request, pk), request.user
    _may(row, user)
    form = ReceptionKnownCaseForm(request.POST, today=timezone.localdate())
    done, status = attempt(
        form,
        lambda data: receptions.add_known_case(
            row, case_numbered(data["number"], user), data["result"], user, timezone.now()
        ),
    )
    if done is None:
        return _page(request, row, status, known_form=form)
    messages.success(request, f"案件 {done.case} 已记入本场接访。")
    return redirect(row)
