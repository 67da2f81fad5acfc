"""Pages of duplicates: likely ones, links between cases of one matter, and merging."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.cases.models import Case
from arrears.cases.views.found import CASE_PARTS, the_case
from arrears.merging import actions as merging
from arrears.merging import duplicates, merge_relations
from arrears.merging.forms import LikenessForm, OpinionOnMerger, ReasonForm
from arrears.merging.models import CaseLink, Merger, MergerStage
from unions.approval_page import ApprovalPage, FurtherStep, HistoryLine, asked_and_decided
from unions.common.form_fields import seen_in
from unions.common.formats import day, moment
from unions.common.refusals import Forbidden, Refused, Stale
from unions.http import Request, form_page, post_action, read_page
from unions.models import User


@read_page
def typing_likenesses(request: Request) -> HttpResponse:
    """Cases that may be the one being typed into the case form."""
    form = LikenessForm(request.GET, today=timezone.localdate())
    form.is_valid()  # fields that cannot be read yet are left out
    probe = duplicates.Probe(**form.known())
    but = form.cleaned_data.get("case")
    found = duplicates.find_likenesses(probe, request.user, timezone.localdate(), but=but)
    return render(request, "arrears/merging/likenesses.html", {"found": found, "typing": True})


@read_page
def likenesses(request: Request, pk: int) -> HttpResponse:
    """The box on the case page: links, mergers, and cases that may be the same."""
    case, user = the_case(request, pk), request.user
    links = duplicates.linked(case, user)
    found = _like(case, user, links)
    context: dict[str, Any] = {
        "case": case,
        "links": links,
        "found": found,
        "apart": found.apart,
        "waiting": case.mergers.filter(stage=MergerStage.REQUESTED).first(),
        "merged": merging.merger_in_force(case),
        "absorbed": merging.mergers_into(case, user),
        "brought": merge_relations.absorbed_matters(case, user),
        "may_request": merging.may_request(case, user),
        "may_link": case.number is not None and merging.works_on(case, user),
    }
    return render(request, "arrears/merging/likenesses.html", context)


def _like(case: Case, user: User, links: list[tuple[CaseLink, Case]]) -> duplicates.Likenesses:
    """What may be this case once more; cases linked to it (同一事项) take no place among the likeliest."""
    known = {other.pk for _, other in links}
    return duplicates.find_likenesses(duplicates.probe_of(case), user, timezone.localdate(), but=case.pk, known=known)


@post_action
def set_apart(request: Request, pk: int, other_pk: int) -> HttpResponse:
    """不是重复, of a pair that is shown as likely now."""
    case, other, user = the_case(request, pk), the_case(request, other_pk), request.user
    found = _like(case, user, duplicates.linked(case, user))
    common = next((row.common for row in found.visible if row.case.pk == other.pk), None)
    if common is None:
        raise Stale("该案已不在可能重复的案件之列，请返回案件查看。")
    merging.set_apart(case, other, common, user, timezone.now())
    messages.success(request, f"已确认与 {other} 不是重复，情况有明显变化时再提示。")
    return redirect(case)


@post_action
def link(request: Request, pk: int, other_pk: int) -> HttpResponse:
    case, other = the_case(request, pk), the_case(request, other_pk)
    merging.link(case, other, request.POST.get("note", ""), request.user, timezone.now())
    messages.success(request, "已建立关联，两案可互相查看。")
    return redirect(case)


@post_action
def unlink(request: Request, pk: int, link_pk: int) -> HttpResponse:
    case = the_case(request, pk)
    row = get_object_or_404(CaseLink.objects.select_related("case", "other"), pk=link_pk, ended_at=None)
    if case.pk not in (row.case_id, row.other_id):
        raise Http404
    merging.unlink(row, request.user, timezone.now())
    messages.success(request, "已取消关联。")
    return redirect(case)


# ---- merging ----------------------------------------------------------------------------------------------------------


@form_page
def merge(request: Request, pk: int, into_pk: int) -> HttpResponse:
    """Compare both cases side by side and ask to merge the first into the second."""
    duplicate, into, user = the_case(request, pk), the_case(request, into_pk), request.user
    if not merging.may_request(duplicate, user):
        raise Forbidden(f"并案须由“{duplicate.handling_union.in_charge()}”的经办人提出，且案件须为线索或办理中。")
    form = ReasonForm(request.POST or None, today=timezone.localdate())
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = merging.request(
                    duplicate, into, form.cleaned_data["reason"], user, timezone.now(), seen=seen_in(request.POST)
                )
            except Forbidden:
                raise
            except Refused as refusal:
                status = refusal.status
                form.take(refusal.fields, refusal.message)
            else:
                messages.success(request, "已提出并案，等待审批人以第二人身份批准。")
                return redirect(row)
    context = {"duplicate": duplicate, "into": into, "form": form, "lines": merging.compared(duplicate, into)}
    return render(request, "arrears/merging/merge.html", context, status=status)


class MergerPage(ApprovalPage[Merger]):
    approvals = merging.APPROVALS
    further = {
        "ask-undo": FurtherStep(
            OpinionOnMerger,
            lambda row, said, by, at: merging.request_undo(row, said["opinion"], by, at),
            "已提请撤销并案，等待审批人以第二人身份批准。",
        )
    }
    template = "arrears/merging/merger.html"
    steps_at = "merger-decide"

    def find(self, request: Request, pk: int) -> Merger:
        parts = [f"{end}__{part}" for end in ("duplicate", "into") for part in CASE_PARTS]
        people = ("requested_by", "decided_by", "undo_requested_by", "undone_by")
        rows = Merger.objects.visible_to(request.user).select_related(*parts, *people)
        return get_object_or_404(rows, pk=pk)

    def facts(self, row: Merger, user: User, now: datetime) -> dict[str, Any]:
        return {
            "compared": merging.compared(row.duplicate, row.into),
            "may_undo": row.stage == MergerStage.MERGED and merging.handles(row.duplicate, user),
        }

    def history(self, row: Merger) -> list[HistoryLine]:
        lines = asked_and_decided(merging.merging, row, approved="批准并案")
        if row.undo_requested_by and row.undo_requested_at:
            lines.append(HistoryLine("提请撤销", (row.undo_requested_by.name, moment(row.undo_requested_at))))
        if row.undone_by and row.undone_on:
            lines.append(HistoryLine("批准撤销", (row.undone_by.name, day(row.undone_on))))
        elif row.stage == MergerStage.UNDO_REQUESTED:
            lines.append(HistoryLine("待审批", (f"{merging.parting.unit_of(row)}的审批人",), ""))
        return lines


page = MergerPage()
