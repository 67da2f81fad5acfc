"""The numbers beside the sections: counted once per person and minute, of this moment where she is and after what she does."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from arrears.reminders.models import Reminder, ReminderKind
from arrears.reminders.outbox import NewReminder, put
from tests.cast import AT, World, an_employer
from tests.readers import as_user, settled
from unions.people import appointments
from unions.waiting import waiting_numbers

REMINDERS = '"reminders_reminder"'


def numbers(client: Client, url: str) -> dict[str, int]:
    """Label → number, as the menu of this page shows it."""
    groups = client.get(url).context["navigation"]
    return {item["label"]: item["count"]() for group in groups for item in group["items"] if item["count"]()}


def counts_reminders(client: Client, url: str) -> bool:
    with CaptureQueriesContext(connection) as asked:
        client.get(url)
    return any(REMINDERS in one["sql"] for one in asked)


def test_the_second_page_of_a_minute_counts_nothing(world: World) -> None:
    wang = as_user(world, "wang")
    assert counts_reminders(wang, "/unions/")
    assert not counts_reminders(wang, "/unions/")
    assert counts_reminders(as_user(world, "he"), "/unions/"), "another person's numbers are her own"


def test_a_section_counts_its_own_and_then_all_that_changed(world: World) -> None:
    wang = as_user(world, "wang")
    assert numbers(wang, "/unions/") == {}
    settled(world)
    assert numbers(wang, "/unions/") == {}, "at most a minute old"
    assert numbers(wang, "/") == {"工作台": 1, "待我审批": 1}
    assert numbers(wang, "/unions/") == {"工作台": 1, "待我审批": 1}


def test_a_section_in_which_nothing_changed_counts_no_other(world: World) -> None:
    """Of the closing that waits on the desk nothing is counted again in the register of clues."""
    settled(world)
    wang = as_user(world, "wang")
    wang.get("/")
    assert not counts_reminders(wang, "/clues/")
    assert numbers(wang, "/clues/") == {"工作台": 1, "待我审批": 1}


def test_what_a_person_sends_counts_hers_anew(world: World) -> None:
    wang = as_user(world, "wang")
    numbers(wang, "/unions/")
    settled(world, employer=an_employer("海风二建有限公司"))
    wang.post("/inbox/read/", {"up_to": "1"})
    assert numbers(wang, "/unions/") == {"工作台": 1, "待我审批": 1}


def test_a_reminder_is_counted_as_soon_as_it_is_there(world: World, django_capture_on_commit_callbacks: Any) -> None:
    wang = as_user(world, "wang")
    numbers(wang, "/unions/")
    with django_capture_on_commit_callbacks(execute=True):
        put([NewReminder(world.people["wang"].pk, ReminderKind.DIGEST, "k", "办理时限", "/obligations/")], AT)
    assert Reminder.objects.count() == 1
    assert numbers(wang, "/unions/") == {"提醒": 1}


def test_who_leaves_counts_nothing_any_more(world: World) -> None:
    settled(world)
    wang = world.user("wang")
    assert waiting_numbers(wang)["desk"] == 1
    row = wang.appointments.get()
    appointments.dismiss(row, AT.date(), world.user("wu"), AT)
    assert waiting_numbers(world.user("wang")).get("desk", 0) == 0


@pytest.fixture
def silent_redis(settings: Any, tmp_path: Any) -> Any:
    """A cache whose Redis does not answer."""
    there = {"BACKEND": "config.cache.RedisOrNothing", "LOCATION": f"unix://{tmp_path}/nobody.sock"}
    settings.CACHES = settings.CACHES | {"silent": there}
    return caches["silent"]


def test_without_redis_nothing_is_kept_and_nothing_fails(silent_redis: Any) -> None:
    silent_redis.set("number", 1)
    assert silent_redis.get("number") is None
    silent_redis.delete_many(["number"])


def test_in_redis_the_numbers_are_shared(settings: Any, redis_url: str) -> None:
    location = redis_url.replace("redis+socket://", "unix://")
    settings.CACHES = settings.CACHES | {"shared": {"BACKEND": "config.cache.RedisOrNothing", "LOCATION": location}}
    caches["shared"].set("number", {"desk": 3})
    assert caches["shared"].get("number") == {"desk": 3}
    caches["shared"].delete_many(["number"])
    assert caches["shared"].get("number") is None
