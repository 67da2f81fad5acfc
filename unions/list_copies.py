"""The workbook of what a list shows: written from the table of the page, so that rows, columns and masks are those of the page."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from unions.common.refusals import Refused
from unions.listing import WORKBOOK
from unions.middleware import answer_to
from unions.sheets import LEFT, MIDDLE, MONEY, WHOLE, list_sheet, send_sheet

UNSEEN = {"visually-hidden", "menu", "no-print"}
VOID = {"input", "br", "img", "use", "hr", "meta", "link", "source"}
UNREAD = {"script", "style", "svg", "button", "form", "title", "select", "textarea"}
WIDEST, NARROWEST = 60, 8  # characters of a column


class Workbooks:
    """A list asked for with `?copy=xlsx` answers with a workbook."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        listing = getattr(request, "listing", None)
        if listing is None or listing.copy != WORKBOOK or answer.status_code != 200 or answer.streaming:
            return answer
        try:
            return workbook_of(listing, answer.content.decode())
        except Refused as refusal:  # of `?as=pdf`
            return answer_to(request, refusal)


def workbook_of(listing: Any, page: str) -> HttpResponse:
    """A sheet without rows where the list has none."""
    shown, now = ShownTable(), timezone.now()
    shown.feed(page)
    keep = [n for n, one in enumerate(shown.headings) if one and one not in listing.hidden]
    rows = [[_value(row[n]) if n < len(row) else "" for n in keep] for row in shown.rows]
    columns: dict[str, tuple[float, str, str]] = {
        shown.headings[n]: _look([row[at] for row in rows], shown.headings[n]) for at, n in enumerate(keep)
    }
    notes = [shown.said] if shown.said else []
    return send_sheet(
        listing.request, list_sheet(shown.title or "清单", columns or {"内容": (20, LEFT, "")}, rows, now, notes), now
    )


def _value(cell: tuple[str, bool]) -> Any:
    words, figure = cell
    if words == "—":
        return ""
    if figure:
        try:
            return Decimal(words.replace(",", ""))
        except InvalidOperation:
            return words
    return words


def _look(values: list[Any], heading: str) -> tuple[float, str, str]:
    figures = [one for one in values if isinstance(one, Decimal)]
    longest = max((len(part) for one in values for part in str(one).split("\n")), default=0)
    width = min(WIDEST, max(NARROWEST, 2 * len(heading) + 2, int(1.9 * longest) + 2))
    if figures:
        return (width, MIDDLE, WHOLE if all(one == one.to_integral_value() for one in figures) else MONEY)
    return (width, LEFT, "")


class ShownTable(HTMLParser):
    """The page's title, what the list is of, its headings and the words of its cells (and whether they are figures)."""

    def __init__(self) -> None:
        super().__init__()
        self.title = self.said = ""
        self.headings: list[str] = []
        self.rows: list[list[tuple[str, bool]]] = []
        self._open: list[tuple[str, bool]] = []  # tag, whether what is in it is not read
        self._in_table = self._in_title = self._in_said = self._in_head = False
        self._cell: list[str] | None = None
        self._figure = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        classes = set((given.get("class") or "").split())
        if tag in VOID:
            if tag == "br" and self._cell is not None:
                self._cell.append("\n")
            return
        unread = bool(classes & UNSEEN) or tag in UNREAD or "hidden" in given
        self._open.append((tag, unread))
        if tag == "title" and not self.title:
            self._in_title = True
        elif "data-list-said" in given:
            self._in_said = True
        elif tag == "table" and "data-list" in given:
            self._in_table = True
        elif self._in_table:
            self._begin(tag, classes)

    def _begin(self, tag: str, classes: set[str]) -> None:
        if tag == "thead":
            self._in_head = True
        elif tag == "tr" and not self._in_head:
            self.rows.append([])
        elif tag in ("td", "th"):
            self._cell, self._figure = [], "num" in classes
        elif self._cell is not None and "d-block" in classes:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "title":
            self._in_title = False
        elif tag == "p":
            self._in_said = False
        elif tag == "table":
            self._in_table = False
        elif tag == "thead":
            self._in_head = False
        elif tag in ("td", "th") and self._cell is not None:
            words = _joined(self._cell)
            if self._in_head:
                self.headings.append(words)
            elif self.rows:
                self.rows[-1].append((words, self._figure))
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data.split(" · ")[0].strip()
        if any(unread for _, unread in self._open):
            return
        if self._in_said:
            self.said = f"{self.said}{data}".strip()
        elif self._cell is not None:
            self._cell.append(data)


def _joined(parts: list[str]) -> str:
    lines = (
        " ".join(line.split())
        for line in "".join(part if part == "\n" else part.replace("\n", " ") for part in parts).split("\n")
    )
    return "\n".join(line for line in lines if line)
