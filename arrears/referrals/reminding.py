"""Reminders of a referral: to the department when it is sent, to the unions when it is answered.

Numbers only: a reminder may go out by mail or telephone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.urls import reverse

from arrears.referrals.models import Referral
from arrears.reminders.models import ReminderKind
from arrears.reminders.outbox import NewReminder, put
from arrears.reminders.staff import OVERSEEING, Staff
from unions.common.clock import day_of
from unions.models import User

# What the department did → how the sender is told.
DONE = {"referral.accept": "对方已接收", "referral.refuse": "对方不予接收", "referral.answer": "对方已答复"}


def remind_of_step(row: Referral, verb: str, by: User, at: datetime) -> None:
    """Remind whoever must hear of this step of a referral at once."""
    put(_reminders(row, verb, by, at), at)


def _reminders(row: Referral, verb: str, by: User, at: datetime) -> Iterator[NewReminder]:
    if verb == "referral.send":
        theirs = row.agency.appointments.in_force(day_of(at)).values_list("user_id", flat=True)
        url = reverse("incoming-matter", args=[row.pk])
        yield from _each(theirs, f"{verb}:{row.pk}", f"收到新事项 {row.number}，请接收", url)
    if verb in DONE:
        key = f"{verb}:{row.pk}:{row.answers.count()}"
        people = {row.requested_by_id, row.case.officer_id} - {by.pk, None}
        yield from _each(people, key, f"转送 {row.number}：{DONE[verb]}", row.get_absolute_url())
        if verb == "referral.answer" and row.passed_to_id:
            above = Staff(day_of(at), {row.passed_to_id}).with_any(OVERSEEING, row.passed_to_id)
            title = f"行业主管部门反馈待阅知：转送 {row.number}"
            yield from _each(above, f"{key}:above", title, row.get_absolute_url())


def _each(people: Iterable[int | None], key: str, title: str, url: str) -> Iterator[NewReminder]:
    item = {"text": f"{title}。", "short": title, "url": url}
    for user in people:
        if user is not None:
            yield NewReminder(user, ReminderKind.IMMEDIATE, key, title, url, [item])
