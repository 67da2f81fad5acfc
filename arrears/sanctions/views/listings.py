"""The joint-punishment list (QP-3.1) and the page of a listing with its steps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from arrears.law.legal_numbers import with_terms
from arrears.sanctions import conditions
from arrears.sanctions.actions import listings
from arrears.sanctions.forms import ListingFilter, ListingStepForm
from arrears.sanctions.models import CopiedList, CopiedRow, Listing, ListingStage
from arrears.sanctions.models.listing import BEFORE_THE_DEPARTMENT
from arrears.sanctions.steps import STEPS, offers
from arrears.sanctions.views.tabs import render_list, viewing_user
from unions.approval_page import ApprovalPage, FurtherStep, HistoryLine, asked_and_decided
from unions.common.clock import day_of
from unions.common.form_fields import PlainForm
from unions.common.formats import day, moment
from unions.common.refusals import Forbidden
from unions.http import Request, read_page
from unions.models import User

S = ListingStage
PARTS = (
    "case__employer",
    "case__handling_union__parent",
    "employer",
    "union__parent",
    "requested_by",
    "approved_by",
    "removal_by",
    "removed_by",
    "promise",
)
WAITING = (S.REQUESTED, S.REMOVAL_ASKED)


@read_page
def listing_list(request: Request) -> HttpResponse:
    user, today = viewing_user(request), timezone.localdate()
    seen = Listing.objects.visible_to(user)
    filters = ListingFilter(request.GET, seen, user, timezone.now())
    counts = seen.order_by().aggregate(
        standing=Count("pk", filter=Q(pk__in=Listing.objects.standing(today).values("pk"))),
        soon=Count("pk", filter=Q(pk__in=Listing.objects.ending_soon(today).values("pk"))),
        under_way=Count("pk", filter=Q(stage__in=BEFORE_THE_DEPARTMENT)),
    )
    copied = CopiedRow.objects.filter(copy__in=CopiedList.objects.visible_to(user)).count()
    found = filters.qs.select_related("case", "employer", "union")
    return render_list(request, "listings", "listings", found, filters, counts=counts, copied=copied, expired=_expired)


def _expired(row: Listing) -> bool:
    return row.expired_on(timezone.localdate())


class ListingPage(ApprovalPage[Listing]):
    approvals = listings.APPROVALS
    further = {name: FurtherStep(ListingStepForm, one.do, one.done) for name, one in STEPS.items()}
    template = "arrears/sanctions/listing.html"
    steps_at = "listing-step"

    def find(self, request: Request, pk: int) -> Listing:
        """404 for strangers, and for those outside while it is only asked for."""
        return get_object_or_404(Listing.objects.visible_to(request.user).select_related(*PARTS), pk=pk)

    def check_may(self, row: Listing, step: str, user: User) -> None:
        if step in STEPS and not listings.may_record_step(row, user):
            raise Forbidden(f"“{STEPS[step].label}”由“{row.union.in_charge()}”的经办人办理。")
        if step not in STEPS and (because := listings.PROPOSAL.lacks_right(row, user)):
            raise Forbidden(because)

    def form(self, step: str, row: Listing, data: Any = None, files: Any = None) -> PlainForm:
        if step not in STEPS:
            return super().form(step, row, data)
        today = timezone.localdate()
        asks = STEPS[step].asks
        return ListingStepForm(data, asks=asks, case=row.case_id, name=step, today=today, initial={"on": today})

    def facts(self, row: Listing, user: User, now: datetime) -> dict[str, Any]:
        today = day_of(now)
        return {
            "case": row.case,
            "judged": conditions.judge_cases([row.case_id], today).get(row.case_id),
            "offers": offers(row, user),
            "expired": row.expired_on(today),
            "standing": row.stands_on(today),
        }

    def history(self, row: Listing) -> list[HistoryLine]:
        lines = asked_and_decided(listings.PROPOSAL, row, row.union, approved="批准并提请")
        if row.stage == S.WITHDRAWN:
            lines.append(HistoryLine("撤回", (moment(row.ended_at), row.opinion), "bad"))
        return [*lines, *_at_the_department(row), *_on_the_list(row)]


def _at_the_department(row: Listing) -> Iterator[HistoryLine]:
    if row.notice_on:
        yield HistoryLine("部门告知", (day(row.notice_on),))
    if row.objection_on:
        yield HistoryLine("提出异议", (day(row.objection_on), row.objection))
    if row.answered_on:
        yield HistoryLine("答复异议", (day(row.answered_on), row.answer))
    if row.extended:
        yield HistoryLine(with_terms("决定期限延长 {listing-decision.extension}"))


def _on_the_list(row: Listing) -> Iterator[HistoryLine]:
    if row.listed_on:
        yield HistoryLine("列入名单", (row.number, f"{day(row.listed_on)}，期满 {day(row.until)}"))
    elif row.decided_on:
        yield HistoryLine("不予列入", (day(row.decided_on),), "bad")
    if row.corrected_on:
        yield HistoryLine("改正违法行为", (f"{day(row.corrected_on)}，{day(row.removable_from)} 起可以提前移出",))
    if row.removal_by and row.removal_at:
        who = f"{row.removal_by.name} → {row.removed_by.name}" if row.removed_by else row.removal_by.name
        facts = (f"{row.removal_number}，{day(row.removal_on)}", who)
        done = row.removed_at is not None
        yield HistoryLine("提前移出" if done else "提前移出待审批", facts, "done" if done else "")


page = ListingPage()
