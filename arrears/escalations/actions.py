"""Reporting a case up (上报): asked by one person, approved by another, received or returned above.

Immediate grounds (极端, 群体性, ≥50 人) tell every level at once, before the approval of the written report.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from arrears.cases import ledger, snapshot
from arrears.cases.models import Case, Involvement, State
from arrears.cases.models.case import UNFINISHED
from arrears.cases.route import line_above, next_level
from arrears.cases.second_person import barred_because
from arrears.cases.signals import case_changed
from arrears.escalations.grounds import Ground, open_to
from arrears.escalations.models import UNDER_WAY, Acknowledgement, Escalation, Stage
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right
from unions.tree import actions as tree


def senders(case: Case, user: User) -> list[Union]:
    """Units on whose behalf `user` may report this case up: the filing and the handling unit, and where it arrived."""
    received = case.escalations.filter(stage=Stage.RECEIVED).select_related("receiver")
    units = {unit.pk: unit for unit in [case.union, case.handling_union, *(row.receiver for row in received)]}
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
        raise Forbidden(f"您不能以「{sender}」的名义上报本案，或该单位已有上报。")
    sender = fresh[sender.pk]
    chosen = next((row for row in open_to(case, sender) if row.key == ground), None)
    if chosen is None:
        raise Refused(
            "所选上报依据与案件事实不符，请核对（如协商失败日期、人数、事件性质）。", {"ground": "请重新选择。"}
        )
    receiver = next_level(case, sender)
    if receiver is None:
        raise Refused(f"「{sender}」之上没有可上报的工会。")
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
        snapshot=snapshot.stored(lines),
        snapshot_hash=snapshot.seal(lines),
        requested_by=by,
        requested_at=at,
    )
    if chosen.immediate:
        open_acknowledgements(case, sender, chosen, at)
    _note(row, "escalate.request", by, at)
    return row


def open_acknowledgements(case: Case, sender: Union, ground: Ground, at: datetime) -> None:
    """One row per level above `sender`, each with its own clock; units outside the case's line may now read it."""
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
        _involve(case, unit, at)


def _involve(case: Case, unit: Union, at: datetime) -> None:
    if not case.path.startswith(unit.path):
        Involvement.objects.get_or_create(case=case, union=unit, defaults={"path": unit.path, "since": at})


def barred(row: Escalation, user: User, at: datetime) -> str | None:
    """Why `user` may not approve this report, or None."""
    if not user.may(Right.APPROVE, row.sender.in_charge()):
        return f"须由「{row.sender.in_charge()}」的审批人审批。"
    return barred_because(row.case, user, row.requested_by, day_of(at), day_of(row.requested_at))


def approve(row: Escalation, by: User, at: datetime, *, shown: str, opinion: str = "") -> Escalation:
    """The second person's yes, bound to the hash of what she was shown; 409 when the case has changed since, or when one of the
    two units acts for the other by now: then the request is ended, and this is said after it was written.
    """
    return _went_up(_approve(row, by, at, shown=shown, opinion=opinion))


@transaction.atomic
def _approve(row: Escalation, by: User, at: datetime, *, shown: str, opinion: str) -> Escalation:
    tree.hold_still()
    row = _locked(row, Stage.REQUESTED)
    if by.may(Right.APPROVE, row.sender.in_charge()) and (why := one_unit(row)):
        return _end(row, Stage.DECLINED, by, at, decided_by=by, decided_at=at, decision=why)
    if because := barred(row, by, at):
        raise Forbidden(because)
    if row.case.state not in UNFINISHED:
        raise Refused(f"案件{State(row.case.state).label}，不能再上报，请退回提出人。")
    lines = snapshot.report(row.case)
    if shown != snapshot.seal(lines):
        raise Stale("案件在您查看之后有了变动，请重新查看后审批。")
    _step(
        row,
        Stage.SENT,
        decided_by=by,
        decided_at=at,
        decision=opinion.strip(),
        snapshot=snapshot.stored(lines),
        snapshot_hash=shown,
    )
    _involve(row.case, row.receiver, at)
    _note(row, "escalate.approve", by, at)
    return row


def one_unit(row: Escalation) -> str | None:
    """Why the report goes nowhere (Chinese): since it was asked for, one of its ends was closed and the other acts for it."""
    unit = row.sender.in_charge()
    if unit != row.receiver.in_charge():
        return None
    closed = "、".join(f"「{end}」" for end in (row.sender, row.receiver) if end.is_closed)
    return f"{closed}已终止，由「{unit}」承接，上报单位和接收单位已是同一单位，不必再上报；案件由「{unit}」继续办理。"


def _end(row: Escalation, stage: Stage, by: User, at: datetime, **facts: object) -> Escalation:
    """Come to an end for a reason that lies with neither of the two."""
    _step(row, stage, **facts)
    _note(row, "escalate.end", by, at)
    return row


def _went_up(row: Escalation) -> Escalation:
    if row.stage in (Stage.DECLINED, Stage.RETURNED):
        raise Stale(f"这项上报已终止：{row.decision if row.stage == Stage.DECLINED else row.answer}")
    return row


@transaction.atomic
def decline(row: Escalation, by: User, at: datetime, *, opinion: str) -> Escalation:
    """The approver sends the request back to whoever asked."""
    row = _locked(row, Stage.REQUESTED)
    if not by.may(Right.APPROVE, row.sender.in_charge()):
        raise Forbidden(f"须由「{row.sender.in_charge()}」的审批人审批。")
    if not opinion.strip():
        raise Refused("请写明退回的原因，便于提出人修改。", {"opinion": "请写明原因。"})
    _step(row, Stage.DECLINED, decided_by=by, decided_at=at, decision=opinion.strip())
    _note(row, "escalate.decline", by, at)
    return row


@transaction.atomic
def withdraw(row: Escalation, by: User, at: datetime) -> Escalation:
    """Whoever asked takes the request back before it is decided."""
    row = _locked(row, Stage.REQUESTED)
    if by != row.requested_by:
        raise Forbidden("只有提出人可以撤回。")
    _step(row, Stage.WITHDRAWN, decided_at=at)
    _note(row, "escalate.withdraw", by, at)
    return row


def receive(row: Escalation, by: User, at: datetime, *, take_over: bool, answer: str = "") -> Escalation:
    """The level above receives; with `take_over` (提级办理) it handles the case from now on. 409, and the report ended, when the
    sender was closed meanwhile and the receiver acts for it.
    """
    return _went_up(_receive(row, by, at, take_over=take_over, answer=answer))


@transaction.atomic
def _receive(row: Escalation, by: User, at: datetime, *, take_over: bool, answer: str) -> Escalation:
    tree.hold_still()
    row = _locked(row, Stage.SENT)
    _check_receiver(row, by)
    if why := one_unit(row):
        _acknowledge(row.case, row.receiver, by, at)
        return _end(row, Stage.RETURNED, by, at, answered_by=by, answered_at=at, answer=why)
    if take_over and row.case.state == State.TRANSFERRING:
        raise Refused("案件正在转办，请等对方接收或转出单位撤回后再由本级办理。")
    _step(row, Stage.RECEIVED, answered_by=by, answered_at=at, answer=answer.strip(), taken_over=take_over)
    if take_over:
        Case.objects.filter(pk=row.case_id).update(handling_union=row.receiver.in_charge(), officer=by)
    _acknowledge(row.case, row.receiver, by, at)
    _note(row, "escalate.receive", by, at)
    return row


@transaction.atomic
def send_back(row: Escalation, by: User, at: datetime, *, answer: str) -> Escalation:
    """The level above returns the report with a reason; the sender mends it and asks again."""
    row = _locked(row, Stage.SENT)
    _check_receiver(row, by)
    if not answer.strip():
        raise Refused("请写明退回的原因，便于下级补正。", {"answer": "请写明原因。"})
    _step(row, Stage.RETURNED, answered_by=by, answered_at=at, answer=answer.strip())
    _note(row, "escalate.return", by, at)
    return row


@transaction.atomic
def acknowledge(row: Acknowledgement, by: User, at: datetime) -> None:
    """A level above says that it knows."""
    unit = row.union.in_charge()
    if not (by.may(Right.RECEIVE, unit) or by.may(Right.APPROVE, unit)):
        raise Forbidden(f"须由「{row.union}」的经办人或审批人确认知悉。")
    case = ledger.lock(row.case)
    if not _acknowledge(case, row.union, by, at):
        raise Stale("本级已确认知悉。")
    audit.record(case.stream, "acknowledge", by, at, union=row.union, opened_at=row.opened_at)
    case_changed.send(Case, case=case, verb="acknowledge", by=by, at=at)


def _acknowledge(case: Case, unit: Union, by: User, at: datetime) -> int:
    return Acknowledgement.objects.filter(case=case, union=unit, at=None).update(by=by, at=at)


def _check_receiver(row: Escalation, by: User) -> None:
    if not by.may(Right.RECEIVE, row.receiver.in_charge()):
        raise Forbidden(f"须由「{row.receiver}」的经办人接收。")


def _locked(row: Escalation, stage: Stage) -> Escalation:
    """The report and its case as they are now, held; Stale when the stage has moved on."""
    ledger.lock(row.case)
    row = (
        Escalation.objects.select_for_update(of=("self",))
        .select_related("case__employer", "case__project", "sender", "receiver", "requested_by")
        .get(pk=row.pk)
    )
    if row.stage != stage:
        raise Stale(f"这项上报现在是「{Stage(row.stage).label}」，可能已有人办理，请刷新页面。")
    return row


def _step(row: Escalation, stage: Stage, **facts: object) -> None:
    if Escalation.objects.filter(pk=row.pk, stage=row.stage).update(stage=stage, **facts) != 1:
        raise Stale("这项上报刚刚有人办理过，请刷新页面。")
    row.refresh_from_db()


def _note(row: Escalation, verb: str, by: User, at: datetime) -> None:
    """Into the case's chain. A report is no change of what the report says: only receipt moves the case's version."""
    Case.objects.filter(pk=row.case_id).update(version=F("version") + 1, changed_at=at)
    audit.record(
        row.case.stream,
        verb,
        by,
        at,
        union=row.receiver if row.answered_at else row.sender,
        escalation=row.pk,
        ground=row.ground,
        upon=row.ground_words,
        sender=row.sender_id,
        receiver=row.receiver_id,
        shown=row.snapshot_hash,
        reason=row.answer or row.decision or row.reason,
    )
    row.case.refresh_from_db()
    case_changed.send(Case, case=row.case, verb=verb, by=by, at=at)
