"""Real PostgreSQL, Redis and Chromium for every run, private to it and gone with it."""

import contextlib
import ctypes
import gc
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from celery.contrib.testing.worker import start_worker
from django.core.cache import cache
from django.db import connections
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings
from playwright.sync_api import Error, sync_playwright
from redis import Redis
from xdist import is_xdist_controller

from config.celery import app
from config.embedded.cluster import Cluster
from tests import cast
from tests.databases import ASKED_BY, BARE, COMMITTED, Databases
from tests.settings import BASE_DIR, POSTGRES, RUN_DIR, SHARED_DIR

# How fast examples are made and tried says how busy the machine is, nothing of the program.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

# Traces and pictures of browser tests that failed; they outlast the run.
FAILURES = BASE_DIR / "var" / "failures" / SHARED_DIR.name

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

FAILED = pytest.StashKey[bool]()
BESIDE = pytest.StashKey["subprocess.Popen[bytes]"]()

# What drives a real browser or a worker of its own may lose a click or a connection on a busy machine: such a test is tried a second
# time, and the summary names it. Everything else has one try (docs/decisions/029).
TRIED_TWICE = {"browser", "celery_worker"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if TRIED_TWICE.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_collection_finish() -> None:
    """What stands by now stays until the end: the collector of garbage need not look at it before every test."""
    gc.collect()
    gc.freeze()


def pytest_sessionstart(session: pytest.Session) -> None:
    """A run of several processes: their database server starts, and its templates are made, while they collect."""
    if is_xdist_controller(session):
        beside = subprocess.Popen(
            [sys.executable, "-m", "tests.databases"], cwd=session.config.rootpath, stdin=subprocess.PIPE
        )
        session.config.stash[BESIDE] = beside


def pytest_sessionfinish(session: pytest.Session) -> None:
    if beside := session.config.stash.get(BESIDE, None):
        beside.communicate()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A throw-away cluster; the socket directory is the host to connect to."""
    with Cluster(POSTGRES, for_tests=True).in_use():
        yield str(POSTGRES.sockets)


@pytest.fixture(scope="session")
def databases(postgres: str) -> Any:
    """The databases of this process (tests/databases.py)."""
    return Databases()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any, postgres: str) -> Iterator[None]:
    """Instead of pytest-django's one database: each test is given its own by `_its_database`."""
    # What a test commits goes with its database: no table is emptied.
    TransactionTestCase._fixture_teardown = lambda self: None  # type: ignore[method-assign]
    yield

    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture
def cast_database() -> None:
    """The database of this test holds the cast of tests/cast.py; beside `db` or `transactional_db`."""


@pytest.fixture
def subjects_database(cast_database: None) -> None:
    """The database of this test holds the cast and what stands in tests/subjects.py."""


@pytest.fixture
def qinghai_database() -> None:
    """The database of this test holds the cast of tests/qinghai.py; beside `db` or `transactional_db`."""


@pytest.fixture
def open_returns_database(qinghai_database: None) -> None:
    """The database of this test holds the cast of tests/qinghai.py and its returns, opened until March."""


@pytest.fixture
def _its_database(
    request: pytest.FixtureRequest, databases: Any, django_db_setup: None, django_db_blocker: Any
) -> None:
    """The clone in which this test works is chosen, before pytest-django connects. What was cached of another clone is dropped."""
    cache.clear()

    names, marker = request.fixturenames, request.node.get_closest_marker("django_db")
    template = next((template for name, template in ASKED_BY.items() if name in names), BARE)
    committing = {"transactional_db", "live_server"}.intersection(names) or (
        marker and marker.kwargs.get("transaction")
    )
    with django_db_blocker.unblock():
        databases.use(template, committing=bool(committing))


@pytest.fixture
def _django_db_helper(_its_database: None, _django_db_helper: None) -> None:
    """pytest-django's transaction, begun in the database of the test."""


@pytest.fixture(scope="session")
def database_url(postgres: str) -> str:
    """DATABASE_URL of the tests that commit, for programs started beside the test (with `transactional_db`)."""
    return f"postgres://xinbao@{postgres.replace('/', '%2F')}/{COMMITTED}"


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
    app.control.purge()
    _hang_up_on_consumers()
    with start_worker(app, pool="threads", concurrency=1, perform_ping_check=False, shutdown_timeout=30) as worker:
        yield worker


def _hang_up_on_consumers() -> None:
    """Of a worker that has ended, one may wait on its connection still: it would take the next task and do nothing."""
    with Redis(unix_socket_path=str(RUN_DIR / "redis.sock")) as client:
        for one in client.client_list():
            if one["cmd"] == "brpop":
                client.client_kill_filter(_id=one["id"])


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium under Playwright."""
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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[FAILED] = report.failed or (report.when != "setup" and item.stash[FAILED])
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was kept of browser tests that failed, whether or not the second try went well."""
    if FAILURES.is_dir():
        terminalreporter.section("kept of browser tests that failed (playwright show-trace …/trace.zip)")
        for path in sorted(FAILURES.rglob("*.*")):
            terminalreporter.line(str(path.relative_to(terminalreporter.config.rootpath)))


def _keep(contexts: list[Any], item: pytest.Item) -> None:
    """The trace and pictures of each browser of a failed test, under var/failures/."""
    for number, context in enumerate(contexts, 1):
        place = FAILURES / re.sub(r"\W+", "_", item.name) / f"try-{item.execution_count}-browser-{number}"
        with contextlib.suppress(Error):
            place.mkdir(parents=True, exist_ok=True)
            context.tracing.stop(path=place / "trace.zip")
        for nth, page in enumerate(context.pages, 1):
            with contextlib.suppress(Error):
                (place / f"page-{nth}.html").write_text(page.content(), "utf-8")
                page.screenshot(path=place / f"page-{nth}.png", timeout=5_000)


@pytest.fixture
def open_page(
    request: pytest.FixtureRequest, browser: Any, live_server: Any, problems: list[str]
) -> Iterator[Callable[..., Any]]:
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
        # Without snapshots: they write inline styles into the page, to which its content policy objects.
        context.tracing.start()
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: problems.append(f"{m.text} ({page.url})") if m.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(f"{error} ({page.url})"))
        return page

    yield open_one
    if request.node.stash[FAILED] or problems:
        before = list(problems)
        _keep(contexts, request.node)
        problems[:] = before  # taking a picture may break the content policy, too
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
def world(cast_database: None, db: None) -> Any:
    """The cast of tests/cast.py."""
    return cast.load()
