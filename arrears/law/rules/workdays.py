"""Counting days as the law counts them (民法典 200–204, 1259), each result able to explain itself.

The starting day does not count. A term by month ends on the same day-number, else on the month's last day. A last day that is
a rest day moves to the next working day. All days are Shanghai days.
"""

from __future__ import annotations

import calendar
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, lru_cache

from arrears.law.rules.holiday_sources import (
    WEEKDAYS,
    CalendarError,
    Day,
    Decreed,
    library_versions,
    named_in_full,
    settled_by_library,
    year_of_days,
)

ONE_DAY = timedelta(1)
LONGEST = 5000  # working days in one count: about twenty years


@dataclass(frozen=True)
class Reckoning:
    """A day that was counted out. `days`: how many working days, where that was the question."""

    date: date
    explanation: str
    provisional: bool
    days: int | None = None


@dataclass(frozen=True)
class Calendar:
    """Which days people work, from decreed days over the libraries. A value: equal tables count alike.

    `decreed` are the rows of the Holiday table, at most one per day.
    """

    decreed: tuple[Decreed, ...] = ()
    _table: dict[date, Decreed] = field(init=False, repr=False, compare=False)
    _years: dict[int, dict[date, Day]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "decreed", tuple(sorted(self.decreed, key=lambda row: row.day)))
        object.__setattr__(self, "_table", {row.day: row for row in self.decreed})
        object.__setattr__(self, "_years", {})
        if len(self._table) != len(self.decreed):
            raise CalendarError("节假日表里同一天登记了两次，请先更正。")

    @cached_property
    def version(self) -> str:
        """Twelve hex digits over the decreed rows and the libraries' versions."""
        rows = [f"{row.day} {row.off} {row.name}" for row in self.decreed]
        return hashlib.sha256("\n".join([*rows, *library_versions()]).encode()).hexdigest()[:12]

    def settled(self, year: int) -> bool:
        """Whether the year's 放假安排 is known: from the library, or in full from the table."""
        return settled_by_library(year) or named_in_full(year, self._table)

    def day(self, on: date) -> Day:
        """Raises CalendarError outside 1950–2100."""
        days = self._years.get(on.year)
        if days is None:
            days = self._years[on.year] = year_of_days(on.year, self._table)
        return days[on]

    def is_workday(self, on: date) -> bool:
        return self.day(on).working

    # Counting ------------------------------------------------------------------------------------------------------

    def add_workdays(self, start: date, n: int, what: str = "起") -> Reckoning:
        """The `n`-th working day after `start`, which does not count itself. `what` happened on it, in words."""
        if not 1 <= n <= LONGEST:
            raise CalendarError(f"工作日数应为 1 至 {LONGEST} 之间的整数，现为 {n}。")
        return self._count(start, n, what)

    @cached_property
    def _count(self) -> Callable[[date, int, str], Reckoning]:
        """Many cases begin on the same days: what was counted once is remembered."""
        return lru_cache(maxsize=10_000)(self._add_workdays)

    def _add_workdays(self, start: date, n: int, what: str) -> Reckoning:
        passed: list[Day] = []
        day, left = start, n
        while left:
            day = _next(day)
            passed.append(self.day(day))
            left -= passed[-1].working
        return _reckoned(f"{named(start)}{what}，+{n}个工作日", start, day, passed)

    def workdays_between(self, start: date, end: date) -> Reckoning:
        """How many working days lie in (`start`, `end`]: the starting day does not count, the last one does."""
        if end < start:
            raise CalendarError(f"止日 {end} 早于起日 {start}，请调换两个日期。")
        passed = [self.day(start + timedelta(n)) for n in range(1, (end - start).days + 1)]
        count = sum(day.working for day in passed)
        words = f"{dated(start, end)}之后至{dated(end, start)}（含），{count}个工作日{_skipped(passed)}"
        return Reckoning(end, words, _provisional(passed), count)

    def add_days(self, start: date, n: int, what: str = "起") -> Reckoning:
        """`n` calendar days after `start`; a last day that is a rest day moves to the next working day (民法典 203)."""
        if not 1 <= n <= LONGEST:
            raise CalendarError(f"日数应为 1 至 {LONGEST} 之间的整数，现为 {n}。")
        return self._rolled(f"{named(start)}{what}，+{n}日（自然日）", start, start + timedelta(n))

    def months_later(self, start: date, n: int, what: str = "起") -> Reckoning:
        """`n` months after `start`: the same day-number, else the month's end (民法典 202), rolled forward (203)."""
        if not 1 <= n <= LONGEST // 10:
            raise CalendarError(f"月数应为 1 至 {LONGEST // 10} 之间的整数，现为 {n}。")
        return self._rolled(f"{named(start)}{what}，+{n}个月", start, same_day_in(start, n))

    def roll_forward(self, on: date, what: str = "") -> Reckoning:
        """`on` itself if people work, else the next working day."""
        return self._rolled(f"{named(on)}{what}", on, on, said=True)

    def nth_workday_of_month(self, year: int, month: int, n: int) -> Reckoning:
        """The last of the first `n` working days of a month (每月初的 n 个工作日内)."""
        first = date(year, month, 1)
        if not 1 <= n <= 20:
            raise CalendarError(f"月初工作日数应为 1 至 20，现为 {n}。")
        return self.add_from(first, n, f"{year}年{month}月的前{n}个工作日")

    def add_from(self, first: date, n: int, words: str) -> Reckoning:
        """The `n`-th working day counted from `first`, which counts itself."""
        counted = self.add_workdays(first - ONE_DAY, n)
        passed = self._days(first, counted.date)
        return _reckoned(words, first, counted.date, passed)

    def last_workday(self, first: date, last: date, words: str) -> Reckoning:
        """The last working day in [`first`, `last`]; where there is none, the next one after."""
        day = last
        while day >= first and not self.is_workday(day):
            day -= ONE_DAY
        if day < first:
            return self._rolled(words, last, last)
        return _reckoned(f"{words}，最后1个工作日", last, day, self._days(day, last))

    def last_workday_of_quarter(self, year: int, quarter: int) -> Reckoning:
        """QD-5. `quarter` 1–4."""
        if quarter not in (1, 2, 3, 4):
            raise CalendarError(f"季度应为 1 至 4，现为 {quarter}。")
        first = date(year, quarter * 3 - 2, 1)
        return self.last_workday(first, month_end(same_day_in(first, 2)), f"{year}年第{quarter}季度")

    def _days(self, first: date, last: date) -> list[Day]:
        return [self.day(first + timedelta(n)) for n in range((last - first).days + 1)]

    def _rolled(self, words: str, start: date, nominal: date, said: bool = False) -> Reckoning:
        day = nominal
        while not self.is_workday(day):
            day = _next(day)
        passed = self._days(nominal, day)
        if day != nominal:
            words += f"{'' if said else f'至{dated(nominal, start)}'}，遇休息日{_listed(passed, _resting)}顺延"
        return _reckoned(words, start, day, passed, skips=False)


# Words -------------------------------------------------------------------------------------------------------------


def named(day: date) -> str:
    """8月28日（周四）"""
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def dated(day: date, beside: date) -> str:
    """The day, with its year where that differs from the day it stands beside."""
    return f"{day.year}年{day.month}月{day.day}日" if day.year != beside.year else f"{day.month}月{day.day}日"


def _reckoned(words: str, start: date, due: date, passed: list[Day], skips: bool = True) -> Reckoning:
    skipped = _skipped(passed) if skips else ""
    note = "（放假安排未公布，暂定）" if _provisional(passed) else ""
    return Reckoning(due, f"{words}{skipped} → {dated(due, start)}{note}", _provisional(passed))


def _skipped(passed: list[Day]) -> str:
    rest, make_up = _listed(passed, _resting), _listed(passed, lambda day: day.make_up)
    return (f"，跳过 {rest}" if rest else "") + (f"，{make_up} 调休上班计入" if make_up else "")


def _listed(days: list[Day], chosen: Callable[[Day], bool]) -> str:
    """8/30、8/31 or, for three and more in a row, 10/1–10/7（国庆节）."""
    return "、".join(_run(run) for run in _runs(day for day in days if chosen(day)))


def _runs(days: Iterable[Day]) -> list[list[Day]]:
    runs: list[list[Day]] = []
    for day in days:
        if runs and runs[-1][-1].on + ONE_DAY == day.on:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _run(run: list[Day]) -> str:
    festivals = list(dict.fromkeys(day.name for day in run if day.name and not day.name.startswith("周")))
    name = f"（{'、'.join(festivals)}）" if festivals and not run[0].working else ""
    if len(run) < 3:
        return "、".join(_short(day.on) for day in run) + name
    return f"{_short(run[0].on)}–{_short(run[-1].on)}{name}"


def _resting(day: Day) -> bool:
    return not day.working


def _short(day: date) -> str:
    return f"{day.month}/{day.day}"


def _provisional(days: Iterable[Day]) -> bool:
    return any(day.provisional for day in days)


# Months ------------------------------------------------------------------------------------------------------------


def same_day_in(start: date, months: int) -> date:
    """The same day-number `months` later (negative: earlier), else that month's last day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    try:
        return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))
    except ValueError as error:
        raise CalendarError(f"{start} 加 {months} 个月超出日历范围。") from error


def month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def full_months(first: date, last: date) -> int:
    """Whole months in the days `first`…`last`, both counted: 1 January to 31 March are three."""
    beyond = last + ONE_DAY
    months = (beyond.year - first.year) * 12 + beyond.month - first.month
    return max(0, months - (same_day_in(first, months) > beyond))


def _next(day: date) -> date:
    try:
        return day + ONE_DAY
    except OverflowError as error:
        raise CalendarError("日期超出日历范围。") from error
