"""Bulk work on cases: what is chosen, what is asked, and what became of each row."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from arrears.bulk import actions as jobs
from arrears.bulk.forms import BulkForm
from arrears.bulk.models import BulkJob, BulkKind, BulkRow, RowStage
from arrears.cases.assigning import ASKS, colleagues
from arrears.cases.forms.filters import CaseFilter
from arrears.cases.models import Case
from unions.common.refusals import Forbidden, Refused
from unions.common.text import row_keys
from unions.http import Request, form_page, post_action, read_page
from unions.listing import listed
from unions.models import User

PER_PAGE, LISTED = 100, 8
TONES = {"waiting": "neutral", "done": "good", "refused": "bad"}


def may_bulk(user: User) -> bool:
    return any(user.paths(right) for right in ASKS)


def _check(user: User) -> None:
    if not may_bulk(user):
        raise Forbidden("批量办理由经办人、审批人使用，您的任职不包含这一步。")


@form_page
def bulk_new(request: Request) -> HttpResponse:
    """`cases=1&cases=2`: ticked rows; `all=on&filter=…`: everything the list shows; `person=`: all open cases of one."""
    user = request.user
    _check(user)
    asked = request.POST if request.method == "POST" else request.GET
    chosen = _chosen(asked, user)
    people = colleagues(user, timezone.localdate())
    if request.method != "POST":
        kind = BulkKind.REASSIGN if asked.get("person") else BulkKind.DISTRIBUTE
        urges = not people or asked.get("kind") == BulkKind.URGE
        initial = {"token": uuid.uuid4(), "kind": BulkKind.URGE if urges else kind}
        form = BulkForm(initial=initial, colleagues=people, today=timezone.localdate())
        return _show(request, form, chosen, asked, people)
    form = BulkForm(request.POST, colleagues=people, today=timezone.localdate())
    if not form.is_valid():
        return _show(request, form, chosen, asked, people, status=422)
    said = form.cleaned_data
    try:
        ids = list(chosen.values_list("pk", flat=True)[: jobs.MOST + 1])
        job, _ = jobs.request(
            BulkKind(said["kind"]), ids, form.officer_chosen(), said["reason"], said["token"], user, timezone.now()
        )
    except Refused as refusal:
        form.take(refusal.fields, refusal.message)
        return _show(request, form, chosen, asked, people, status=refusal.status)
    return redirect(job)


def _chosen(asked: QueryDict, user: User) -> QuerySet[Case]:
    """The cases meant, drafts left out; whatever the reader does not see is not among them."""
    seen = Case.objects.visible_to(user).filed()
    if asked.get("all"):
        return CaseFilter(QueryDict(asked.get("filter", "")), seen, user, timezone.now()).qs
    if person := asked.get("person", ""):
        return seen.unfinished().filter(officer__in=row_keys([person]))
    return seen.filter(pk__in=row_keys(asked.getlist("cases")))


def _show(
    request: Request, form: BulkForm, chosen: QuerySet[Case], asked: QueryDict, people: list[User], status: int = 200
) -> HttpResponse:
    first = list(chosen.order_by("-pk").select_related("employer", "officer", "handling_union")[:LISTED])
    keep = [(name, value) for name in ("cases", "all", "filter", "person") for value in asked.getlist(name)]
    count = chosen.count() if len(first) == LISTED else len(first)
    context: dict[str, Any] = {
        "form": form,
        "first": first,
        "count": count,
        "more": count - len(first),
        "keep": keep,
        "people": people,
        "most": jobs.MOST,
        "too_many": count > jobs.MOST,
        "by_person": asked.get("person", ""),
        "kinds": [(kind.value, kind.label, HINTS[kind]) for kind in BulkKind if people or kind == BulkKind.URGE],
        "kind": form["kind"].value(),
    }
    return render(request, "arrears/bulk/bulk_form.html", context, status=status)


HINTS = {
    BulkKind.DISTRIBUTE: "把所选案件交给一位经办人办理。",
    BulkKind.REASSIGN: "休假、调离时，把手上的案件移交给另一位经办人。",
    BulkKind.URGE: "提醒各案的经办人尽快办理，案件不变。",
}


@read_page
def bulk_list(request: Request) -> HttpResponse:
    user = request.user
    _check(user)
    page = listed(BulkJob.objects.filter(by=user).select_related("officer"), request, 30)
    return render(request, "arrears/bulk/bulk_list.html", {"page": page})


def _own(request: Request, pk: int) -> BulkJob:
    """404 for another's job."""
    return get_object_or_404(BulkJob.objects.select_related("officer", "by"), pk=pk, by=request.user)


@login_required
@never_cache
@require_safe
def bulk(request: Request, pk: int) -> HttpResponse:
    """The page, or for htmx its part that changes. `?only=refused`: the rows that were not done."""
    job = _own(request, pk)
    counts = jobs.counts(job)
    rows = BulkRow.objects.filter(job=job).select_related("case__employer", "case__handling_union", "case__officer")
    only = request.GET.get("only", "")
    if only in RowStage.values:
        rows = rows.filter(stage=only)
    visible = set(Case.objects.visible_to(request.user).filter(pk__in=rows.values("case")).values_list("pk", flat=True))
    page = listed(rows, request, PER_PAGE)
    context = {
        "job": job,
        "counts": counts,
        "page": page,
        "rows": [(row, TONES[row.stage], row.case_id in visible) for row in page.rows],
        "only": only,
    }
    template = "arrears/bulk/bulk_state.html" if request.htmx else "arrears/bulk/bulk.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@post_action
def bulk_stop(request: Request, pk: int) -> HttpResponse:
    job = _own(request, pk)
    jobs.stop(job, request.user, timezone.now())
    return redirect(job)
