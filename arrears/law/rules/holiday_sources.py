"""What kind of day it is, from the two libraries (docs/decisions/011): chinesecalendar, then `holidays` as provisional."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from functools import cache
from importlib.metadata import version

from chinese_calendar import Holiday, constants

FIRST_YEAR, LAST_YEAR = 1950, 2100
FESTIVALS = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")
WEEKDAYS = "一二三四五六日"


class CalendarError(ValueError):
    """A day that cannot be counted; the message is one Chinese sentence."""


class HolidaySource(Enum):
    """Where the kind of a day comes from, the most trusted first."""

    TABLE = "省级节假日表"
    CHINESE_CALENDAR = "chinesecalendar"
    STATUTORY = "法定节假日推算"


@dataclass(frozen=True)
class Decreed:
    """A day somebody decreed: off (放假) or work (调休上班), under the festival's name."""

    day: date
    off: bool
    name: str


@dataclass(frozen=True)
class Day:
    """One day: whether people work, and why not (or why they do on a weekend)."""

    on: date
    working: bool
    name: str
    source: HolidaySource

    @property
    def provisional(self) -> bool:
        """The year's 放假安排 is not known yet: statutory days only, no make-up days."""
        return self.source is HolidaySource.STATUTORY

    @property
    def make_up(self) -> bool:
        """A Saturday or Sunday on which people work (调休上班)."""
        return self.working and self.on.weekday() >= 5


@cache
def library_versions() -> tuple[str, str]:
    """What the libraries know changes with their versions, so a calendar's version names both."""
    return f"chinesecalendar {version('chinesecalendar')}", f"holidays {version('holidays')}"


def settled_by_library(year: int) -> bool:
    """Whether chinesecalendar carries the decree of `year`."""
    return year in _decreed_by_library()


def year_of_days(year: int, table: Mapping[date, Decreed]) -> dict[date, Day]:
    """Every day of `year`. Rows of `table` win day by day; a year they name in full owes nothing to any library."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CalendarError(f"工作日历只覆盖 {FIRST_YEAR} 年至 {LAST_YEAR} 年，不能计算 {year} 年的日期。")
    source, decreed = _basis(year, table)
    days = {}
    for day in days_of(year):
        row = table.get(day)
        days[day] = _day(day, row, HolidaySource.TABLE) if row else _day(day, decreed.get(day), source)
    return days


def named_in_full(year: int, table: Mapping[date, Decreed]) -> bool:
    """Whether the rows of `table` give days off for each of the seven festivals of `year`: the whole decree is there."""
    names = " ".join(row.name for day, row in table.items() if row.off and day.year == year)
    return all(festival in names for festival in FESTIVALS)


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(n) for n in range((date(year, 12, 31) - first).days + 1)]


def _basis(year: int, table: Mapping[date, Decreed]) -> tuple[HolidaySource, Mapping[date, Decreed]]:
    if settled_by_library(year):
        return HolidaySource.CHINESE_CALENDAR, _decreed_by_library()[year]
    if named_in_full(year, table):
        return HolidaySource.TABLE, {}
    return HolidaySource.STATUTORY, _statutory(year)


def _day(day: date, row: Decreed | None, source: HolidaySource) -> Day:
    if row:
        return Day(day, not row.off, row.name, source)
    weekend = day.weekday() >= 5
    return Day(day, not weekend, f"周{WEEKDAYS[day.weekday()]}" if weekend else "", source)


@cache
def _decreed_by_library() -> dict[int, dict[date, Decreed]]:
    """Year → its decreed days. A year counts as carried when the library lists days off in the whole of it."""
    chinese = {holiday.value: holiday.chinese for holiday in Holiday}
    years: dict[int, dict[date, Decreed]] = {}
    for listed, off in ((constants.holidays, True), (constants.workdays, False)):
        for day, name in listed.items():
            years.setdefault(day.year, {})[day] = Decreed(day, off, chinese.get(name, name))
    # New Year's decree may reach a day or two into the year before: such a year is not carried.
    return {
        year: days for year, days in years.items() if any(day.month > 6 for day in days) and date(year, 1, 1) in days
    }


@cache
def _statutory(year: int) -> dict[date, Decreed]:
    """The statutory days of a year whose decree is unknown; substitute days of the library are kept, they are off."""
    from holidays import country_holidays  # noqa: PLC0415 - a large library, for years without a decree only

    listed = country_holidays("CN", years=[year], language="zh_CN")
    return {day: Decreed(day, True, name.removeprefix("农历")) for day, name in listed.items() if day.year == year}
