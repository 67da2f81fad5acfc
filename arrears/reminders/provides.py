"""What reminders give to the apps below: notices to named people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from arrears.reminders.models import ReminderKind
from arrears.reminders.outbox import NewReminder, put
from unions.people.notices import Notice


def deliver(notices: Iterable[Notice], at: datetime) -> None:
    """Write an immediate reminder for each of their people, unless she was told under this key before."""
    put((word for notice in notices for word in _words(notice)), at)


def _words(notice: Notice) -> Iterator[NewReminder]:
    item = {"text": notice.text, "short": notice.title, "url": notice.url}
    for user in notice.people:
        yield NewReminder(user, ReminderKind.IMMEDIATE, notice.key, notice.title, notice.url, [item])
