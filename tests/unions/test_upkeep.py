"""What whoever keeps units or the installation running finds on her desk, each with the button that mends it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessFailureLog
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from arrears.reminders.models import Reminder, ReminderKind, Sending, Via
from config import backup
from tests.cast import AT, PASSWORD, World
from tests.readers import as_user
from unions import upkeep
from unions.common.formats import moment
from unions.log import audit
from unions.models import Appointment, Event, Seal, Union
from unions.models.job import JobState
from unions.people.rights import RoleName


def lines(world: World, name: str, now: Any = AT) -> dict[str, upkeep.UpkeepLine]:
    return {line.label: line for line in upkeep.upkeep_of(world.user(name), now)}


def test_a_unit_administrator_sees_what_her_units_lack(world: World) -> None:
    wu = as_user(world, "wu")
    there = Appointment.objects.filter(role=RoleName.APPROVER, union__code="370202E0001")
    there.update(until=AT.date() - timedelta(days=1))
    Union.objects.filter(code__startswith="370202").update(duty_officer="孙经办", duty_phone="0532-1")
    Union.objects.filter(code="370202T0001").update(duty_phone="")
    found = lines(world, "wu")
    missing = found["暂无审批人"]
    assert missing.tone == "bad" and world.unions["370202E0001"].name in missing.words
    assert wu.get(missing.url).status_code == 200
    duty = found["未登记值班人员或电话"]
    assert duty.words == world.unions["370202T0001"].name and wu.get(duty.url).status_code in (200, 403)
    page = wu.get("/").text
    assert "运行和配备情况" in page and "任命审批人" in page and "协作部门联络" in page


def test_who_was_kept_from_signing_in_is_told_to_who_may_help(world: World) -> None:
    AccessFailureLog.objects.create(username="li", ip_address="10.0.0.1", locked_out=True)
    AccessFailureLog.objects.filter(username="li").update(attempt_time=AT)
    for name in ("wu", "anquan"):
        assert "李填报" in lines(world, name)["账号登录限制"].words, name
    assert "账号登录限制" not in lines(world, "he")
    later = lines(world, "anquan", AT + timedelta(days=2))["账号登录限制"]
    assert later.tone == "good"
    upkeep.forget_locked(AT + timedelta(days=2))
    assert not AccessFailureLog.objects.exists()


def test_it_is_told_for_a_day_whoever_signs_in_meanwhile(world: World, settings: Any) -> None:
    """The attempts themselves are forgotten at the next signing in, once their minute is over."""
    page = reverse("sign-in")
    for _ in range(5):
        answer = Client().post(page, {"username": "li", "password": "wrong"})
    assert answer.status_code == 429
    settings.AXES_COOLOFF_TIME = timedelta(microseconds=1)
    assert Client().post(page, {"username": "sun", "password": PASSWORD}).status_code == 302
    assert "李填报" in lines(world, "wu", timezone.now())["账号登录限制"].words


def test_the_system_administrator_sees_what_failed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    order = {line.tone for line in upkeep.upkeep_of(world.user("xitong"), AT)}
    assert lines(world, "xitong")["后台任务"].tone == lines(world, "xitong")["任务队列"].tone == "good", order
    reminder = Reminder.objects.create(
        user=world.user("li"), kind=ReminderKind.IMMEDIATE, key="x", title="x", url="/", created_at=AT
    )
    Sending.objects.create(
        reminder=reminder, via=Via.EMAIL, next_at=AT, state=JobState.FAILED, finished_at=AT, changed_at=AT
    )
    monkeypatch.setattr(upkeep.shutil, "disk_usage", lambda place: _Disk(100 << 30, 95 << 30, 5 << 30))
    found = lines(world, "xitong")
    assert found["提醒发送"].tone == "bad" and "1 条提醒没有发出" in found["提醒发送"].words
    assert found["存储空间"].words == "剩余 5.0 GB（5%）" and found["存储空间"].tone == "bad"
    assert "工作日历" in found
    page = as_user(world, "xitong").get("/").text
    assert page.index("提醒发送") < page.index("任务队列"), "what is to be mended stands first"


def test_the_system_administrator_sees_when_the_last_backup_was_made(world: World) -> None:
    assert lines(world, "xitong")["备份"].words.startswith("尚未备份")
    backup.audit_says(backup.MADE, AT, folder="2026-11-20", rows=1, files=0)
    assert lines(world, "xitong", AT + timedelta(hours=5))["备份"].words == f"最近备份 {moment(AT)}（5小时前）"
    late = lines(world, "xitong", AT + timedelta(days=8))["备份"]
    assert late.tone == "bad" and "已超过 7 天" in late.words


class _Disk:
    def __init__(self, total: int, used: int, free: int) -> None:
        self.total, self.used, self.free = total, used, free


def test_the_auditor_sees_when_the_log_was_last_sealed(world: World) -> None:
    audit.record("user:1", "enable", world.user("anquan"), AT)
    Seal.objects.create(last_event_id=0, events=0, at=AT - timedelta(days=3), digest="x")
    late = lines(world, "shenji")["操作记录封存"]
    assert late.tone == "bad" and "未按日封存" in late.words
    Seal.objects.create(last_event_id=Event.objects.latest("pk").pk, events=1, at=AT, digest="y")
    assert lines(world, "shenji")["操作记录封存"].tone == "good"
    assert as_user(world, "shenji").get("/").text.count("核验操作记录") == 1


def test_who_keeps_nothing_running_is_asked_nothing(world: World, django_assert_num_queries: Any) -> None:
    he = world.user("he")
    he.paths  # noqa: B018
    upkeep.upkeep_of(he, AT)
    with django_assert_num_queries(0):
        assert upkeep.upkeep_of(he, AT) == []
