"""What the sidebar counts for reporting: unread reminders, and returns that wait for the reader."""

from __future__ import annotations

from collections import Counter

from django.db.models import CharField, Value

from arrears.reminders.inbox import MOST_COUNTED
from arrears.reminders.models import Reminder
from reporting.returns.worklists import waiting
from unions.models import User


def waiting_for(user: User, section: str | None = None) -> dict[str, int]:
    """URL name of the section → how many (of one section, or of both), never counted beyond 100. One query."""
    if section not in (None, "inbox", "returns"):
        return {}
    most = MOST_COUNTED + 1
    unread = Reminder.objects.filter(user=user, in_app=True, read_at=None).order_by()
    rows = unread.values_list(Value("inbox", CharField()))[:most].union(
        waiting(user).order_by().values_list(Value("returns", CharField()))[:most], all=True
    )
    return {"inbox": 0, "returns": 0} | Counter(name for (name,) in rows)
