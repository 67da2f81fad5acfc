"""Employers by risk class (QP-4.3): the list, one of them, and a class set by hand."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, OuterRef, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from arrears.cases.models import Case
from arrears.inspections.models import Inspection
from arrears.law.obligations.risk_classes import risk_classes
from arrears.prevention.actions import risk
from arrears.prevention.forms import RiskChangeForm, RiskFilter, SubsidyOpinionForm, overdue
from arrears.prevention.models import EmployerRisk, EmployerRiskQuerySet, RiskChange, RiskChangeStage
from arrears.prevention.views.tabs import check_may_read, tabs_for
from unions.approval_page import decision, take_decision
from unions.approval_queue import after_decision, tell_decided
from unions.common.attempt import attempt
from unions.common.form_fields import PlainForm
from unions.common.refusals import Forbidden
from unions.http import Request, post_action, read_page
from unions.models import User
from unions.pages import list_page
from unions.people.rights import Right

PER_PAGE = 50
GRAVEST_FIRST = ("-rank", "-score", "-pk")


def with_last_visit(rows: EmployerRiskQuerySet) -> EmployerRiskQuerySet:
    """Each with `last_on`: the day of the latest inspection within the unit's reach."""
    visits = Inspection.objects.filter(employer=OuterRef("employer"), path__startswith=OuterRef("path"))
    latest = visits.order_by().values("employer").annotate(day=Max("on")).values("day")
    return rows.annotate(last_on=Subquery(latest))


def filters_of(request: Request) -> tuple[RiskFilter, list[dict[str, Any]]]:
    """What was asked for with what it leaves, and how many stand in each class."""
    user = check_may_read(request)
    seen = EmployerRisk.objects.visible_to(user)
    tally: Any = list(seen.order_by().values("label", "rank").annotate(count=Count("pk")).order_by("-rank", "label"))
    labels = list(dict.fromkeys(row["label"] for row in tally))
    return RiskFilter(request.GET, seen, user, timezone.now(), labels=labels), tally


@read_page
def listed(request: Request) -> HttpResponse:
    filters, tally = filters_of(request)
    user, today = request.user, timezone.localdate()
    found = with_last_visit(filters.qs).select_related("employer", "union")
    context = list_page(request, found, PER_PAGE, filters, GRAVEST_FIRST)
    context |= {
        "tabs": tabs_for(request),
        "here": "risk-classes",
        "rows": [(row, row.next_on(row.last_on)) for row in context["page"].rows],
        "tally": tally,
        "today": today,
        "late": EmployerRisk.objects.visible_to(user).filter(overdue(today)).count(),
        "waiting": risk.approval.awaiting(user).select_related("employer", "union")[:20],
        "may_export": bool(user.paths(Right.EXPORT)),
    }
    return render(request, "arrears/prevention/classes.html", context)


def the_risk(request: Request, pk: int) -> EmployerRisk:
    """404 for strangers."""
    rows = with_last_visit(EmployerRisk.objects.visible_to(request.user))
    return get_object_or_404(rows.select_related("employer", "union__parent", "change"), pk=pk)


@read_page
def one(request: Request, pk: int) -> HttpResponse:
    return _page(request, the_risk(request, pk))


def _page(request: Request, row: EmployerRisk, status: int = 200, **forms: PlainForm) -> HttpResponse:
    user, now, today = request.user, timezone.now(), timezone.localdate()
    change = risk.standing_change(row)
    lines = risk.approval.shown(change, now) if change else []
    classes = risk_classes(row.union, today)
    context: dict[str, Any] = {
        "row": row,
        "next_on": row.next_on(row.last_on),  # type: ignore[attr-defined]
        "today": today,
        "classes": classes,
        "change": change,
        "lines": lines,
        "may_ask": (change is None or change.until < today) and risk.may_request(row, user),
        "may_end": change is not None and change.stage == RiskChangeStage.APPROVED and risk.may_end(change, user),
        "past": RiskChange.objects.filter(union=row.union, employer=row.employer)
        .exclude(pk=change.pk if change else 0)
        .select_related("asked_by", "decided_by")[:20],
        "visits": Inspection.objects.visible_to(user).filter(employer=row.employer).select_related("union")[:10],
        "ask_form": RiskChangeForm(classes=classes, today=today),
        "form": SubsidyOpinionForm(today=today),
        "may_open_employer": _opens(row, user),
    }
    if change and change.stage == RiskChangeStage.REQUESTED:
        context |= decision(risk.approval, change, lines, request, now, partial(_address, row))
    return render(request, "arrears/prevention/class.html", context | forms, status=status)


def _address(row: EmployerRisk, step: str) -> str:
    return reverse("risk-change-step", args=[row.pk, step])


def _opens(row: EmployerRisk, user: User) -> bool:
    return Case.objects.visible_to(user).filter(employer=row.employer).exists()


@post_action
def ask(request: Request, pk: int) -> HttpResponse:
    row, user, today = the_risk(request, pk), request.user, timezone.localdate()
    if not risk.may_request(row, user):
        raise Forbidden(f"风险类别由“{row.union.in_charge()}”的经办人提出调整。")
    form = RiskChangeForm(request.POST, classes=risk_classes(row.union, today), today=today)
    done, status = attempt(
        form, lambda said: risk.request_change(row, said["label"], said["reason"], said["until"], user, timezone.now())
    )
    if done is None:
        return _page(request, row, status, ask_form=form)
    messages.success(request, "已提出，等待另一人审批。")
    return redirect(row)


@post_action
def decide(request: Request, pk: int, step: str) -> HttpResponse:
    """approve, decline, withdraw, end."""
    if step != "end" and step not in ("approve", "decline", "withdraw"):
        raise Http404
    row, user, now = the_risk(request, pk), request.user, timezone.now()
    change = risk.standing_change(row)
    if change is None:
        messages.error(request, "这项调整已经办理过，请看最新情况。")
        return redirect(row)
    form = SubsidyOpinionForm(request.POST, today=timezone.localdate())

    def do(said: dict[str, Any]) -> str:
        if step == "end":
            risk.end_change(change, by=user, at=now, opinion=said["opinion"])
            return "已终止，恢复按规则分类。"
        return take_decision(risk.approval, step, change, request.POST.get("seal", ""), said["opinion"], user, now)

    done, status = attempt(form, do)
    if done is None:
        return _page(request, the_risk(request, pk), status, form=form)
    tell_decided(request, done)
    return after_decision(request, row)
