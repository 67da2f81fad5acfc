"""The inbox of one person, and how long what is in it is kept."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.db.models import CharField, Model, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from arrears.law.models import Obligation
from arrears.reminders.models import DevMail, Reminder, ReminderKind
from unions.common.features import provided
from unions.common.urgency import urgency_where
from unions.models import User

M = TypeVar("M", bound=Model)
BATCH = 2000


# What is to be answered at once stands first until it is read.
UNREAD_ALARM = Q(kind=ReminderKind.IMMEDIATE, read_at=None)


def of_user(user: User) -> QuerySet[Reminder]:
    rows = Reminder.objects.filter(user=user, in_app=True).prefetch_related("sendings")
    return rows.annotate(urgency=urgency_where(UNREAD_ALARM))


def unread_of(user: User) -> QuerySet[Reminder]:
    return of_user(user).filter(read_at=None)


def unread(user: User) -> int:
    """One query."""
    return unread_of(user).order_by().count()


def mark_read(rows: QuerySet[Reminder], at: datetime) -> int:
    """What was read before keeps its time."""
    return rows.filter(read_at=None).update(read_at=at)


def drop_old(at: datetime) -> int:
    """Remove reminders and kept mail beyond the periods of the settings; how many reminders. Run as often as you like.

    An at-once matter still open keeps its reminder: the row is what says that the person was told. Apps declare "open alarms":
    the keys of theirs.
    """
    still_open = Q(key__in=keys_of("at-once:", Obligation.objects.open().filter(due_at=None)))
    for open_alarms in provided("open alarms"):
        still_open |= Q(key__in=open_alarms())
    old = Reminder.objects.filter(created_at__lt=at - settings.REMINDERS_KEPT).exclude(still_open)
    dropped = 0
    while batch := list(old.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        Reminder.objects.filter(pk__in=batch).delete()
        dropped += len(batch)
    DevMail.objects.filter(at__lt=at - settings.DEV_MAIL_KEPT).delete()
    return dropped


def keys_of(name: str, rows: QuerySet[M]) -> QuerySet[M, str]:
    """What reminders of these matters are called."""
    named = rows.order_by().annotate(matter=Concat(Value(name), Cast("pk", CharField())))
    return named.values_list("matter", flat=True)  # type: ignore[return-value]
