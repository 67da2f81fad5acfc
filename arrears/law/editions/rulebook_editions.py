"""Which rulebooks are in force: the files delivered with the program, and over them the editions provinces have activated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache

from django.db import connection
from django.db.models import Q

from arrears.law.editions.pipeline import Edition, Editions
from arrears.law.models import RulebookUpload
from arrears.law.rules import reader
from arrears.law.rules.reader import delivered_rulebooks, parse_rulebook
from arrears.law.rules.rulebook import Rulebook
from unions.common.once_a_request import once_a_request
from unions.models import Union, User


class RulebookEditions(Editions[Rulebook]):
    """Every edition of every rulebook, without gap or overlap."""

    withdrawable = False

    @classmethod
    def load(cls) -> RulebookEditions:
        """One query; the texts are parsed once per process."""
        return cls.over(delivered_rulebooks(), RulebookUpload, _parsed)

    def for_period(self, key: str, ends_on: date) -> Rulebook | None:
        """The edition a period is judged by; where none spoke yet, the newest. None: no such rulebook."""
        found = self.speaking(key, ends_on) or self.newest(key)
        return found.content if found else None

    def cut(self) -> list[Rulebook]:
        """All editions, each cut to the days it speaks for: a case is judged by the edition of the day its term began."""
        found = (self._cut(key, edition) for key, row in self.rows.items() for edition in row)
        return [book for book in found if book.last is None or book.first <= book.last]

    def _cut(self, key: str, edition: Edition[Rulebook]) -> Rulebook:
        book = edition.content
        first = max(book.first, edition.first)
        last = min(filter(None, (book.last, self.until(key, edition))), default=None)
        same = (first, last, edition.entered_at) == (book.first, book.last, book.entered_at)
        return book if same else replace(book, first=first, last=last, entered_at=edition.entered_at)


@lru_cache(maxsize=64)
def _parsed(pk: int, key: str, digest: str) -> Rulebook:
    """An activated row never changes: read once per process."""
    return parse_rulebook(RulebookUpload.objects.values_list("content", flat=True).get(pk=pk), f"{digest[:8]}.toml")


def rulebooks_at(on: date | None = None) -> dict[str, Rulebook]:
    """Rulebook by key as activated on `on` (None: as activated last). Old periods keep the edition of their day."""
    return RulebookEditions.load().at(on)


def rulebook_for(key: str, on: date) -> Rulebook | None:
    return RulebookEditions.load().for_period(key, on)


@once_a_request
def every_edition() -> list[Rulebook]:
    return RulebookEditions.load().cut()


def text_of(edition: Edition[Rulebook]) -> str:
    """The file this edition was read from, to begin the next one with."""
    if edition.upload:
        return RulebookUpload.objects.values_list("content", flat=True).get(pk=edition.upload)
    return reader.text_of(edition.content)


def rulebooks_before_setup() -> dict[str, Rulebook]:
    """`rulebooks_at` for commands that must answer before the tables were made."""
    return rulebooks_at() if _tables_are_made() else delivered_rulebooks()


def editions_before_setup(key: str) -> list[Rulebook]:
    """All editions of one rulebook, the oldest first, each cut to the days it speaks for."""
    books = every_edition() if _tables_are_made() else delivered_rulebooks().values()
    return [book for book in books if book.key == key]


def _tables_are_made() -> bool:
    return RulebookUpload._meta.db_table in connection.introspection.table_names()


def places(user: User, on: date) -> list[Union]:
    """The units where the user is appointed."""
    return [row.union for row in user.appointments.in_force(on).select_related("union")]


def books_named(books: Iterable[Rulebook]) -> list[tuple[str, str]]:
    """Key and short name (who issued it, under which number) of each, to choose from; editions of one key once."""
    return list({book.key: (book.key, f"{book.issuer} {book.number or book.issued.year}") for book in books}.values())


def attached_names(books: Iterable[Rulebook]) -> Mapping[str, str]:
    """Code → name of the unions rulebooks are attached to; a code that is in no tree here is left out."""
    codes = {book.attached_to for book in books if book.attached_to}
    return dict(Union.objects.filter(Q(code__in=codes)).values_list("code", "name"))
