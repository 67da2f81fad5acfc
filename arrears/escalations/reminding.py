"""Every level hears at once that it owes an acknowledgement."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db.models import QuerySet

from arrears.cases.models import Case
from arrears.escalations.models import Acknowledgement
from arrears.reminders.immediate import Alarm
from arrears.reminders.keeping import keys_of
from arrears.reminders.staff import OVERSEEING, Staff

KEY = "acknowledge:"


def alarms_of(case: Case) -> Iterator[Alarm]:
    url = case.get_absolute_url()
    item = {"text": f"案件 {case.number} 已紧急上报，请各级立即确认知悉。", "short": f"案件 {case.number}", "url": url}
    title = f"紧急上报待确认知悉：案件 {case.number}"
    for row in Acknowledgement.objects.filter(case=case, at=None):
        yield Alarm(f"{KEY}{row.pk}", row.union_id, _overseers(row.union_id), title, url, item)


def _overseers(unit: int) -> Callable[[Staff], set[int]]:
    return lambda staff: staff.with_any(OVERSEEING, unit)


def open_alarms() -> QuerySet[Acknowledgement, str]:
    """Keys of the reminders of acknowledgements still owed."""
    return keys_of(KEY, Acknowledgement.objects.filter(at=None))
