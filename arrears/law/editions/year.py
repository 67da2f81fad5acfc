"""A year of the working calendar, laid out month by month for the page."""

from __future__ import annotations

import calendar as weeks
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from arrears.law.editions.dues import Due
from arrears.law.models import Holiday
from arrears.law.rules.holiday_sources import Day, HolidaySource
from arrears.law.rules.workdays import Calendar, named

ONE_DAY = timedelta(1)


@dataclass(frozen=True)
class DayCell:
    """One day. `kind`: work, weekend, holiday or makeup; `mark`: the one sign that says it without colour."""

    day: Day
    kind: str
    mark: str
    dues: list[Due]
    today: bool

    @property
    def label(self) -> str:
        """Read aloud, and shown as the hint."""
        parts = [f"{self.day.on.year}年{named(self.day.on)}", kind_words(self.day)]
        parts += [f"{due.title}到期" for due in self.dues]
        return "，".join(parts)


@dataclass(frozen=True)
class Month:
    number: int
    weeks: list[list[DayCell | None]]
    workdays: int
    names: list[str]  # festivals of the month with their days, in words


def months_of(year: int, calendar: Calendar, dues: Iterable[Due], today: date) -> list[Month]:
    by_day: dict[date, list[Due]] = defaultdict(list)
    for due in dues:
        by_day[due.at.date()].append(due)
    return [_month(year, number, calendar, by_day, today) for number in range(1, 13)]


def _month(year: int, number: int, calendar: Calendar, by_day: dict[date, list[Due]], today: date) -> Month:
    rows: list[list[DayCell | None]] = []
    for week in weeks.Calendar().monthdatescalendar(year, number):
        rows.append([_cell(calendar.day(on), by_day, today) if on.month == number else None for on in week])
    cells = [cell for row in rows for cell in row if cell]
    return Month(number, rows, sum(cell.day.working for cell in cells), _names(cells))


def _cell(day: Day, by_day: dict[date, list[Due]], today: date) -> DayCell:
    kind = kind_of(day)
    mark = {"holiday": "休", "makeup": "班"}.get(kind, "")
    return DayCell(day, kind, mark, by_day.get(day.on, []), day.on == today)


def kind_of(day: Day) -> str:
    if day.working:
        return "makeup" if day.make_up else "work"
    return "weekend" if day.name.startswith("周") or not day.name else "holiday"


def kind_words(day: Day) -> str:
    return {
        "work": "工作日",
        "makeup": f"{day.name.removesuffix('调休')}调休，上班",
        "weekend": "周末休息",
        "holiday": f"{day.name}，放假",
    }[kind_of(day)]


def _names(cells: list[DayCell]) -> list[str]:
    """国庆节 1–7日"""
    found: dict[str, list[int]] = defaultdict(list)
    for cell in cells:
        if cell.kind == "holiday":
            found[cell.day.name].append(cell.day.on.day)
    return [f"{name} {_span(days)}日" for name, days in found.items()]


def _span(days: list[int]) -> str:
    whole = len(days) > 1 and days[-1] - days[0] == len(days) - 1
    return f"{days[0]}–{days[-1]}" if whole else "、".join(map(str, days))


def explained(on: date, calendar: Calendar) -> dict[str, object]:
    """What kind of day it is, who says so, and its place among the month's working days. One query."""
    day = calendar.day(on)
    row = Holiday.objects.standing().filter(day=on).select_related("entered_by").first()
    first = on.replace(day=1)
    count = sum(calendar.is_workday(first + timedelta(n)) for n in range((on - first).days + 1))
    return {
        "on": on,
        "name": named(on),
        "kind": kind_of(day),
        "words": kind_words(day),
        "source": _source(day),
        "row": row,
        "count": count if day.working else 0,
        "next": None if day.working else calendar.roll_forward(on).date,
        "provisional": day.provisional,
    }


def _source(day: Day) -> str:
    return {
        HolidaySource.TABLE: "省级节假日表（按放假安排通知登记）",
        HolidaySource.CHINESE_CALENDAR: "国务院办公厅公布的放假安排（chinesecalendar 收录）",
        HolidaySource.STATUTORY: "法定节假日推算，放假安排公布后可能变动",
    }[day.source]
