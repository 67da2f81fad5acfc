"""Keeping what departments decided (SD-2.3b). A handling decision or penalty writes the act that the official tables count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F

from arrears.cases import acts, ledger
from arrears.cases.evidence import sha256_of, store_evidence
from arrears.cases.models import ActKind, Case, Evidence, Outcome, State
from arrears.cases.signals import case_changed
from arrears.sanctions.models import Sanction, SanctionKind, SanctionOutcome
from arrears.sanctions.models.sanction import DECIDED, TELLS_TO_PAY
from arrears.sanctions.terms import keep_sanctions
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import User
from unions.people.rights import Right

# A department may decide long after the union closed the case.
NOT_A_CASE = frozenset({State.DRAFT, State.DISMISSED, State.MERGED})


@dataclass(frozen=True)
class Decision:
    """What the department's paper says. `amount` in yuan; `pay_by` the last day to pay."""

    kind: SanctionKind
    department: str
    number: str
    decided_on: date
    pay_by: date | None = None
    amount: Decimal | None = None
    grade: str = ""
    detail: str = ""
    held_from: date | None = None
    held_until: date | None = None


def may_record_sanction(case: Case, user: User) -> bool:
    return case.state not in NOT_A_CASE and user.may(Right.HANDLE, case.handling_union.in_charge())


def check_may_record_sanction(case: Case, user: User, what: str) -> None:
    if not may_record_sanction(case, user):
        raise Forbidden(f"{what}由“{case.handling_union.in_charge()}”的经办人登记。")


@transaction.atomic
def record_sanction(
    case: Case, decision: Decision, by: User, at: datetime, paper: UploadedFile | None = None
) -> Sanction:
    """Record a department's decision. Refused: a day in the future, term or grade missing, known already."""
    case = ledger.lock(case)
    check_may_record_sanction(case, by, "处理处罚")
    _check_decision(decision, day_of(at))
    kept = _paper(case, paper, decision, by, at) if paper else None
    row = Sanction(
        case=case,
        kind=decision.kind,
        department=decision.department.strip(),
        number=decision.number.strip(),
        decided_on=decision.decided_on,
        pay_by=decision.pay_by,
        amount=decision.amount,
        grade=decision.grade if decision.kind == SanctionKind.GRADE else "",
        detail=decision.detail.strip(),
        held_from=decision.held_from if decision.kind == SanctionKind.PRESERVE else None,
        held_until=decision.held_until if decision.kind == SanctionKind.PRESERVE else None,
        paper=kept,
        union=case.handling_union.in_charge(),
        by=by,
        at=at,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        sentence = f"本案已登记过“{decision.number}”的{decision.kind.label}，请核对文号。"
        raise Refused(sentence, {"number": sentence}) from None
    if decision.kind in DECIDED:
        row.act = acts.write_act(
            case, ActKind.PENALTY, decision.decided_on, row.summary, Outcome.DONE, row.union, by, at
        )
        row.save(update_fields=["act"])
    facts = {"ordered_to_pay_by": decision.pay_by} if decision.kind in TELLS_TO_PAY and decision.pay_by else {}
    Case.objects.filter(pk=case.pk).update(**facts, version=F("version") + 1, changed_at=at)
    _record(row, "sanction.enter", by, at, kind=row.kind, department=row.department, number=row.number)
    return row


def _check_decision(decision: Decision, today: date) -> None:
    if decision.decided_on > today:
        raise Refused.for_field("decided_on", "决定日期不能晚于今天。")
    if decision.kind == SanctionKind.ORDER and decision.pay_by is None:
        raise Refused("责令限期支付须写明支付期限。", {"pay_by": "请填写支付期限。"})
    if decision.kind == SanctionKind.RECTIFY and decision.pay_by is None:
        raise Refused("整改指令须写明整改期限。", {"pay_by": "请填写整改期限。"})
    if decision.kind == SanctionKind.PRESERVE:
        _check_preserved(decision)
    if decision.pay_by is not None and decision.pay_by < decision.decided_on:
        raise Refused.for_field("pay_by", "支付期限不能早于决定日期。")
    if decision.kind == SanctionKind.GRADE and not decision.grade:
        raise Refused("信用等级评价须选择等级。", {"grade": "请选择信用等级。"})


def _check_preserved(decision: Decision) -> None:
    """YK-2.5: amount, from and to."""
    wanted = {"amount": decision.amount, "held_from": decision.held_from, "held_until": decision.held_until}
    if lacking := [name for name, said in wanted.items() if not said]:
        raise Refused("财产保全须写明金额和起止日期。", dict.fromkeys(lacking, "财产保全必填。"))
    assert decision.held_from and decision.held_until
    if decision.held_from < decision.decided_on:
        raise Refused.for_field("held_from", "保全起日不能早于裁定日期。")
    if decision.held_until < decision.held_from:
        raise Refused.for_field("held_until", "保全止日不能早于保全起日。")


def _paper(case: Case, paper: UploadedFile, decision: Decision, by: User, at: datetime) -> Evidence:
    """Keep the document as evidence of the case; the same file twice is one."""
    known = case.evidence.filter(sha256=sha256_of(paper)).first()
    return known or store_evidence(case, paper, f"{decision.kind.label} {decision.number}"[:200], by, at)


@transaction.atomic
def record_outcome(row: Sanction, outcome: SanctionOutcome, on: date, note: str, by: User, at: datetime) -> Sanction:
    """Record whether the employer paid, as the department found. The ledger is posted apart."""
    row = _locked(row)
    check_may_record_sanction(row.case, by, "履行情况")
    if outcome == SanctionOutcome.PENDING:
        raise Refused.for_field("outcome", "请选择履行情况。")
    if outcome not in row.outcomes:
        raise Refused.for_field("outcome", f"{row.get_kind_display()}没有这种结果，请重新选择。")
    if on > day_of(at):
        raise Refused.for_field("on", "日期不能晚于今天。")
    if on < row.decided_on:
        raise Refused("日期不能早于决定日期。", {"on": f"决定作出于 {row.decided_on}。"})
    if outcome in (SanctionOutcome.UNPAID, SanctionOutcome.IGNORED) and row.pay_by and on <= row.pay_by:
        raise Refused(f"期限 {row.pay_by} 届满之后才能登记{outcome.label}。", {"on": "期限还没有届满。"})
    changes = {"outcome": outcome, "outcome_on": on, "outcome_note": note.strip(), "outcome_by": by, "outcome_at": at}
    Sanction.objects.filter(pk=row.pk).update(**changes)
    _record(row, "sanction.outcome", by, at, outcome=str(outcome.label), on=on)
    return row


@transaction.atomic
def void(row: Sanction, on: date, reason: str, by: User, at: datetime) -> Sanction:
    """Void a decision that was revoked or entered by mistake; from `on` it counts nowhere."""
    row = _locked(row)
    check_may_record_sanction(row.case, by, "撤销")
    if not reason.strip():
        raise Refused.for_field("reason", "请写明撤销原因。")
    if not row.decided_on <= on <= day_of(at):
        raise Refused.for_field("on", "撤销日期应在决定日期与今天之间。")
    changes = {"voided_on": on, "voided_at": at, "voided_by": by, "void_reason": reason.strip()}
    Sanction.objects.filter(pk=row.pk).update(**changes)
    _restore_payment_term(row)
    _record(row, "sanction.void", by, at, reason=reason.strip(), number=row.number)
    return row


def _restore_payment_term(row: Sanction) -> None:
    """Set the case's 责令支付期限 again from the latest decision that stands."""
    if row.kind not in TELLS_TO_PAY or row.case.ordered_to_pay_by != row.pay_by:
        return
    others = Sanction.objects.standing().filter(case=row.case, kind__in=TELLS_TO_PAY, pay_by__isnull=False)
    latest = others.exclude(pk=row.pk).order_by("-decided_on", "-pk")
    term = latest.values_list("pay_by", flat=True).first()
    Case.objects.filter(pk=row.case_id).update(ordered_to_pay_by=term)


def _locked(row: Sanction) -> Sanction:
    """The row read anew, it and its case locked. Stale: voided meanwhile."""
    ledger.lock(row.case)
    row = (
        Sanction.objects.select_for_update(of=("self",))
        .select_related("case__employer", "case__handling_union")
        .get(pk=row.pk)
    )
    if row.voided_at is not None:
        raise Stale("这项决定已登记撤销，请刷新页面。")
    return row


def _record(row: Sanction, verb: str, by: User, at: datetime, **changes: object) -> None:
    if verb != "sanction.enter":
        Case.objects.filter(pk=row.case_id).update(version=F("version") + 1, changed_at=at)
    audit.record(row.case.stream, verb, by, at, union=row.union, sanction=row.pk, **changes)
    row.refresh_from_db()
    row.case.refresh_from_db()
    case_changed.send(Case, case=row.case, verb=verb, by=by, at=at)
    keep_sanctions([row.pk], at)
