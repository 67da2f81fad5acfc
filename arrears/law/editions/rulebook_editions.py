"""Which rulebooks are in force: the files delivered with the program, and over them the editions provinces have activated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from django.db import connection
from django.db.models import Q

from arrears.law.models import STANDING, RulebookUpload
from arrears.law.rules import reader
from arrears.law.rules.reader import parse_rulebook, shelf
from arrears.law.rules.rulebook import Rulebook
from unions.models import Union, User

ONE_DAY = timedelta(1)


@dataclass(frozen=True)
class Edition:
    """One edition of a rulebook and the days it speaks for. `number` 1 is the first of its key; `upload` 0: a file."""

    book: Rulebook
    number: int
    first: date
    last: date | None
    upload: int = 0

    def speaks_on(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


def editions() -> dict[str, list[Edition]]:
    """Every edition by key, the oldest first, without gap or overlap. One query."""
    found = {key: [Edition(book, 1, date.min, None)] for key, book in shelf().items()}
    rows = RulebookUpload.objects.filter(stage__in=STANDING).order_by("active_from", "id")
    for pk, key, sha256, first in rows.values_list("pk", "key", "sha256", "active_from"):
        assert first is not None  # the database holds an active row to its day
        before = found.setdefault(key, [])
        if before:
            before[-1] = replace(before[-1], last=first - ONE_DAY)
        number = before[-1].number + 1 if before else 1
        before.append(Edition(_parsed(pk, sha256), number, first, None, pk))
    return found


def text_of(edition: Edition) -> str:
    """The file this edition was read from, to begin the next one with."""
    if edition.upload:
        return RulebookUpload.objects.values_list("content", flat=True).get(pk=edition.upload)
    return reader.text_of(edition.book)


def active_shelf(on: date | None = None) -> dict[str, Rulebook]:
    """Rulebook by key as activated on `on` (None: as activated last). Old periods keep the edition of their day."""
    return {key: edition.book for key, row in editions().items() if (edition := speaking(row, on)) is not None}


def rulebook_for(key: str, on: date) -> Rulebook | None:
    """The edition a period that ends on `on` is judged by; where none spoke yet, the newest. None: no such rulebook."""
    row = editions().get(key)
    found = (speaking(row, on) or row[-1]) if row else None
    return found.book if found else None


def speaking(row: list[Edition], on: date | None) -> Edition | None:
    """Of the editions of one key, the one that speaks on a day."""
    if on is None:
        return row[-1]
    return next((edition for edition in row if edition.speaks_on(on)), None)


def every_edition() -> list[Rulebook]:
    """All editions, each cut to the days it speaks for: a case is judged by the edition of the day its term began."""
    cut = [_cut(edition) for row in editions().values() for edition in row]
    return [book for book in cut if book.last is None or book.first <= book.last]


def shelf_before_setup() -> dict[str, Rulebook]:
    """`active_shelf` for commands that must answer before the tables were made."""
    return active_shelf() if _tables_are_made() else shelf()


def editions_before_setup(key: str) -> list[Rulebook]:
    """All editions of one rulebook, the oldest first, each cut to the days it speaks for."""
    return [book for book in (every_edition() if _tables_are_made() else shelf().values()) if book.key == key]


def _tables_are_made() -> bool:
    return RulebookUpload._meta.db_table in connection.introspection.table_names()


def places(user: User, on: date) -> list[Union]:
    """The units where the user is appointed."""
    return [row.union for row in user.appointments.in_force(on).select_related("union")]


def _cut(edition: Edition) -> Rulebook:
    book = edition.book
    first = max(book.first, edition.first)
    last = min(filter(None, (book.last, edition.last)), default=None)
    return book if (first, last) == (book.first, book.last) else replace(book, first=first, last=last)


@lru_cache(maxsize=64)
def _parsed(pk: int, sha256: str) -> Rulebook:
    """An activated row never changes: read once per process."""
    return parse_rulebook(RulebookUpload.objects.values_list("content", flat=True).get(pk=pk), f"{sha256[:8]}.toml")


def attached_names(books: Iterable[Rulebook]) -> Mapping[str, str]:
    """Code → name of the unions rulebooks are attached to; a code that is in no tree here is left out."""
    codes = {book.attached_to for book in books if book.attached_to}
    return dict(Union.objects.filter(Q(code__in=codes)).values_list("code", "name"))
