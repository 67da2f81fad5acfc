"""What a table is about: a unit with everything below it, from a day until a day, as known on a day."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Q

from arrears.law.rules.schedule import period_in_words, period_of
from unions.common.refusals import Refused
from unions.models import Union
from unions.tree import actions as tree

_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
EARLIEST = date(1949, 10, 1)
RHYTHMS = ("day", "week", "month", "quarter", "year")
_LABELS = {
    "week": re.compile(r"(\d{4})-W(\d{1,2})"),
    "quarter": re.compile(r"(\d{4})Q([1-4])"),
    "month": _MONTH,
    "year": re.compile(r"(\d{4})()"),
    "day": _DAY,
}


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

    @property
    def rhythm(self) -> str:
        """Which of RHYTHMS the period is a whole one of (a day is a day), or ""."""
        days = (self.since, self.until)
        return next((name for name in RHYTHMS if days_of(name, self.since) == days), "")

    @property
    def label(self) -> str:
        """ "2022-10-03", "2022-W40", "2022-10", "2022Q4", "2022" for such a whole period, else ""."""
        return label_of(self.rhythm, self.since) if self.rhythm else ""

    def __str__(self) -> str:
        if self.rhythm in ("month", "quarter", "year"):
            return period_in_words(self.rhythm, period_of(self.rhythm, self.since))
        if self.rhythm == "day":
            return chinese_day(self.since)
        days = f"{chinese_day(self.since)}至{chinese_day(self.until)}"
        return f"{days}（第{self.since.isocalendar().week}周）" if self.rhythm == "week" else days


@dataclass(frozen=True)
class Scope:
    """`opened`: the first day of what a form counts "to date" (its campaign); None: the period's own."""

    union: Union
    period: Period
    opened: date | None = None

    @property
    def since(self) -> date:
        return self.period.since

    @property
    def until(self) -> date:
        return self.period.until

    @property
    def as_of(self) -> date:
        return self.period.as_of

    @property
    def last(self) -> date:
        """The last day of the period that is known: what a table counts ends here."""
        return min(self.period.until, self.period.as_of)

    def counted_from(self, day: date) -> Scope:
        """The same scope for a form that counts to date from `day`."""
        return replace(self, opened=min(day, self.since))

    def to_date(self) -> Scope:
        """The same unit from the day the form counts from, to the same last day."""
        return replace(self, period=replace(self.period, since=self.opened or self.since))

    @cached_property
    def moved_since(self) -> bool:
        """Whether the tree has changed since `as_of`: then sums go by where units stood."""
        return tree.changed_after(self.as_of)

    def standing(self, prefix: str = "") -> Q:
        """Rows on the books of the unit and everything below it, as the tree stood on `as_of`.

        `prefix` leads to the row that carries `union` and `path` ("case__" from a ledger entry).
        """
        if self.moved_since:
            return Q(**{f"{prefix}union_id__in": tree.units_below_on(self.union, self.as_of)})
        return Q(**{f"{prefix}path__startswith": self.union.path})


def span_in_words(first: date, last: date) -> str:
    """How people call the days of a return: 2022年10月, 2022年第4季度, 2022年, 2022年10月3日, 2022年10月24日—30日."""
    period = Period(first, last, last)
    if period.rhythm and period.rhythm != "week":
        return str(period)
    if first.year != last.year:
        return f"{chinese_day(first)}—{chinese_day(last)}"
    to = f"{last.day}日" if first.month == last.month else f"{last.month}月{last.day}日"
    return f"{chinese_day(first)}—{to}"


def chinese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def days_of(rhythm: str, day: date) -> tuple[date, date]:
    """First and last day of the day, week (Monday to Sunday), month, quarter or year `day` lies in."""
    if rhythm == "day":
        return day, day
    period = period_of(rhythm, day)
    return period.first, period.last


def label_of(rhythm: str, day: date) -> str:
    """ "2022-10-03", "2022-W40", "2022-10", "2022Q4" or "2022": the period `day` lies in."""
    return str(day) if rhythm == "day" else period_of(rhythm, day).label


def read_label(text: str) -> tuple[str, date]:
    """(rhythm, first day) of a period written 2022-10-03, 2022-W40, 2022-10, 2022Q3 or 2022."""
    text = text.strip().upper()
    for rhythm, pattern in _LABELS.items():
        if match := pattern.fullmatch(text):
            try:
                day = _first_day(rhythm, text, match)
            except ValueError:
                break
            if day.year >= EARLIEST.year:
                return rhythm, day
    raise Refused(
        f"期间“{text}”不对，格式应为 2022-10-03（日）、2022-W40（周）、2022-10（月）、2022Q3（季）或 2022（年）。",
        {"period": "期间不对。"},
    )


def _first_day(rhythm: str, text: str, match: re.Match[str]) -> date:
    """Raises ValueError for a day, week or month there is not."""
    match rhythm:
        case "day":
            return date.fromisoformat(text)
        case "week":
            return date.fromisocalendar(int(match[1]), int(match[2]), 1)
        case "month":
            return date(int(match[1]), int(match[2]), 1)
        case "quarter":
            return date(int(match[1]), int(match[2]) * 3 - 2, 1)
    return date(int(match[1]), 1, 1)


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
        raise Refused(f"{label}“{text}”不是日期，格式应为 2024-02-09。", {field: "不是日期。"}) from None
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
        raise Refused(f"月份“{text}”不对，格式应为 2022-10。", {"month": "月份不对。"})
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


def recurring_period(
    rhythm: str, day: date, as_of: str, today: date, window: tuple[date, date] | None = None
) -> Period:
    """The whole `rhythm` period `day` lies in, cut to the days of `window`; as known at its end, or on `as_of`."""
    since, until = days_of(rhythm, day)
    if window and window[0] <= until and since <= window[1]:
        since, until = max(since, window[0]), min(until, window[1])
    if since > today:
        raise Refused(f"期间自 {since} 开始，在今天（{today}）之后，还没有数据。", {"period": "还没有开始。"})
    cut = read_day(as_of, "as_of", "截至日期") or min(until, today)
    _check_order(since, cut, today)
    return Period(since, until, cut)


def _check_order(first: date, cut: date, today: date) -> None:
    if cut > today:
        raise Refused(f"截至日期 {cut} 在今天（{today}）之后，请改为今天或更早。", {"as_of": "不能晚于今天。"})
    if cut < first:
        raise Refused(f"截至日期 {cut} 早于起始日期 {first}，请调换或改正。", {"as_of": "早于起始日期。"})
