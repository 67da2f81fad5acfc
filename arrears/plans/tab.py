"""The tab 偿还计划 of the case page: what was promised, kept and broken, and what may follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from arrears.cases import acts, ledger
from arrears.cases.models import NO_MORE, UNFINISHED, Case
from arrears.legal.models import ProceedingKind
from arrears.plans.forms import ReceivableForm, RecoveryForm, StepDoneForm
from arrears.plans.models import Plan, PlanKind, PlanStep, Receivable
from arrears.plans.receivables import wages_first
from unions.models import User


@dataclass(frozen=True)
class ShownStep:
    row: PlanStep
    tone: str
    words: str

    @property
    def form(self) -> StepDoneForm:
        """An empty one, its ids unlike those of the steps beside it."""
        today = timezone.localdate()
        return StepDoneForm(initial={"on": today}, today=today, auto_id=f"id_step{self.row.pk}_%s")


@dataclass(frozen=True)
class ShownPlan:
    plan: Plan
    steps: list[ShownStep]
    older: list[Plan]  # earlier versions, the newest first

    @property
    def amount(self) -> Any:
        """Yuan promised in all."""
        return sum(step.row.amount for step in self.steps)

    @property
    def workers(self) -> int:
        return sum(step.row.workers for step in self.steps)

    @property
    def paid(self) -> Any:
        return sum(step.row.paid for step in self.steps)


@dataclass(frozen=True)
class ShownDebt:
    """A debt with its recoveries (prefetched)."""

    row: Receivable
    today: date

    @property
    def recovered(self) -> Any:
        """Yuan that came in."""
        return sum(one.amount for one in self.row.recoveries.all())

    @property
    def wages(self) -> Any:
        """Yuan of them that paid wages."""
        return sum(one.wages for one in self.row.recoveries.all())

    @property
    def form(self) -> RecoveryForm:
        """An empty one, its ids unlike those of the debts beside it."""
        return RecoveryForm(initial={"on": self.today}, today=self.today, auto_id=f"id_recovery{self.row.pk}_%s")

    @property
    def left(self) -> Any:
        return self.row.amount - self.recovered


# After a broken promise (QD-6.1, QD-6.3): what is offered with one click.
AFTER_A_BROKEN_PROMISE = (ProceedingKind.PAYMENT_ORDER, ProceedingKind.ARBITRATION)


def plans_tab(case: Case, user: User, balance: ledger.Balance, request: HttpRequest) -> dict[str, Any]:
    """Return the newest plan of each kind with its steps and older versions, and what may be made."""
    today = timezone.localdate()
    rows = list(case.plans.select_related("by", "proceeding").prefetch_related("steps").order_by("-version"))
    shown = []
    for kind in PlanKind:
        of_kind = [row for row in rows if row.kind == kind]
        if of_kind:
            steps = [_shown(step, today) for step in of_kind[0].steps.all()]
            shown.append(ShownPlan(of_kind[0], steps, of_kind[1:]))
    may = acts.may_act(case, user) and case.state not in NO_MORE
    made = {one.plan.kind for one in shown}
    return {
        "plans": shown,
        "may_plan": may,
        "may_recover": may and (ledger.may_post(case, user) or not balance.outstanding.amount),
        "new_kinds": [kind for kind in PlanKind if may and kind not in made and _fits(case, kind, balance)],
    } | _debts(case, may and any(not one.plan.is_repayment for one in shown), today)


def broken_after(case: Case, user: User) -> tuple[ProceedingKind, ...]:
    """Return what is offered with one click where a promise was broken."""
    return AFTER_A_BROKEN_PROMISE if case.state in UNFINISHED and acts.may_act(case, user) else ()


def _debts(case: Case, may: bool, today: Any) -> dict[str, Any]:
    """What is owed to the employer: offered where a notice in force wants it on the plan (SD-2.4e)."""
    rows = case.receivables.prefetch_related("recoveries__entry__cancelled_by")
    return {
        "debts": [ShownDebt(row, today) for row in rows],
        "debt_notice": wages_first(case, today) if may else None,
        "debt_form": ReceivableForm(today=today, auto_id="id_debt_%s"),
    }


def _fits(case: Case, kind: PlanKind, balance: ledger.Balance) -> bool:
    if kind == PlanKind.REPAYMENT:
        return bool(balance.outstanding.amount)
    return kind == PlanKind.EMPLOYER or case.project_id is not None


def _shown(step: PlanStep, today: Any) -> ShownStep:
    done = "兑付" if step.amount else "完成"
    if step.done_on:
        late = "逾期" if step.kept_late else "已"
        return ShownStep(step, "busy" if step.kept_late else "good", f"{late}{done}")
    if step.is_broken(today):
        return ShownStep(step, "bad", f"逾期未{done}")
    return ShownStep(step, "info", "部分兑付" if step.paid else f"待{done}")
