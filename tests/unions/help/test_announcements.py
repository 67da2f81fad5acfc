"""公告: who may publish, who is told, from when until when; what was put aside stays under 帮助."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import departments
from tests.cast import AT, World
from tests.readers import appointed, as_user
from unions.common.refusals import Forbidden, Refused, Stale
from unions.help import announcements, first_steps
from unions.models import Announcement, Event
from unions.people.rights import RoleName

LONG = date(2199, 12, 31)


def told(world: World, code: str = "370202", by: str = "wu", **facts: Any) -> Announcement:
    given = {"title": "培训通知", "text": "周五上午培训。", "since": date(2026, 1, 1), "until": LONG} | facts
    return announcements.publish(world.unions[code], given, world.user(by), AT)


def test_it_is_told_to_the_unit_and_all_below_it(world: World) -> None:
    told(world)
    day = date(2026, 11, 20)
    for name, sees in (("sun", True), ("li", True), ("zheng", True), ("feng", False), ("lv", False), ("han", False)):
        assert Announcement.objects.told(world.user(name), day).exists() is sees, name


def test_it_is_shown_from_a_day_until_a_day(world: World) -> None:
    row = told(world, since=date(2026, 11, 22), until=date(2026, 11, 25))
    shown = [
        day for day in range(20, 29) if Announcement.objects.in_force(date(2026, 11, day)).filter(pk=row.pk).exists()
    ]
    assert shown == [22, 23, 24, 25]


def test_only_who_appoints_or_keeps_the_tree_publishes(world: World) -> None:
    for name in ("li", "sun", "zhou", "qian", "anquan", "shenji"):
        with pytest.raises(Forbidden):
            told(world, by=name)
    with pytest.raises(Forbidden):
        told(world, "370203")  # not hers
    told(world, "370202E0001")
    told(world, "370000", by="xitong")
    assert Event.objects.filter(verb="announcement.publish").count() == 2


def test_days_that_make_no_sense_are_refused(world: World) -> None:
    with pytest.raises(Refused, match="止日早于起日"):
        told(world, since=date(2026, 12, 2), until=date(2026, 12, 1))
    with pytest.raises(Refused, match="止日已过"):
        told(world, since=date(2026, 11, 1), until=date(2026, 11, 19))


def test_it_leaves_the_desk_when_put_aside_and_stays_under_help(world: World) -> None:
    row = told(world)
    li, zheng = as_user(world, "li"), as_user(world, "zheng")
    assert "周五上午培训" in li.get("/").content.decode()
    assert li.post(f"/help/announcements/{row.pk}/dismiss/").url == "/"
    assert li.post(f"/help/announcements/{row.pk}/dismiss/").status_code == 302  # twice is once
    assert "周五上午培训" not in li.get("/").content.decode()
    assert "周五上午培训" in li.get("/help/").content.decode()
    assert "周五上午培训" in zheng.get("/").content.decode()
    assert as_user(world, "feng").post(f"/help/announcements/{row.pk}/dismiss/").status_code == 404


def test_it_is_published_and_ended_on_the_pages(world: World) -> None:
    wu, today = as_user(world, "wu"), timezone.localdate()
    sent = {"union": "370202", "title": "系统升级", "text": "今晚升级。", "since": today, "until": today + timedelta(3)}
    assert wu.post("/help/announcements/new/", sent | {"union": "370203"}).status_code == 422
    assert wu.post("/help/announcements/new/", sent | {"title": ""}).status_code == 422
    assert wu.post("/help/announcements/new/", sent).url == "/help/"
    row = Announcement.objects.get()
    assert "今晚升级" in as_user(world, "li").get("/").content.decode()
    assert as_user(world, "li").post(f"/help/announcements/{row.pk}/end/").status_code == 403
    assert wu.post(f"/help/announcements/{row.pk}/end/").url == "/help/"
    assert "今晚升级" not in as_user(world, "li").get("/").content.decode()
    with pytest.raises(Stale):
        announcements.end(row, world.user("wu"), AT)


def test_people_of_departments_are_told_nothing(world: World) -> None:
    told(world)
    departments.beside(world)
    assert not Announcement.objects.told(world.user("ma"), date(2026, 11, 20)).exists()
    yuan = appointed(world, "yuan", "370202", RoleName.CLERK)
    assert Announcement.objects.told(yuan, date(2026, 11, 20)).exists()  # beside them, at the same unit


def test_what_was_published_for_a_unit_below_is_listed_and_ended(world: World) -> None:
    wu, today = as_user(world, "wu"), timezone.localdate()
    sent = {
        "union": "370202E0001",
        "title": "停电",
        "text": "明日停电。",
        "since": today,
        "until": today + timedelta(3),
    }
    assert wu.post("/help/announcements/new/", sent).url == "/help/"
    row = Announcement.objects.get()
    assert f"/help/announcements/{row.pk}/end/" in wu.get("/help/").text and "明日停电" not in wu.get("/").text
    assert as_user(world, "feng").post(f"/help/announcements/{row.pk}/end/").status_code == 404
    assert wu.post(f"/help/announcements/{row.pk}/end/").url == "/help/"
    assert "明日停电" not in as_user(world, "li").get("/").text


FIRST = "开始使用：三步"


@pytest.mark.parametrize("name", ["li", "sun", "zhou", "qian", "wu", "xitong", "anquan", "shenji"])
def test_a_new_person_is_shown_three_steps_until_she_closes_them(world: World, name: str) -> None:
    her = as_user(world, name)
    shown = her.get("/").content.decode()
    assert FIRST in shown and shown.count('class="first-steps-number"') == 3
    assert her.post("/help/first-steps/close/").url == "/"
    assert FIRST not in her.get("/").content.decode()
    assert FIRST not in as_user(world, name).get("/").content.decode()  # remembered


def test_whoever_has_begun_is_shown_no_steps(world: World) -> None:
    wu = as_user(world, "wu")
    assert FIRST in wu.get("/").content.decode()
    told(world)
    assert FIRST not in wu.get("/").content.decode()
    as_user(world, "wu")  # signed in again
    assert first_steps.guide_for(world.user("wu")) is None
    assert type(world.user("wu")).objects.get(username="wu").guided_at is not None


def test_every_step_can_be_taken_by_whom_it_is_shown_to(world: World) -> None:
    for name in ("li", "sun", "zhou", "qian", "wu", "xitong", "anquan", "shenji"):
        her = as_user(world, name)
        guide = first_steps.guide_for(world.user(name))
        assert guide is not None
        for step in guide.steps:
            assert her.get(reverse(step.to)).status_code == 200, (name, step.to)
