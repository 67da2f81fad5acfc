"""Pages of reports upward: the list, one report with its decisions, and asking for one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.cases import ledger, snapshot
from arrears.cases.models import UNFINISHED, Case, State
from arrears.cases.pages import case_page
from arrears.cases.second_person import case_events
from arrears.cases.views.found import the_case
from arrears.escalations import actions as escalations
from arrears.escalations.forms import HERE, ReceiveForm, TakeOverForm
from arrears.escalations.models import AT_ONCE, Acknowledgement, Escalation, Stage
from arrears.escalations.tab import escalate_parts
from unions.approval_page import ApprovalPage, FurtherStep, HistoryLine, asked_and_decided
from unions.approvals import changes
from unions.common.features import provided
from unions.common.form_fields import seen_in
from unions.common.formats import moment
from unions.common.keyset import NEWEST_FIRST
from unions.common.refusals import Forbidden, Refused, Stale
from unions.common.text import row_keys
from unions.common.urgency import URGENT_FIRST, urgency_where
from unions.http import Request, post_action, read_page
from unions.listing import listed
from unions.models import User
from unions.pages import chosen_list
from unions.people.rights import Right

PER_PAGE = 50
SORTS = {"用人单位": "case__employer__name", "进度": "stage", "提出": "requested_at"}
PARTS = ("case__employer", "sender", "receiver", "requested_by", "decided_by", "answered_by", "decided_above")
Rows = QuerySet[Escalation]


# ---- lists ------------------------------------------------------------------------------------------------------

# Key → label, which rows, what an empty list means.
LISTS: dict[str, tuple[str, Callable[[User], Rows], str]] = {
    "approve": ("待我审批", escalations.approval.awaiting, "没有待您审批的上报。"),
    "receive": ("待我接收", lambda user: Escalation.objects.awaiting_receipt_by(user), "没有待您接收的上报。"),
    "sent": ("已上报（含下级）", lambda user: _staged(user, Stage.SENT, Stage.RECEIVED), "还没有上报过案件。"),
    "asked": ("待审批（含下级）", lambda user: _staged(user, Stage.REQUESTED), "没有正在审批的上报。"),
    "returned": ("被退回（含下级）", lambda user: _staged(user, Stage.DECLINED, Stage.RETURNED), "没有被退回的上报。"),
}
NEEDS = {"approve": Right.APPROVE, "receive": Right.RECEIVE}  # what waits for the reader herself


def _find_escalation(request: Request, pk: int) -> Escalation:
    rows = Escalation.objects.visible_to(request.user).select_related(
        "case__employer",
        "case__project",
        "case__union__parent",
        "case__handling_union__parent",
        "case__officer",
        "sender__parent",
        "receiver__parent",
        "requested_by",
        "decided_by",
        "decided_above",
        "answered_by",
    )
    return get_object_or_404(rows, pk=pk)


def _staged(user: User, *stages: Stage) -> Rows:
    return Escalation.objects.visible_to(user).filter(stage__in=stages)


def _offered(user: User) -> list[str]:
    """List the tabs of use to this reader."""
    return [key for key in LISTS if key not in NEEDS or user.paths(NEEDS[key])]


@read_page
def escalation_list(request: Request) -> HttpResponse:
    user = request.user
    offered = _offered(user)
    waiting = {one: LISTS[one][1](user) for one in NEEDS if one in offered}
    key, tabs = chosen_list(request, {one: LISTS[one][0] for one in offered}, waiting)
    found = LISTS[key][1](user).select_related(*PARTS).annotate(urgency=urgency_where(AT_ONCE))
    page = listed(found, request, PER_PAGE, NEWEST_FIRST if key == "sent" else URGENT_FIRST, SORTS)
    balances = ledger.balances(row.case_id for row in page.rows)
    context: dict[str, Any] = {
        "tabs": tabs,
        "key": key,
        "empty": LISTS[key][2],
        "page": page,
        "rows": [(row, balances[row.case_id]) for row in page.rows],
    }
    return render(request, "arrears/escalations/escalations.html", context)


# ---- one report ------------------------------------------------------------------------------------------------


class EscalationPage(ApprovalPage[Escalation]):
    approvals = (escalations.approval,)
    further = {
        "receive": FurtherStep(
            ReceiveForm,
            lambda row, said, by, at: escalations.receive(
                row, by=by, at=at, take_over=said["handled_by"] == HERE, opinion=said["opinion"]
            ),
            lambda row, said: _received(row, said["handled_by"] == HERE),
        ),
        "return": FurtherStep(
            partial(ReceiveForm, returning=True),
            lambda row, said, by, at: escalations.send_back(row, by=by, at=at, opinion=said["opinion"]),
            "已退回下级补正。",
            beside="receive",
        ),
        "take_over": FurtherStep(
            TakeOverForm,
            lambda row, said, by, at: escalations.take_over(row, by=by, at=at, reason=said["reason"]),
            lambda row, said: f"已改由“{row.receiver.in_charge()}”办理，您为经办人。",
        ),
    }
    template = "arrears/escalations/escalation.html"
    steps_at = "escalation-{step}"

    def find(self, request: Request, pk: int) -> Escalation:
        return _find_escalation(request, pk)

    def check_may(self, row: Escalation, step: str, user: User) -> None:
        if step in self.further and (because := escalations.why_may_not_receive(row, user)):
            raise Forbidden(because)

    def facts(self, row: Escalation, user: User, now: datetime) -> dict[str, Any]:
        waiting, sent = row.stage == Stage.REQUESTED, row.stage == Stage.SENT
        since_approved = {"changes": changes(row.snapshot, snapshot.report(row.case))} if sent else {}
        return since_approved | {
            "case": row.case,
            "waiting": waiting,
            "lacking": snapshot.lacking(row.case) if waiting or sent else [],
            "may_receive": sent and escalations.why_may_not_receive(row, user) is None,
            "may_take_over": _may_take_over(row, user),
            "differences": _contradictions(row.case) if waiting else [],
            "evidence_count": row.case.evidence.count(),
            "answers": _may_ask_again(row, user),
            "sees_case": Case.objects.visible_to(user).filter(pk=row.case_id).exists(),
        }

    def history(self, row: Escalation) -> list[HistoryLine]:
        lines = asked_and_decided(escalations.approval, row, row.sender, declined="审批退回", opinion=True)
        if row.answered_by and row.answered_at:
            back = row.stage == Stage.RETURNED
            later = case_events(row.case, [escalations.TAKE_OVER], escalation=row.pk).select_related("by").last()
            here = row.taken_over and later is None
            what = "上级退回" if back else "接收，由本级承办" if here else "接收，仍由下级办理"
            said = (f"{row.answered_by.name} · {row.receiver}", moment(row.answered_at), row.answer)
            lines.append(HistoryLine(what, said, "bad" if back else "done"))
            if later is not None and later.by is not None:
                words = (f"{later.by.name} · {row.receiver}", moment(later.at), later.data["reason"])
                lines.append(HistoryLine("改由本级办理", words))
        elif not row.decided_at or row.stage == Stage.SENT:
            lines.append(HistoryLine("待接收", (str(row.receiver),), ""))
        return lines


def _received(row: Escalation, here: bool) -> str:
    """What the receiver reads: who handles the case from now on."""
    if here:
        return f"已接收上报，由“{row.receiver.in_charge()}”办理，您为经办人。"
    handling = row.case.handling_union.in_charge()
    return f"已接收上报，仍由“{handling}”办理；需要提级的，可在上报页面改由本级办理。"


def _may_take_over(row: Escalation, user: User) -> bool:
    """Whether the case of a received report may still be handled by the receiver instead."""
    open_case = row.case.state in UNFINISHED and row.case.state not in (State.SETTLED, State.TRANSFERRING)
    received = row.stage == Stage.RECEIVED and open_case and not escalations.is_handled_above(row)
    return received and escalations.why_may_not_receive(row, user) is None


def _may_ask_again(row: Escalation, user: User) -> bool:
    """Whether the report came back and the reader may ask for it again."""
    back = row.stage in (Stage.DECLINED, Stage.RETURNED)
    return back and any(unit.pk == row.sender_id for unit in escalations.senders(row.case, user))


page = EscalationPage()


# ---- asking -----------------------------------------------------------------------------------------------------


@post_action
def escalate(request: Request, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), request.user
    if not (user.paths(Right.FILE) or user.paths(Right.HANDLE)):
        raise Forbidden("您的任职不包含提出上报。")
    parts = escalate_parts(case, user, request.POST)
    form = parts.get("escalate_form")
    if not parts["senders"] or form is None:
        raise Stale("本案现在不能由您提出上报：可能已经提出，或案件已有变动，请回到案件查看。")
    if not form.is_valid():
        return case_page(request, case, "escalations", status=422, **parts)
    said = form.cleaned_data
    try:
        row = escalations.request(
            case,
            form.senders[said["sender"]],
            said["ground"],
            said["reason"],
            user,
            timezone.now(),
            seen=seen_in(request.POST),
        )
    except Stale as stale:
        case = the_case(request, pk)
        return case_page(request, case, "escalations", status=409, stale=stale.message, escalate_form=form)
    except Forbidden:
        raise
    except Refused as refusal:
        form.take(refusal.fields, refusal.message)
        return case_page(request, case, "escalations", status=refusal.status, **parts)
    messages.success(request, f"已提出上报“{row.receiver}”，等待“{row.sender}”的审批人审批。")
    if row.immediate:
        messages.warning(request, "属即时上报：已同时通知上级各级工会，各级从现在起计时确认知悉。")
    return redirect(case.section_url("escalations"))


@post_action
def acknowledge(request: Request, pk: int) -> HttpResponse:
    user = request.user
    known = Acknowledgement.objects.filter(case__in=Case.objects.visible_to(user)).select_related(
        "case", "union__parent"
    )
    row = get_object_or_404(known, pk=pk)
    escalations.acknowledge(row, user, timezone.now())
    messages.success(request, f"“{row.union}”已确认知悉。")
    return redirect(row.case.section_url("escalations"))


@post_action
def acknowledge_several(request: Request) -> HttpResponse:
    """Those of the desk that were ticked, one by one: what is refused stays, each with its sentence."""
    user, now = request.user, timezone.now()
    if not (user.paths(Right.RECEIVE) or user.paths(Right.APPROVE)):
        raise Forbidden("您的任职不包含确认知悉。")
    chosen = row_keys(request.POST.getlist("pk"))
    known = Acknowledgement.objects.filter(case__in=Case.objects.visible_to(user), pk__in=chosen)
    rows = list(known.select_related("case__employer", "union__parent"))
    if not rows:
        raise Refused("请先勾选要确认知悉的案件。")
    done = []
    for row in rows:
        named = f"{row.case} {row.case.employer.name}"
        try:
            escalations.acknowledge(row, user, now)
            done.append(named)
        except Refused as refusal:
            messages.warning(request, f"{named}没有确认：{refusal.message}")
    if done:
        messages.success(request, f"已确认知悉 {len(done)} 件：{'、'.join(done)}。")
    return redirect("desk")


def _contradictions(case: Case) -> list[Any]:
    """List where worker lists say otherwise than the ledger (provided as "ledger contradictions")."""
    balance = ledger.balance(case)
    return [one for contradictions in provided("ledger contradictions") for one in contradictions(case, balance)]
