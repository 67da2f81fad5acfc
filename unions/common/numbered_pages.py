"""Pages by number, for lists in a fixed order: a printed table, a ranking."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

PER_PAGE = 50


@dataclass(frozen=True)
class NumberedPages:
    """Page `page` of `count` rows, with `here` rows on it."""

    count: int
    page: int
    here: int

    @property
    def previous(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def next(self) -> int | None:
        return self.page + 1 if self.page * PER_PAGE < self.count else None

    @property
    def note(self) -> str:
        first = start_of(self.page) + 1
        return f"第 {first}–{first + self.here - 1} 条，共 {self.count} 条" if self.here else f"共 {self.count} 条"


def page_number(request: HttpRequest) -> int:
    """The page that `?page=` asks for, 1 where it asks for none there can be."""
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and int(text[:8]) > 0 and len(text) <= 6 else 1


def start_of(page: int) -> int:
    """How many rows come before a page."""
    return (page - 1) * PER_PAGE
