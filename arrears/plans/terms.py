"""Terms of plans: every instalment and step is due on the day agreed, whatever the rulebooks say."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from arrears.cases import ledger
from arrears.cases.models import NO_MORE, Case
from arrears.law.obligations.derive import Owed, end_of_day, start_of_day
from arrears.law.obligations.projection import ProjectionResult, Tools, rebuilt, write
from arrears.law.obligations.requirements import with_clauses
from arrears.law.rules.workdays import named
from arrears.plans.models import Plan, PlanStep
from unions.common.formats import yuan

# Whether it is a 偿还计划 → what a notice calls the step (vocabulary.REQUIREMENTS).
STEPS = {True: "repayment-plan", False: "rescue-plan"}
AGREED = "plan"  # in the place of a rulebook: the plan itself
REPLACED, NOTHING_OWED, CASE_OVER = "计划已有新的一版", "台账已无未解决金额", "案件已办结或不再办理"


def keep_plans(ids: Collection[int], at: datetime) -> ProjectionResult:
    """Derive the terms of these plans again. The caller's transaction has locked their cases."""
    rows = list(
        Plan.objects.filter(pk__in=ids).select_related("case__handling_union__parent").prefetch_related("steps")
    )
    balances = ledger.balances({row.case_id for row in rows})
    owed = [(STEPS[row.is_repayment], one) for row in rows for one in _owed_by(row, balances[row.case_id], at)]
    return write([f"plan:{pk}" for pk in ids], with_clauses(owed), at)


def _owed_by(plan: Plan, balance: ledger.Balance, at: datetime) -> Iterator[Owed]:
    lifted_at, reason = _lifted(plan, balance, at)
    for step in plan.steps.all():
        yield _owed(plan, step, lifted_at, reason)


def _lifted(plan: Plan, balance: ledger.Balance, at: datetime) -> tuple[datetime | None, str]:
    """Return when and why open steps need not be done any more."""
    if plan.replaced_at:
        return plan.replaced_at, REPLACED
    if plan.case.state in NO_MORE:
        return plan.case.changed_at, CASE_OVER
    if plan.is_repayment and not balance.outstanding.amount:
        return plan.case.changed_at, NOTHING_OWED
    return None, ""


def _owed(plan: Plan, step: PlanStep, lifted_at: datetime | None, reason: str) -> Owed:
    holder = plan.case.handling_union.in_charge()
    due_at = end_of_day(step.due_on)
    met_at = start_of_day(step.done_on) if step.done_on else None
    if plan.is_repayment:
        title = f"督促兑付：{plan.get_kind_display()}第 {step.number} 期 {yuan(step.amount)} 元"
        who = "用人单位"
        words = f"{named(plan.agreed_on)}{plan.get_basis_display()}约定 {step.due_on} 前支付；清偿入账后自动核销"
    else:
        title = f"{plan.get_kind_display()}：{step.what}"
        who = step.owner
        words = f"{named(plan.agreed_on)}制定的{plan.get_kind_display()}第 {step.number} 步，责任人{step.owner}"
    return Owed(
        subject=plan.stream,
        rulebook=AGREED,
        rule=f"step-{step.number}",
        case_id=plan.case_id,
        holder_id=holder.pk,
        path=holder.path,
        officer_id=plan.case.officer_id,
        bearer=who[:80],
        title=title[:80],
        started_at=plan.at,
        due_at=due_at,
        clock_at=due_at,
        met_at=met_at,
        lifted_at=None if met_at else lifted_at,
        lifted_reason="" if met_at else reason,
        explanation=words,
    )


def rebuild(at: datetime, tools: Tools) -> ProjectionResult:
    """Derive the terms of every plan again."""
    return rebuilt(Plan.objects.all(), lambda ids: keep_plans(ids, at))


def follow_case(sender: Any, case: Case, at: datetime, **kwargs: Any) -> None:
    """Derive the terms of plans again after a move, in its transaction: they end with the case."""
    if plans := list(case.plans.values_list("pk", flat=True)):
        keep_plans(plans, at)
