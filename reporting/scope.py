"""What a table is about: a unit with everything below it, from a day until a day, as known on a day."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Q

from unions import tree
from unions.models import Union
from unions.refusals import Refused

_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
EARLIEST = date(1949, 10, 1)


@dataclass(frozen=True)
class Period:
    """`since`…`until`: the days counted, both included. `as_of`: what was dated later is not yet known."""

    since: date
    until: date
    as_of: date

    @property
    def month(self) -> str:
        """ "2022-10" when the period is that whole month, else ""."""
        return f"{self.since:%Y-%m}" if (self.since, self.until) == month_days(self.since) else ""

    def __str__(self) -> str:
        if self.month:
            return f"{self.since.year}年{self.since.month}月"
        return f"{chinese_day(self.since)}至{chinese_day(self.until)}"


@dataclass(frozen=True)
class Scope:
    union: Union
    period: Period

    @property
    def since(self) -> date:
        return self.period.since

    @property
    def until(self) -> date:
        return self.period.until

    @property
    def as_of(self) -> date:
        return self.period.as_of

    @cached_property
    def _moved_since(self) -> bool:
        return tree.changed_after(self.as_of)

    def standing(self, prefix: str = "") -> Q:
        """Rows on the books of the unit and everything below it, as the tree stood on `as_of`.

        `prefix` leads to the row that carries `union` and `path` ("case__" from a ledger entry).
        """
        if self._moved_since:
            return Q(**{f"{prefix}union_id__in": tree.units_below_on(self.union, self.as_of)})
        return Q(**{f"{prefix}path__startswith": self.union.path})


def chinese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def month_days(day: date) -> tuple[date, date]:
    """First and last day of the month `day` lies in."""
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def previous_month(today: date) -> str:
    return f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"


def read_day(text: str, field: str, label: str) -> date | None:
    """A day written 2024-02-09; None when nothing is written."""
    text = text.strip()
    if not text:
        return None
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused(
            f"{label}「{text}」不是日期，请写成 2024-02-09 的样子。", {field: "不是日期。"}
        ) from None
    if day < EARLIEST:
        raise Refused(f"{label} {day} 过早，请核对年份。", {field: "日期过早。"})
    return day


def read_month(text: str) -> tuple[date, date] | None:
    """First and last day of a month written 2022-10; None when nothing is written."""
    text = text.strip()
    if not text:
        return None
    match = _MONTH.fullmatch(text)
    if not match or not 1 <= int(match[2]) <= 12 or int(match[1]) < EARLIEST.year:
        raise Refused(f"月份「{text}」不对，请写成 2022-10 的样子。", {"month": "月份不对。"})
    return month_days(date(int(match[1]), int(match[2]), 1))


def month_period(month: str, as_of: str, today: date) -> Period:
    """What was accepted in `month`, as known on `as_of` (today when empty)."""
    days = read_month(month)
    if days is None:
        raise Refused("请选择月份，例如 2022-10。", {"month": "请选择月份。"})
    cut = read_day(as_of, "as_of", "截至日期") or today
    _check_order(days[0], cut, today)
    return Period(days[0], days[1], cut)


def window_period(since: str, as_of: str, today: date, opens: date, ends: date | None) -> Period:
    """From `since` (empty: the day the campaign opens) to `as_of` (empty: its last day, or today before that)."""
    first = read_day(since, "from", "起始日期") or opens
    cut = read_day(as_of, "as_of", "截至日期")
    if cut is None:
        cut = min(today, ends) if ends and ends >= first else today
    _check_order(first, cut, today)
    return Period(first, cut, cut)


def _check_order(first: date, cut: date, today: date) -> None:
    if cut > today:
        raise Refused(
            f"截至日期 {cut} 在今天（{today}）之后，请改为今天或更早。", {"as_of": "不能晚于今天。"}
        )
    if cut < first:
        raise Refused(f"截至日期 {cut} 早于起始日期 {first}，请调换或改正。", {"as_of": "早于起始日期。"})
