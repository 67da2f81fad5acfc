"""Which periodic returns (报表) of a rulebook fall due in a span of days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from arrears.law.rules.deadlines import SHANGHAI
from arrears.law.rules.holiday_sources import FIRST_YEAR, LAST_YEAR, CalendarError
from arrears.law.rules.rulebook import ReturnRule, Rulebook
from arrears.law.rules.workdays import ONE_DAY, Calendar, Reckoning, dated, month_end, named, same_day_in

# No due day lies further from its period than this: a covered year before, a long holiday after.
MARGIN = timedelta(days=60)
LONGEST_SPAN = timedelta(days=366 * 30)
MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class SchedulePeriod:
    """`label`: 2022-W39, 2022-10, 2022Q4, 2022 or first/last; both days included."""

    label: str
    first: date
    last: date


@dataclass(frozen=True)
class Scheduled:
    """One return that falls due. `rule` says who owes it, to whom, in which form."""

    rulebook: str
    rule: ReturnRule
    period: SchedulePeriod
    due_at: datetime
    explanation: str
    provisional: bool

    @property
    def clause(self) -> str:
        return self.rule.clause

    @property
    def form(self) -> str:
        return self.rule.form


def schedule(rulebook: Rulebook, first: date, last: date, calendar: Calendar) -> list[Scheduled]:
    """Returns whose due day lies in [`first`, `last`], by due time. Raises CalendarError for a reversed or endless span."""
    return _in_span(rulebook, rulebook.returns, first, last, calendar)


def routines(rulebook: Rulebook, first: date, last: date, calendar: Calendar) -> list[Scheduled]:
    """The same for periodic work that sends nothing (每月研判, 年度考核)."""
    return _in_span(rulebook, rulebook.routines, first, last, calendar)


def _in_span(
    rulebook: Rulebook, rules: Iterable[ReturnRule], first: date, last: date, calendar: Calendar
) -> list[Scheduled]:
    if last < first:
        raise CalendarError(f"止日 {last} 早于起日 {first}，请调换两个日期。")
    if not FIRST_YEAR < first.year <= last.year < LAST_YEAR:
        raise CalendarError(f"报送日程只覆盖 {FIRST_YEAR + 1} 年至 {LAST_YEAR - 1} 年。")
    if last - first > LONGEST_SPAN:
        raise CalendarError("一次最多列出三十年的报送日程，请缩短起止日期。")
    found = [one for rule in rules for one in _scheduled(rulebook, rule, first, last, calendar)]
    return sorted(found, key=lambda one: (one.due_at, one.clause, one.rule.name))


def _scheduled(
    rulebook: Rulebook, rule: ReturnRule, first: date, last: date, calendar: Calendar
) -> Iterator[Scheduled]:
    for period, reckoning in _dues(rulebook, rule, first, last, calendar):
        if first <= reckoning.date <= last:
            due_at = datetime.combine(reckoning.date, rule.due.time, SHANGHAI)
            said = reckoning.explanation + ("（日期为本地设置，通知没有规定）" if rule.local else "")
            yield Scheduled(rulebook.key, rule, period, due_at, said, reckoning.provisional)


def _dues(
    rulebook: Rulebook, rule: ReturnRule, first: date, last: date, calendar: Calendar
) -> Iterator[tuple[SchedulePeriod, Reckoning]]:
    if rule.every == "once":
        yield _single(rule), _fixed(rule, calendar)
        return
    window = rulebook.window(rule.campaign)
    day = max(window[0], first - MARGIN)
    end = min(window[1], last + MARGIN)
    if day > end:
        return
    current = period_of(rule.every, day)
    while current.first <= end:
        covered = period_of(rule.every, current.first - ONE_DAY) if rule.covers == "previous" else current
        by_its_end = rule.due.last_workday or rule.due.workdays_after_end
        covered = _clipped(covered, window) if rule.campaign or by_its_end else covered
        nominal, reckoning = _recurring(rule, current, covered, calendar)
        if window[0] <= nominal <= window[1]:
            yield covered, reckoning
        current = period_of(rule.every, current.last + ONE_DAY)


def _recurring(
    rule: ReturnRule, current: SchedulePeriod, covered: SchedulePeriod, calendar: Calendar
) -> tuple[date, Reckoning]:
    """The day the rule names, which must lie in the window, and the day it comes to."""
    if rule.due.weekday is not None:
        nominal = current.first + timedelta(rule.due.weekday)
        return nominal, calendar.roll_forward(nominal)
    if rule.due.workday is not None:
        reckoning = calendar.nth_workday_of_month(current.first.year, current.first.month, rule.due.workday)
        return reckoning.date, reckoning
    if rule.due.workdays_after_end:
        # What the campaign covers is reported, also where that falls due after it.
        return covered.last, calendar.add_workdays(covered.last, rule.due.workdays_after_end, "所报期间结束")
    reckoning = calendar.last_workday(covered.first, covered.last, f"{period_in_words(rule.every, covered)}")
    return min(reckoning.date, covered.last), reckoning


def _fixed(rule: ReturnRule, calendar: Calendar) -> Reckoning:
    if rule.due.on:
        return Reckoning(rule.due.on, f"通知写明的日期：{rule.due.on.year}年{named(rule.due.on)}", False)
    assert rule.due.after and rule.due.workdays_after  # the reader refuses anything else
    return calendar.add_workdays(rule.due.after, rule.due.workdays_after, "之后")


def _single(rule: ReturnRule) -> SchedulePeriod:
    assert rule.first and rule.last  # the reader refuses anything else
    return SchedulePeriod(f"{rule.first}/{rule.last}", rule.first, rule.last)


def period_of(every: str, day: date) -> SchedulePeriod:
    """The week (Monday to Sunday), month, quarter or year a day lies in."""
    if every == "week":
        monday = day - timedelta(day.weekday())
        year, week, _ = day.isocalendar()
        return SchedulePeriod(f"{year}-W{week:02d}", monday, monday + timedelta(6))
    months = MONTHS[every]
    first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    last = month_end(same_day_in(first, months - 1))
    number = (first.month - 1) // 3 + 1
    label = {"month": f"{first:%Y-%m}", "quarter": f"{first.year}Q{number}", "year": str(first.year)}[every]
    return SchedulePeriod(label, first, last)


def period_in_words(every: str, period: SchedulePeriod) -> str:
    """2022年第4季度, 2022年10月, 10月3日至10月9日"""
    first = period.first
    match every:
        case "quarter":
            return f"{first.year}年第{(first.month - 1) // 3 + 1}季度"
        case "month":
            return f"{first.year}年{first.month}月"
        case "year":
            return f"{first.year}年"
    return f"{first.year}年{first.month}月{first.day}日至{dated(period.last, first)}"


def _clipped(period: SchedulePeriod, window: tuple[date, date]) -> SchedulePeriod:
    """What of the period lies in the window; all of it where nothing does (reported in, but from before, the campaign)."""
    first, last = max(period.first, window[0]), min(period.last, window[1])
    return SchedulePeriod(period.label, first, last) if first <= last else period
