"""Real PostgreSQL, Redis and Chromium for every run, private to it and gone with it."""

import ctypes
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from config.embedded.cluster import Cluster
from tests.settings import POSTGRES, RUN_DIR

CHROMIUM_OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# What drives a real browser or a worker of its own may lose a click or a connection on a busy machine: such a test is tried a second
# time, and the summary names it. Everything else has one try (docs/decisions/029).
TRIED_TWICE = {"browser", "celery_worker"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if TRIED_TWICE.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A throw-away cluster; the socket directory is the host to connect to."""
    with Cluster(POSTGRES, for_tests=True).in_use():
        yield str(POSTGRES.sockets)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres: str, django_db_modify_db_settings_parallel_suffix: None) -> None:
    """pytest-django makes its test database once the cluster runs."""


@pytest.fixture(scope="session")
def database_url(django_db_setup: None) -> str:
    """DATABASE_URL of the test database, for programs started beside the test (with `transactional_db`)."""
    from django.db import connection

    name = connection.settings_dict["NAME"]
    return f"postgres://xinbao@{str(POSTGRES.sockets).replace('/', '%2F')}/{name}"


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A private redis-server on a unix socket, as a Celery broker URL."""
    program = shutil.which("redis-server")
    assert program, "redis-server is missing: run `make test`, which installs it"
    socket = RUN_DIR / "redis.sock"
    options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no", "--dir", str(RUN_DIR)]
    server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, preexec_fn=_die_with_parent)
    try:
        _wait_until(socket.exists, "redis-server")
        yield f"redis+socket://{socket}"
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture
def celery_worker(redis_url: str, transactional_db: None) -> Iterator[Any]:
    """A worker of all queues in a thread of the test, over Redis; tasks sent with `.delay()` really run."""
    from celery.contrib.testing.worker import start_worker

    from config.celery import app

    app.control.purge()
    _hang_up_on_consumers()
    with start_worker(app, pool="threads", concurrency=1, perform_ping_check=False, shutdown_timeout=30) as worker:
        yield worker


def _hang_up_on_consumers() -> None:
    """Of a worker that has ended, one may wait on its connection still: it would take the next task and do nothing."""
    from redis import Redis

    with Redis(unix_socket_path=str(RUN_DIR / "redis.sock")) as client:
        for one in client.client_list():
            if one["cmd"] == "brpop":
                client.client_kill_filter(_id=one["id"])


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium under Playwright."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "chromium is missing: run `make test`, which installs it"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=CHROMIUM_OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture
def problems() -> list[str]:
    """What the browser complained about: console, CSP and page errors. Must be empty at the end.

    A test that provokes a refusal (403, 409 …) takes its line out of the list again.
    """
    return []


@pytest.fixture
def open_page(browser: Any, live_server: Any, problems: list[str]) -> Iterator[Callable[..., Any]]:
    """`open_page(width=1440)` → a page in a browser of its own (one person); paths on the live server."""
    contexts: list[Any] = []

    def open_one(width: int = 1440, height: int = 900) -> Any:
        context = browser.new_context(
            base_url=live_server.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": height},
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: problems.append(f"{m.text} ({page.url})") if m.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(f"{error} ({page.url})"))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def page(open_page: Callable[..., Any]) -> Any:
    """One page, 1440 pixels wide."""
    return open_page()


def _wait_until(true: Callable[[], object], what: str, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"{what} did not come up within {seconds} s"
        time.sleep(0.02)


def _die_with_parent() -> None:
    """In the child before exec: the kernel ends it when the test run ends in any way (PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


@pytest.fixture
def world(db: None) -> Any:
    """The cast of tests/cast.py."""
    from tests.cast import build

    return build()
