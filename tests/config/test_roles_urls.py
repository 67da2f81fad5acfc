"""Who gets what at which address: role × action × (own, sibling, parent, child, foreign), pages and API alike.

The table is tests/roles_table.py. It fails when an address is missing from it, and when a method that no row names is
answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.cast import World
from tests.roles_table import EVERYONE, GROUPS, PUBLIC, SAME_FOR_ALL, TABLE, Row
from tests.subjects import load

NOBODY = "nobody"
METHODS = {"GET", "POST"}


def addresses(patterns: list[Any] | None = None) -> Iterator[str]:
    """Every URL name of the project."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or f"(without a name: {pattern.pattern})"


def test_every_address_has_its_rows() -> None:
    there, listed = set(addresses()), {row.name for row in TABLE}
    assert there - listed == set(), "addresses without a row in tests/roles_table.py"
    assert listed - there == set(), "rows without an address"


def test_every_row_names_every_reader_once() -> None:
    for row in TABLE:
        named = [name for names in row.expected.values() if names is not ... for name in str(names).split()]
        assert len(named) == len(set(named)), f"{row.name} {row.method}: a reader twice"
        assert ... in row.expected.values() or set(named) == set(EVERYONE.split()), f"{row.name} {row.method}"


@dataclass
class Visitors:
    """One browser per reader; each request starts from her own sign-in and leaves no trace."""

    world: World
    things: dict[str, Any]
    clients: dict[str, tuple[Client, str]] = field(default_factory=dict)

    def client(self, name: str) -> Client:
        if name not in self.clients:
            client = Client()
            if name != NOBODY:
                client.force_login(self.world.user(name), backend="unions.people.backends.AppointmentBackend")
            self.clients[name] = client, client.cookies["sessionid"].value if name != NOBODY else ""
        client, session = self.clients[name]
        client.cookies.clear()
        if session:
            client.cookies["sessionid"] = session
        return client

    def status(self, name: str, row: Row, method: str) -> int:
        keys = {key: thing[1:] if thing[:1] == "=" else self.things[thing] for key, thing in row.about.items()}
        sent = {key: self.things["version"] if value == "$version" else value for key, value in row.sent.items()}
        as_json = {"content_type": "application/json"} if row.name.startswith("api-") and method == "POST" else {}
        ask = getattr(self.client(name), method.lower())
        with transaction.atomic():
            answer = ask(reverse(row.name, kwargs=keys), sent, **as_json)
            if answer.streaming:
                list(answer.streaming_content)
            transaction.set_rollback(True)
        return int(answer.status_code)


@pytest.fixture
def visitors(subjects_database: None, world: World, settings: Any, tmp_path: Any) -> Visitors:
    settings.MEDIA_ROOT = tmp_path
    return Visitors(world, load())


def wanted(row: Row, name: str) -> int:
    everyone_else = next((status for status, names in row.expected.items() if names is ...), 0)
    return next(
        (s for s, names in row.expected.items() if names is not ... and name in str(names).split()), everyone_else
    )


def unsigned(row: Row) -> set[int]:
    """What nobody may get: never a page, never a deed."""
    if row.name in SAME_FOR_ALL:
        return set(row.expected)
    if row.name in PUBLIC:
        return {200}
    return {403} if row.name.startswith("api-") else {302}


@pytest.mark.parametrize("group", GROUPS)
def test_everyone_gets_what_the_table_says(group: str, visitors: Visitors) -> None:
    wrong = []
    for row in GROUPS[group]:
        for name in EVERYONE.split():
            got, want = visitors.status(name, row, row.method), wanted(row, name)
            if got != want:
                wrong.append(f"{row.name} {row.method} {row.about or row.sent} {name}: {got}, the table says {want}")
        if (got := visitors.status(NOBODY, row, row.method)) not in unsigned(row):
            wrong.append(f"{row.name} {row.method} nobody: {got}, the table says {unsigned(row)}")
    assert wrong == []


def test_methods_without_a_row_are_refused(visitors: Visitors) -> None:
    allowed: dict[str, set[str]] = {}
    for row in TABLE:
        allowed.setdefault(row.name, set()).add(row.method)
    wrong = []
    for row in TABLE:
        for method in METHODS - allowed[row.name] if row.name not in PUBLIC else ():
            for name in ("li", "han"):
                if (got := visitors.status(name, row, method)) != 405:
                    wrong.append(f"{row.name} {method} {name}: {got}")
    assert sorted(set(wrong)) == []
