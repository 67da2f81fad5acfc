"""Periodic returns of the five notices, and a sixth notice that is a file alone."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arrears.law.editions.wording import too_early
from arrears.law.rules.consistency import premature
from arrears.law.rules.deadlines import deadlines, is_late
from arrears.law.rules.evaluator import evaluate
from arrears.law.rules.facts import Facts
from arrears.law.rules.holiday_sources import CalendarError, Decreed
from arrears.law.rules.reader import delivered_rulebooks, read_rulebook
from arrears.law.rules.rulebook import Rulebook
from arrears.law.rules.schedule import period_of, routines, schedule
from arrears.law.rules.workdays import Calendar
from tests.cast import moment

CALENDAR = Calendar()
DAY_END = "T23:59:59+08:00"


def rows(book: Rulebook, first: str, last: str, calendar: Calendar = CALENDAR) -> list[tuple[str, str, str]]:
    found = schedule(book, date.fromisoformat(first), date.fromisoformat(last), calendar)
    return [(one.form, one.period.label, one.due_at.isoformat()) for one in found]


def of_form(key: str, form: str, first: str = "2000-01-01", last: str = "2028-12-31") -> list[tuple[str, str]]:
    return [(period, due) for one, period, due in rows(delivered_rulebooks()[key], first, last) if one == form]


# Clause by clause --------------------------------------------------------------------------------------------------


def test_qd_5_the_quarters_last_working_day() -> None:
    found = of_form("qingdao-2021", "qingdao-quarterly", "2021-01-01", "2024-06-30")
    assert found[:2] == [("2021Q3", f"2021-09-30{DAY_END}"), ("2021Q4", f"2021-12-31{DAY_END}")]
    assert ("2022Q4", f"2022-12-30{DAY_END}") in found
    assert ("2023Q3", f"2023-09-28{DAY_END}") in found
    assert found[-1] == ("2024Q2", f"2024-06-28{DAY_END}")
    assert len(found) == 12


def test_qh_3d_weekly_mondays_at_four() -> None:
    assert of_form("qinghai-2022-41", "qinghai-weekly") == [
        ("2022-W39", "2022-10-08T16:00:00+08:00"),  # Monday 3 October is a holiday
        ("2022-W40", "2022-10-10T16:00:00+08:00"),
        ("2022-W41", "2022-10-17T16:00:00+08:00"),
        ("2022-W42", "2022-10-24T16:00:00+08:00"),
        ("2022-W43", "2022-10-31T16:00:00+08:00"),
    ]


def test_qh_3e_monthly_first_five_working_days() -> None:
    assert of_form("qinghai-2022-41", "qinghai-annex-1") == [
        ("2022-09", f"2022-10-12{DAY_END}"),
        ("2022-10", f"2022-11-07{DAY_END}"),
        ("2022-11", f"2022-12-07{DAY_END}"),
        ("2022-12", f"2023-01-09{DAY_END}"),
    ]


def test_qh_3e_final_ten_working_days_after_spring_festival() -> None:
    assert of_form("qinghai-2022-41", "qinghai-annex-2") == [("2022-10-01/2023-01-21", f"2023-02-08{DAY_END}")]


def test_sd_r1_progress_and_final() -> None:
    assert of_form("shandong-2023-18", "shandong-winter") == [
        ("2023-11-16/2023-12-31", f"2024-01-03{DAY_END}"),
        ("2023-11-16/2024-02-09", f"2024-02-20{DAY_END}"),
    ]


def test_sd_3_4_every_week_and_every_month_of_the_campaign_once_it_is_over() -> None:
    weekly = of_form("shandong-2023-18", "shandong-weekly-dispatch")
    # The last week falls due after the campaign: Sunday 18 February is a make-up day after the holiday.
    assert (weekly[0], weekly[-1]) == (("2023-W46", f"2023-11-20{DAY_END}"), ("2024-W06", f"2024-02-18{DAY_END}"))
    assert ("2024-W05", f"2024-02-05{DAY_END}") in weekly
    assert len(weekly) == 13
    assert of_form("shandong-2023-18", "shandong-monthly-bulletin") == [
        ("2023-11", f"2023-12-07{DAY_END}"),
        ("2023-12", f"2024-01-08{DAY_END}"),
        ("2024-01", f"2024-02-06{DAY_END}"),
        ("2024-02", f"2024-02-22{DAY_END}"),
    ]


def test_yk_1_2_an_inspection_every_month_told_when_it_is_over() -> None:
    found = of_form("yingkou-2018-2", "yingkou-monthly-inspection", "2018-01-01", "2019-02-28")
    assert [period for period, _ in found] == ["2018-11", "2018-12", "2019-01"]
    assert found[1] == ("2018-12", f"2019-01-08{DAY_END}")


def test_qp_3_3_a_publication_for_every_quarter_of_its_year() -> None:
    assert of_form("qingpu-2023-1", "qingpu-quarterly-publication") == [
        ("2023Q1", f"2023-04-17{DAY_END}"),
        ("2023Q2", f"2023-07-14{DAY_END}"),
        ("2023Q3", f"2023-10-18{DAY_END}"),
        ("2023Q4", f"2024-01-15{DAY_END}"),
    ]


def test_qh_2c_a_month_is_assessed_when_it_is_over() -> None:
    book = delivered_rulebooks()["qinghai-2022-41"]
    found = routines(book, date(2022, 11, 1), date(2022, 12, 31), CALENDAR)
    assert [(one.period.label, one.due_at.isoformat()) for one in found] == [
        ("2022-10", f"2022-11-07{DAY_END}"),
        ("2022-11", f"2022-12-07{DAY_END}"),
    ]
    assert all("本地设置" in one.explanation for one in found)


@pytest.mark.parametrize("book", delivered_rulebooks().values(), ids=lambda book: book.key)
def test_no_report_on_a_period_is_due_before_it_is_over_unless_the_notice_says_so(book: Rulebook) -> None:
    assert premature(book) == []
    for one in schedule(book, date(2019, 1, 1), date(2026, 6, 30), CALENDAR):
        assert one.due_at.date() > one.period.last or "最后1个工作日前" in one.rule.quotation, one


def test_a_rulebook_whose_report_comes_too_early_is_warned_of(sixth: Rulebook) -> None:
    """每周五12时前报送本周情况 names its day, 每年报总结 does not."""
    (yearly,) = premature(sixth)
    assert yearly.name == "yearly"
    assert "期末以前到期" in too_early(yearly) and "workdays_after_end" in too_early(yearly)


def test_periodic_work_without_a_return_is_not_in_the_schedule() -> None:
    book, year = delivered_rulebooks()["qinghai-2022-41"], (date(2023, 1, 1), date(2023, 12, 31))
    assert [one.clause for one in routines(book, *year, CALENDAR)] == ["QH-2c"] * 12
    assert "QH-2c" not in {one.clause for one in schedule(book, *year, CALENDAR)}


# Edges -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        ("2022-10-03", "2022-10-07", 0),  # the nominal Monday is not the due day
        ("2022-10-08", "2022-10-08", 1),
        ("2022-10-09", "2022-10-09", 0),
        ("2022-10-10", "2022-10-12", 2),
        ("2022-10-12", "2022-10-12", 1),
    ],
)
def test_both_ends_of_the_span_count(first: str, last: str, count: int) -> None:
    assert len(rows(delivered_rulebooks()["qinghai-2022-41"], first, last)) == count


@settings(deadline=None)
@given(st.dates(date(2021, 1, 1), date(2026, 6, 30)), st.integers(0, 400), st.integers(0, 400))
def test_two_adjoining_spans_give_what_the_whole_gives(first: date, one: int, two: int) -> None:
    middle = date.fromordinal(first.toordinal() + one)
    last = date.fromordinal(middle.toordinal() + 1 + two)
    for book in delivered_rulebooks().values():
        parts = schedule(book, first, middle, CALENDAR) + schedule(
            book, date.fromordinal(middle.toordinal() + 1), last, CALENDAR
        )
        assert parts == schedule(book, first, last, CALENDAR)


def test_a_reversed_or_endless_span_is_refused() -> None:
    book = delivered_rulebooks()["qingdao-2021"]
    for first, last in (("2023-01-02", "2023-01-01"), ("0001-01-01", "0002-01-01"), ("1990-01-01", "2090-01-01")):
        with pytest.raises(CalendarError):
            schedule(book, date.fromisoformat(first), date.fromisoformat(last), CALENDAR)


def test_monday_sixteen_hours_exactly_is_in_time() -> None:
    (monday,) = schedule(delivered_rulebooks()["qinghai-2022-41"], date(2022, 10, 10), date(2022, 10, 10), CALENDAR)
    assert not is_late(moment("2022-10-10 16:00:00"), monday.due_at)
    assert is_late(moment("2022-10-10 16:00:01"), monday.due_at)


def test_the_quarters_last_second_is_in_time() -> None:
    (quarter,) = schedule(delivered_rulebooks()["qingdao-2021"], date(2022, 12, 1), date(2022, 12, 31), CALENDAR)
    assert not is_late(moment("2022-12-30 23:59:59"), quarter.due_at)
    assert is_late(moment("2022-12-31 00:00:00"), quarter.due_at)


def test_a_holiday_decreed_afterwards_moves_a_return() -> None:
    decreed = Calendar((Decreed(date(2024, 6, 28), True, "特别放假"),))
    due = rows(delivered_rulebooks()["qingdao-2021"], "2024-06-01", "2024-06-30", decreed)
    assert due == [("qingdao-quarterly", "2024Q2", f"2024-06-27{DAY_END}")]


def test_a_year_without_data_says_so() -> None:
    found = schedule(delivered_rulebooks()["qingdao-2021"], date(2027, 1, 1), date(2027, 12, 31), CALENDAR)
    assert len(found) == 4 and all(one.provisional for one in found)


@pytest.mark.parametrize(
    ("every", "day", "label", "first", "last"),
    [
        ("week", "2022-10-02", "2022-W39", "2022-09-26", "2022-10-02"),
        ("week", "2023-01-01", "2022-W52", "2022-12-26", "2023-01-01"),
        ("month", "2024-02-29", "2024-02", "2024-02-01", "2024-02-29"),
        ("quarter", "2023-12-31", "2023Q4", "2023-10-01", "2023-12-31"),
        ("year", "2023-05-05", "2023", "2023-01-01", "2023-12-31"),
    ],
)
def test_periods(every: str, day: str, label: str, first: str, last: str) -> None:
    found = period_of(every, date.fromisoformat(day))
    assert (found.label, str(found.first), str(found.last)) == (label, first, last)


# A sixth notice is a file ------------------------------------------------------------------------------------------

SIXTH = """key = "nantun-2030-7"
title = "关于开展春季清欠行动的通知"
issuer = "南屯市总工会"
number = "南工发〔2030〕7号"
issued = 2026-02-20
first = 2026-03-01
attached_to = "990100"
region = "9901"

[[clause]]
id = "NT-1"
heading = "一"
quotation = "超过二十人或者超过五万元的，次日报告"
summary = "次日报告"

[[clause]]
id = "NT-2"
heading = "二"
quotation = "每周五12时前报送本周情况，每年报总结"
summary = "周报和年报"

[[campaign]]
name = "spring"
clause = "NT-2"
title = "春季清欠行动"
quotation = "每周五12时前报送本周情况"
first = 2026-04-01
last = 2026-05-15

[[threshold]]
name = "large"
clause = "NT-1"
title = "重大欠薪"
quotation = "超过二十人或者超过五万元的"
effect = "次日报告"
any = [{ workers_over = 20 }, { amount_over = 50000 }]

[[deadline]]
name = "report-large"
clause = "NT-1"
title = "重大欠薪次日报告"
quotation = "次日报告"
subject = "case"
holder = "区县总工会"
starts = "discovered_on"
met_by = "escalated_on"
workdays = 1
when = "large"

[[return]]
name = "weekly"
clause = "NT-2"
title = "周报"
quotation = "每周五12时前报送本周情况"
form = "nantun-weekly"
every = "week"
due = { weekday = "friday", time = 12:00:00 }
campaign = "spring"
senders = ["district", "enterprise"]

[[return]]
name = "yearly"
clause = "NT-2"
title = "年报"
quotation = "每年报总结"
form = "nantun-yearly"
every = "year"
due = { last_workday = true }
"""


@pytest.fixture
def sixth(tmp_path: Path) -> Rulebook:
    path = tmp_path / "nantun-2030-7.toml"
    path.write_text(SIXTH, "utf-8")
    return read_rulebook(path)


def test_a_sixth_notice_gives_its_returns(sixth: Rulebook) -> None:
    found = rows(sixth, "2026-01-01", "2026-12-31")
    weekly = [due for form, _, due in found if form == "nantun-weekly"]
    assert weekly[0] == "2026-04-03T12:00:00+08:00"
    assert "2026-05-06T12:00:00+08:00" in weekly  # Friday 1 May rolls over the holiday to Wednesday
    assert len(weekly) == 7
    assert found[-1] == ("nantun-yearly", "2026", f"2026-12-31{DAY_END}")


@pytest.mark.parametrize(
    ("workers", "amount", "reached"), [(20, 50000, False), (21, 0, True), (0, "50000.01", True), (5, 100, False)]
)
def test_a_sixth_notice_with_more_than_instead_of_at_least(
    sixth: Rulebook, workers: int, amount: Any, reached: bool
) -> None:
    facts = Facts(workers=workers, amount=Decimal(amount), moments={"discovered_on": date(2026, 9, 30)})
    assert bool(evaluate(facts, sixth).triggered) == reached
    held = deadlines(facts, [sixth, delivered_rulebooks()["law-national"]], CALENDAR)
    assert [one.due_at for one in held] == ([moment("2026-10-08 23:59:59")] if reached else [])
