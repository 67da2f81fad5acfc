"""The working calendar: counting, its explanations, pasted notices, years nobody knows yet."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arrears.law.rules.decree import DecreeError, read_decree
from arrears.law.rules.holiday_sources import CalendarError, Decreed, HolidaySource, days_of
from arrears.law.rules.workdays import Calendar, full_months, same_day_in

CALENDAR = Calendar()
DAYS = st.dates(date(2004, 1, 1), date(2030, 12, 31))


def d(text: str) -> date:
    return date.fromisoformat(text)


NOTICE_2026 = """国务院办公厅关于2026年
部分节假日安排的通知
国办发明电〔2025〕7号
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
　　经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
　　一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
　　二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
　　三、清明节：4月4日（周六）至6日（周一）放假，共3天。
　　四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
　　五、端午节：6月19日（周五）至21日（周日）放假，共3天。
　　六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
　　七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
　　节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。
"""

NOTICE_2023 = """国务院办公厅关于2023年部分节假日安排的通知
国办发明电〔2022〕16号
一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
三、清明节：4月5日放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。
"""

# An invented notice for a year no library knows: Spring Festival 2027-02-06, Mid-Autumn 09-15.
NOTICE_2027 = """国务院办公厅关于2027年部分节假日安排的通知
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（农历除夕、周五）至11日（周四）放假调休，共7天。1月31日（周日）、2月20日（周六）上班。
三、清明节：4月3日至5日放假，共3天。
四、劳动节：5月1日至5日放假调休，共5天。4月25日（周日）、5月8日（周六）上班。
五、端午节：6月9日（周三）放假1天，不调休。
六、中秋节：9月15日（周三）放假1天，不调休。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
"""


# Counting ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        ("2021-09-28", 5, "2021-10-11"),
        ("2022-01-27", 5, "2022-02-08"),
        ("2024-02-08", 5, "2024-02-21"),
        ("2026-09-30", 5, "2026-10-13"),
        ("2025-08-28", 5, "2025-09-04"),
        ("2023-01-22", 10, "2023-02-08"),  # Spring Festival itself, a rest day, does not count
        ("2024-02-09", 3, "2024-02-20"),
        ("2023-09-28", 1, "2023-10-07"),  # the next working day is a make-up Saturday
        ("2022-10-01", 1, "2022-10-08"),  # from a rest day (find_workday would say 10-09)
        ("2022-10-07", 1, "2022-10-08"),
        ("2022-10-08", 1, "2022-10-09"),  # two make-up days in a row
        ("2022-12-30", 1, "2023-01-03"),  # across the year
        ("2019-12-31", 1, "2020-01-02"),
    ],
)
def test_workdays_after(start: str, n: int, due: str) -> None:
    assert CALENDAR.add_workdays(d(start), n).date == d(due)


@pytest.mark.parametrize(
    ("year", "quarter", "due"),
    [
        (2022, 4, "2022-12-30"),
        (2023, 3, "2023-09-28"),
        (2024, 2, "2024-06-28"),
        (2021, 4, "2021-12-31"),
        (2017, 3, "2017-09-30"),  # the quarter ends on a make-up Saturday
        (2025, 1, "2025-03-31"),
        (2024, 1, "2024-03-29"),
    ],
)
def test_last_workday_of_quarter(year: int, quarter: int, due: str) -> None:
    assert CALENDAR.last_workday_of_quarter(year, quarter).date == d(due)


@pytest.mark.parametrize(
    ("year", "month", "n", "due"),
    [
        (2022, 10, 5, "2022-10-12"),
        (2022, 11, 5, "2022-11-07"),
        (2022, 12, 5, "2022-12-07"),
        (2023, 1, 5, "2023-01-09"),
        (2024, 5, 1, "2024-05-06"),
        (2023, 8, 1, "2023-08-01"),
    ],
)
def test_first_workdays_of_month(year: int, month: int, n: int, due: str) -> None:
    assert CALENDAR.nth_workday_of_month(year, month, n).date == d(due)


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [
        ("2023-11-30", 3, "2024-02-29"),  # no 30th in February: the month's end
        ("2022-11-30", 3, "2023-02-28"),
        ("2023-03-15", 1, "2023-04-17"),  # 15 April 2023 is a Saturday
        ("2024-01-05", 3, "2024-04-07"),  # Qingming, then a make-up Sunday
        ("2022-01-01", 36, "2025-01-02"),
    ],
)
def test_months_later_by_the_civil_code(start: str, months: int, due: str) -> None:
    assert CALENDAR.months_later(d(start), months).date == d(due)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [("2023-11-28", 3, "2023-12-01"), ("2023-11-30", 3, "2023-12-04"), ("2024-02-05", 7, "2024-02-18")],
)
def test_calendar_days_roll_off_rest_days(start: str, days: int, due: str) -> None:
    assert CALENDAR.add_days(d(start), days).date == d(due)


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2023-01-01", "2023-03-31", 3),
        ("2023-01-01", "2023-03-30", 2),
        ("2023-01-31", "2023-04-28", 2),
        ("2023-01-31", "2023-04-29", 3),
        ("2023-01-31", "2023-04-30", 3),
        ("2023-05-01", "2023-05-01", 0),
        ("2024-02-29", "2025-02-28", 12),
    ],
)
def test_full_months(first: str, last: str, months: int) -> None:
    assert full_months(d(first), d(last)) == months


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [("2022-09-28", "2022-10-12", 7), ("2022-10-01", "2022-10-07", 0), ("2022-10-10", "2022-10-10", 0)],
)
def test_between_counts_the_last_day_not_the_first(start: str, end: str, count: int) -> None:
    assert CALENDAR.workdays_between(d(start), d(end)).days == count


@pytest.mark.parametrize("n", [0, -1, 5001])
def test_a_count_that_is_none_is_refused(n: int) -> None:
    with pytest.raises(CalendarError, match="1 至 5000"):
        CALENDAR.add_workdays(d("2022-10-10"), n)


@pytest.mark.parametrize("day", ["1949-10-01", "2101-01-01"])
def test_a_year_beyond_the_calendar_is_refused_in_words(day: str) -> None:
    with pytest.raises(CalendarError, match="1950 年至 2100 年"):
        CALENDAR.is_workday(d(day))


def test_a_reversed_span_is_refused() -> None:
    with pytest.raises(CalendarError, match="早于起日"):
        CALENDAR.workdays_between(d("2022-10-10"), d("2022-10-09"))


# In words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("2025-08-28", "8月28日（周四）协商失败，+5个工作日，跳过 8/30、8/31 → 9月4日"),
        (
            "2021-09-28",
            "9月28日（周二）协商失败，+5个工作日，跳过 10/1–10/7（国庆节）、10/10，10/9 调休上班计入 → 10月11日",
        ),
        ("2025-12-29", "12月29日（周一）协商失败，+5个工作日，跳过 1/1–1/3（元旦），1/4 调休上班计入 → 2026年1月6日"),
        ("2027-03-01", "3月1日（周一）协商失败，+5个工作日，跳过 3/6、3/7 → 3月8日（放假安排未公布，暂定）"),
    ],
)
def test_a_date_explains_itself(start: str, words: str) -> None:
    assert CALENDAR.add_workdays(d(start), 5, "协商失败").explanation == words


def test_a_rolled_day_explains_itself() -> None:
    assert (
        CALENDAR.roll_forward(d("2022-10-03")).explanation
        == "10月3日（周一），遇休息日10/3–10/7（国庆节）顺延 → 10月8日"
    )


# Properties --------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(DAYS, st.integers(1, 60))
def test_due_is_a_workday_with_exactly_n_in_the_span(start: date, n: int) -> None:
    due = CALENDAR.add_workdays(start, n).date
    assert CALENDAR.is_workday(due)
    assert sum(CALENDAR.is_workday(start + timedelta(i)) for i in range(1, (due - start).days + 1)) == n
    assert CALENDAR.workdays_between(start, due).days == n


@settings(deadline=None)
@given(DAYS, DAYS, st.integers(1, 60))
def test_due_is_monotone(one: date, other: date, n: int) -> None:
    earlier, later = sorted((one, other))
    assert CALENDAR.add_workdays(earlier, n).date <= CALENDAR.add_workdays(later, n).date
    assert CALENDAR.add_workdays(earlier, n).date < CALENDAR.add_workdays(earlier, n + 1).date


@settings(deadline=None)
@given(DAYS)
def test_rolling_forward_passes_over_rest_days_only(day: date) -> None:
    due = CALENDAR.roll_forward(day).date
    assert CALENDAR.is_workday(due)
    assert not any(CALENDAR.is_workday(day + timedelta(i)) for i in range((due - day).days))


@settings(deadline=None)
@given(DAYS, st.integers(0, 48))
def test_full_months_is_the_inverse_of_counting_months(first: date, n: int) -> None:
    assert full_months(first, same_day_in(first, n) - timedelta(1)) == n


# Who is trusted ----------------------------------------------------------------------------------------------------


def test_2027_works_and_says_it_is_provisional() -> None:
    assert CALENDAR.add_workdays(d("2027-09-30"), 1).provisional
    assert not CALENDAR.is_workday(d("2027-02-08"))
    assert not CALENDAR.settled(2027)


def test_only_the_days_touched_make_a_count_provisional() -> None:
    assert not CALENDAR.add_workdays(d("2026-12-28"), 3).provisional
    assert CALENDAR.add_workdays(d("2026-12-28"), 4).provisional


def test_the_table_goes_before_the_library_day_by_day() -> None:
    calendar = Calendar((Decreed(d("2026-03-04"), True, "特别放假"),))
    assert CALENDAR.add_workdays(d("2026-03-03"), 1).date == d("2026-03-04")
    assert calendar.add_workdays(d("2026-03-03"), 1).date == d("2026-03-05")
    assert calendar.day(d("2026-03-04")).source is HolidaySource.TABLE
    assert calendar.day(d("2026-03-05")).source is HolidaySource.CHINESE_CALENDAR


def test_a_whole_notice_settles_its_year() -> None:
    calendar = Calendar(read_decree(NOTICE_2027).days)
    assert calendar.settled(2027)
    assert calendar.is_workday(d("2027-01-31"))
    due = calendar.add_workdays(d("2027-09-30"), 1)
    assert (due.date, due.provisional) == (d("2027-10-08"), False)
    assert CALENDAR.add_workdays(d("2027-09-30"), 1).date == d("2027-10-06")  # before the decree


def test_half_a_notice_does_not_settle_its_year() -> None:
    half = NOTICE_2027.split("四、")[0]
    calendar = Calendar(read_decree(half).days)
    assert not calendar.settled(2027)
    assert not calendar.day(d("2027-02-11")).provisional
    assert calendar.day(d("2027-05-06")).provisional


def test_a_version_names_what_was_decreed() -> None:
    decreed = (Decreed(d("2027-01-01"), True, "元旦"), Decreed(d("2027-01-03"), False, "元旦调休"))
    assert Calendar(decreed).version == Calendar(decreed[::-1]).version
    assert len({Calendar().version, Calendar(decreed).version, Calendar(decreed[:1]).version}) == 3


def test_a_day_decreed_twice_is_refused() -> None:
    with pytest.raises(CalendarError, match="登记了两次"):
        Calendar((Decreed(d("2027-01-01"), True, "元旦"), Decreed(d("2027-01-01"), False, "元旦")))


# Pasted notices ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "year"), [(NOTICE_2026, 2026), (NOTICE_2023, 2023)])
def test_a_pasted_notice_says_what_the_library_says(text: str, year: int) -> None:
    decree = read_decree(text)
    told = Calendar(decree.days)
    assert decree.year == year
    assert [day for day in days_of(year) if told.is_workday(day) != CALENDAR.is_workday(day)] == []
    assert all(CALENDAR.is_workday(row.day) != row.off for row in decree.days)


def test_a_notice_gives_its_number_and_names() -> None:
    decree = read_decree(NOTICE_2026)
    assert decree.number == "国办发明电〔2025〕7号"
    assert len(decree.days) == 33 + 6
    assert Decreed(d("2026-02-14"), False, "春节调休") in decree.days


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("一、元旦：1月1日放假，共1天。", "没有找到"),
        ("2027年部分节假日安排\n请遵照执行。", "没有读到任何放假安排"),
        (NOTICE_2027.replace("1月1日（周五）", "1月1日（周六）"), "2027-01-01 是周五"),
        (NOTICE_2027.replace("4月3日至5日放假，共3天", "4月3日至5日放假，共4天"), "所列日期是3天"),
        (NOTICE_2027.replace("4月3日至5日", "4月5日至3日"), "止日早于起日"),
        (NOTICE_2027.replace("4月3日至5日", "4月31日"), "不是一个日期"),
        (NOTICE_2027.replace("2月20日（周六）上班", "2月6日（周六）上班"), "各出现一次"),
    ],
)
def test_a_notice_that_cannot_be_right_is_refused(text: str, reason: str) -> None:
    with pytest.raises(DecreeError, match=reason):
        read_decree(text)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="一二元旦春节：、。（）()至月日年放假上班共天0123456789周五2027部分节假日安排\n", max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_decree(text, 2027)
    except DecreeError as refusal:
        assert str(refusal)
