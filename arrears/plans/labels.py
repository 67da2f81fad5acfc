"""The acts of plans in words, for the event log and the timeline; and the plan in force, as the 欠薪报告 says it (QD-3)."""

from __future__ import annotations

from arrears.cases.models import Case
from arrears.plans.models import Plan, PlanKind, PlanStep
from unions.common.formats import yuan
from unions.log.labels import words_of

TIMELINE_LABELS: dict[str, tuple[str, str, str]] = {
    "plan.make": ("制定计划", "calendar-event", "info"),
    "plan.revise": ("修订计划", "calendar-event", "busy"),
    "plan.done": ("完成计划步骤", "circle-check", "good"),
}
EVENT_LABELS = {"case": ("案件", words_of(TIMELINE_LABELS))}
FACT_LABELS = {"plan": "计划（序号）"}


def promised(case: Case) -> str:
    """Every instalment of the 偿还计划 in force with its day, and what guarantees it; "" where there is none."""
    rows = case.plans.in_force().filter(kind=PlanKind.REPAYMENT)
    plan = rows.select_related("proceeding").prefetch_related("steps").first()
    return said_of(plan) if plan else ""


def said_of(plan: Plan) -> str:
    basis = f"{plan.agreed_on} {plan.get_basis_display()}" if plan.basis else f"{plan.agreed_on} 签订"
    parts = [f"{basis}：" + "；".join(_instalment(step) for step in plan.steps.all())]
    if plan.guarantee:
        parts.append(f"保证措施：{plan.guarantee}")
    return "。".join(parts)


def _instalment(step: PlanStep) -> str:
    people = f"（结清 {step.workers} 人）" if step.workers else ""
    kept = f"，{step.done_on} 付清" if step.done_on else ""
    return f"第 {step.number} 期 {step.due_on} 前 {yuan(step.amount)} 元{people}{kept}"
