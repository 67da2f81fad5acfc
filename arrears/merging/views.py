"""Warnings that a case may be there already, links between cases of one matter, merging, and an employer's years."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arrears.cases import employer_history as histories
from arrears.cases.models import Case, Employer
from arrears.cases.views.found import CASE_PARTS, the_case
from arrears.merging import actions as merging
from arrears.merging import duplicates
from arrears.merging import merge_relations as carrying
from arrears.merging.forms import LikeForm, OpinionOnMerger, ReasonForm
from arrears.merging.models import CaseLink, Merger, MergerStage
from arrears.prevention import employer as prevention
from arrears.safety_nets.advances import of_employer as advances_of
from arrears.sanctions import about
from unions.common.form_fields import seen_in
from unions.common.refusals import Forbidden, Refused, Stale
from unions.current_user import reader

DONE = {
    "approve": "已批准并案：台账逐笔冲正，统计从今天起只计一次。",
    "decline": "已退回，案件保持原样。",
    "withdraw": "已撤回并案申请。",
    "ask-undo": "已提请撤销并案，等待审批人以第二人身份批准。",
    "undo": "已撤销并案：案件恢复办理，台账逐笔重新记入。",
}


@login_required
@require_safe
def while_typing(request: HttpRequest) -> HttpResponse:
    """What the case form asks while somebody types: only cases that may be the same."""
    form = LikeForm(request.GET, today=timezone.localdate())
    form.is_valid()  # what cannot be read yet is left out
    probe = duplicates.Probe(**form.known())
    but = form.cleaned_data.get("case")
    found = duplicates.like(probe, reader(request), timezone.localdate(), but=but)
    return render(request, "arrears/merging/likenesses.html", {"found": found, "typing": True})


@login_required
@require_safe
def likenesses(request: HttpRequest, pk: int) -> HttpResponse:
    """The box on the case page: links, mergers, and cases that may be the same."""
    case, user = the_case(request, pk), reader(request)
    links = duplicates.linked(case, user)
    known = {other.pk for _, other in links}
    found = duplicates.like(duplicates.probe_of(case), user, timezone.localdate(), but=case.pk)
    fresh = [row for row in found.visible if row.case.pk not in known]
    context: dict[str, Any] = {
        "case": case,
        "links": links,
        "found": duplicates.Found(fresh, found.elsewhere, found.letters),
        "waiting": case.mergers.filter(stage=MergerStage.REQUESTED).first(),
        "merged": merging.merged_since(case),
        "absorbed": merging.absorbed(case, user),
        "brought": carrying.absorbed_matters(case, user),
        "may_request": merging.may_request(case, user),
        "may_link": case.number is not None and merging.works_on(case, user),
    }
    return render(request, "arrears/merging/likenesses.html", context)


@login_required
@require_POST
def link(request: HttpRequest, pk: int, other_pk: int) -> HttpResponse:
    case, other = the_case(request, pk), the_case(request, other_pk)
    merging.link(case, other, request.POST.get("note", ""), reader(request), timezone.now())
    messages.success(request, "已标为同一事项，两件的页面互相指向。")
    return redirect(case)


@login_required
@require_POST
def unlink(request: HttpRequest, pk: int, link_pk: int) -> HttpResponse:
    case = the_case(request, pk)
    row = get_object_or_404(CaseLink.objects.select_related("case", "other"), pk=link_pk, ended_at=None)
    if case.pk not in (row.case_id, row.other_id):
        raise Http404
    merging.unlink(row, reader(request), timezone.now())
    messages.success(request, "已取消关联。")
    return redirect(case)


# ---- merging ----------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, pk: int, into_pk: int) -> HttpResponse:
    """Both cases side by side, and the request to merge the first into the second."""
    duplicate, into, user = the_case(request, pk), the_case(request, into_pk), reader(request)
    if not merging.may_request(duplicate, user):
        raise Forbidden(f"并案须由「{duplicate.handling_union.in_charge()}」的经办人提出，且案件须为线索或办理中。")
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


def the_merger(request: HttpRequest, pk: int) -> Merger:
    parts = [f"{end}__{part}" for end in ("duplicate", "into") for part in CASE_PARTS]
    people = ("requested_by", "decided_by", "undo_requested_by", "undone_by")
    rows = Merger.objects.visible_to(reader(request)).select_related(*parts, *people)
    return get_object_or_404(rows, pk=pk)


@login_required
@require_safe
def merger(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, the_merger(request, pk), OpinionOnMerger(today=timezone.localdate()))


def _show(request: HttpRequest, row: Merger, form: OpinionOnMerger, status: int = 200, stale: str = "") -> HttpResponse:
    user, at = reader(request), timezone.now()
    waits = row.stage in (MergerStage.REQUESTED, MergerStage.UNDO_REQUESTED)
    context: dict[str, Any] = {
        "row": row,
        "form": form,
        "stale": stale,
        "lines": merging.compared(row.duplicate, row.into),
        "shown": merging.seal(row.duplicate, row.into),
        "waits": waits,
        "barred": merging.barred(row, user, at) if waits else None,
        "may_withdraw": row.stage == MergerStage.REQUESTED and row.requested_by == user,
        "may_undo": row.stage == MergerStage.MERGED and merging.handles(row.duplicate, user),
    }
    return render(request, "arrears/merging/merger.html", context, status=status)


@login_required
@require_POST
def decide(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """approve, decline, withdraw, ask-undo, undo."""
    if step not in DONE:
        raise Http404
    row, user, at = the_merger(request, pk), reader(request), timezone.now()
    form = OpinionOnMerger(request.POST, today=timezone.localdate())
    if not form.is_valid():
        return _show(request, row, form, 422)
    opinion = form.cleaned_data["opinion"]
    try:
        match step:
            case "approve":
                merging.approve(row, user, at, shown=request.POST.get("shown", ""), opinion=opinion)
            case "decline":
                merging.decline(row, user, at, opinion=opinion)
            case "withdraw":
                merging.withdraw(row, user, at)
            case "ask-undo":
                merging.ask_undo(row, opinion, user, at)
            case "undo":
                merging.undo(row, user, at)
    except Forbidden:
        raise
    except Stale as refusal:
        return _show(request, the_merger(request, pk), form, refusal.status, refusal.message)
    except Refused as refusal:
        form.add_error("opinion" if refusal.fields else None, refusal.message)
        return _show(request, the_merger(request, pk), form, refusal.status)
    messages.success(request, DONE[step])
    return redirect(row)


# ---- an employer ------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def employer(request: HttpRequest, pk: int) -> HttpResponse:
    """All its years, as far as the reader may see them; of the others only how many there are."""
    user = reader(request)
    seen = Case.objects.visible_to(user).values("employer")
    found = get_object_or_404(Employer.objects.filter(pk__in=seen), pk=pk)
    today = timezone.localdate()
    history = histories.history(found, user, today)
    context = {
        "history": history,
        "employer": found,
        "today": today,
        "standing": about.of_employer(found, user, today),
        "advances": advances_of([line.case for line in history.lines]),
    }
    return render(request, "arrears/merging/employer.html", context | prevention.shown(found, user))
