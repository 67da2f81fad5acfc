"""Databases of a test run: templates filled once, and clones of them in which the tests work.

A template is made by the first process of the run that asks for it. Each process works in clones of its own:
one for every template in which tests roll their transaction back, and one for tests that commit, made anew for each.
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import django
import psycopg2
from django.core.management import call_command
from django.db import connections, transaction
from django.utils.module_loading import import_string

from config.embedded.cluster import USER, Cluster
from tests.settings import POSTGRES, SHARED_DIR

PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "main")
COMMITTED = f"committed_{PROCESS}"
# What is rolled back still fills pages: after so many tests a clone is replaced.
TESTS_PER_CLONE = 200


@dataclass(frozen=True)
class Template:
    """A database that is only ever copied: `base` and what the function `fill` adds; without a base, the bare tables."""

    name: str
    base: Template | None = None
    fill: str = ""

    def make(self, server: Server) -> None:
        """Make it unless the run has it."""
        if self.base:
            self.base.make(server)
        with _one_at_a_time(self.name):
            if server.has(self.name):
                return
            draft = f"{self.name}_draft"
            server.clone(self.base.name if self.base else "template1", draft)
            _go_to(draft)
            try:
                self._write()
            finally:
                connections["default"].close()
            server.finish(draft, self.name)

    def _write(self) -> None:
        if not self.fill:
            call_command("migrate", verbosity=0)
            return
        with transaction.atomic():
            import_string(self.fill)()
            # As in a test that is rolled back: nothing is sent to workers.
            connections["default"].run_on_commit = []


BARE = Template("bare")
CAST = Template("cast", BARE, "tests.cast.build")
SUBJECTS = Template("subjects", CAST, "tests.subjects.fill")
QINGHAI = Template("qinghai", BARE, "tests.qinghai.build")
OPEN_RETURNS = Template("open_returns", QINGHAI, "tests.qinghai.open_returns")
# The fixture that asks for a template → the template; the first that a test has.
ASKED_BY = {
    "subjects_database": SUBJECTS,
    "cast_database": CAST,
    "open_returns_database": OPEN_RETURNS,
    "qinghai_database": QINGHAI,
}


@dataclass
class Server:
    """The run's database server, over a connection of its own."""

    connection: Any = field(default=None, repr=False)

    def _execute(self, statement: str, parameters: list[str] | None = None) -> list[tuple[Any, ...]]:
        if self.connection is None:
            self.connection = psycopg2.connect(host=str(POSTGRES.sockets), user=USER, dbname="postgres")
            self.connection.autocommit = True
        with self.connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return list(cursor.fetchall()) if cursor.description else []

    def has(self, name: str) -> bool:
        return bool(self._execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]))

    def clone(self, template: str, name: str) -> None:
        """Copy `template` to `name`; what had this name goes, with everybody who is connected to it."""
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    def finish(self, draft: str, name: str) -> None:
        """Nobody connects to a template, so that it can be copied at any time."""
        self._execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
        self._execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')


class Databases:
    """What this process has, and which of them the tests see as `default`."""

    def __init__(self) -> None:
        self._server = Server()
        self._uses: dict[str, int] = {}

    def use(self, template: Template, committing: bool) -> None:
        """Let the next test work in a clone of `template`; one that commits gets it fresh and to itself."""
        name = COMMITTED if committing else f"{template.name}_{PROCESS}"
        # A module may hold a transaction open over its tests (the demo).
        worn = self._uses.get(name, 0) >= TESTS_PER_CLONE and not connections["default"].in_atomic_block
        if committing or worn or name not in self._uses:
            template.make(self._server)
            connections["default"].close()
            self._server.clone(template.name, name)
            self._uses[name] = 0
        self._uses[name] += 1
        _go_to(name)


def _go_to(name: str) -> None:
    connection = connections["default"]
    if connection.settings_dict["NAME"] != name:
        connection.close()
        connection.settings_dict["NAME"] = name


@contextmanager
def _one_at_a_time(name: str) -> Iterator[None]:
    descriptor = os.open(SHARED_DIR / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def main() -> None:
    """Beside a run of several processes: make what all need, and keep the server until the run is over."""
    django.setup()
    with Cluster(POSTGRES, for_tests=True).in_use():
        CAST.make(Server())
        sys.stdin.read()


if __name__ == "__main__":
    main()
