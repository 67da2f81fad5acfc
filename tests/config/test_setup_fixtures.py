"""The ground every other test stands on."""

from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.db import connection
from django.urls import reverse

from config.celery import app
from tests.working_copy import within


def test_the_database_is_private_to_this_run(db: None, settings: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('fsync')")
        version, fsync = cursor.fetchone()
    assert version >= 150000
    assert fsync == "off"
    assert "xinbao-test-" in connection.settings_dict["HOST"]


def test_redis_answers(redis_url: str) -> None:
    assert redis.Redis(unix_socket_path=redis_url.removeprefix("redis+socket://")).ping()


@pytest.fixture
def noted() -> Iterator[list[str]]:
    """What the task `tests.note` was told; registered before the worker starts."""
    told: list[str] = []

    def note(word: str) -> None:
        told.append(word)

    app.task(note, name="tests.note", shared=False, lazy=False)
    yield told
    app.tasks.unregister("tests.note")


def test_a_task_sent_over_redis_runs(noted: list[str], celery_worker: Any) -> None:
    app.send_task("tests.note", ["by the clock"], queue="clock")
    app.send_task("tests.note", ["by a person"])
    assert within(10, lambda: sorted(noted) == ["by a person", "by the clock"])


def test_the_browser_reads_a_page(page: Any) -> None:
    page.goto(reverse("sign-in"))
    assert "薪报" in page.title()
