"""The joint-punishment list: the register, one listing with its steps, proposing from a case; and who is put forward (QP-3.1, YK-3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from arrears.cases.pages import case_page
from arrears.cases.views.found import the_case
from arrears.cases.views.recording import tab_of
from arrears.law.legal_numbers import with_terms
from arrears.sanctions import conditions
from arrears.sanctions.actions import listings, publications, sanctions
from arrears.sanctions.forms import (
    ListingFilter,
    ListingProposalForm,
    ListingStepForm,
    PutForwardForm,
    SanctionReasonForm,
)
from arrears.sanctions.models import CopiedList, CopiedRow, Listing, ListingStage, PutForward
from arrears.sanctions.models.listing import BEFORE_THE_DEPARTMENT
from arrears.sanctions.steps import STEPS, offers
from arrears.sanctions.views.tabs import render_list, viewing_user
from unions.approval_page import ApprovalPage, FurtherStep, HistoryLine, asked_and_decided
from unions.common.attempt import attempt
from unions.common.clock import day_of
from unions.common.form_fields import PlainForm
from unions.common.formats import day, moment
from unions.common.refusals import Forbidden
from unions.http import Request, post_action, read_page
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
            raise Forbidden(f"「{STEPS[step].label}」由「{row.union.in_charge()}」的经办人办理。")
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
        said = (f"{row.removal_number}，{day(row.removal_on)}", who)
        done = row.removed_at is not None
        yield HistoryLine("提前移出" if done else "提前移出待审批", said, "done" if done else "")


page = ListingPage()


# ---- from a case ----------------------------------------------------------------------------------------------------


@post_action
def propose(request: Request, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), request.user
    if not listings.may_propose(case, user):
        raise Forbidden(f"提请列入由「{case.handling_union.in_charge()}」的经办人提出，案件须已立案。")
    form = ListingProposalForm(request.POST, today=timezone.localdate())
    row, status = attempt(
        form, lambda said: listings.propose(case, said["department"], said["reason"], user, timezone.now())
    )
    if row is None:
        return case_page(request, the_case(request, pk), "sanctions", status=status, propose_form=form)
    messages.success(request, f"已提出，等待「{row.union}」的审批人审批。")
    return redirect(row)


@post_action
def put_forward(request: Request, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), request.user
    sanctions.check_may_record_sanction(case, user, "提请公布")
    form = PutForwardForm(request.POST, today=timezone.localdate())
    row, status = attempt(
        form,
        lambda said: publications.request_publication(
            case, said["body"], said["grounds"], said["reason"], said["on"], user, timezone.now()
        ),
    )
    if row is None:
        return case_page(request, the_case(request, pk), "sanctions", status=status, put_forward_form=form)
    messages.success(request, "已登记，拟制公布名单时会列出。")
    return redirect(tab_of(case, "sanctions"))


@post_action
def take_back(request: Request, pk: int) -> HttpResponse:
    seen = PutForward.objects.visible_to(request.user)
    row = get_object_or_404(seen.select_related("case__handling_union__parent"), pk=pk)
    sanctions.check_may_record_sanction(row.case, request.user, "撤回提请")
    form = SanctionReasonForm(request.POST, today=timezone.localdate())
    done, status = attempt(
        form, lambda said: publications.withdraw_request(row, said["reason"], request.user, timezone.now())
    )
    if done is None:
        return case_page(request, the_case(request, row.case_id), "sanctions", status=status, reason_form=form)
    messages.success(request, "已撤回提请。")
    return redirect(tab_of(row.case, "sanctions"))
