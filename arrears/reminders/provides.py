"""What reminders give to the apps below: a notice of one thing to named people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from arrears.reminders.models import ReminderKind
from arrears.reminders.outbox import NewReminder, put


def deliver(people: Iterable[int], key: str, title: str, text: str, url: str, at: datetime) -> None:
    """Write an immediate reminder for each of these people, unless she was told under this key before."""
    item = {"text": text, "short": title, "url": url}
    put([NewReminder(user, ReminderKind.IMMEDIATE, key, title, url, [item]) for user in people], at)
