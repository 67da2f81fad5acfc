"""The working calendar in the browser: the year, its days, the calculator, the province's table, the iCal feed."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import urlparse

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from arrears.law import calendar as keeping
from arrears.law.calendar import calendar_at
from arrears.law.editions.dues import Due, dues
from arrears.law.editions.feed import icalendar
from arrears.law.editions.year import months_of
from arrears.law.models import CalendarFeed, Holiday
from arrears.law.rules.holiday_sources import Decreed
from arrears.law.rules.workdays import Calendar
from tests.arrears.law.test_calendar import NOTICE_2027
from tests.cast import AT, PASSWORD, World
from unions.models import Appointment, Event
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName

BACKEND = "unions.people.backends.AppointmentBackend"
TODAY = date(2026, 11, 20)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def reading(world: World, client: Client) -> Client:
    """Signed in as the district's officer."""
    client.force_login(world.user("sun"), backend=BACKEND)
    return client


@pytest.fixture
def keeper(world: World, client: Client) -> Client:
    """Signed in as the province's statistician."""
    client.force_login(world.user("shen"), backend=BACKEND)
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


# The year ------------------------------------------------------------------------------------------------------------


def test_a_year_laid_out() -> None:
    months = months_of(2026, Calendar(), [], TODAY)
    cells = [cell for month in months for week in month.weeks for cell in week if cell]
    assert len(cells) == 365 and sum(month.workdays for month in months) == sum(cell.day.working for cell in cells)
    assert all(len(week) == 7 for month in months for week in month.weeks)
    october = {cell.day.on.day: cell for week in months[9].weeks for cell in week if cell}
    assert (october[1].kind, october[1].mark, october[10].kind, october[10].mark) == ("holiday", "休", "makeup", "班")
    assert october[11].kind == "weekend" and october[9].kind == "work"
    assert any(name.startswith("国庆节 1–7日") for name in months[9].names)
    assert [cell.day.on for cell in cells if cell.today] == [TODAY]


def test_the_page_of_a_year(reading: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(14):
        page = text(reading.get(reverse("work-calendar"), {"year": "2026"}))
    assert "2026 年工作日历" in page and page.count('class="month-table"') == 12
    assert "季度欠薪情况汇总" in page and "本单位报送" in page, "Qingdao's quarterly return, owed by districts"
    assert "2026年12月31日（周四），工作日，季度欠薪情况汇总到期" in page
    assert "本年暂定" not in page and "登记放假安排" not in page


def test_a_year_nobody_decreed_says_so(reading: Client) -> None:
    page = text(reading.get(reverse("work-calendar"), {"year": "2031"}))
    assert "本年暂定" in page and "2031 年工作日历" in page


def test_the_alarm_from_november(world: World) -> None:
    assert keeping.calendar_alarm(date(2026, 10, 31), Calendar()) is None
    assert "2027年" in str(keeping.calendar_alarm(date(2026, 11, 1), Calendar()))


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("work-calendar", {"year": "1999"}),
        ("work-calendar", {"year": "2100"}),
        ("work-calendar", {"year": "x"}),
        ("work-calendar", {"year": "99999999999"}),
        ("work-calendar", {"day": "2026-02-30"}),
        ("calendar-day", {}),
        ("calendar-day", {"on": "1949-10-01"}),
        ("calendar-count", {"start": "x", "number": "5", "unit": "days"}),
        ("calendar-count", {"start": "2026-01-01", "number": "0", "unit": "days"}),
        ("calendar-count", {"start": "2099-12-31", "number": "1000", "unit": "months"}),
        ("calendar-count", {"start": "2026-01-01", "number": "5", "unit": "weeks"}),
    ],
)
def test_what_cannot_be_shown_is_refused(reading: Client, name: str, query: dict[str, str]) -> None:
    assert reading.get(reverse(name), query).status_code == 422


def test_a_day_explains_itself(world: World, reading: Client) -> None:
    fragment = text(reading.get(reverse("calendar-day"), {"on": "2026-10-01"}, headers=HTMX))
    assert "<html" not in fragment and "国庆节，放假" in fragment and "下一个工作日是 2026-10-08" in fragment
    fragment = text(reading.get(reverse("calendar-day"), {"on": "2026-12-31"}, headers=HTMX))
    assert "季度欠薪情况汇总" in fragment and "最后1个工作日" in fragment and "个工作日。" in fragment
    answer = reading.get(reverse("calendar-day"), {"on": "2026-10-01"})
    assert answer.status_code == 302 and "国庆节，放假" in text(reading.get(answer["Location"]))
    keeping.import_notice(NOTICE_2027, world.unions["370000"], world.user("shen"), AT)
    fragment = text(reading.get(reverse("calendar-day"), {"on": "2027-10-01"}, headers=HTMX))
    assert "沈统计 2026-11-20 09:30 登记" in fragment and "省级节假日表" in fragment


def test_the_calculator(reading: Client) -> None:
    query = {"start": "2025-08-28", "number": "5", "unit": "workdays"}
    fragment = text(reading.get(reverse("calendar-count"), query, headers=HTMX))
    assert "2025-09-04" in fragment and "跳过 8/30、8/31 → 9月4日" in fragment and "<html" not in fragment
    assert "2025-09-04" in text(reading.get(reverse("calendar-count"), query)), "and without scripts"
    fragment = text(reading.get(reverse("calendar-count"), query | {"start": "2027-12-30"}, headers=HTMX))
    assert "暂定" in fragment


# The province's table ------------------------------------------------------------------------------------------------


def test_a_pasted_notice_is_shown_before_it_counts(world: World, keeper: Client) -> None:
    page = text(keeper.post(reverse("holidays-enter"), {"text": NOTICE_2027}))
    assert "核对放假安排" in page and "2027-10-01" in page and "（暂定）" in page
    assert Holiday.objects.count() == 0, "nothing entered by looking"
    hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page[page.index("confirmed") - 20 :]))
    answer = keeper.post(reverse("holidays-enter"), {"text": NOTICE_2027, "year": hidden["year"], "confirmed": "yes"})
    assert answer.status_code == 302 and calendar_at().settled(2027)
    page = text(keeper.get(reverse("holidays")))
    assert "沈统计" in page and calendar_at().version in page and "登记" in page
    page = text(keeper.post(reverse("holidays-enter"), {"text": NOTICE_2027}))
    assert "没有要改动的" in page and "确认登记" not in page


def test_due_dates_that_would_move_are_shown(world: World, client: Client) -> None:
    Appointment.objects.create(
        user=world.people["shen"], union=world.unions["370200"], role=RoleName.OFFICER, since=date(2020, 1, 1)
    )
    sync_rights(world.people["shen"], timezone.localdate())
    client.force_login(world.user("shen"), backend=BACKEND)
    entry = {"day": "2027-06-30", "kind": "off", "name": "补假", "notice": "试"}
    page = text(client.post(reverse("holidays-enter"), entry))
    assert "会变动的报送期限" in page and "2027-06-30 → 2027-06-29" in page and "上班与休息对调" in page
    assert client.post(reverse("holidays-enter"), entry | {"confirmed": "yes"}).status_code == 302
    assert not calendar_at().is_workday(date(2027, 6, 30))


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"text": "今年不放假"}, "没有找到"),
        ({"text": ""}, "这个字段"),
        ({"text": "2027年部分节假日安排\n一、元旦：1月1日至5日放假，共3天。"}, "请核对"),
        ({"day": "x", "kind": "off", "name": "a", "notice": "b"}, "日期"),
        ({"day": "2027-01-01", "kind": "rest", "name": "a", "notice": "b"}, "rest"),
    ],
)
def test_what_cannot_be_read_is_named(keeper: Client, posted: dict[str, str], sentence: str) -> None:
    answer = keeper.post(reverse("holidays-enter"), posted)
    assert answer.status_code == 422 and Holiday.objects.count() == 0
    assert sentence in text(answer) or "field-error" in text(answer) or "invalid" in text(answer)


def test_withdrawing_wants_days_and_a_reason(world: World, keeper: Client) -> None:
    keeping.import_notice(NOTICE_2027, world.unions["370000"], world.user("shen"), AT)
    url = reverse("holidays-withdraw")
    assert keeper.post(url, {"reason": "错"}).status_code == 422
    assert keeper.post(url, {"days": "2027-10-01", "reason": " "}).status_code == 422
    assert keeper.post(url, {"days": "昨天", "reason": "错"}).status_code == 422
    assert keeper.post(url, {"days": ["2027-10-01", "2027-10-02"], "reason": "录错了"}).status_code == 302
    assert not Holiday.objects.standing().filter(day="2027-10-01").exists()
    assert "录错了" in text(keeper.get(reverse("holidays")))
    assert [event.verb for event in Event.objects.filter(stream="calendar").order_by("seq")] == [
        "enter_days",
        "withdraw_days",
    ]


@pytest.mark.parametrize("who", ["sun", "han", "yang", "qian", "li", "shenji"])
def test_others_read_the_table_and_leave_it_alone(world: World, client: Client, who: str) -> None:
    client.force_login(world.user(who), backend=BACKEND)
    page = text(client.get(reverse("holidays")))
    assert "由省总工会的统计员维护" in page and "holidays/enter" not in page
    assert client.post(reverse("holidays-enter"), {"text": NOTICE_2027}).status_code == 403
    assert client.post(reverse("holidays-withdraw"), {"days": "2027-10-01", "reason": "x"}).status_code == 403
    assert client.get(reverse("holidays-enter")).status_code == 405


# The feed ------------------------------------------------------------------------------------------------------------


def new_feed(client: Client) -> str:
    """Makes a feed from the page; its path, which the page shows once."""
    answer = client.post(reverse("calendar-feed-new"))
    page = text(client.get(answer["Location"].partition("#")[0]))
    found = re.search(r'<code id="feed-address">([^<]+)</code>', page)
    assert found
    assert 'feed-address">http' not in text(client.get(reverse("work-calendar"))), "shown once"
    return urlparse(found[1]).path


def unfolded(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_a_feed_of_ones_own(reading: Client) -> None:
    path = new_feed(reading)
    anyone = Client()
    answer = anyone.get(path)
    assert answer.status_code == 200 and answer["Content-Type"] == "text/calendar; charset=utf-8"
    lines = unfolded(answer.content)
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") >= 4
    uids = [line for line in lines if line.startswith("UID:")]
    assert len(set(uids)) == len(uids)
    assert any(line.startswith("SUMMARY:季度欠薪情况汇总") for line in lines)
    again = anyone.get(path)
    assert again.content == answer.content, "stable, so that 304 works"
    assert anyone.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_an_unknown_old_or_idle_address_is_404(world: World, reading: Client) -> None:
    old = new_feed(reading)
    new = new_feed(reading)
    anyone = Client()
    assert anyone.get("/calendar/guess.ics").status_code == anyone.get(old).status_code == 404
    assert anyone.get(new).status_code == 200 and anyone.post(new).status_code in (403, 405)
    token = new.removeprefix("/calendar/").removesuffix(".ics")
    assert len(token) >= 40 and not CalendarFeed.objects.filter(token_sha256=token).exists()
    world.people["sun"].is_active = False
    world.people["sun"].save()
    assert anyone.get(new).status_code == 404


def a_due(**changes: Any) -> Due:
    given: dict[str, Any] = {
        "uid": "k.r.2026-10",
        "rulebook": "k",
        "clause": "《关于某事,某事;的\\通知》第一条",
        "title": "表" * 40,
        "about": "2026-10",
        "at": AT.replace(hour=16, minute=0),
        "explanation": "一\n二",
        "provisional": True,
        "own": False,
        "url": "/rulebooks/k/#N-1",
        "is_return": True,
    }
    return Due(**(given | changes))


@pytest.mark.django_db
def test_lines_are_folded_and_escaped() -> None:
    content = icalendar([a_due()], TODAY)
    assert content.endswith(b"\r\n") and b"\n" not in content.replace(b"\r\n", b"")
    for line in content.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # never cut inside a character
    lines = unfolded(content)
    assert f"SUMMARY:{'表' * 40}（下级报送）" in lines
    assert any("关于某事\\,某事\\;的\\\\通知" in line and "一\\n二" in line for line in lines)
    assert "DTEND:20261120T080000Z" in lines and "DTSTART:20261120T073000Z" in lines, "16:00 in Shanghai"
    assert "STATUS:TENTATIVE" in lines and "DTSTAMP:20261119T160000Z" in lines


@pytest.mark.django_db
def test_a_day_without_an_hour_is_a_whole_day() -> None:
    lines = unfolded(icalendar([a_due(at=AT.replace(hour=23, minute=59, second=59))], TODAY))
    assert "DTSTART;VALUE=DATE:20261120" in lines and "DTEND;VALUE=DATE:20261121" in lines


def test_a_uid_outlives_a_moved_date(world: World) -> None:
    user, span = world.user("sun"), (date(2027, 1, 1), date(2027, 12, 31))
    before = dues(user, TODAY, *span, Calendar())
    keeping.enter([Decreed(date(2027, 6, 30), True, "补假")], "试", world.unions["370000"], world.user("shen"), AT)
    after = dues(user, TODAY, *span, calendar_at())
    assert [due.uid for due in before] == [due.uid for due in after]
    moved = [(one.at.date(), two.at.date()) for one, two in zip(before, after, strict=True) if one.at != two.at]
    assert moved == [(date(2027, 6, 30), date(2027, 6, 29))]


def test_the_feed_names_no_person_and_no_firm(world: World, reading: Client) -> None:
    content = Client().get(new_feed(reading)).content.decode()
    assert not any(name in content for name in ("孙经办", "海风建设", "市南区"))


def test_dues_are_of_the_readers_own_units(world: World) -> None:
    def titles(who: str) -> set[tuple[str, bool]]:
        found = dues(world.user(who), TODAY, date(2026, 1, 1), date(2026, 12, 31), Calendar())
        return {(due.title, due.own) for due in found}

    assert titles("sun") == {("季度欠薪情况汇总", True)}
    assert titles("lv") == {("季度欠薪情况汇总", False)}, "the city sees what its districts owe"
    assert titles("han") == set(), "Shandong's winter campaign was in 2023"
    winter = dues(world.user("han"), TODAY, date(2024, 1, 1), date(2024, 2, 29), Calendar())
    assert {str(due.at.date()) for due in winter if due.clause == "SD-R1"} == {"2024-01-03", "2024-02-20"}


# In a browser --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_calendar_by_hand(cast_database: None, open_page: Any) -> None:
    page = open_page(390)
    page.goto("/sign-in/")
    page.fill("input[name=username]", "shen")
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.goto("/work-calendar/?year=2026")
    page.get_by_label("2026年10月1日（周四），国庆节，放假").click()
    page.locator("#day").get_by_text("下一个工作日是 2026-10-08").wait_for()
    page.fill("#count input[name=start]", "2025-08-28")
    page.get_by_role("button", name="计算").click()
    page.get_by_text("跳过 8/30、8/31").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto("/work-calendar/holidays/")
    page.fill("textarea[name=text]", NOTICE_2027)
    page.get_by_role("button", name="预览").first.click()
    page.get_by_role("button", name="确认登记").click()
    page.get_by_text("日历版本").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert calendar_at().settled(2027)
