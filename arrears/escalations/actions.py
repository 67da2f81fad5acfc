"""Reporting a case up (上报): asked by one person, approved by another, received or returned above.

Immediate grounds (极端, 群体性, ≥50 人) tell every level at once, before the approval of the written report.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from arrears.cases import ledger, snapshot
from arrears.cases.models import UNFINISHED, Case, Involvement, State
from arrears.cases.route import line_above, next_level
from arrears.cases.second_person import CaseApproval, record_on_case
from arrears.cases.signals import case_changed
from arrears.escalations.grounds import EscalationGround, open_grounds
from arrears.escalations.models import AT_ONCE, UNDER_WAY, Acknowledgement, Escalation, Stage
from arrears.law.obligations.reading import who_must_report
from unions.approvals import ApprovalList, ExcludedPeople, FieldValues, ShownLine, Transition, seal_of, stored
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right
from unions.tree import actions as tree

TAKE_OVER = "escalate.take_over"  # the verb of a case taken over after its report was received


def senders(case: Case, user: User) -> list[Union]:
    """List the units on whose behalf `user` may report this case up.

    These are the filing and the handling unit, those that received a report, and those a notice wants the report of; each
    reports once.
    """
    received = case.escalations.filter(stage=Stage.RECEIVED).select_related("receiver")
    involved = [case.union, case.handling_union, *(row.receiver for row in received), *who_must_report(case)]
    units = {unit.pk: unit for unit in involved}
    may = [unit.in_charge() for unit in units.values() if user.may(Right.FILE, unit) or user.may(Right.HANDLE, unit)]
    busy = set(case.escalations.filter(stage__in=UNDER_WAY).values_list("sender_id", flat=True))
    done = set(case.escalations.filter(stage=Stage.RECEIVED).values_list("sender_id", flat=True))
    return [unit for unit in may if unit.pk not in busy | done]


@transaction.atomic
def request(case: Case, sender: Union, ground: str, reason: str, by: User, at: datetime, *, seen: int) -> Escalation:
    """Ask to report `case` up from `sender` on `ground`. An immediate ground informs every level at once."""
    tree.hold_still()  # before the case: a unit that moves holds the tree first and its cases then
    case = ledger.lock(case)
    if case.version != seen:
        raise Stale("您打开页面之后案件有了变动，请查看最新内容后再提出上报。")
    if case.state not in UNFINISHED or case.state == State.SETTLED:
        raise Refused(f"案件{State(case.state).label}，不能上报。")
    by.forget_grants()
    fresh = {unit.pk: unit for unit in senders(case, by)}
    if sender.pk not in fresh:
        raise Forbidden(f"您不能以“{sender}”的名义上报本案，或该单位已有上报。")
    sender = fresh[sender.pk]
    chosen = next((row for row in open_grounds(case, sender) if row.key == ground), None)
    if chosen is None:
        raise Refused(
            "所选上报依据与案件事实不符，请核对（如协商失败日期、人数、事件性质）。", {"ground": "请重新选择。"}
        )
    receiver = next_level(case, sender)
    if receiver is None:
        raise Refused(f"“{sender}”之上没有可上报的工会。")
    lines = snapshot.report(case)
    row = Escalation.objects.create(
        case=case,
        sender=sender,
        receiver=receiver,
        ground=chosen.key,
        ground_label=chosen.label,
        clause=chosen.clause,
        quotation=chosen.quotation,
        immediate=chosen.immediate,
        reason=reason.strip(),
        snapshot=stored(lines),
        snapshot_hash=seal_of(lines),
        requested_by=by,
        requested_at=at,
    )
    if chosen.immediate:
        open_acknowledgements(case, sender, chosen, at)
    approval.record(row, "escalate.request", by, at, row.reason)
    approval.tell_if_nobody(row, at)
    return row


def open_acknowledgements(case: Case, sender: Union, ground: EscalationGround, at: datetime) -> None:
    """Open one acknowledgement per level above `sender`; units outside the case's line may now read it."""
    line = line_above(case, sender)
    Acknowledgement.objects.bulk_create(
        [
            Acknowledgement(
                case=case, union=unit, ground=ground.key, ground_label=ground.label, clause=ground.clause, opened_at=at
            )
            for unit in line
        ],
        ignore_conflicts=True,
    )
    for unit in line:
        _let_read(case, unit, at)


def _let_read(case: Case, unit: Union, at: datetime) -> None:
    if not case.path.startswith(unit.path):
        Involvement.objects.get_or_create(case=case, union=unit, defaults={"path": unit.path, "since": at})


class EscalationApproval(CaseApproval[Escalation]):
    """A report upward: asked for by one person of the sender, approved by another."""

    model = Escalation
    listed = ApprovalList(
        "report",
        "上报",
        ("case__employer", "receiver", "requested_by"),
        "arrears/escalations/approval_row.html",
        full_list="escalations",
        query="list=approve",
        sections=("escalations",),
        case_field="case_id",
    )
    urgent = AT_ONCE
    unit = "sender"
    above = "decided_above"
    this = "这项上报"
    waits = Stage.REQUESTED
    approved = Transition(Stage.SENT, "escalate.approve", "批准上报", "已批准上报，等待上级接收。")
    declined = Transition(Stage.DECLINED, "escalate.decline", "退回提出人", "已退回提出人。")
    withdrawn = Transition(Stage.WITHDRAWN, "escalate.withdraw", "撤回", "已撤回上报申请。")
    parts = ("case__employer", "case__project", "sender", "receiver", "requested_by")
    kept = ("snapshot", "snapshot_hash")
    no_reason = "请写明退回的原因，便于提出人修改。"
    opinion_help = "退回时必填：写明要补正什么。"
    withdraw_hint = "撤回后可以修改案件，再重新提出。"

    def shown(self, row: Escalation, at: datetime) -> list[ShownLine]:
        return snapshot.report(row.case)

    def approve(self, row: Escalation, *, by: User, at: datetime, seal: str, opinion: str = "") -> Escalation:
        """Approve; but end the request where one of the two units acts for the other by now, and then raise Stale."""
        with transaction.atomic():
            held = self.hold(row, self.waits)
            why = why_one_unit(held)
            if why is None or self.lacks_right(held, by):
                return super().approve(row, by=by, at=at, seal=seal, opinion=opinion)
            self.end(held, Stage.DECLINED, why, by, at, decided_by=by, decided_at=at, decision=why)
        raise Stale(f"这项上报已终止：{why}")

    def before_approve(self, row: Escalation, by: User, at: datetime) -> FieldValues:
        if row.case.state not in UNFINISHED:
            raise Refused(f"案件{State(row.case.state).label}，不能再上报，请退回提出人。")
        _let_read(row.case, row.receiver, at)
        return {}

    def end(self, row: Escalation, stage: Stage, why: str, by: User, at: datetime, **facts: Any) -> None:
        """End a report for a reason that lies with neither of the two."""
        self.move(row, stage, **facts)
        self.record(row, "escalate.end", by, at, why)

    def record(self, row: Escalation, verb: str, by: User, at: datetime, reason: str) -> None:
        record_on_case(
            row.case,
            verb,
            by,
            at,
            row.receiver if row.answered_at else row.sender,
            escalation=row.pk,
            ground=row.ground,
            upon=row.ground_words,
            sender=row.sender_id,
            receiver=row.receiver_id,
            shown=row.snapshot_hash,
            reason=reason,
            **({"taken_over": True} if row.taken_over else {}),
            **({"decided_above": row.decided_above_id} if row.decided_above_id else {}),
        )


def why_one_unit(row: Escalation) -> str | None:
    """Say (Chinese) why sender and receiver are one unit by now, or None.

    Since the report was asked for one of them was closed and the other acts for it.
    """
    unit = row.sender.in_charge()
    if unit != row.receiver.in_charge():
        return None
    closed = "、".join(f"“{end}”" for end in (row.sender, row.receiver) if end.is_closed)
    return f"{closed}已终止，由“{unit}”承接，上报单位和接收单位已是同一单位，无需再上报；案件由“{unit}”继续办理。"


approval = EscalationApproval()
approve, decline, withdraw = approval.approve, approval.decline, approval.withdraw


def receive(row: Escalation, *, by: User, at: datetime, take_over: bool, opinion: str = "") -> Escalation:
    """Receive a report at the level above; with `take_over` (提级办理) it handles the case from now on.

    Where the sender was closed meanwhile and the receiver acts for it, the report ends and Stale is raised.
    """
    with transaction.atomic():
        row = approval.hold(row, Stage.SENT)
        _check_receiver(row, by)
        _acknowledge(row.case, row.receiver, by, at)
        answered = {"answered_by": by, "answered_at": at}
        why = why_one_unit(row)
        if why is None:
            if take_over:
                _take_over(row, by)
            approval.move(row, Stage.RECEIVED, **answered, answer=opinion.strip(), taken_over=take_over)
            approval.record(row, "escalate.receive", by, at, row.answer)
            return row
        approval.end(row, Stage.RETURNED, why, by, at, **answered, answer=why)
    raise Stale(f"这项上报已终止：{why}")


@transaction.atomic
def take_over(row: Escalation, *, by: User, at: datetime, reason: str) -> Escalation:
    """Handle the case at the receiver (提级办理) though its report was received as the lower unit's: who received it wrongly, or
    sees later that it is not solved below, sets it right.
    """
    row = approval.hold(row, Stage.RECEIVED)
    _check_receiver(row, by)
    if is_handled_above(row):
        raise Stale(f"本案已由“{row.receiver.in_charge()}”承办，请刷新页面。")
    if row.case.state not in UNFINISHED or row.case.state == State.SETTLED:
        raise Refused(f"案件{State(row.case.state).label}，不能改由本级办理。")
    if not reason.strip():
        raise Refused.for_field("reason", "请写明改由本级办理的原因。")
    _take_over(row, by)
    approval.move(row, Stage.RECEIVED, taken_over=True)
    approval.record(row, TAKE_OVER, by, at, reason.strip())
    return row


def is_handled_above(row: Escalation) -> bool:
    """Whether the receiver of the report handles the case by now."""
    return row.case.handling_union.in_charge() == row.receiver.in_charge()


def _take_over(row: Escalation, by: User) -> None:
    if row.case.state == State.TRANSFERRING:
        raise Refused("案件正在转办，请等对方接收或转出单位撤回后再由本级办理。")
    Case.objects.filter(pk=row.case_id).update(handling_union=row.receiver.in_charge(), officer=by)


@transaction.atomic
def send_back(row: Escalation, *, by: User, at: datetime, opinion: str) -> Escalation:
    """Return the report to the sender with a reason; it may be asked for again."""
    row = approval.hold(row, Stage.SENT)
    _check_receiver(row, by)
    if not opinion.strip():
        raise Refused("请写明退回的原因，便于下级补正。", {"opinion": "请写明原因。"})
    approval.move(row, Stage.RETURNED, answered_by=by, answered_at=at, answer=opinion.strip())
    approval.record(row, "escalate.return", by, at, row.answer)
    return row


@transaction.atomic
def acknowledge(row: Acknowledgement, by: User, at: datetime) -> None:
    """Record that a level above knows of the case (确认知悉)."""
    unit = row.union.in_charge()
    if not (by.may(Right.RECEIVE, unit) or by.may(Right.APPROVE, unit)):
        raise Forbidden(f"须由“{row.union}”的经办人或审批人确认知悉。")
    case = ledger.lock(row.case)
    if not _acknowledge(case, row.union, by, at):
        raise Stale("本级已确认知悉。")
    audit.record(case.stream, "acknowledge", by, at, union=row.union, opened_at=row.opened_at)
    case_changed.send(Case, case=case, verb="acknowledge", by=by, at=at)


def _acknowledge(case: Case, unit: Union, by: User, at: datetime) -> int:
    return Acknowledgement.objects.filter(case=case, union=unit, at=None).update(by=by, at=at)


def _check_receiver(row: Escalation, by: User) -> None:
    if because := why_may_not_receive(row, by):
        raise Forbidden(because)


def why_may_not_receive(row: Escalation, user: User) -> str | None:
    """Say (Chinese) why `user` may not receive or return the report, or None."""
    if not user.may(Right.RECEIVE, row.receiver.in_charge()):
        return f"须由“{row.receiver}”的经办人接收。"
    if row.decided_above_id is None:
        return None
    decided = ExcludedPeople({"您已代下级审批本件上报": [row.decided_by_id]}, "审批人", row.decided_at)
    return decided.why_excluded(user, timezone.localdate(), "接收或退回")
