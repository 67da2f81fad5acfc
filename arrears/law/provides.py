"""What rulebooks give to the apps below them."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from arrears.law.calendar import calendar_alarm, calendar_at
from arrears.law.obligations.applicable import concerning
from unions.common.clock import day_of
from unions.models import User
from unions.navigation import NOT_ASKED
from unions.people.rights import Right
from unions.upkeep import UpkeepLine

# Steps (vocabulary.REQUIREMENTS) that are offered only where a notice speaks of them: a filter, or a part of a page.
ONLY_WHERE_ASKED = ("focus-sectors", "round-focused", "oversight", "resolution")


def calendar_line(user: User, now: datetime) -> list[UpkeepLine]:
    """For the system administrator: whether the working days of this year are known."""
    if not user.paths(Right.STRUCTURE):
        return []
    alarm = calendar_alarm(day_of(now), calendar_at())
    if alarm is None:
        return [UpkeepLine("工作日历", "放假安排已录入", "good")]
    return [UpkeepLine("工作日历", alarm, "busy", reverse("work-calendar"), "查看日历")]


def not_asked_for(user: User) -> set[str]:
    """The steps no notice in force that concerns the reader speaks of, by the names under which `left_out` knows them."""
    today = timezone.localdate()
    books = [book for book in concerning(user, today) if book.in_force(today)]
    return {f"{NOT_ASKED}{step}" for step in ONLY_WHERE_ASKED if not any(book.asks(step) for book in books)}
