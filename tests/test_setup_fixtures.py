"""The ground every other test stands on."""

from typing import Any

from django.db import connection
from django.urls import reverse


def test_the_database_is_private_to_this_run(db: None, settings: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('fsync')")
        version, fsync = cursor.fetchone()
    assert version >= 150000
    assert fsync == "off"
    assert "xinbao-test-" in connection.settings_dict["HOST"]


def test_redis_answers(redis_url: str) -> None:
    import redis

    assert redis.Redis(unix_socket_path=redis_url.removeprefix("redis+socket://")).ping()


def test_the_browser_reads_a_page(page: Any) -> None:
    page.goto(reverse("sign-in"))
    assert "薪报" in page.title()
