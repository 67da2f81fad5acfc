"""Verbs of referrals (转送): asked by one person, approved by another, accepted or refused, answered.

What the department reads is frozen when it is approved. It has accounts of its own (协作部门人员); where it answers by
telephone or on paper, a colleague notes the answer (代录) and who gave it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from arrears.cases import acts, ledger, snapshot
from arrears.cases.evidence import sha256_of, store_evidence
from arrears.cases.models import UNFINISHED, Act, Case, Evidence, Series
from arrears.cases.second_person import CaseApproval, record_on_case
from arrears.cases.signals import case_changed
from arrears.referrals.kinds import KINDS, ReferralKindRule, basis_of, kinds_for, level_above
from arrears.referrals.models import Referral, ReferralAnswer, ReferralPaper, ReferralStage
from arrears.referrals.reminding import remind_of_step
from arrears.referrals.terms import crime_threshold, keep_referrals
from unions.approvals import ApprovalList, FieldValues, ShownLine, Transition, seal_of, stored
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Agency, Union, User
from unions.people.rights import Right

S = ReferralStage


@dataclass(frozen=True)
class ReferralRequest:
    """A referral as asked for.

    `materials`: of the list of the kind; `files`: ids of evidence of the case.
    """

    kind: ReferralKindRule
    agency: Agency
    request: str
    materials: tuple[str, ...] = ()
    files: tuple[int, ...] = ()


# ---- who may -------------------------------------------------------------------------------------------------------


def may_refer(case: Case, user: User) -> bool:
    """Whether `user` may ask to put something of `case` to a department now."""
    return bool(kinds_for(case)) and acts.may_act(case, user)


def agencies_for(case: Case, kind: ReferralKindRule) -> QuerySet[Agency]:
    """List departments of the right kind at the level of the handling unit, then above it."""
    return Agency.objects.at_hand(case.handling_union.in_charge()).filter(kind__in=kind.to)


def is_of_agency(row: Referral, user: User, day: date) -> bool:
    """Whether `user` is one of the department's people on `day`."""
    return Agency.objects.of(user, day).filter(pk=row.agency_id).exists()


def may_note(row: Referral, user: User) -> bool:
    """Whether `user` may note what the department said: officers of the sender and of the handling unit."""
    units = {row.sender.in_charge(), row.case.handling_union.in_charge()}
    return any(user.may(Right.HANDLE, unit) for unit in units)


def _check_agency_side(row: Referral, by: User, at: datetime, told_by: str) -> str:
    """Return who told it: "" for the department itself, else the name a colleague gives."""
    if is_of_agency(row, by, day_of(at)):
        return ""
    if not may_note(row, by):
        raise Forbidden(f"由“{row.agency}”的人员办理，或由“{row.sender.in_charge()}”的经办人代录。")
    if not told_by.strip():
        raise Refused("代录须写明是对方谁告知的（姓名、职务或来文文号）。", {"told_by": "请写明对方告知人。"})
    return told_by.strip()


# ---- asking and deciding -------------------------------------------------------------------------------------------


@transaction.atomic
def request(case: Case, wanted: ReferralRequest, by: User, at: datetime, *, seen: int) -> Referral:
    """Ask to put a matter of `case` to a department."""
    case = ledger.lock(case)
    if case.version != seen:
        raise Stale("您打开页面之后案件有了变动（也可能是重复提交），请查看最新内容后再提出。")
    if not may_refer(case, by):
        raise Forbidden(f"本案由“{case.handling_union}”承办，您现在不能提出转送。")
    _check_wanted(case, wanted)
    row = Referral(
        case=case,
        agency=wanted.agency,
        sender=case.handling_union.in_charge(),
        kind=wanted.kind.key,
        request=wanted.request.strip(),
        materials=list(wanted.materials),
        requested_by=by,
        requested_at=at,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Refused(f"“{wanted.kind.label}”给“{wanted.agency}”的事项已在审批或等待接收，无需重复提出。") from None
    files = Evidence.objects.filter(case=case, pk__in=wanted.files)
    ReferralPaper.objects.bulk_create(ReferralPaper(referral=row, evidence=one) for one in files)
    lines = approval.shown(row, at)
    row.snapshot, row.snapshot_hash = stored(lines), seal_of(lines)
    row.save(update_fields=["snapshot", "snapshot_hash"])
    approval.record(row, "referral.request", by, at, row.request)
    approval.tell_if_nobody(row, at)
    return row


def _check_wanted(case: Case, wanted: ReferralRequest) -> None:
    kind = wanted.kind
    if kind not in kinds_for(case):
        raise Refused("案件现在不能这样转送：线索须先查实立案。", {"kind": "请选择别的事项。"})
    if not agencies_for(case, kind).filter(pk=wanted.agency.pk).exists():
        raise Refused("请从列表中选择收件部门。", {"agency": "请重新选择。"})
    if not wanted.request.strip():
        raise Refused.for_field("request", "请写明事由和请求。")
    if lacking := sorted(kind.must - set(wanted.materials)):
        sentence = f"“{kind.label}”必须随附：{'、'.join(lacking)}。"
        raise Refused(sentence, {"materials": sentence})


class ReferralApproval(CaseApproval[Referral]):
    """A matter goes to a department: what it reads is frozen when it is approved."""

    model = Referral
    listed = ApprovalList(
        "referral",
        "转送部门",
        ("case__employer", "agency", "requested_by"),
        "arrears/referrals/approval_row.html",
        full_list="referrals",
        query="list=approve",
        sections=("referrals",),
    )
    unit = "sender"
    this = "这项转送"
    waits = S.REQUESTED
    approved = Transition(S.SENT, "referral.send", "批准并发出", "已批准并发出，等待对方接收。", step="approve")
    declined = Transition(S.DECLINED, "referral.decline", "退回提出人", "已退回提出人。")
    withdrawn = Transition(S.WITHDRAWN, "referral.withdraw", "撤回", "已撤回。")
    withdrawn_in = (S.SENT,)
    parts = ("case__employer", "case__project", "agency", "sender__parent", "requested_by", "passed_to")
    kept = ("snapshot", "snapshot_hash")
    no_reason = "请写明退回的原因，便于提出人修改。"
    opinion_help = "退回时必填：写明要补正什么。"
    not_the_asker = "审批之前只有提出人可以撤回。"

    def shown(self, row: Referral, at: datetime) -> list[ShownLine]:
        """List what the department is given to read: the matter, the papers, the 欠薪报告."""
        kind = KINDS[row.kind]
        basis = basis_of(row.case, kind, day_of(row.requested_at))
        papers = [paper.evidence for paper in row.papers.filter(from_agency=False).select_related("evidence")]
        return [
            ShownLine("事项", kind.label),
            *([ShownLine("依据", basis.cited)] if basis else []),
            ShownLine("收件部门", row.agency.name),
            ShownLine("发出单位", row.sender.name),
            ShownLine("案件编号", row.case.number or "—"),
            ShownLine("事由和请求", row.request),
            *([ShownLine("材料清单", "；".join(row.materials) or "无")] if kind.materials else []),
            ShownLine("随附文件", "；".join(f"{one.name}（SHA-256 {one.sha256[:16]}…）" for one in papers) or "无"),
            *crime_threshold(row.case, kind),
            *snapshot.report(row.case),
        ]

    def before_approve(self, row: Referral, by: User, at: datetime) -> FieldValues:
        if row.case.state not in UNFINISHED:
            raise Refused("案件已经办结，不能再转送，请退回提出人。")
        if row.agency.ended_on:
            raise Refused(f"“{row.agency}”已停用，请退回提出人另选部门。")
        row.number = _number(row, at)
        _record_act(row, "sent", row.requested_by, day_of(at), at)
        return {"number": row.number}

    def why_may_not_withdraw(self, row: Referral, user: User) -> str | None:
        """Before the approval whoever asked; until it is accepted the sender's officers."""
        if row.stage == S.REQUESTED:
            return super().why_may_not_withdraw(row, user)
        return None if may_note(row, user) else f"须由“{row.sender.in_charge()}”的经办人撤回。"

    def before_withdraw(self, row: Referral, by: User, at: datetime, opinion: str) -> FieldValues:
        if row.stage == S.SENT and not opinion:
            raise Refused("已经发出的，撤回须写明原因。", {"opinion": "请写明原因。"})
        return {"received_by": by, "received_at": at, "reception": opinion}

    def record(self, row: Referral, verb: str, by: User, at: datetime, reason: str) -> None:
        _write_event(row, verb, by, at, row.sender, reason=reason)


def _number(row: Referral, at: datetime) -> str:
    year = day_of(at).year
    (serial,) = Series.take(f"referral:{row.sender_id}", year)
    return f"{row.sender.code}-ZS{year}-{serial:04d}"


approval = ReferralApproval()
approve, decline, withdraw = approval.approve, approval.decline, approval.withdraw


# ---- the department ------------------------------------------------------------------------------------------------


@transaction.atomic
def accept(row: Referral, by: User, at: datetime, *, opinion: str = "", told_by: str = "") -> Referral:
    """Record that the department accepts. `told_by`: who said so, where a colleague notes it."""
    row = approval.hold(row, S.SENT)
    told_by = _check_agency_side(row, by, at, told_by)
    approval.move(row, S.ACCEPTED, received_by=by, received_at=at, reception=opinion.strip(), told_by=told_by)
    _record_act(row, "accepted", by, day_of(at), at)
    _write_event(row, "referral.accept", by, at, None, reason=row.reception, told_by=told_by)
    return row


@transaction.atomic
def refuse(row: Referral, by: User, at: datetime, *, opinion: str, told_by: str = "") -> Referral:
    """Record that the department refuses, with its reason; the matter stays with the sender."""
    row = approval.hold(row, S.SENT)
    told_by = _check_agency_side(row, by, at, told_by)
    if not opinion.strip():
        raise Refused("请写明不予接收的原因。", {"opinion": "请写明原因。"})
    approval.move(row, S.REFUSED, received_by=by, received_at=at, reception=opinion.strip(), told_by=told_by)
    _write_event(row, "referral.refuse", by, at, None, reason=row.reception, told_by=told_by)
    return row


@transaction.atomic
def answer(
    row: Referral, result: str, on: date, text: str, by: User, at: datetime, *, told_by: str = ""
) -> ReferralAnswer:
    """Record an answer of the department. The first ends its term; more may follow."""
    row = approval.hold(row, S.ACCEPTED, S.ANSWERED)
    told_by = _check_agency_side(row, by, at, told_by)
    kind = KINDS[row.kind]
    if result not in kind.results:
        raise Refused("请从清单中选择结果。", {"result": "请选择结果。"})
    if on > day_of(at):
        raise Refused.for_field("on", "日期不能晚于今天。")
    if not text.strip():
        raise Refused.for_field("text", "请写明答复内容。")
    first_of_its_kind = not row.answers.filter(result=result).exists()
    given = ReferralAnswer.objects.create(
        referral=row, result=result, on=on, text=text.strip(), told_by=told_by, by=by, at=at
    )
    approval.move(row, S.ANSWERED, answered_at=row.answered_at or at, **_fields_passed_up(row, kind, day_of(at)))
    if first_of_its_kind:
        _record_act(row, result, by, on, at)
    _write_event(row, "referral.answer", by, at, None, reason=f"{kind.result(result)}：{given.text}", told_by=told_by)
    return given


def _fields_passed_up(row: Referral, kind: ReferralKindRule, on: date) -> dict[str, object]:
    """Return the fields that pass an industry authority's answer to the level above, unread, where a notice asks for it."""
    above = level_above(kind, row.sender, on)
    return {"passed_to": above, "read_by": None, "read_at": None} if above else {}


@transaction.atomic
def attach(row: Referral, upload: UploadedFile, note: str, by: User, at: datetime) -> ReferralPaper:
    """Add a file of the department, kept with the evidence of the case."""
    row = approval.hold(row, S.ACCEPTED, S.ANSWERED)
    if not (is_of_agency(row, by, day_of(at)) or may_note(row, by)):
        raise Forbidden(f"由“{row.agency}”的人员上传。")
    evidence = row.case.evidence.filter(sha256=sha256_of(upload)).first()
    if evidence is None:
        evidence = store_evidence(row.case, upload, f"{row.agency.name}：{note.strip()}"[:200], by, at)
    paper, new = ReferralPaper.objects.get_or_create(referral=row, evidence=evidence, defaults={"from_agency": True})
    if not new:
        raise Refused(f"这份文件已在材料中（{evidence.name}），无需重复上传。")
    _keep_in_step(row, "referral.attach", by, at)
    return paper


@transaction.atomic
def read_above(row: Referral, by: User, at: datetime) -> None:
    """Record that the level above has read the industry authority's answer (YK-1.3)."""
    row = approval.hold(row, S.ANSWERED)
    if row.passed_to is None or not _may_read_above(row, by):
        raise Forbidden("由上一级工会的经办人或审批人阅知。")
    if row.read_at is not None:
        raise Stale("本级已经阅知。")
    Referral.objects.filter(pk=row.pk).update(read_by=by, read_at=at)
    _write_event(row, "referral.read", by, at, row.passed_to)


def _may_read_above(row: Referral, user: User) -> bool:
    unit = row.passed_to.in_charge() if row.passed_to else None
    return unit is not None and (user.may(Right.RECEIVE, unit) or user.may(Right.APPROVE, unit))


def may_read_above(row: Referral, user: User) -> bool:
    """Whether an answer passed up waits to be read by `user`."""
    return row.read_at is None and _may_read_above(row, user)


# ---- shared --------------------------------------------------------------------------------------------------------


def _record_act(row: Referral, when: str, by: User, on: date, at: datetime) -> None:
    """Write the act on the case that the referral amounts to: the tables count acts. What an enterprise union sends to a department
    that is not of its level tells nobody on behalf of the union whose duty that is.
    """
    moment = KINDS[row.kind].records
    if moment is None or moment.when != when or not acts.is_able(moment.act, row.sender):
        return
    act = Act.objects.create(
        case=row.case, kind=moment.act, on=on, detail=f"{row}，{row.number}", union=row.sender, by=by, at=at
    )
    audit.record(row.case.stream, f"act.{moment.act}", by, at, union=row.sender, act=act.pk, on=on, outcome=act.outcome)


def _write_event(row: Referral, verb: str, by: User, at: datetime, unit: Union | None, **more: str) -> None:
    """Write an event into the chain of the case.

    What the department does (no `unit`) leaves the version of the case alone: whoever is typing goes on.
    """
    data: dict[str, Any] = {
        "referral": row.pk,
        "kind": row.kind,
        "agency": row.agency_id,
        "shown": row.snapshot_hash,
        **more,
    }
    if unit is not None:
        record_on_case(row.case, verb, by, at, unit, **data)
    else:
        audit.record(row.case.stream, verb, by, at, **data)
        case_changed.send(Case, case=row.case, verb=verb, by=by, at=at)
    _keep_in_step(row, verb, by, at)


def _keep_in_step(row: Referral, verb: str, by: User, at: datetime) -> None:
    """Derive the terms of the referral again and remind of the step, in its transaction."""
    if row.number is not None:
        keep_referrals([row.pk], at)
    remind_of_step(row, verb, by, at)
