"""A process that does one thing over a connection of its own and is killed (SIGKILL) just before or after one of its statements.

It is forked by a server that did nothing but set Django up: a fork of the test process would share that one's open connections,
and leave a transaction begun on one of them open for ever.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from typing import Any

from django.conf import settings
from django.db import connection

from tests.arrears.imports.test_hostile_killed import until

LONGEST = 120  # seconds


@contextmanager
def forks(database_url: str) -> Iterator[None]:
    """The server stands, over the database of the tests."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.dying_setup"])
    told = {
        "DATABASE_URL": database_url,
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_KEYS": ",".join(settings.FIELD_KEYS),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        forkserver.ensure_running()
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
    yield


def run_and_die(act: Callable[[], Any], point: int, after: bool) -> bool:
    """Do `act` (which must be picklable) in a process killed at its statement number `point`; whether it lived to the end."""
    child = multiprocessing.get_context("forkserver").Process(
        target=_live_and_die, args=(act, point, after, str(settings.MEDIA_ROOT))
    )
    child.start()
    child.join(LONGEST)
    assert child.exitcode in (0, -signal.SIGKILL), f"it broke by itself ({child.exitcode})"
    until(_nobody_else, "the dead process's transaction never ended")
    return child.exitcode == 0


def _live_and_die(act: Callable[[], Any], point: int, after: bool, files: str) -> None:
    settings.MEDIA_ROOT = files
    with connection.execute_wrapper(_Killer(point, after)):
        act()


class _Killer:
    def __init__(self, point: int, after: bool) -> None:
        self._left, self._after = point, after

    def __call__(self, execute: Callable[..., Any], *told: Any) -> Any:
        self._left -= 1
        if self._left == 0 and not self._after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = execute(*told)
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result


def _nobody_else() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND state <> 'idle'"  # a session without a transaction holds nothing, whoever left it open
        )
        return bool(cursor.fetchone()[0] == 0)
