"""What reminders give to the apps below: notices to named people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from arrears.reminders.models import ReminderKind, Sending
from arrears.reminders.outbox import NewReminder, put
from unions.models import User
from unions.models.job import JobState
from unions.people.notices import Notice
from unions.people.rights import Right
from unions.upkeep import RECENT, UpkeepLine


def deliver(notices: Iterable[Notice], at: datetime) -> None:
    """Write an immediate reminder for each of their people, unless she was told under this key before."""
    put((word for notice in notices for word in _words(notice)), at)


def _words(notice: Notice) -> Iterator[NewReminder]:
    item = {"text": notice.text, "short": notice.title, "url": notice.url}
    for user in notice.people:
        yield NewReminder(user, ReminderKind.IMMEDIATE, notice.key, notice.title, notice.url, [item])


def mail_line(user: User, now: datetime) -> list[UpkeepLine]:
    """For the system administrator: reminders that could not be sent."""
    if not user.paths(Right.STRUCTURE):
        return []
    lost = Sending.objects.filter(state=JobState.FAILED, finished_at__gte=now - RECENT).count()
    said = f"近 7 天有 {lost} 条提醒没有发出，请检查邮件、短信网关设置" if lost else "近 7 天没有未发出的提醒"
    return [UpkeepLine("提醒发送", said, "bad" if lost else "good")]
