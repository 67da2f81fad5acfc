"""The province's table of holidays: pasted notices, corrections, the calendar as it was, the alarm."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from arrears.law import calendar as keeping
from arrears.law.models import Holiday
from arrears.law.rules.decree import read_decree
from arrears.law.rules.holiday_sources import Decreed
from arrears.law.rules.workdays import Calendar
from tests.arrears.law.test_calendar import NOTICE_2027, d
from tests.cast import AT, World
from unions.common.refusals import Forbidden, Refused
from unions.models import Event, Union


@pytest.fixture
def province(world: World) -> Union:
    return world.unions["370000"]


def test_pasting_a_notice_changes_the_calendar(world: World, province: Union) -> None:
    before = keeping.calendar_at()
    kept = keeping.import_notice(NOTICE_2027, province, world.user("shen"), AT)
    after = keeping.calendar_at()
    assert (kept.withdrawn, kept.unchanged, kept.missing) == (0, 0, [])
    assert kept.entered == Holiday.objects.count() == len(after.decreed)
    assert before.version != after.version == kept.version
    assert after.settled(2027)
    event = Event.objects.get(stream="calendar")
    assert event.data["version"] == after.version


def test_pasting_it_twice_changes_nothing(world: World, province: Union) -> None:
    first = keeping.import_notice(NOTICE_2027, province, world.user("shen"), AT)
    again = keeping.import_notice(NOTICE_2027, province, world.user("shen"), AT)
    assert (again.entered, again.withdrawn, again.unchanged) == (0, 0, first.entered)
    assert Event.objects.filter(stream="calendar").count() == 1


def test_a_holiday_decreed_afterwards_and_the_calendar_as_it_was(world: World, province: Union) -> None:
    later = AT + timedelta(days=3)
    keeping.import_notice(NOTICE_2027, province, world.user("shen"), AT)
    keeping.enter([Decreed(d("2027-10-08"), True, "国庆节")], "补充通知", province, world.user("shen"), later)
    keeping.enter([Decreed(d("2027-10-09"), True, "国庆节")], "补充通知", province, world.user("shen"), later)
    due = [keeping.calendar_at(at).add_workdays(d("2027-09-30"), 1) for at in (None, later, AT)]
    assert [one.date for one in due] == [d("2027-10-11"), d("2027-10-11"), d("2027-10-08")]
    assert Holiday.objects.filter(day=d("2027-10-09")).count() == 2
    assert keeping.calendar_at(datetime(2026, 1, 1, tzinfo=AT.tzinfo)) == Calendar()


def test_a_withdrawn_day_is_the_librarys_again(world: World, province: Union) -> None:
    day = d("2026-12-24")
    keeping.enter([Decreed(day, True, "误登")], "误登", province, world.user("shen"), AT)
    assert not keeping.calendar_at().is_workday(day)
    assert keeping.withdraw([day], "登记错误", province, world.user("shen"), AT) == 1
    assert keeping.calendar_at().is_workday(day)
    with pytest.raises(Refused, match="没有登记"):
        keeping.withdraw([day], "登记错误", province, world.user("shen"), AT)
    with pytest.raises(Refused, match="理由"):
        keeping.withdraw([day], " ", province, world.user("shen"), AT)


def test_a_bad_notice_enters_nothing(world: World, province: Union) -> None:
    with pytest.raises(Refused, match="所列日期是3天"):
        keeping.import_notice(NOTICE_2027.replace("5日放假，共3天", "5日放假，共4天"), province, world.user("shen"), AT)
    assert not Holiday.objects.exists()


@pytest.mark.parametrize(("name", "code"), [("shen", "370200"), ("han", "370000"), ("sun", "370000"), ("li", "370000")])
def test_only_the_provinces_statistician_keeps_the_table(world: World, name: str, code: str) -> None:
    with pytest.raises(Forbidden):
        keeping.import_notice(NOTICE_2027, world.unions[code], world.user(name), AT)
    assert not Holiday.objects.exists()


def test_the_database_keeps_one_row_per_day(world: World) -> None:
    row = {"day": d("2027-01-01"), "kind": "off", "name": "元旦", "entered_by": world.user("shen"), "entered_at": AT}
    Holiday.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Holiday.objects.create(**row)


@pytest.mark.parametrize(
    ("today", "decreed", "alarmed"),
    [
        ("2026-10-31", "", False),
        ("2026-11-01", "", True),
        ("2026-12-31", "", True),
        ("2027-01-01", "", True),
        ("2026-11-01", NOTICE_2027, False),
        ("2027-06-01", NOTICE_2027, False),
        ("2027-11-01", NOTICE_2027, True),
        ("2025-11-30", "", False),
    ],
)
def test_the_alarm_rings_from_november(today: str, decreed: str, alarmed: bool) -> None:
    calendar = Calendar(read_decree(decreed).days) if decreed else Calendar()
    assert (keeping.calendar_alarm(d(today), calendar) is not None) == alarmed
