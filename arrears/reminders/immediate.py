"""What cannot wait for the morning: acknowledgements opened at every level, and duties the notices want done "at once".

Notices say 立即, 第一时间 and 及时 without a number. Only what is to be warned of within the hours of a local setting is told at once; a
duty such as 及时反馈 with days before its warning comes with the digest, or every case filed would ring three telephones.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F

from arrears.cases.models import Case, State
from arrears.escalations.models import Acknowledgement
from arrears.law.models import Obligation
from arrears.law.obligations.local import local
from arrears.reminders.models import Reminder, ReminderKind
from arrears.reminders.outbox import Word, put
from arrears.reminders.staff import APPROVING, OVERSEEING, Staff
from arrears.reminders.wording import item_of, number_of
from unions.common.clock import day_of


def remind_of(case: Case, at: datetime) -> int:
    """Tell everyone concerned about what this case demands at once and who was not told yet; in the transaction of the move."""
    if case.state == State.DRAFT:
        return 0
    waiting = list(Acknowledgement.objects.filter(case=case, at=None))
    duties = list(
        Obligation.objects.open().filter(case=case, due_at=None, warn_at__lte=F("started_at") + local().pressing)
    )
    if (not waiting and not duties) or _all_told(waiting, duties):
        return 0
    staff = Staff(day_of(at), {row.union_id for row in waiting} | {row.holder_id for row in duties})
    words = [*_of_acknowledgements(case, waiting, staff), *_of_duties(case, duties, staff, at)]
    return put(words, at)


def _all_told(waiting: list[Acknowledgement], duties: list[Obligation]) -> bool:
    keys = {*map(_key, waiting), *map(_key, duties)}
    return Reminder.objects.filter(key__in=keys).values("key").distinct().count() == len(keys)


def _key(row: Acknowledgement | Obligation) -> str:
    return f"acknowledge:{row.pk}" if isinstance(row, Acknowledgement) else f"at-once:{row.pk}"


def _of_acknowledgements(case: Case, rows: list[Acknowledgement], staff: Staff) -> Iterator[Word]:
    url = case.get_absolute_url()
    item = {"text": f"案件 {case.number} 已紧急上报，请各级立即确认知悉。", "short": f"案件 {case.number}", "url": url}
    for row in rows:
        for user in staff.with_any(OVERSEEING, row.union_id):
            title = f"紧急上报待确认知悉：案件 {case.number}"
            yield Word(user, ReminderKind.IMMEDIATE, _key(row), title, url, [item])


def _of_duties(case: Case, rows: list[Obligation], staff: Staff, at: datetime) -> Iterator[Word]:
    for row in rows:
        row.case = case
        people = staff.acting(row.holder_id, row.officer_id) | staff.with_any(APPROVING, row.holder_id)
        for user in people:
            title = f"须立即办理：{number_of(row)}"
            yield Word(user, ReminderKind.IMMEDIATE, _key(row), title, row.get_absolute_url(), [item_of(row, at)])
