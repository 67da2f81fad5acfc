"""Whoever may decide hears at once that something waits for her: an oversight, a letter, a merger, a plan that departs from the books.

Told are those who can: an approver who took part and is barred hears nothing. Numbers only: a reminder may leave the house.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeVar

from arrears.cases.second_person import barred_because
from arrears.letters import actions as steps
from arrears.letters.models import Letter
from arrears.merging import actions as merging
from arrears.merging.models import Merger
from arrears.plans.models import Plan
from arrears.reminders.models import ReminderKind
from arrears.reminders.outbox import Word, put
from arrears.reminders.staff import APPROVING, Staff
from arrears.serious import oversight as overseeing
from arrears.serious.models import Oversight
from unions.approvals import Approval, waiting_for
from unions.common.clock import day_of
from unions.models import User

Row = TypeVar("Row")
Barred = Callable[[Row, User, datetime], str | None]


def _told(unit: int, key: str, title: str, url: str, row: Row, barred: Barred[Row], at: datetime) -> Iterator[Word]:
    """One word for each approver of `unit` who may decide upon `row`."""
    item = {"text": f"{title}。", "short": title, "url": url}
    people = Staff(day_of(at), {unit}).with_any(APPROVING, unit)
    for user in User.objects.filter(pk__in=people).order_by("pk"):
        if barred(row, user, at) is None:
            yield Word(user.pk, ReminderKind.IMMEDIATE, key, title, url, [item])


def _tell(row: Any, number: str, name: str, words: dict[Approval[Any], str], at: datetime) -> None:
    """Tell whoever may decide what waits in the row: each asking by itself, never twice."""
    approval = waiting_for(row, words)
    if approval is None:
        return
    title = f"{words[approval]}：案件 {number}"
    key = f"approve-{name}:{row.pk}:{getattr(row, approval.asked[1]):%Y%m%d%H%M%S}"
    unit = approval.unit_of(row).pk
    put(_told(unit, key, title, row.get_absolute_url(), row, approval.barred, at), at)


def tell_of_oversight(sender: Any, oversight: Oversight, at: datetime, **kwargs: Any) -> None:
    kind = oversight.get_kind_display()
    words = {overseeing.setting: f"{kind}待审批", overseeing.lifting: f"{kind}待审批解除"}
    _tell(oversight, str(oversight.case.number), "oversight", words, at)


def tell_of_letter(sender: Any, letter: Letter, at: datetime, **kwargs: Any) -> None:
    words = {steps.approval: f"{letter.get_kind_display()}待签发"}
    _tell(letter, str(letter.case.number), "letter", words, at)


def tell_of_merger(sender: Any, merger: Merger, at: datetime, **kwargs: Any) -> None:
    words = {merging.merging: "并案待审批", merging.parting: "撤销并案待审批"}
    _tell(merger, str(merger.duplicate.number), "merger", words, at)


def tell_of_departure(sender: Any, plan: Plan, at: datetime, **kwargs: Any) -> None:
    """A plan whose sums are not what the books have open (its `gap` says why): nobody approves it, the approvers look at it."""
    if not plan.gap or plan.replaced_at is not None:
        return
    title = f"偿还计划与台账不一致，请核对：案件 {plan.case.number}"
    url, key = f"{plan.case.get_absolute_url()}?tab=plans", f"plan-gap:{plan.pk}"
    put(_told(plan.case.handling_union_id, key, title, url, plan, _barred_from_plan, at), at)


def _barred_from_plan(plan: Plan, user: User, at: datetime) -> str | None:
    return barred_because(plan.case, user, plan.by, day_of(at), plan.at)
