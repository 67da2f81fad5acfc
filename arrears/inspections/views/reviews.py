"""互查审计: the list with its weak spots, a new one, and one with what it found (SD-3.2)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.inspections import review_paper
from arrears.inspections.actions import reviews
from arrears.inspections.forms.reviews import ReviewFilter, ReviewFindingForm, ReviewForm, VisitForm
from arrears.inspections.models import Review, ReviewFinding, ReviewKind
from unions.common.attempt import attempt
from unions.common.form_fields import seen_in
from unions.common.refusals import Forbidden, Refused
from unions.common.views import DOCX, attachment
from unions.http import Request, form_page, post_action, read_page
from unions.idempotency import taken_once
from unions.models import Union, User
from unions.pages import list_page
from unions.people.rights import Right, holders_of

PER_PAGE = 50
PARTS = ("planner__parent", "inspector__parent", "inspected__parent", "by")


@read_page
def review_list(request: Request) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    seen = Review.objects.visible_to(user)
    filters = ReviewFilter(request.GET, seen, user, timezone.now())
    open_, late = Q(found__closed_at=None), Q(found__answered_at=None, found__due_on__lt=today)
    found = filters.qs.annotate(
        findings=Count("found"),
        left=Count("found", filter=open_ & Q(found__isnull=False)),
        late=Count("found", filter=late),
    )
    context = list_page(request, found.select_related(*PARTS), PER_PAGE, filters) | {
        "today": today,
        "spots": reviews.weak_spots(ReviewFinding.objects.filter(review__in=seen.standing().values("pk"))),
        "may_plan": _plans(user),
    }
    return render(request, "arrears/inspections/reviews.html", context)


def _plans(user: User) -> bool:
    """She handles at a unit that has others below it."""
    return Union.objects.filter(parent__path__in=user.paths(Right.HANDLE), valid_until=None).exists()


@form_page
@taken_once
def new(request: Request) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    if not _plans(user):
        raise Forbidden(f"互查、审计由有下级单位的{holders_of(Right.HANDLE)}制定，您的任职不包含这一项。")
    own = Union.objects.filter(path__in=user.paths(Right.HANDLE), valid_until=None).order_by("depth").first()
    given = {"planner": own.code if own else "", "kind": ReviewKind.PEER, "since": today}
    sent = {"data": request.POST} if request.method == "POST" else {"initial": given}
    form, status = ReviewForm(user=user, today=today, **sent), 200
    if request.method == "POST":
        row, status = attempt(
            form, lambda data: reviews.plan_review(data["planner"], form.facts(), user, timezone.now())
        )
        if row is not None:
            messages.success(request, f"已安排“{row.name}”。")
            return redirect(row)
    return render(request, "arrears/inspections/review_form.html", {"form": form}, status=status)


# One -----------------------------------------------------------------------------------------------------------------


def the_review(request: Request, pk: int) -> Review:
    """404 for strangers."""
    return get_object_or_404(Review.objects.visible_to(request.user).select_related(*PARTS), pk=pk)


@read_page
def review(request: Request, pk: int) -> HttpResponse:
    return _page(request, the_review(request, pk))


def _page(request: Request, row: Review, *, status: int = 200, **given: Any) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    written = {"on": row.visited_on or today, "people": row.people, "summary": row.summary}
    context: dict[str, Any] = {
        "row": row,
        "today": today,
        "found": _found(row, user),
        "may_inspect": reviews.may_inspect(row, user),
        "may_call_off": row.called_off_at is None
        and row.visited_on is None
        and user.may(Right.HANDLE, row.planner.in_charge()),
        "visit_form": VisitForm(today=today, initial=written),
        "finding_form": ReviewFindingForm(today=today),
    }
    return render(request, "arrears/inspections/review.html", context | given, status=status)


def _found(row: Review, user: User) -> list[dict[str, Any]]:
    """Each finding with what the reader may do about it."""
    rows, now = row.found.select_related("answered_by", "closed_by"), timezone.now()
    lines = []
    for one in rows:
        one.review = row  # with its units, already read
        decides = one.answered_at is not None and one.closed_at is None and reviews.may_decide(one, user)
        lines.append(
            {
                "finding": one,
                "late": one.late(timezone.localdate()),
                "may_answer": one.answered_at is None and reviews.may_answer(one, user),
                "decides": decides,
                "why_not": reviews.APPROVAL.why_may_not_decide(one, user, now) if decides else None,
            }
        )
    return lines


@post_action
def visit(request: Request, pk: int) -> HttpResponse:
    row, user = the_review(request, pk), request.user
    _check_inspects(row, user)
    form = VisitForm(request.POST, today=timezone.localdate())
    seen = seen_in(request.POST)
    done, status = attempt(
        form,
        lambda data: reviews.record_visit(
            row, data["on"], data["people"], data["summary"], user, timezone.now(), seen=seen
        ),
    )
    if done is None:
        return _page(request, the_review(request, pk), status=status, visit_form=form)
    messages.success(request, "已登记到场检查。")
    return redirect(row)


@post_action
def find(request: Request, pk: int) -> HttpResponse:
    row, user = the_review(request, pk), request.user
    _check_inspects(row, user)
    form = ReviewFindingForm(request.POST, today=timezone.localdate())
    made, status = attempt(
        form,
        lambda data: reviews.record_finding(row, data["spot"], data["detail"], data["due_on"], user, timezone.now()),
    )
    if made is None:
        return _page(request, row, status=status, finding_form=form)
    messages.success(request, f"已登记，交“{row.inspected}”限期整改。")
    return redirect(row)


def _check_inspects(row: Review, user: User) -> None:
    if row.called_off_at is None and not reviews.may_inspect(row, user):
        unit = row.inspecting_unit
        raise Forbidden(f"这次检查由“{unit}”的{holders_of(Right.HANDLE)}登记，您没有这项权限。")


@post_action
def call_off(request: Request, pk: int) -> HttpResponse:
    row = the_review(request, pk)
    reviews.call_off_review(row, request.POST.get("reason", ""), request.user, timezone.now())
    messages.success(request, "已取消。")
    return redirect(row)


@read_page
def paper(request: Request, pk: int) -> HttpResponse:
    """The report, printed. There is none before the visit."""
    row = the_review(request, pk)
    if row.visited_on is None:
        raise Refused("还没有登记到场检查，没有可打印的报告。")
    content = review_paper.report_docx(row, request.user, timezone.now())
    return attachment(content, f"{row.name}检查报告.docx", DOCX)
