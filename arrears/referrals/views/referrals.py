"""Pages of referrals for the unions: the list, asking for one, deciding, noting what a department said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from arrears.cases import snapshot
from arrears.cases.models import Case
from arrears.cases.models.case import immediate
from arrears.cases.views.evidence import send_file
from arrears.cases.views.found import the_case
from arrears.referrals import actions as referrals
from arrears.referrals import clues
from arrears.referrals.forms import DeclineClueForm, ReferForm, ReferralAnswerForm, ReferralReceptionForm
from arrears.referrals.kinds import KINDS, ReferralKindRule, basis_of, kinds_for, request_of
from arrears.referrals.models import AgencyClue, Referral, ReferralStage
from arrears.referrals.terms import crime_threshold
from arrears.referrals.views.received import received_list, the_clue
from unions.approval_page import ApprovalPage, FurtherStep, HistoryLine, asked_and_decided
from unions.common.attempt import attempt
from unions.common.clock import day_of
from unions.common.form_fields import PlainForm, seen_in
from unions.common.formats import moment
from unions.common.keyset import NEWEST_FIRST
from unions.common.refusals import Forbidden, Refused, Stale
from unions.common.urgency import URGENT_FIRST, urgency_where
from unions.form_drafts import forget
from unions.http import Request, form_page, post_action, read_page
from unions.listing import listed
from unions.models import User
from unions.pages import Tab, chosen_list
from unions.people.rights import Right

PER_PAGE = 50
SORTS = {"用人单位": "case__employer__name", "事项": "kind", "进度": "stage", "提出": "requested_at"}
PARTS = ("case__employer", "agency", "sender", "requested_by")
Rows = QuerySet[Referral]
S = ReferralStage


# ---- the list ---------------------------------------------------------------------------------------------------------

# Key → label, which rows, what an empty list means.
LISTS: dict[str, tuple[str, Callable[[User], Rows], str]] = {
    "approve": ("待我审批", referrals.approval.awaiting, "没有待您审批的转送。"),
    "read": ("下级反馈待阅知", lambda user: Referral.objects.unread_above(user), "没有待您阅知的行业主管部门反馈。"),
    "asked": ("待审批（含下级）", lambda user: _staged(user, S.REQUESTED), "没有正在审批的转送。"),
    "sent": ("待对方接收（含下级）", lambda user: _staged(user, S.SENT), "没有等对方接收的转送。"),
    "accepted": ("待答复（含下级）", lambda user: _staged(user, S.ACCEPTED), "没有等对方答复的转送。"),
    "answered": ("已答复（含下级）", lambda user: _staged(user, S.ANSWERED), "还没有部门答复过。"),
    "returned": ("被退回（含下级）", lambda user: _staged(user, S.DECLINED, S.REFUSED), "没有被退回的转送。"),
}
RECEIVED = "received"
NEEDS = {"approve": (Right.APPROVE,), "read": (Right.APPROVE, Right.RECEIVE)}


def _staged(user: User, *stages: ReferralStage) -> Rows:
    return Referral.objects.visible_to(user).filter(stage__in=stages)


def the_referral(request: Request, pk: int) -> Referral:
    return get_object_or_404(Referral.objects.visible_to(request.user).with_page_parts(), pk=pk)


def _chosen(request: Request) -> tuple[str, list[Tab]]:
    user = request.user
    offered = [key for key in LISTS if any(user.paths(right) for right in NEEDS.get(key, (Right.VIEW,)))]
    if not offered:
        raise Forbidden("您的任职不包含查看案件，没有转送部门的事项。")
    waiting: dict[str, QuerySet[Any]] = {one: LISTS[one][1](user) for one in NEEDS if one in offered}
    labels = {one: LISTS[one][0] for one in offered}
    if user.paths(Right.VIEW):
        labels[RECEIVED] = "部门移来的线索（含下级）"
        waiting[RECEIVED] = AgencyClue.objects.awaiting(user)
    return chosen_list(request, labels, waiting)


@read_page
def referral_list(request: Request) -> HttpResponse:
    user = request.user
    key, tabs = _chosen(request)
    if key == RECEIVED:
        return received_list(request, tabs)
    found = LISTS[key][1](user).select_related(*PARTS).annotate(urgency=urgency_where(immediate("case__")))
    page = listed(found, request, PER_PAGE, NEWEST_FIRST if key == "answered" else URGENT_FIRST, SORTS)
    context: dict[str, Any] = {"tabs": tabs, "empty": LISTS[key][2], "page": page}
    return render(request, "arrears/referrals/referrals.html", context)


@post_action
def decline(request: Request, pk: int) -> HttpResponse:
    row, form = the_clue(request, pk), DeclineClueForm(request.POST, today=timezone.localdate())
    clues.check_may_answer(row, request.user)
    done, status = attempt(form, lambda data: clues.decline(row, data["answer"], request.user, timezone.now()))
    if done is None:
        return received_list(request, _chosen(request)[1], status, decline_form=form, declined=pk)
    messages.success(request, "已答复移送部门。")
    return redirect(row.get_absolute_url())


# ---- asking --------------------------------------------------------------------------------------------------------


@form_page
def refer(request: Request, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), request.user
    if not referrals.may_refer(case, user):
        raise Forbidden(f"案件{case.get_state_display()}，由“{case.handling_union.in_charge()}”承办，您不能提出转送。")
    kinds = kinds_for(case)
    asked = (request.POST if request.method == "POST" else request.GET).get("kind", "")
    kind = next((one for one in kinds if one.key == asked), kinds[0])
    form = _form(case, kind, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _ask(request, case, kind, form)
    if not form.is_valid():
        return _ask(request, case, kind, form, status=422)
    try:
        row = referrals.request(case, form.wanted(), user, timezone.now(), seen=seen_in(request.POST))
    except Stale as stale:
        return _ask(request, the_case(request, pk), kind, form, status=409, stale=stale.message)
    except Forbidden:
        raise
    except Refused as refusal:
        form.take(refusal.fields, refusal.message)
        return _ask(request, case, kind, form, status=refusal.status)
    forget(user, f"refer-{kind.key}:{pk}")
    messages.success(request, f"已提出“{row}”，等待“{row.sender}”的审批人审批后发出。")
    return redirect(row)


def _form(case: Case, kind: ReferralKindRule, data: Any) -> ReferForm:
    agencies = referrals.agencies_for(case, kind)
    first = agencies.first()
    return ReferForm(
        data,
        kind=kind,
        agencies=agencies,
        files=case.evidence.all(),
        today=timezone.localdate(),
        initial={"request": request_of(case, kind), "agency": first.pk if first else ""},
    )


def _ask(
    request: Request, case: Case, kind: ReferralKindRule, form: ReferForm, *, status: int = 200, stale: str = ""
) -> HttpResponse:
    context: dict[str, Any] = {
        "case": case,
        "kind": kind,
        "kinds": kinds_for(case),
        "basis": basis_of(case, kind, timezone.localdate()),
        "form": form,
        "stale": stale,
        "kept_as": f"refer-{kind.key}",
        "agencies": list(referrals.agencies_for(case, kind)),
        "additions": crime_threshold(case, kind),
        "lines": snapshot.report(case),
    }
    return render(request, "arrears/referrals/refer.html", context, status=status)


# ---- one referral --------------------------------------------------------------------------------------------------


class ReferralPage(ApprovalPage[Referral]):
    approvals = (referrals.approval,)
    further = {
        "accepted": FurtherStep(
            ReferralReceptionForm,
            lambda row, said, by, at: referrals.accept(row, by, at, opinion=said["opinion"], told_by=said["told_by"]),
            "已代录：对方接收。",
        ),
        "refused": FurtherStep(
            ReferralReceptionForm,
            lambda row, said, by, at: referrals.refuse(row, by, at, opinion=said["opinion"], told_by=said["told_by"]),
            "已代录：对方不予接收。",
            beside="accepted",
        ),
        "answered": FurtherStep(
            ReferralAnswerForm,
            lambda row, said, by, at: referrals.answer(
                row, said["result"], said["on"], said["text"], by, at, told_by=said["told_by"]
            ),
            "已代录部门答复。",
        ),
    }
    template = "arrears/referrals/referral.html"
    steps_at = "referral-{step}"

    @method_decorator(never_cache)
    def show(self, request: Request, pk: int) -> HttpResponse:
        return super().show(request, pk)

    def find(self, request: Request, pk: int) -> Referral:
        return the_referral(request, pk)

    def check_may(self, row: Referral, step: str, user: User) -> None:
        if step in self.further and not referrals.may_note(row, user):
            raise Forbidden(f"由“{row.sender.in_charge()}”的经办人代录部门的意见。")

    def form(self, step: str, row: Referral, data: Any = None, files: Any = None) -> PlainForm:
        today = timezone.localdate()
        if step == "answered":
            return ReferralAnswerForm(data, kind=KINDS[row.kind], noting=True, today=today, initial={"on": today})
        if step in self.further:
            return ReferralReceptionForm(data, noting=True, today=today)
        return super().form(step, row, data)

    def facts(self, row: Referral, user: User, now: datetime) -> dict[str, Any]:
        waiting, kind, notes = row.stage == S.REQUESTED, KINDS[row.kind], referrals.may_note(row, user)
        still_withdrawable = row.stage in (S.REQUESTED, S.SENT)
        return {
            "case": row.case,
            "kind": kind,
            "basis": basis_of(row.case, kind, day_of(row.requested_at)),
            "waiting": waiting,
            "may_withdraw": still_withdrawable and self.approvals[0].why_may_not_withdraw(row, user) is None,
            "may_note_word": row.stage == S.SENT and notes,
            "may_note_answer": row.stage in (S.ACCEPTED, S.ANSWERED) and notes,
            "may_read": referrals.may_read_above(row, user),
            "answers": [(one, kind.result(one.result)) for one in row.answers.select_related("by")],
            "papers": row.papers.select_related("evidence"),
            "liaisons": row.agency.liaisons.filter(until=None),
            "sees_case": Case.objects.visible_to(user).filter(pk=row.case_id).exists(),
            "again": row.stage in (S.DECLINED, S.REFUSED, S.WITHDRAWN) and referrals.may_refer(row.case, user),
        }

    def history(self, row: Referral) -> list[HistoryLine]:
        first = asked_and_decided(
            referrals.approval, row, row.sender, approved="批准并发出", declined="审批退回", opinion=True
        )
        return first + _history_at_agency(row)


def _history_at_agency(row: Referral) -> list[HistoryLine]:
    lines: list[HistoryLine] = []
    if row.stage == S.WITHDRAWN:
        lines.append(HistoryLine("已撤回", (row.reception,), "bad"))
    elif row.received_by and row.received_at:
        refused = row.stage == S.REFUSED
        noted = f"代录（{row.told_by}）" if row.told_by else ""
        said = (f"{row.agency} · {row.received_by.name}{noted}", moment(row.received_at), row.reception)
        lines.append(HistoryLine("不予接收" if refused else "接收", said, "bad" if refused else "done"))
    elif row.stage == S.SENT:
        lines.append(HistoryLine("待接收", (str(row.agency),), ""))
    if row.answered_at:
        lines.append(HistoryLine("答复", (moment(row.answered_at),)))
    elif row.stage == S.ACCEPTED:
        lines.append(HistoryLine("待答复", (str(row.agency),), ""))
    if row.passed_to:
        read = f"{row.read_by.name} {moment(row.read_at)} 阅知" if row.read_by and row.read_at else "待阅知"
        lines.append(HistoryLine("反馈上一级", (str(row.passed_to), read), "done" if row.read_at else ""))
    return lines


page = ReferralPage()


@post_action
def read(request: Request, pk: int) -> HttpResponse:
    row = the_referral(request, pk)
    referrals.read_above(row, request.user, timezone.now())
    messages.success(request, "已阅知行业主管部门的反馈。")
    return redirect(row)


@read_page
def paper(request: Request, pk: int, paper_pk: int) -> HttpResponse | FileResponse:
    row = the_referral(request, pk)
    return send_file(get_object_or_404(row.papers.select_related("evidence"), pk=paper_pk).evidence)
