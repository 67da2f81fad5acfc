"""The forms on the tab 惩戒公布 of a case."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from arrears.cases.pages import case_page
from arrears.cases.views.found import the_case
from arrears.sanctions.actions import listings, publications, sanctions
from arrears.sanctions.actions.sanctions import Decision
from arrears.sanctions.forms import ListingProposalForm, PutForwardForm, SanctionForm, SanctionReasonForm
from arrears.sanctions.models import PutForward, SanctionKind
from unions.common.attempt import attempt
from unions.common.refusals import Forbidden
from unions.http import Request, post_action


@post_action
def record_sanction(request: Request, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), request.user
    sanctions.check_may_record_sanction(case, user, "处理处罚")
    form = SanctionForm(request.POST, request.FILES, today=timezone.localdate())
    row, status = attempt(
        form, lambda data: sanctions.record_sanction(case, _decision(data), user, timezone.now(), data["paper"])
    )
    if row is None:
        return case_page(request, the_case(request, pk), "sanctions", status=status, sanction_form=form)
    messages.success(request, f"已登记{row.get_kind_display()}。")
    return redirect(row)


def _decision(data: dict[str, Any]) -> Decision:
    names = ("department", "number", "decided_on", "pay_by", "amount", "grade", "detail", "held_from", "held_until")
    return Decision(kind=SanctionKind(data["kind"]), **{name: data[name] for name in names})


@post_action
def propose_listing(request: Request, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), request.user
    if not listings.may_propose(case, user):
        raise Forbidden(f"提请列入由“{case.handling_union.in_charge()}”的经办人提出，案件须已立案。")
    form = ListingProposalForm(request.POST, today=timezone.localdate())
    row, status = attempt(
        form, lambda data: listings.propose(case, data["department"], data["reason"], user, timezone.now())
    )
    if row is None:
        return case_page(request, the_case(request, pk), "sanctions", status=status, propose_form=form)
    messages.success(request, f"已提出，等待“{row.union}”的审批人审批。")
    return redirect(row)


@post_action
def request_publication(request: Request, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), request.user
    sanctions.check_may_record_sanction(case, user, "提请公布")
    form = PutForwardForm(request.POST, today=timezone.localdate())
    row, status = attempt(
        form,
        lambda data: publications.request_publication(
            case, data["body"], data["grounds"], data["reason"], data["on"], user, timezone.now()
        ),
    )
    if row is None:
        return case_page(request, the_case(request, pk), "sanctions", status=status, put_forward_form=form)
    messages.success(request, "已登记，拟制公布名单时会列出。")
    return redirect(case.section_url("sanctions"))


@post_action
def withdraw_request(request: Request, pk: int) -> HttpResponse:
    seen = PutForward.objects.visible_to(request.user)
    row = get_object_or_404(seen.select_related("case__handling_union__parent"), pk=pk)
    sanctions.check_may_record_sanction(row.case, request.user, "撤回提请")
    form = SanctionReasonForm(request.POST, today=timezone.localdate())
    done, status = attempt(
        form, lambda data: publications.withdraw_request(row, data["reason"], request.user, timezone.now())
    )
    if done is None:
        return case_page(request, the_case(request, row.case_id), "sanctions", status=status, reason_form=form)
    messages.success(request, "已撤回提请。")
    return redirect(row.case.section_url("sanctions"))
