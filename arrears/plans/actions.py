"""Verbs of plans: 偿还计划 in instalments paid by the ledger (QD-3), 一企一策、一项目一策 in steps (SD-2.4a)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F

from arrears.cases import acts, ledger
from arrears.cases.models import NO_MORE, Case, LedgerEntry, State
from arrears.cases.second_person import why_not_second_person
from arrears.legal.models import Proceeding
from arrears.plans.models import Plan, PlanBasis, PlanKind, PlanStep
from arrears.plans.terms import keep_plans
from arrears.reminders.approvals import remind_approvers
from unions.common.clock import day_of
from unions.common.formats import yuan
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import User

MAX_STEPS = 60


@dataclass(frozen=True)
class Promise:
    """One row of a plan as typed: an instalment has `amount` (yuan) and people, a step `what` and `owner`."""

    due_on: date
    amount: Decimal = Decimal(0)
    workers: int = 0
    what: str = ""
    owner: str = ""


@dataclass(frozen=True)
class PlanTerms:
    """The terms of a plan beside its rows."""

    agreed_on: date
    basis: PlanBasis | None = None
    guarantee: str = ""
    gap: str = ""  # why the sums are not what is outstanding
    reason: str = ""  # why a plan in force is replaced
    proceeding: Proceeding | None = None


# ---- making one ---------------------------------------------------------------------------------------------------


@transaction.atomic
def make(case: Case, kind: PlanKind, promises: Sequence[Promise], terms: PlanTerms, by: User, at: datetime) -> Plan:
    """Write a plan, or the next version of the one in force.

    Refused: sums that are not what is outstanding and no word why; a replacement without a reason; the same plan of the
    employer or project kept on another case already.
    """
    case = ledger.lock(case)
    check_right(case, by)
    before = case.plans.in_force().filter(kind=kind).first()
    balance = ledger.balance(case)
    _check_terms(terms, before, at)
    _check_promises(kind, promises, terms)
    if kind == PlanKind.REPAYMENT:
        _check_sums(promises, balance.outstanding, terms)
    else:
        _check_only_one(case, kind)
    if before is not None:
        Plan.objects.filter(pk=before.pk).update(replaced_at=at)
        before.refresh_from_db()
    plan = _create(case, kind, before, promises, terms, balance, by, at)
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1, changed_at=at)
    verb = "plan.revise" if before else "plan.make"
    told = "；".join(part for part in (str(plan), terms.reason, terms.gap) if part)
    audit.record(case.stream, verb, by, at, union=case.handling_union, plan=plan.pk, reason=told)
    for row in filter(None, (before, plan)):
        follow_plan(row, at)
    return plan


def _create(
    case: Case,
    kind: PlanKind,
    before: Plan | None,
    promises: Sequence[Promise],
    terms: PlanTerms,
    balance: ledger.Balance,
    by: User,
    at: datetime,
) -> Plan:
    plan = Plan.objects.create(
        case=case,
        kind=kind,
        version=before.version + 1 if before else 1,
        basis=terms.basis or "",
        proceeding=terms.proceeding,
        agreed_on=terms.agreed_on,
        guarantee=terms.guarantee.strip(),
        gap=terms.gap.strip(),
        reason=terms.reason.strip(),
        workers=max(balance.outstanding.workers, 0),
        amount=balance.outstanding.amount,
        paid_before=balance.resolved.amount,
        union=case.handling_union,
        by=by,
        at=at,
    )
    in_order = sorted(promises, key=lambda one: one.due_on)
    PlanStep.objects.bulk_create(
        PlanStep(
            plan=plan,
            number=number,
            due_on=one.due_on,
            amount=one.amount,
            workers=one.workers,
            what=one.what.strip(),
            owner=one.owner.strip(),
        )
        for number, one in enumerate(in_order, start=1)
    )
    return plan


def check_right(case: Case, by: User) -> None:
    """Refuse whoever does not handle the case, and cases that have ended."""
    if case.state in NO_MORE:
        raise Refused(f"案件{State(case.state).label}，不能再制定或修订计划。")
    if not acts.may_act(case, by):
        raise Forbidden(f"本案由“{case.handling_union.in_charge()}”承办，计划由该单位登记。")


def _check_terms(terms: PlanTerms, before: Plan | None, at: datetime) -> None:
    if terms.agreed_on > day_of(at):
        raise Refused("签订日期不能晚于今天。", {"agreed_on": "日期不能晚于今天。"})
    if before is not None and not terms.reason.strip():
        raise Refused(f"已有{before}，修订须写明原因。", {"reason": "请写明修订原因。"})
    if before is not None and terms.agreed_on < before.agreed_on:
        text = f"新一版的日期不能早于上一版（{before.agreed_on}）。"
        raise Refused(text, {"agreed_on": text})


def _check_promises(kind: PlanKind, promises: Sequence[Promise], terms: PlanTerms) -> None:
    if not promises:
        raise Refused("请至少填写一期。" if kind == PlanKind.REPAYMENT else "请至少填写一个步骤。")
    if len(promises) > MAX_STEPS:
        raise Refused(f"最多 {MAX_STEPS} 期。")
    if any(one.due_on < terms.agreed_on for one in promises):
        raise Refused(f"各期的日期不能早于签订日期 {terms.agreed_on}。")
    if kind == PlanKind.REPAYMENT and any(one.amount <= 0 for one in promises):
        raise Refused("每一期都要写明金额（大于 0）。")
    if kind == PlanKind.REPAYMENT and terms.basis is None:
        raise Refused("请选择偿还计划的依据。", {"basis": "请选择依据。"})
    if kind != PlanKind.REPAYMENT and any(not (one.what.strip() and one.owner.strip()) for one in promises):
        raise Refused("每一步都要写明措施和责任人。")


def _check_sums(promises: Sequence[Promise], left: ledger.Sums, terms: PlanTerms) -> None:
    if not left.amount:
        raise Refused("台账中没有未解决的金额，无需制定偿还计划。")
    amount, people = sum(one.amount for one in promises), sum(one.workers for one in promises)
    apart = []
    if amount != left.amount:
        apart.append(f"各期合计 {yuan(Decimal(amount))} 元，台账未解决 {yuan(left.amount)} 元")
    if people != left.workers:
        apart.append(f"各期结清合计 {people} 人，台账未解决 {left.workers} 人")
    if apart and not terms.gap.strip():
        raise Refused(
            f"{'；'.join(apart)}。请核对；确有不同的，请写明原因。", {"gap": "合计与台账不一致，请写明原因。"}
        )


def _check_only_one(case: Case, kind: PlanKind) -> None:
    """Refuse a second plan of the employer or project on another case (SD-2.4a)."""
    if kind == PlanKind.PROJECT and case.project_id is None:
        raise Refused("本案没有工程项目，请制定“一企一策”。")
    same = {"case__employer": case.employer_id} if kind == PlanKind.EMPLOYER else {"case__project": case.project_id}
    others = Plan.objects.in_force().filter(kind=kind, **same).exclude(case=case).exclude(case__state__in=NO_MORE)
    if there := others.select_related("case__handling_union").first():
        unit = there.case.handling_union
        contact = f"，电话 {unit.duty_phone}" if unit.duty_phone else ""
        raise Refused(f"{kind.label}只制定一份：“{unit}”已在案件 {there.case.number} 中制定{contact}，请在那里修订。")


# ---- keeping it in step ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Allotment:
    """The yuan paid that fall to one instalment, and the day that made it whole."""

    paid: Decimal
    met_on: date | None


def allot(
    instalments: Iterable[tuple[int, Decimal]], payments: Iterable[tuple[date, Decimal]], before: Decimal = Decimal(0)
) -> dict[int, Allotment]:
    """Return number of an instalment → the money that falls to it, the oldest instalment first.

    Pure. `before`: yuan paid before the plan. `instalments` in the order of their days, `payments` in any order; both in yuan.
    """
    purse = sorted(payments, key=lambda one: one[0])
    _spend(purse, before)
    return {number: _fill(purse, amount) for number, amount in instalments}


Purse = list[tuple[date, Decimal]]  # payments by their day, and what is left of each


def _spend(purse: Purse, amount: Decimal) -> date | None:
    """Take `amount` out of the purse; return the day of the last payment used, None when it does not suffice."""
    left, last = amount, None
    while left > 0 and purse:
        last, there = purse.pop(0)
        take = min(left, there)
        left -= take
        if there > take:
            purse.insert(0, (last, there - take))
    return last if left <= 0 else None


def _fill(purse: Purse, due: Decimal) -> Allotment:
    there = sum((amount for _, amount in purse), Decimal(0))
    met_on = _spend(purse, due)
    return Allotment(min(there, due), met_on)


def follow_plan(plan: Plan, at: datetime) -> None:
    """Derive the terms of a plan again, and remind the approvers of one with a `gap` to the ledger."""
    keep_plans([plan.pk], at)
    if not plan.gap or plan.replaced_at is not None:
        return
    title = f"偿还计划与台账不一致，请核对：案件 {plan.case.number}"
    url, key = plan.case.section_url("plans"), f"plan-gap:{plan.pk}"
    remind_approvers(plan.case.handling_union_id, key, title, url, plan, _why_not_approver, at)


def _why_not_approver(plan: Plan, user: User, at: datetime) -> str | None:
    return why_not_second_person(plan.case, user, plan.by, day_of(at), plan.at)


def follow_ledger(case: Case, by: User, at: datetime) -> None:
    """Bring the instalments of the plan in force into step with the ledger, in the caller's transaction."""
    plan = case.plans.in_force().filter(kind=PlanKind.REPAYMENT).first()
    if plan is None:
        return
    steps = list(plan.steps.all())
    payments = [(entry.on, entry.amount) for entry in _repayments(case)]
    falls = allot([(step.number, step.amount) for step in steps], payments, plan.paid_before)
    changed = []
    for step in steps:
        share = falls[step.number]
        met_on = max(share.met_on, plan.agreed_on) if share.met_on else None
        if (step.paid, step.done_on) != (share.paid, met_on):
            step.paid, step.done_on = share.paid, met_on
            changed.append(step)
    if changed:
        PlanStep.objects.bulk_update(changed, ["paid", "done_on"])
    # Also where nothing changed here: a case that ends or begins anew lifts its terms or owes them again.
    follow_plan(plan, at)


def _repayments(case: Case) -> list[LedgerEntry]:
    return [entry for entry in ledger.standing(case) if entry.kind in ledger.RESOLVED and entry.amount > 0]


@transaction.atomic
def record_step_done(step: PlanStep, on: date, note: str, by: User, at: datetime) -> PlanStep:
    """Record that a step of 一企一策 was done. Instalments follow the ledger alone."""
    case = ledger.lock(step.plan.case)
    check_right(case, by)
    step = PlanStep.objects.select_related("plan").get(pk=step.pk)
    if step.plan.is_repayment:
        raise Refused("偿还计划的各期由台账的“清偿”“垫付”自动核销，请到台账登记。")
    if step.plan.replaced_at or step.done_on:
        raise Stale("这一步已经完成，或计划已有新的一版，请刷新页面查看。")
    if on > day_of(at) or on < step.plan.agreed_on:
        text = f"日期应在 {step.plan.agreed_on} 和今天之间。"
        raise Refused(text, {"on": text})
    if not note.strip():
        raise Refused.for_field("note", "请写明完成情况。")
    step.done_on, step.note = on, note.strip()
    step.save(update_fields=["done_on", "note"])
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1, changed_at=at)
    told = f"{step.plan}：{step.what}（{step.note}）"
    audit.record(case.stream, "plan.done", by, at, union=case.handling_union, plan=step.plan_id, reason=told)
    follow_plan(step.plan, at)
    return step


def broken_steps(case: Case, today: date) -> list[PlanStep]:
    """List the steps past their day and not done. One query."""
    if case.state in NO_MORE:
        return []
    rows = PlanStep.objects.broken(today).filter(plan__case=case).select_related("plan")
    found = list(rows.order_by("due_on", "number"))
    if any(step.amount for step in found) and not ledger.balance(case).outstanding.amount:
        return [step for step in found if not step.amount]  # nothing is owed any more
    return found


def follow_case(sender: Any, case: Case, by: User, at: datetime, **kwargs: Any) -> None:
    """Follow an entry or move of the case, in its transaction."""
    if case.state != State.DRAFT:
        follow_ledger(case, by, at)
