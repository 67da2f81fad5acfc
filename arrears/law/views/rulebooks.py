"""The rulebooks as people read them: the list, and each laid out like its notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from arrears.law.calendar import calendar_at
from arrears.law.editions import display, uploads, writing
from arrears.law.editions import rulebook_editions as editions
from arrears.law.editions.pipeline import Edition, office_of
from arrears.law.editions.texts import NoticeText, text_of
from arrears.law.editions.wording import validity
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.rules.rulebook import Rulebook
from unions.common.views import attachment
from unions.http import Request, read_page


@dataclass(frozen=True)
class Card:
    """A rulebook in the list. `mine`: it holds for a unit of the reader today."""

    book: Rulebook
    edition: Edition[Rulebook]
    attached: str
    validity: str
    state: str
    state_label: str
    mine: bool


@read_page
def rulebook_list(request: Request) -> HttpResponse:
    """The law, and the notices of the reader's places; `?of=elsewhere` lists the others."""
    user, today = request.user, timezone.localdate()
    standing = [row[-1] for row in editions.RulebookEditions.load().rows.values()]
    books = [edition.content for edition in standing]
    by_unit, units = RulebooksByUnit(books), editions.places(user, today)
    mine = {book.key for book in by_unit.at(units, today)}
    near = {book.key for book in by_unit.concerning(units, by_place=True)}
    names, elsewhere = editions.attached_names(books), request.GET.get("of") == "elsewhere"
    shown = [one for one in standing if (one.content.key in near) is not elsewhere]
    cards = [_card(edition, names, mine, today) for edition in shown]
    cards.sort(key=lambda card: (card.book.kind == "law", not card.mine, card.state != "active", card.book.key))
    context = {
        "cards": cards,
        "elsewhere": elsewhere,
        "office": office_of(user),
        "uploads": [] if elsewhere else uploads.shown_to(user),
    }
    return render(request, "arrears/law/rulebooks.html", context)


def _card(edition: Edition[Rulebook], names: Mapping[str, str], mine: set[str], today: date) -> Card:
    book = edition.content
    state, label = standing_of(book, today)
    attached = _attached(book, names)
    return Card(book, edition, attached, validity(book.first, book.last), state, label, book.key in mine)


def _attached(book: Rulebook, names: Mapping[str, str]) -> str:
    if not book.attached_to:
        return "各地"
    return names.get(book.attached_to, f"编码 {book.attached_to} 的工会（本系统中没有）")


def standing_of(book: Rulebook, today: date) -> tuple[str, str]:
    """State and words for the badge."""
    if book.in_force(today):
        return "active", "施行中"
    return ("pending", "尚未施行") if today < book.first else ("closed", "已失效")


@read_page
def rulebook(request: Request, key: str) -> HttpResponse:
    """One rulebook beside its notice; `?edition=` shows an earlier one."""
    edition, row = _wanted(request, key)
    text = uploads.notice_of(edition.upload) if edition.upload else text_of(key)
    return render(request, "arrears/law/rulebook.html", laid_out_page(edition.content, text, edition, row))


def _wanted(request: Request, key: str) -> tuple[Edition[Rulebook], list[Edition[Rulebook]]]:
    """The edition asked for, the newest when none is, among all of its key."""
    row = editions.RulebookEditions.load().rows.get(key)
    if not row:
        raise Http404
    number = request.GET.get("edition", "")
    return next((one for one in row if str(one.number) == number), row[-1]), row


@read_page
def rulebook_file(request: Request, key: str) -> HttpResponse:
    """The file itself: next year's notice begins as a copy of this year's."""
    edition, _ = _wanted(request, key)
    return attachment(editions.text_of(edition).encode(), f"{key}.toml", "application/toml; charset=utf-8")


@read_page
def writing_page(request: Request) -> HttpResponse:
    """规则文件写法: sections, keys and words, drawn from the schema."""
    context = {
        "head": writing.HEAD,
        "common": writing.COMMON,
        "sections": writing.SECTIONS,
        "inside": writing.INSIDE,
        "words": writing.words(),
        "may_upload": office_of(request.user) is not None,
    }
    return render(request, "arrears/law/rulebook_writing.html", context)


def laid_out_page(
    book: Rulebook, text: NoticeText | None, edition: Edition[Rulebook] | None, row: list[Edition[Rulebook]]
) -> dict[str, Any]:
    today = timezone.localdate()
    state, label = standing_of(book, today)
    rows = display.laid_out(book, text, today, calendar_at())
    return {
        "book": book,
        "edition": edition,
        "rows": rows,
        "has_text": text is not None,
        "tabs": _tabs(edition, row),
        "attached": _attached(book, editions.attached_names([book])),
        "validity": validity(book.first, book.last),
        "state": state,
        "state_label": label,
    }


def _tabs(shown: Edition[Rulebook] | None, row: list[Edition[Rulebook]]) -> list[dict[str, Any]]:
    """The editions of a rulebook, where there is more than one."""
    if len(row) < 2:
        return []
    return [{"label": f"第 {one.number} 版", "url": f"?edition={one.number}", "active": one == shown} for one in row]
