"""Verbs of legal proceedings, from the application to the result (QD-6.1, QD-6.3, SD-2.3d).

Each beginning and each result is an act of the case as well; the dates between start and end the terms of the law.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F

from arrears.cases import acts, ledger
from arrears.cases.models import Act, ActKind, Case, EntryKind, Outcome, State
from arrears.law.legal_numbers import with_terms_later
from arrears.legal.models import Proceeding, ProceedingKind, ProceedingPayment, ProceedingStage
from arrears.legal.terms import keep_proceedings
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import User

K = ProceedingKind
NOT_AFTER_TODAY = "日期不能晚于今天。"
BRING_MONEY = frozenset({K.ENFORCEMENT, K.SUPPORT, K.LITIGATION})  # SD-2.3g: followed to the money
WITH_MONEY = frozenset({"paid", "partly"})  # results of an enforcement that say that some came
EXTENDABLE = frozenset({K.ARBITRATION})  # 第四十三条: 案情复杂，延长不超过十五日
SERVED = frozenset({K.PAYMENT_ORDER})  # 《民事诉讼法》督促程序: 自收到支付令之日起
AWARDED = frozenset({K.ARBITRATION})  # 第四十八条、第五十条: 自收到仲裁裁决书之日起


@dataclass(frozen=True)
class Result:
    """One way a proceeding can end.

    `plan`: basis of a repayment plan it gives; `then`: what the worker may turn to next.
    """

    label: str
    outcome: Outcome
    plan: str = ""
    then: tuple[ProceedingKind, ...] = field(default=())


RESULTS: dict[ProceedingKind, dict[str, Result]] = {
    K.MEDIATION: {
        "agreed": Result("达成调解协议", Outcome.AGREED, "mediation", (K.CONFIRMATION,)),
        "failed": Result("未达成协议", Outcome.FAILED, "", (K.ARBITRATION,)),
        "expired": Result(with_terms_later("期满未达成协议（{mediation}）"), Outcome.FAILED, "", (K.ARBITRATION,)),
        "withdrawn": Result("撤回申请", Outcome.DONE),
    },
    K.ARBITRATION: {
        "awarded": Result("裁决支付", Outcome.DONE, "award", (K.ENFORCEMENT,)),
        "agreed": Result("仲裁调解达成协议", Outcome.AGREED, "mediation"),
        "rejected": Result("驳回请求", Outcome.FAILED, "", (K.LITIGATION,)),
        "expired": Result("逾期未裁决", Outcome.FAILED, "", (K.LITIGATION,)),
        "withdrawn": Result("撤回申请", Outcome.DONE),
    },
    K.LITIGATION: {
        "judged": Result("判决支付", Outcome.DONE, "award", (K.ENFORCEMENT,)),
        "agreed": Result("法院调解达成协议", Outcome.AGREED, "mediation", (K.ENFORCEMENT,)),
        "rejected": Result("驳回请求", Outcome.FAILED),
        "withdrawn": Result("撤诉", Outcome.DONE),
    },
    K.CONFIRMATION: {
        "confirmed": Result("确认协议有效", Outcome.DONE, "confirmation", (K.ENFORCEMENT,)),
        "rejected": Result("驳回申请", Outcome.FAILED, "", (K.ARBITRATION,)),
        "withdrawn": Result("撤回申请", Outcome.DONE),
    },
    K.PAYMENT_ORDER: {
        "ordered": Result("支付令生效", Outcome.DONE, "payment_order", (K.ENFORCEMENT,)),
        "objected": Result("用人单位异议，支付令失效", Outcome.FAILED, "", (K.LITIGATION,)),
        "rejected": Result("驳回申请", Outcome.FAILED, "", (K.ARBITRATION,)),
        "withdrawn": Result("撤回申请", Outcome.DONE),
    },
    K.LEGAL_AID: {
        "done": Result("援助事项办结", Outcome.DONE),
        "refused": Result("经审查不予援助", Outcome.FAILED),
        "withdrawn": Result("撤回申请", Outcome.DONE),
    },
    K.ENFORCEMENT: {
        "paid": Result("执行到位", Outcome.DONE),
        "partly": Result("部分执行到位，终结本次执行程序", Outcome.FAILED),
        "nothing": Result("无财产可供执行，终结本次执行程序", Outcome.FAILED),
        "settled": Result("执行和解", Outcome.AGREED, "mediation"),
        "withdrawn": Result("撤回申请", Outcome.DONE),
    },
    K.SUPPORT: {
        "supported": Result("检察机关支持起诉", Outcome.DONE, "", (K.LITIGATION,)),
        "agreed": Result("检察机关促成和解", Outcome.AGREED, "mediation"),
        "refused": Result("不予支持", Outcome.FAILED, "", (K.LITIGATION,)),
        "withdrawn": Result("撤回申请", Outcome.DONE),
    },
}
# What a refusal to accept leads to (《劳动争议调解仲裁法》第二十九条: 不予受理的，可以起诉).
AFTER_REFUSAL: dict[ProceedingKind, tuple[ProceedingKind, ...]] = {
    K.MEDIATION: (K.ARBITRATION,),
    K.ARBITRATION: (K.LITIGATION,),
    K.CONFIRMATION: (K.ARBITRATION,),
    K.PAYMENT_ORDER: (K.ARBITRATION,),
}
BODIES: dict[ProceedingKind, str] = {
    K.MEDIATION: "劳动争议调解委员会",
    K.ARBITRATION: "劳动人事争议仲裁委员会",
    K.LITIGATION: "人民法院",
    K.CONFIRMATION: "人民法院",
    K.PAYMENT_ORDER: "人民法院",
    K.LEGAL_AID: "法律援助机构",
    K.ENFORCEMENT: "人民法院",
    K.SUPPORT: "人民检察院",
}


def result_of(proceeding: Proceeding) -> Result | None:
    return RESULTS[K(proceeding.kind)].get(proceeding.result)


# ---- the course ---------------------------------------------------------------------------------------------------


@transaction.atomic
def begin(
    case: Case,
    kind: ProceedingKind,
    applied_on: date,
    body: str,
    request: str,
    by: User,
    at: datetime,
    *,
    priority: bool = False,
) -> Proceeding:
    """Record that a proceeding was applied for at `body`. Refused while one of its kind is running.

    `priority`: legal aid with precedence (优先受理、优先审查、优先指派).
    """
    case = _lock_case(case, by)
    _check_day(applied_on, None, at, "applied_on")
    if running := case.proceedings.running().filter(kind=kind).first():
        raise Refused(f"本案的{kind.label}正在进行（{running.body}，{running.applied_on} 申请），请先登记它的结果。")
    row = Proceeding.objects.create(
        case=case,
        kind=kind,
        body=body.strip(),
        request=request.strip(),
        applied_on=applied_on,
        priority=priority and kind == K.LEGAL_AID,
        union=case.handling_union,
        by=by,
        at=at,
    )
    detail = "\n".join(part for part in (f"向{row.body}申请", row.request) if part)
    acts.perform(case, ActKind(kind), applied_on, detail, Outcome.PENDING, by, at)
    return _keep_terms(row, at)


@transaction.atomic
def accept(row: Proceeding, on: date, number: str, by: User, at: datetime) -> Proceeding:
    """Record that the body accepts; from here the term of an award counts."""
    row = _lock_running(row, by)
    if row.accepted_on:
        raise Stale(f"{row.accepted_on} 已登记受理，请刷新页面查看。")
    _check_day(on, row.applied_on, at, "on")
    row.stage, row.accepted_on, row.number = ProceedingStage.ACCEPTED, on, number.strip()
    return _record_step(row, "accept", by, at, f"{on} 受理{'，案号 ' + row.number if row.number else ''}")


@transaction.atomic
def refuse(row: Proceeding, on: date, detail: str, by: User, at: datetime) -> Proceeding:
    """Record that the body does not accept; the next proceeding is open."""
    row = _lock_running(row, by)
    if row.accepted_on:
        raise Refused("已经受理，请登记结果。")
    _check_day(on, row.applied_on, at, "on")
    if not detail.strip():
        raise Refused("请写明不予受理的理由。", {"detail": "请写明理由。"})
    row.stage, row.ended_on, row.ended_at, row.detail = ProceedingStage.REFUSED, on, at, detail.strip()
    return _record_step(row, "refuse", by, at, f"{on} 不予受理：{row.detail}")


@transaction.atomic
def extend(row: Proceeding, detail: str, by: User, at: datetime) -> Proceeding:
    """Extend the term of an arbitration award by fifteen days, once (第四十三条)."""
    row = _lock_running(row, by)
    if row.kind not in EXTENDABLE or row.accepted_on is None or row.extended:
        raise Refused("只有已受理的仲裁可以延期，且只能延期一次。")
    if not detail.strip():
        raise Refused("请写明延期的理由。", {"detail": "请写明理由。"})
    row.extended = True
    return _record_step(row, "extend", by, at, f"裁决延期 15 日：{detail.strip()}")


@transaction.atomic
def review(row: Proceeding, on: date, detail: str, by: User, at: datetime) -> Proceeding:
    """Record that legal aid was looked into and is granted (审查)."""
    row = _lock_running(row, by)
    if row.kind != K.LEGAL_AID or row.accepted_on is None or row.reviewed_on is not None:
        raise Refused("只有已受理的法律援助登记审查，且只登记一次。")
    _check_day(on, row.accepted_on, at, "on")
    row.reviewed_on = on
    return _record_step(row, "review", by, at, "：".join(filter(None, (f"{on} 审查通过", detail.strip()))))


@transaction.atomic
def assign(row: Proceeding, on: date, assigned_to: str, by: User, at: datetime) -> Proceeding:
    """Record who was assigned to give the aid (指派)."""
    row = _lock_running(row, by)
    if row.kind != K.LEGAL_AID or row.reviewed_on is None or row.assigned_on is not None:
        raise Refused("只有审查通过的法律援助登记指派，且只登记一次。")
    _check_day(on, row.reviewed_on, at, "on")
    if not assigned_to.strip():
        raise Refused.for_field("assigned_to", "请写明承办机构或承办人。")
    row.assigned_on, row.assigned_to = on, assigned_to.strip()
    return _record_step(row, "assign", by, at, f"{on} 指派 {row.assigned_to}")


@transaction.atomic
def serve(row: Proceeding, on: date, by: User, at: datetime) -> Proceeding:
    """Record that the payment order reached the employer: fifteen days to pay or object."""
    row = _lock_running(row, by)
    if row.kind not in SERVED or row.accepted_on is None or row.served_on is not None:
        raise Refused("只有已受理的支付令登记送达，且只登记一次。")
    _check_day(on, row.accepted_on, at, "on")
    row.served_on = on
    return _record_step(row, "serve", by, at, f"{on} 送达用人单位")


@transaction.atomic
def finish(
    row: Proceeding, on: date, result: str, detail: str, by: User, at: datetime, *, served_on: date | None = None
) -> Proceeding:
    """Record how a proceeding ended, as an act of the case too.

    `served_on`: the day the worker received the award, from which she may sue; the day of the result where
    nobody says.
    """
    row = _lock_running(row, by)
    known = RESULTS[K(row.kind)].get(result)
    if known is None:
        raise Refused.for_field("result", "请从清单中选择结果。")
    _check_day(on, row.accepted_on or row.applied_on, at, "on")
    if row.kind == K.ENFORCEMENT and result in WITH_MONEY and not row.payments.standing().exists():
        raise Refused("执行到位的款项还没有记入台账，请先登记执行到账。", {"result": "请先登记执行到账。"})
    row.stage, row.ended_on, row.ended_at = ProceedingStage.ENDED, on, at
    row.result, row.detail = result, detail.strip()
    if served_on is not None and row.kind in AWARDED:
        _check_day(served_on, on, at, "served_on")
        row.served_on = served_on
    row.save()
    words = "\n".join(part for part in (f"{row.body}：{known.label}", row.detail) if part)
    acts.perform(row.case, ActKind(row.kind), on, words, known.outcome, by, at)
    return _keep_terms(row, at)


@transaction.atomic
def receive(
    row: Proceeding, on: date, workers: int | None, migrants: int | None, amount: Decimal, by: User, at: datetime
) -> Proceeding:
    """Post what a proceeding brought in (执行到账) to the ledger of the case. `workers`, `migrants`: paid in full by it; yuan."""
    case = _lock_case(row.case, by)
    row = Proceeding.objects.get(pk=row.pk)
    row.case = case
    if row.kind not in BRING_MONEY or row.stage == ProceedingStage.REFUSED:
        raise Refused("只有诉讼、支持起诉和强制执行登记到账。")
    _check_day(on, row.accepted_on or row.applied_on, at, "on")
    source = f"{row.get_kind_display()}到账（{row.number or row.body}）"
    entry = ledger.post(
        case, EntryKind.PAID, on, by, at, workers=workers or 0, migrants=migrants or 0, amount=amount, source=source
    )
    ProceedingPayment.objects.create(proceeding=row, entry=entry)
    row.case = ledger.lock(case)
    return _record_step(row, "receive", by, at, f"{on} 到账 {amount:,.2f} 元，已记入台账")


def received(row: Proceeding) -> Decimal:
    """Yuan a proceeding brought in, without what was cancelled."""
    found: Any = Proceeding.objects.with_received().get(pk=row.pk)
    return Decimal(found.received)


def _lock_case(case: Case, by: User) -> Case:
    case = ledger.lock(case)
    if not acts.may_act(case, by):
        raise Forbidden(f"案件{State(case.state).label}，由“{case.handling_union.in_charge()}”承办，您不能在此登记。")
    return case


def _lock_running(row: Proceeding, by: User) -> Proceeding:
    """Lock the case and return the proceeding as it is now. Stale when it has ended."""
    case = _lock_case(row.case, by)
    row = Proceeding.objects.get(pk=row.pk)
    row.case = case
    if not row.is_running:
        raise Stale(f"这一程序已是“{row.get_stage_display()}”，请刷新页面查看。")
    return row


def _check_day(on: date, earliest: date | None, at: datetime, name: str) -> None:
    if on > day_of(at):
        raise Refused(NOT_AFTER_TODAY, {name: NOT_AFTER_TODAY})
    if earliest and on < earliest:
        raise Refused(f"日期不能早于 {earliest}。", {name: f"不能早于 {earliest}。"})


def _record_step(row: Proceeding, verb: str, by: User, at: datetime, words: str) -> Proceeding:
    row.save()
    case = row.case
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1, changed_at=at)
    reason = f"{row.get_kind_display()}（{row.body}）{words}"
    audit.record(case.stream, f"proceeding.{verb}", by, at, union=case.handling_union, proceeding=row.pk, reason=reason)
    return _keep_terms(row, at)


def _keep_terms(row: Proceeding, at: datetime) -> Proceeding:
    """Bring the terms of all proceedings of the case into step: a suit ends the term after an award."""
    keep_proceedings(list(row.case.proceedings.values_list("pk", flat=True)), at)
    return row


# ---- what comes next ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NextStep:
    """A proceeding offered because of `why`; `on`: the day from which it is open."""

    kind: ProceedingKind
    why: str
    on: date


def next_steps(case: Case, proceedings: Iterable[Proceeding], negotiations: Iterable[Act]) -> list[NextStep]:
    """List what a failed negotiation or proceeding leads to (QD-6.1) and was not taken since, the latest first."""
    rows = list(proceedings)
    offered: dict[ProceedingKind, NextStep] = {}
    for act in negotiations:
        if act.kind == ActKind.NEGOTIATION and act.outcome == Outcome.FAILED:
            for kind in (K.MEDIATION, K.ARBITRATION):
                offered[kind] = NextStep(kind, f"{act.on} 协商未达成一致", act.on)
        elif act.kind == ActKind.MEDIATION and act.outcome == Outcome.FAILED:
            offered[K.ARBITRATION] = NextStep(K.ARBITRATION, f"{act.on} 调解未达成一致", act.on)
    for row in rows:
        for kind in _what_follows(row):
            assert row.ended_on is not None
            offered[kind] = NextStep(kind, f"{row.ended_on} {_how_it_ended(row)}", row.ended_on)
    taken = {kind for kind, step in offered.items() if _is_taken(kind, step.on, rows)}
    wanted = [step for kind, step in offered.items() if kind not in taken]
    return sorted(wanted, key=lambda step: step.on, reverse=True)


def _what_follows(row: Proceeding) -> tuple[ProceedingKind, ...]:
    if row.stage == ProceedingStage.REFUSED:
        return AFTER_REFUSAL.get(K(row.kind), ())
    result = result_of(row)
    return result.then if result else ()


def _how_it_ended(row: Proceeding) -> str:
    result = result_of(row)
    return f"{row.get_kind_display()}{'：' + result.label if result else '不予受理'}"


# Once one of these has been applied for, what lies before it is not offered any more.
_LATER: dict[ProceedingKind, frozenset[ProceedingKind]] = {
    K.MEDIATION: frozenset({K.MEDIATION, K.ARBITRATION, K.LITIGATION}),
    K.ARBITRATION: frozenset({K.ARBITRATION, K.LITIGATION}),
    K.CONFIRMATION: frozenset({K.CONFIRMATION, K.ARBITRATION, K.LITIGATION}),
    K.LITIGATION: frozenset({K.LITIGATION}),
    K.PAYMENT_ORDER: frozenset({K.PAYMENT_ORDER, K.ARBITRATION, K.LITIGATION}),
    K.ENFORCEMENT: frozenset({K.ENFORCEMENT}),
    K.SUPPORT: frozenset({K.SUPPORT, K.LITIGATION}),
}


def _is_taken(kind: ProceedingKind, since: date, rows: Iterable[Proceeding]) -> bool:
    return any(row.kind in _LATER[kind] and row.applied_on >= since for row in rows)
