"""Approvers hear at once of a plan that departs from the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from arrears.cases.second_person import barred_because
from arrears.plans.models import Plan
from arrears.reminders.approvals import remind_approvers
from unions.common.clock import day_of
from unions.models import User


def tell_of_departure(sender: Any, plan: Plan, at: datetime, **kwargs: Any) -> None:
    """A plan whose sums are not what the books have open (its `gap` says why): nobody approves it, the approvers look at it."""
    if not plan.gap or plan.replaced_at is not None:
        return
    title = f"偿还计划与台账不一致，请核对：案件 {plan.case.number}"
    url, key = f"{plan.case.get_absolute_url()}?tab=plans", f"plan-gap:{plan.pk}"
    remind_approvers(plan.case.handling_union_id, key, title, url, plan, _barred_from_plan, at)


def _barred_from_plan(plan: Plan, user: User, at: datetime) -> str | None:
    return barred_because(plan.case, user, plan.by, day_of(at), plan.at)
