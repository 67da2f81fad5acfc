"""Whoever may decide hears at once that something waits for her; what waits, the feature says.

Those who can are reminded: an approver who took part and may not decide hears nothing. Numbers only: a reminder may leave the house.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from arrears.reminders.models import ReminderKind
from arrears.reminders.outbox import NewReminder, put
from arrears.reminders.staff import APPROVING, Staff
from unions.approvals import waiting_for
from unions.common.clock import day_of
from unions.models import User

Row = TypeVar("Row")
WhyNot = Callable[[Row, User, datetime], str | None]


def remind_approvers(unit: int, key: str, title: str, url: str, row: Row, why_not: WhyNot[Row], at: datetime) -> int:
    """Tell each approver of `unit` who may decide upon `row`; how many were told. The same `key` is told once."""
    return put(_words(unit, key, title, url, row, why_not, at), at)


def remind_of_asked(row: Any, number: str, name: str, words: Mapping[Any, str], at: datetime) -> None:
    """Tell whoever may decide what waits in the row: each asking by itself, never twice."""
    approval = waiting_for(row, words)
    if approval is None:
        return
    title = f"{words[approval]}：案件 {number}"
    key = f"approve-{name}:{row.pk}:{getattr(row, approval.asked[1]):%Y%m%d%H%M%S}"
    unit = approval.unit_of(row).pk
    remind_approvers(unit, key, title, row.get_absolute_url(), row, approval.why_may_not_decide, at)


def _words(
    unit: int, key: str, title: str, url: str, row: Row, why_not: WhyNot[Row], at: datetime
) -> Iterator[NewReminder]:
    item = {"text": f"{title}。", "short": title, "url": url}
    people = Staff(day_of(at), {unit}).with_any(APPROVING, unit)
    for user in User.objects.filter(pk__in=people).order_by("pk"):
        if why_not(row, user, at) is None:
            yield NewReminder(user.pk, ReminderKind.IMMEDIATE, key, title, url, [item])
