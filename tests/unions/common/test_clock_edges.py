"""The edges of the clock: last seconds of a period, a quarter that ends on a make-up Saturday, terms counted day by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arrears.cases.terms import keep_cases
from arrears.law.editions.dues import dues
from arrears.law.models import Obligation
from arrears.law.obligations.projection import Tools
from arrears.law.rules.deadlines import deadlines, is_late
from arrears.law.rules.evaluator import Answer, crimes
from arrears.law.rules.facts import Facts
from arrears.law.rules.holiday_sources import Decreed
from arrears.law.rules.reader import delivered_rulebooks
from arrears.law.rules.schedule import period_of, schedule
from arrears.law.rules.workdays import Calendar
from tests.cast import World, a_case, moment

CALENDAR = Calendar()
QD, QH = delivered_rulebooks()["qingdao-2021"], delivered_rulebooks()["qinghai-2022-41"]
# 30 September 2028 is a Saturday; let it be worked in place of 6 October.
MAKE_UP = Calendar((Decreed(date(2028, 9, 30), False, "国庆节调休"),))


# Ends of periods -----------------------------------------------------------------------------------------------------


def test_QD_5_a_quarter_that_ends_on_a_make_up_saturday() -> None:
    (plain,) = schedule(QD, date(2028, 7, 1), date(2028, 9, 30), CALENDAR)
    (worked,) = schedule(QD, date(2028, 7, 1), date(2028, 9, 30), MAKE_UP)
    assert (plain.due_at, worked.due_at) == (moment("2028-09-29 23:59:59"), moment("2028-09-30 23:59:59"))
    for at, late in (("2028-09-30 23:59:59", False), ("2028-10-01 00:00:00", True)):
        assert is_late(moment(at), worked.due_at) == late
    assert is_late(moment("2028-09-30 00:00:00"), plain.due_at)


@pytest.mark.parametrize(("day", "due"), [("2022-10-10", "2022-10-10 16:00:00"), ("2022-10-08", "2022-10-08 16:00:00")])
def test_QH_3d_weekly_is_measured_by_the_second_wherever_the_server_stands(day: str, due: str) -> None:
    (monday,) = schedule(QH, date.fromisoformat(day), date.fromisoformat(day), CALENDAR)
    exactly = moment(due).astimezone(UTC)
    assert monday.due_at == exactly
    for off, late in ((-1, False), (0, False), (1, True)):
        assert is_late(exactly + timedelta(seconds=off), monday.due_at) == late
    assert not is_late(exactly + timedelta(milliseconds=900), monday.due_at), "16时 is given to the second"


def test_the_year_turns_at_midnight_in_shanghai() -> None:
    """16:00 UTC on 31 December is the first second of the next year's facts."""
    last, first = datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC), datetime(2025, 12, 31, 16, 0, 0, tzinfo=UTC)
    facts = [
        Facts(moments={"accepted_on": at, "reached_general_union_at": at}, channel="visit", union_kind="district")
        for at in (last, first)
    ]
    days = [
        next(one for one in deadlines(fact, [QD], CALENDAR) if one.name == "tell-hr").start_at.date() for fact in facts
    ]
    assert days == [date(2025, 12, 31), date(2026, 1, 1)]
    assert [period_of("quarter", day).label for day in days] == ["2025Q4", "2026Q1"]


def test_a_term_of_the_years_last_second_stands_in_the_old_year(world: World) -> None:
    a_case(world, negotiation_failed_on=date(2026, 12, 24))
    he, today = world.user("he"), date(2026, 12, 24)

    def found(year: int) -> list[Any]:
        days = (date(year, 1, 1), date(year, 12, 31))
        return [due.at for due in dues(he, today, *days, CALENDAR) if not due.is_return]

    assert (found(2026), found(2027)) == ([moment("2026-12-31 23:59:59")], [])


def test_a_make_up_day_decreed_afterwards_shortens_an_open_term(world: World) -> None:
    """A Saturday that is to be worked counts: the term ends a working day earlier than it was told."""
    case = a_case(world, negotiation_failed_on=date(2026, 11, 25))
    rows = Obligation.objects.filter(case=case, clause="QD-5")
    assert rows.get().due_at == moment("2026-12-02 23:59:59")
    keep_cases([case.pk], moment("2026-11-26 09:00"), Tools(Calendar((Decreed(date(2026, 11, 28), False, "调休"),))))
    assert rows.get().due_at == moment("2026-12-01 23:59:59")


# Slow, naive readings ------------------------------------------------------------------------------------------------

DAYS = st.dates(date(2021, 8, 11), date(2026, 11, 30))


def counted_by_hand(start: date, n: int) -> date:
    day = start
    while n:
        day += timedelta(1)
        n -= CALENDAR.is_workday(day)
    return day


@settings(max_examples=200, deadline=None)
@given(DAYS, st.sampled_from(["enterprise", "federation", "township", "zone", "district", "city"]))
def test_QD_5_terms_are_those_counted_day_by_day(start: date, kind: str) -> None:
    name = "negotiation_failed_on" if kind == "enterprise" else "discovered_on"
    facts = Facts(moments={name: start}, union_kind=kind)
    reports = [one for one in deadlines(facts, [QD], CALENDAR) if one.clause == "QD-5" and one.due_at]
    if kind in ("district", "city"):
        assert reports == [], "they report by the quarter"
        return
    (report,) = reports
    assert report.due_at == moment(f"{counted_by_hand(start, 5)} 23:59:59")
    assert f"{start.month}月{start.day}日" in report.explanation


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, 12) | st.sampled_from([9, 10, 11]),
    st.sampled_from([0, 9999, 10000, 10001, 49999, 50000, 50001, 100000]).map(Decimal),
    st.integers(0, 5).map(Decimal),
)
def test_YK_2_4_the_crime_threshold_of_liaoning_read_naively(workers: int, amount: Decimal, months: Decimal) -> None:
    """辽宁: one worker, three months or more and 10,000 yuan or more; or ten workers or more and 50,000 yuan or more in all."""
    found = crimes(Facts(workers=workers, amount=amount, months=months), delivered_rulebooks().values(), "2108")
    assert found is not None
    one, many = workers == 1 and months >= 3 and amount >= 10000, workers >= 10 and amount >= 50000
    perhaps = workers > 1 and months >= 3 and amount >= 10000  # who is owed how much is not listed
    expected = Answer.YES if one or many else Answer.UNCLEAR if perhaps else Answer.NO
    assert found.answer is expected, found.why
