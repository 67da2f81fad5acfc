"""What only one place's notice says, and pages read for it: nobody reads the notice of another place."""

from __future__ import annotations

import html
import io
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import openpyxl
from django.http import HttpResponse
from django.test import Client

from arrears.law.editions.texts import bare
from arrears.law.rules.reader import delivered_rulebooks
from arrears.law.rules.rulebook import Rulebook

LINK = re.compile(r'(?:href|hx-get|data-chart)="(/[^"#]*)')
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Codes of the five places → the notices of their line and below.
OWN = {
    "630100": {"qinghai-2022-41"},
    "370200": {"qingdao-2021", "shandong-2023-18"},
    "370000": {"qingdao-2021", "shandong-2023-18"},
    "210800": {"yingkou-2018-2"},
    "310118": {"qingpu-2023-1"},
}

LEAST = 12  # characters of a quotation that only its notice says
# What is no page of its own, and what ends the session.
LEFT_OUT = ("/sign-out", "/static/", "/admin", "/media/")


def sayings(book: Rulebook) -> Iterator[str]:
    """Its title and number, and every sentence quoted of it that is long enough to be its own."""
    yield bare(book.title)
    if book.number:
        yield bare(book.number)
    if book.short:
        yield bare(book.short)
    for source in (*book.clauses, *book.entries()):
        if len(bare(source.quotation)) >= LEAST:
            yield bare(source.quotation)


def of_others(own: set[str]) -> tuple[set[str], re.Pattern[str]]:
    """What only notices other than `own` say, and what their clause ids look like."""
    notices = {key: book for key, book in delivered_rulebooks().items() if book.kind == "notice"}
    mine = "".join(saying for key in own for saying in sayings(notices[key]))
    others = [book for key, book in notices.items() if key not in own]
    prefixes = {book.clauses[0].id.split("-")[0] for book in others}
    said = {saying for book in others for saying in sayings(book) if saying not in mine}
    return said, re.compile(rf"\b(?:{'|'.join(sorted(prefixes))})-[A-Z]?\d[\w.]*")


def foreign_in(text: str, own: set[str]) -> set[str]:
    said, ids = of_others(own)
    plain = bare(html.unescape(re.sub(r"<[^>]*>", "", text)))
    return {saying for saying in said if saying in plain} | set(ids.findall(re.sub(r"<[^>]*>", " ", text)))


def pages(client: Client, start: str, keys: set[str], most_alike: int, most: int) -> Iterator[tuple[str, str]]:
    """Address and text of what a person reaches by links from `start`: pages and workbooks, `most_alike` of each kind of address.

    `keys`: of the rulebooks of her places; pages of another's rulebook are a library, and are left out.
    """
    waiting, seen, alike = [start], {start}, Counter[str]()
    while waiting and most:
        address = waiting.pop(0)
        kind = re.sub(r"\d[\dA-Z]*", "N", urlsplit(address).path)
        alike[kind] += 1
        if alike[kind] > most_alike:
            continue
        most -= 1
        answer = client.get(address, follow=True)
        assert answer.status_code < 500, address
        text = _text(answer)
        yield address, text
        if "html" not in answer.headers.get("Content-Type", ""):
            continue
        for link in LINK.findall(text):
            found = urljoin(address, html.unescape(link))
            if found not in seen and not _left_out(found, keys):
                seen.add(found)
                waiting.append(found)


def _left_out(address: str, keys: set[str]) -> bool:
    rulebook = re.match(r"/rulebooks/([\w-]+)/", address)
    elsewhere = "of=elsewhere" in address or (rulebook is not None and rulebook[1] not in keys)
    return elsewhere or address.startswith(LEFT_OUT)


def _text(answer: HttpResponse) -> str:
    content = b"".join(answer) if answer.streaming else answer.content  # type: ignore[arg-type]
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith(WORKBOOK):
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        return "\n".join(
            str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell
        )
    readable = any(one in kind for one in ("text", "json", "html"))
    return content.decode("utf-8", "replace") if readable else ""
