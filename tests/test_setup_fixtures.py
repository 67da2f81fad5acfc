"""The ground every other test stands on."""

import pytest
from django.db import connection


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


@pytest.mark.django_db(transaction=True)
def test_the_browser_reads_a_page(page: object) -> None:
    page.goto("/healthz")  # type: ignore[attr-defined]
    assert "ok" in page.content()  # type: ignore[attr-defined]
