"""以案定补 (QP-1.3): a quarter as the books give it, and the lists that were put up and confirmed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.cases.models import Case
from arrears.prevention.actions import subsidy
from arrears.prevention.actions.subsidy import SubsidyRow
from arrears.prevention.forms import QuarterForm, SubsidyOpinionForm
from arrears.prevention.models import SubsidyList, SubsidyStage
from arrears.prevention.quarters import days_of, spoken
from arrears.prevention.views.tabs import check_may_read, tabs_for
from unions.approval_page import ApprovalPage, HistoryLine, asked_and_decided
from unions.http import Request, post_action, read_page
from unions.models import Union, User, under
from unions.people.rights import Right
from unions.tree.reach import asked_unit


@read_page
def quarter(request: Request) -> HttpResponse:
    """The live rows of a quarter, and every list of the unit."""
    check_may_read(request)
    unit, today = asked_unit(request, "预警"), timezone.localdate()
    form = QuarterForm(request.GET, today=today)
    label = form.label()
    rows = subsidy.rows(unit, label)
    lists = list(
        SubsidyList.objects.visible_to(request.user).filter(union=unit).select_related("drafted_by", "decided_by")[:40]
    )
    current = next(
        (one for one in lists if one.quarter == label and one.stage in (SubsidyStage.DRAFTED, SubsidyStage.CONFIRMED)),
        None,
    )
    rate = subsidy.rate(unit, days_of(label)[1])
    context: dict[str, Any] = {
        "tabs": tabs_for(request),
        "here": "subsidies",
        "unit": unit,
        "form": form,
        "label": label,
        "quarter": spoken(label),
        "rows": linked(rows, request.user),
        "sums": sums(rows, rate.per_case if rate else None),
        "rate": rate,
        "lists": lists,
        "current": current,
        "over": days_of(label)[1] < today,
        "may_draft": current is None
        and bool(rows)
        and days_of(label)[1] < today
        and not unit.is_closed
        and subsidy.may_draft(unit, request.user),
        "may_export": request.user.may(Right.EXPORT, unit),
    }
    return render(request, "arrears/prevention/subsidies.html", context)


def linked(rows: list[SubsidyRow], user: User) -> list[tuple[SubsidyRow, bool]]:
    """Each with whether the reader may open its case."""
    seen = set(Case.objects.visible_to(user).filter(pk__in=[row.case for row in rows]).values_list("pk", flat=True))
    return [(row, row.case in seen) for row in rows]


def sums(rows: list[SubsidyRow], per_case: Decimal | None) -> dict[str, Any]:
    """`amount`: yuan; None where no amount per case is set."""
    counted = [row for row in rows if row.counts]
    return {
        "all": len(rows),
        "counted": len(counted),
        "workers": sum(row.workers for row in counted),
        "amount": per_case * len(counted) if per_case is not None else None,
    }


@post_action
def draft(request: Request) -> HttpResponse:
    unit = the_unit_posted(request)
    found = subsidy.draft_list(unit, request.POST.get("quarter", ""), request.user, timezone.now())
    messages.success(request, f"{found}的清单已提出，等待另一人确认。")
    return redirect(found)


def the_unit_posted(request: Request) -> Union:
    """The unit of the form, within the reader's reach."""
    reach = Union.objects.filter(under(check_may_read(request).paths(Right.VIEW))).select_related("parent")
    return get_object_or_404(reach, code=request.POST.get("unit", "")[:20])


def the_list(request: Request, pk: int) -> SubsidyList:
    """404 for strangers."""
    rows = SubsidyList.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("union__parent", "drafted_by", "decided_by"), pk=pk)


class SubsidyPage(ApprovalPage[SubsidyList]):
    approvals = (subsidy.approval,)
    template = "arrears/prevention/subsidy.html"
    steps_at = "subsidy-step"
    opinion_form = SubsidyOpinionForm

    def find(self, request: Request, pk: int) -> SubsidyList:
        return the_list(request, pk)

    def facts(self, row: SubsidyList, user: User, now: datetime) -> dict[str, Any]:
        rows = subsidy.frozen_rows(row)
        return {
            "rows": linked(rows, user),
            "sums": sums(rows, row.per_case),
            "reopened": [one for one in rows if one.reopened_on],
            "may_export": user.may(Right.EXPORT, row.union),
            "opinion_note": "确认的就是这里列出的各行；确认之后清单不再变动。",
        }

    def history(self, row: SubsidyList) -> list[HistoryLine]:
        return asked_and_decided(
            subsidy.approval, row, approved="确认", declined="没有同意", waits="待确认", opinion=True
        )


page = SubsidyPage()
