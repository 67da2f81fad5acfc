"""Every page of the project in a browser, once: nothing axe objects to, nothing the browser complains about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from arrears.desk.case_page import SECTIONS, TABS
from tests.cast import World
from tests.cast import load as load_cast
from tests.roles_table import TABLE, Row
from tests.subjects import load
from tests.unions.common.test_visual_language import violations

# Colours are those of the components, which the gallery shows; on every page the rule takes most of the time.
SEEN_ELSEWHERE = ("color-contrast",)
# Whose page is looked at: the first of these whom the table lets in. Between them they hold every role.
READERS = ("he", "wang", "sun", "qian", "zhou", "wu", "shen", "anquan", "xitong", "shenji", "li", "han")
# What shows more by its query or to somebody else: (reader, name of the address, keywords, query).
MORE: list[tuple[str, str, dict[str, str], str]] = [
    *[("he", "case", {"pk": "case"}, f"tab={tab}") for tab in {**TABS, **SECTIONS}],
    *[
        (who, name, {}, "")
        for who in ("zhou", "qian", "wu", "han")
        for name in ("desk", "obligations", "board", "returns")
    ],
]


def _address(row: Row, things: dict[str, Any]) -> str:
    keys = {key: thing[1:] if thing[:1] == "=" else things[thing] for key, thing in row.about.items()}
    return reverse(row.name, kwargs=keys) + (f"?{urlencode(row.sent)}" if row.sent else "")


def _visits(things: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(reader, address), every page once. Only what is answered to a person who opens it."""
    seen = set()
    for row in TABLE:
        let_in = str(row.expected.get(200, "")).split()
        reader = next((name for name in READERS if name in let_in), "")
        if row.method == "GET" and reader and not row.name.startswith("api-"):
            address = _address(row, things)
            if address not in seen:
                seen.add(address)
                yield reader, address
    for reader, name, about, query in MORE:
        yield reader, reverse(name, kwargs={key: things[thing] for key, thing in about.items()}) + f"?{query}"


def _sign_in(page: Any, world: World, clients: dict[str, Client], who: str, server: str) -> Client:
    # The page of the reader before may ask again by itself (a job under way), and is not to ask as somebody else.
    page.goto("about:blank")
    if who not in clients:
        clients[who] = Client()
        clients[who].force_login(world.user(who), backend="unions.people.backends.AppointmentBackend")
    cookie = clients[who].cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": server}])
    return clients[who]


def _is_page(answer: Any) -> bool:
    """A whole page: not a file, not a fragment for a page that stands already."""
    return answer["Content-Type"].startswith("text/html") and b"<html" in answer.content


@pytest.mark.django_db(transaction=True)
def test_no_page_breaks_a_rule_of_access_or_of_the_content_policy(
    subjects_database: None, live_server: Any, page: Any, problems: list[str], settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    world, things = load_cast(), load()
    clients: dict[str, Client] = {}
    wrong, kinds = [], set()
    for reader, address in _visits(things):
        client = _sign_in(page, world, clients, reader, live_server.url)
        answer = client.get(address)
        if answer.status_code != 200 or answer.streaming or not _is_page(answer):
            continue
        kind = answer.templates[0].name, reader
        if kind in kinds and "tab=" not in address:
            continue
        kinds.add(kind)
        page.goto(address)
        wrong += [f"{address} ({reader}): {one}" for one in violations(page, SEEN_ELSEWHERE)]
    wrong += problems
    assert len(kinds) > 80
    assert wrong == []
