"""Old reminders and kept mail go after their time; the top bar says how many are unread; what rings at once is a local setting."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from arrears.escalations import actions as escalations
from arrears.escalations.models import Acknowledgement
from arrears.law.models import Obligation
from arrears.law.obligations.local import local
from arrears.reminders import immediate, inbox
from arrears.reminders.models import DevMail, Reminder, Sending
from reporting import tasks
from reporting.waiting import waiting_for
from tests.cast import AT, World, a_case, an_employer
from tests.readers import as_user

YEAR_LATER = AT + timedelta(days=401)


def a_reminder(world: World, key: str, **facts: Any) -> Reminder:
    given = {"kind": "digest", "title": "办理时限", "items": [], "url": "/obligations/", "created_at": AT} | facts
    return Reminder.objects.create(user=world.people["li"], key=key, **given)


# Kept so long --------------------------------------------------------------------------------------------------------


def test_reminders_go_after_their_time_and_not_a_second_before(world: World) -> None:
    row = a_reminder(world, "digest:2026-11-20")
    Sending.objects.create(reminder=row, via="email", next_at=AT, changed_at=AT, state="done", finished_at=AT)
    assert inbox.drop_old(AT + timedelta(days=400)) == 0
    assert inbox.drop_old(AT + timedelta(days=400, seconds=1)) == 1
    assert not Sending.objects.exists()


def test_more_than_a_batch_goes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "BATCH", 2)
    for n in range(5):
        a_reminder(world, f"silence:{n}", kind="silence")
    assert inbox.drop_old(YEAR_LATER) == 5


def test_what_is_still_open_is_not_forgotten_and_not_told_again(world: World) -> None:
    case = a_case(world, mass=True, negotiation_failed_on=date(2026, 11, 12))
    enterprise, li = world.unions["370202E0001"], world.user("li")
    escalations.request(case, enterprise, "mass", "聚集", li, AT, seen=case.version)
    duties = Reminder.objects.filter(key__startswith="at-once:")
    alarms = Reminder.objects.filter(key__startswith="acknowledge:")
    waiting = {f"at-once:{row.pk}" for row in Obligation.objects.open().filter(case=case, due_at=None)}
    told, alarmed = waiting & set(duties.values_list("key", flat=True)), alarms.count()
    assert told and alarmed and duties.exclude(key__in=told).exists(), "the report is made, arriving is not"
    inbox.drop_old(YEAR_LATER)
    assert (set(duties.values_list("key", flat=True)), alarms.count()) == (told, alarmed)
    assert immediate.remind_of(case, YEAR_LATER) == 0, "nobody is told a second time"
    Obligation.objects.filter(case=case).update(met_at=AT)
    Acknowledgement.objects.filter(case=case).update(at=AT)
    inbox.drop_old(YEAR_LATER)
    assert (duties.count(), alarms.count()) == (0, 0)


def test_kept_mail_goes_after_a_month(world: World, settings: Any) -> None:
    li = world.user("li")
    DevMail.objects.create(user=li, to="a@example.org", subject="s", body="b", message_id="1", at=AT)
    inbox.drop_old(AT + timedelta(days=30))
    assert DevMail.objects.count() == 1
    settings.DEV_MAIL_KEPT = timedelta(days=10)
    inbox.drop_old(AT + timedelta(days=30))
    assert DevMail.objects.count() == 0


def test_the_nightly_task_keeps_what_is_new(world: World) -> None:
    a_reminder(world, "old", created_at=timezone.now() - timedelta(days=500))
    a_reminder(world, "new", created_at=timezone.now())
    assert tasks.drop_old_reminders() == 1
    assert Reminder.objects.get().key == "new"


# Ringing at once -----------------------------------------------------------------------------------------------------


def test_the_hours_within_which_it_rings_are_a_local_setting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """QD-6.4 is warned of after 24 hours: silent within twelve, told at once within thirty."""
    a_case(world, "sun", "370202", mass=True)

    def told() -> bool:
        return any(
            "青岛通知第六条（四）" in one["text"]
            for row in Reminder.objects.filter(kind="immediate")
            for one in row.items
        )

    assert local().ring_within_hours == 12 and not told()
    monkeypatch.setattr(immediate, "local", lambda: replace(local(), ring_within_hours=30), raising=True)
    a_case(world, "sun", "370202", employer=an_employer("另一家"), mass=True)
    assert told()


def test_the_page_of_settings_says_which_numbers_are_local(world: World) -> None:
    page = as_user(world, "li").get(reverse("reminder-preferences")).content.decode()
    assert "不晚于 12 小时的随时提醒" in page and "本地设置" in page


# The top bar ---------------------------------------------------------------------------------------------------------


def test_the_bell_says_how_many_are_unread(world: World) -> None:
    client = as_user(world, "li")
    for n in range(3):
        a_reminder(world, f"k{n}")
    a_reminder(world, "read", read_at=AT)
    a_reminder(world, "mail-only", in_app=False)
    assert 'aria-label="提醒，3 条未读"' in client.get(reverse("unions")).content.decode()
    client.post(reverse("inbox-read"), {"up_to": str(Reminder.objects.latest("pk").pk)})
    assert 'aria-label="提醒"' in client.get(reverse("unions")).content.decode()


def test_the_bell_says_how_many(world: World) -> None:
    Reminder.objects.bulk_create(
        Reminder(user=world.people["li"], key=f"k{n}", kind="digest", title="t", items=[], url="/", created_at=AT)
        for n in range(150)
    )
    assert waiting_for(world.user("li"))["inbox"] == 150
    assert '<span class="nav-count">150</span>' in as_user(world, "li").get(reverse("unions")).content.decode()


def test_the_bell_costs_one_query_by_its_index(world: World) -> None:
    a_reminder(world, "k")
    with CaptureQueriesContext(connection) as asked:
        waiting_for(world.user("li"))
    (counting,) = [one["sql"] for one in asked if "reminders_reminder" in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {counting}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "reminder_unread" in plan
