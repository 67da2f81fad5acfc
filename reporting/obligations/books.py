"""Which rulebooks hold for a line of unions: those attached to one of them, and the law."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from reporting.models import Attachment
from reporting.notices.shelf import every_edition
from reporting.obligations.derive import Holding
from reporting.rules.rulebook import Rulebook
from unions.models import Union


@dataclass(frozen=True)
class Attached:
    """A rulebook, cut to the days it holds at the union."""

    union: int
    book: Rulebook


class Bookcase:
    """All rulebooks by the union they hold at. Three queries when made; keep it for the length of the job.

    A key without an approved attachment holds where its file says (`attached_to`).
    """

    def __init__(self, editions: Iterable[Rulebook] | None = None) -> None:
        books = list(every_edition() if editions is None else editions)
        self._law = tuple(book for book in books if book.kind == "law")
        self._at: dict[int, list[Rulebook]] = {}
        for one in _attached([book for book in books if book.kind != "law"]):
            self._at.setdefault(one.union, []).append(one.book)
        self._known: dict[frozenset[int], Holding] = {}

    def holding(self, line: Iterable[int]) -> Holding:
        """The rulebooks of a unit whose line (itself and all above) has these ids, in force today or not."""
        units = frozenset(pk for pk in line if pk in self._at)
        if units not in self._known:
            found = [book for pk in sorted(units) for book in self._at[pk]]
            # One notice attached at two levels of a line is still one notice.
            once = {(book.key, book.first, book.last): book for book in found}
            self._known[units] = Holding((*once.values(), *self._law))
        return self._known[units]


def _attached(books: list[Rulebook]) -> Iterable[Attached]:
    rows: dict[str, list[Attachment]] = {}
    for row in Attachment.objects.approved():
        rows.setdefault(row.rulebook, []).append(row)
    codes = {book.attached_to for book in books if book.key not in rows}
    units = dict(Union.objects.filter(code__in=codes).values_list("code", "pk"))
    for book in books:
        if book.key not in rows and book.attached_to in units:
            yield Attached(units[book.attached_to], book)
        for row in rows.get(book.key, ()):
            if cut := _cut(book, row.since, row.until):
                yield Attached(row.union_id, cut)


def _cut(book: Rulebook, since: date, until: date | None) -> Rulebook | None:
    """The book for the days both the notice and the attachment speak of; None when there are none."""
    first = max(book.first, since)
    last = min((day for day in (book.last, until) if day is not None), default=None)
    if last is not None and last < first:
        return None
    return book if (first, last) == (book.first, book.last) else replace(book, first=first, last=last)
