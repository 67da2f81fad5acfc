"""Where terms of referrals hear of them, and where people are told: the department of what arrived, the unions of what it said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse

from arrears.cases.models import Case
from arrears.referrals.models import Referral
from arrears.referrals.terms import keep_referrals
from arrears.reminders.models import ReminderKind
from arrears.reminders.outbox import Word, put
from arrears.reminders.staff import OVERSEEING, Staff
from arrears.transfers.models import Transfer
from unions.common.clock import day_of
from unions.models import User
from unions.people.rights import Right

RECEIVING = frozenset({Right.RECEIVE})
# What the department says → how the sender is told.
SAID = {"referral.accept": "对方已接收", "referral.refuse": "对方不予接收", "referral.answer": "对方已答复"}
MOVED = {"accept_transfer": "对方已接收", "refuse_transfer": "对方已退回"}


def follow_referral(sender: Any, referral: Referral, verb: str, by: User, at: datetime, **kwargs: Any) -> None:
    """In the transaction of the step: a referral and its term are never seen apart."""
    if referral.number is not None:
        keep_referrals([referral.pk], at)
    put(_words(referral, verb, by, at), at)


def _words(row: Referral, verb: str, by: User, at: datetime) -> Iterator[Word]:
    """Numbers only: a reminder may leave the house by mail or telephone."""
    if verb == "referral.send":
        theirs = row.agency.appointments.in_force(day_of(at)).values_list("user_id", flat=True)
        url = reverse("incoming-matter", args=[row.pk])
        yield from _told(theirs, f"{verb}:{row.pk}", f"收到新事项 {row.number}，请接收", url)
    if verb in SAID:
        key = f"{verb}:{row.pk}:{row.answers.count()}"
        people = {row.requested_by_id, row.case.officer_id} - {by.pk, None}
        yield from _told(people, key, f"转送 {row.number}：{SAID[verb]}", row.get_absolute_url())
        if verb == "referral.answer" and row.passed_to_id:
            above = Staff(day_of(at), {row.passed_to_id}).with_any(OVERSEEING, row.passed_to_id)
            title = f"行业主管部门反馈待阅知：转送 {row.number}"
            yield from _told(above, f"{key}:above", title, row.get_absolute_url())


def tell_of_transfer(sender: Any, case: Case, verb: str, at: datetime, **kwargs: Any) -> None:
    """The receiver learns at once what it is asked to take, the sender what became of it."""
    if verb != "transfer" and verb not in MOVED:
        return
    row = Transfer.objects.filter(case=case).order_by("-id").first()
    if row is None:
        return
    if verb == "transfer":
        people = Staff(day_of(at), {row.receiver_id}).with_any(RECEIVING, row.receiver_id)
        url = reverse("case-move", args=[case.pk, "accept_transfer"])
        put(_told(people, f"transfer:{row.pk}", f"转办待接收：案件 {case.number}", url), at)
    else:
        title = f"转办 {case.number}：{MOVED[verb]}"
        put(_told([row.asked_by_id], f"transfer:{row.pk}:answer", title, case.get_absolute_url()), at)


def _told(people: Iterable[int | None], key: str, title: str, url: str) -> Iterator[Word]:
    item = {"text": f"{title}。", "short": title, "url": url}
    for user in people:
        if user is not None:
            yield Word(user, ReminderKind.IMMEDIATE, key, title, url, [item])
