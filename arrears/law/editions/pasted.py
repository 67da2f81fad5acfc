"""Days about to be entered into the province's table: read, and shown with what they change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from arrears.law.calendar import calendar_at
from arrears.law.editions.dues import Due, dues
from arrears.law.editions.year import kind_words
from arrears.law.models import HolidayKind
from arrears.law.rules.decree import DecreeError, missing_festivals, read_decree
from arrears.law.rules.holiday_sources import Day, Decreed
from arrears.law.rules.workdays import Calendar, named
from unions.common.refusals import Refused
from unions.models import User


@dataclass(frozen=True)
class PastedDays:
    """`missing`: festivals a pasted notice does not name, so that its year stays provisional."""

    days: tuple[Decreed, ...]
    notice: str
    missing: list[str]


@dataclass(frozen=True)
class DueChange:
    """One day as it would be entered, and what the calendar says of it now."""

    row: Decreed
    name: str
    now: Day
    before: str
    differs: bool
    entered: bool  # the table has it already, the same


@dataclass(frozen=True)
class MovedDue:
    due: Due
    before: Due


def read(given: Mapping[str, Any]) -> PastedDays:
    """From the cleaned form of a pasted notice (`text`, `year`) or of one day. Raises Refused."""
    if "text" not in given:
        row = Decreed(given["day"], given["kind"] == HolidayKind.OFF, given["name"])
        return PastedDays((row,), given["notice"], [])
    try:
        decree = read_decree(given["text"], given["year"])
    except DecreeError as error:
        raise Refused(str(error), {"text": str(error)}) from error
    return PastedDays(decree.days, decree.number or f"{decree.year}年部分节假日安排", missing_festivals(decree))


def preview(found: PastedDays, user: User, today: date) -> dict[str, Any]:
    """What the confirmation page shows: each day, and the due dates that would move."""
    before = calendar_at()
    after = Calendar(
        tuple({**{row.day: row for row in before.decreed}, **{row.day: row for row in found.days}}.values())
    )
    changes = [_change(row, before, after) for row in found.days]
    return {
        "found": found,
        "changes": changes,
        "fresh": sum(not change.entered for change in changes),
        "moved": _moved(found, user, today, before, after),
    }


def _change(row: Decreed, before: Calendar, after: Calendar) -> DueChange:
    now, then = before.day(row.day), after.day(row.day)
    return DueChange(row, named(row.day), now, kind_words(now), now.working != then.working, row in before.decreed)


def _moved(found: PastedDays, user: User, today: date, before: Calendar, after: Calendar) -> list[MovedDue]:
    """Due dates of the reader's units in the years touched that fall on another day."""
    first, last = found.days[0].day.year, found.days[-1].day.year
    span = date(first, 1, 1), date(last, 12, 31)
    old = {due.uid: due for due in dues(user, today, *span, before)}
    return [
        MovedDue(due, old[due.uid])
        for due in dues(user, today, *span, after)
        if due.uid in old and due.at != old[due.uid].at
    ]
