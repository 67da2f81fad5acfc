"""The inbox of one person."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from arrears.reminders.models import Reminder
from unions.models import User

MOST_COUNTED = 99


def of_user(user: User) -> QuerySet[Reminder]:
    return Reminder.objects.filter(user=user, in_app=True).prefetch_related("sendings")


def unread(user: User) -> int:
    """Never counts beyond 100; one query."""
    return of_user(user).filter(read_at=None).order_by()[: MOST_COUNTED + 1].count()


def mark_read(rows: QuerySet[Reminder], at: datetime) -> int:
    """What was read before keeps its time."""
    return rows.filter(read_at=None).update(read_at=at)
