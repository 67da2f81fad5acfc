"""What cannot wait for the morning: what features want answered at once, and duties the notices want done "at once".

Notices say 立即, 第一时间 and 及时 without a number. Only what is to be warned of within the hours of a local setting is told at once; a
duty such as 及时反馈 with days before its warning comes with the digest, or every case filed would ring three telephones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F

from arrears.law.models import Obligation
from arrears.law.obligations.local import local
from arrears.reminders.models import Reminder, ReminderKind
from arrears.reminders.outbox import NewReminder, put
from arrears.reminders.staff import APPROVING, Staff
from arrears.reminders.wording import Item, item_of, number_of
from unions.common.clock import day_of
from unions.common.features import provided

if TYPE_CHECKING:
    from arrears.cases.models import Case


@dataclass(frozen=True)
class Alarm:
    """One matter of a case that cannot wait. `unit`: whose it is; `people`: who of its staff is told."""

    key: str
    unit: int
    people: Callable[[Staff], set[int]]
    title: str
    url: str
    item: Item


def remind_of(case: Case, at: datetime) -> int:
    """Tell everyone concerned about what this case demands at once and who was not told yet; in the transaction of the move.

    Apps declare "immediate alarms": a function of the case.
    """
    if case.number is None:  # a draft demands nothing
        return 0
    alarms = [alarm for alarms_of in provided("immediate alarms") for alarm in alarms_of(case)]
    alarms += _duties(case, at)
    if not alarms or _all_told(alarms):
        return 0
    staff = Staff(day_of(at), {alarm.unit for alarm in alarms})
    return put(_words(alarms, staff), at)


def _all_told(alarms: list[Alarm]) -> bool:
    keys = {alarm.key for alarm in alarms}
    return Reminder.objects.filter(key__in=keys).values("key").distinct().count() == len(keys)


def _words(alarms: list[Alarm], staff: Staff) -> Iterator[NewReminder]:
    for alarm in alarms:
        for user in alarm.people(staff):
            yield NewReminder(user, ReminderKind.IMMEDIATE, alarm.key, alarm.title, alarm.url, [alarm.item])


def _duties(case: Case, at: datetime) -> Iterator[Alarm]:
    rows = Obligation.objects.open().filter(case=case, due_at=None, backfilled=False)
    rows = rows.filter(warn_at__lte=F("started_at") + local().pressing)
    for row in rows:
        row.case = case
        title = f"须立即办理：{number_of(row)}"
        yield Alarm(f"at-once:{row.pk}", row.holder_id, _doers(row), title, row.get_absolute_url(), item_of(row, at))


def _doers(row: Obligation) -> Callable[[Staff], set[int]]:
    return lambda staff: staff.acting(row.holder_id, row.officer_id) | staff.with_any(APPROVING, row.holder_id)


if TYPE_CHECKING:
    from arrears.cases.models import Case


def tell_at_once(sender: Any, case: Case, at: datetime, **kwargs: Any) -> None:
    remind_of(case, at)
