"""催报: with one click the unit above asks everyone who has not sent where the return is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from arrears.reminders import outbox
from arrears.reminders.models import ReminderKind
from arrears.reminders.outbox import NewReminder
from reporting.returns.models import NOT_SENT, Return, Urge
from unions.common.clock import day_of
from unions.common.refusals import Forbidden
from unions.log import audit
from unions.models import Appointment, User
from unions.people.rights import Right, roles_with

PAUSE = timedelta(hours=1)  # who was asked just now is not asked again


@transaction.atomic
def urge(returns: Iterable[Return], by: User, at: datetime) -> int:
    """Remind the people who prepare and approve each return that has not been sent; how many returns.

    Asked again within the hour, a return is passed over. Raises Forbidden when one of them is not received by the asker's unit.
    """
    wanted = [row.pk for row in returns]
    rows = (
        Return.objects.select_for_update(of=("self",))
        .select_related("union", "receiver")
        .filter(NOT_SENT, pk__in=wanted)
    )
    held = list(rows.order_by("pk"))  # before looking who was asked just now: two clicks at once ask once
    words, count = [], 0
    recent = set(Urge.objects.filter(report__in=wanted, at__gt=at - PAUSE).values_list("report_id", flat=True))
    for row in held:
        if row.receiver is None or not may_urge(row, by):
            raise Forbidden(f"“{row.union}”的报表不由您的单位接收，不能催报。")
        if row.pk in recent:
            continue
        Urge.objects.create(report=row, by=by, at=at)
        audit.record(row.stream, "urge", by, at, union=row.receiver)
        words += _words(row, at)
        count += 1
    outbox.put(words, at)
    return count


def may_urge(row: Return, user: User) -> bool:
    unit = row.receiver.in_charge() if row.receiver else None
    return unit is not None and (user.may(Right.SUBMIT, unit) or user.may(Right.RECEIVE, unit))


def _words(row: Return, at: datetime) -> list[NewReminder]:
    roles = {*roles_with(Right.SUBMIT), *roles_with(Right.APPROVE)}
    people = Appointment.objects.in_force(day_of(at)).filter(union=row.union.in_charge(), role__in=roles)
    title = f"催报：{row.title}（{row.span}）"
    note = f"“{row.receiver}”请您单位尽快报送，期限 {row.due_at.astimezone(at.tzinfo):%m-%d %H:%M}。"
    return [
        NewReminder(
            user, ReminderKind.IMMEDIATE, f"urge:{row.pk}:{at:%Y%m%d%H}", title, row.get_absolute_url(), note=note
        )
        for user in people.values_list("user_id", flat=True).distinct()
    ]
