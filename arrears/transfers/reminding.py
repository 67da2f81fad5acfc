"""Reminders of a transfer: to its receiver when it is sent, to its sender when it is answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse

from arrears.cases.models import Case
from arrears.reminders.models import ReminderKind
from arrears.reminders.outbox import NewReminder, put
from arrears.reminders.staff import Staff
from arrears.transfers.models import Transfer
from unions.common.clock import day_of
from unions.people.rights import Right

RECEIVING = frozenset({Right.RECEIVE})
ANSWERS = {"accept_transfer": "对方已接收", "refuse_transfer": "对方已退回"}
HEARD = frozenset({"transfer", *ANSWERS})


def remind_of_transfer(sender: Any, case: Case, verb: str, at: datetime, **kwargs: Any) -> None:
    """Remind the receiver of a transfer sent, its sender of the answer, at once."""
    row = Transfer.objects.filter(case=case).order_by("-id").first()
    if row is None:
        return
    if verb == "transfer":
        people = Staff(day_of(at), {row.receiver_id}).with_any(RECEIVING, row.receiver_id)
        url = reverse("case-move", args=[case.pk, "accept_transfer"])
        put(_reminders(people, f"transfer:{row.pk}", f"转办待接收：案件 {case.number}", url), at)
    else:
        title = f"转办 {case.number}：{ANSWERS[verb]}"
        put(_reminders([row.asked_by_id], f"transfer:{row.pk}:answer", title, case.get_absolute_url()), at)


def _reminders(people: Iterable[int | None], key: str, title: str, url: str) -> Iterator[NewReminder]:
    item = {"text": f"{title}。", "short": title, "url": url}
    for user in people:
        if user is not None:
            yield NewReminder(user, ReminderKind.IMMEDIATE, key, title, url, [item])
