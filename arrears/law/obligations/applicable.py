"""Which rulebooks hold for a line of unions: those attached to one of them or to the place of the employer, and the law."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from arrears.law.editions.rulebook_editions import every_edition, places
from arrears.law.models import Attachment
from arrears.law.obligations.derive import Holding
from arrears.law.obligations.subject import AT_THE_BASE, territory
from arrears.law.rules.rulebook import DeadlineRule, Rulebook
from unions.common.once_a_request import once_a_request
from unions.models import Union, UnionKind, User

# Kinds whose line does not tell the place of their employers, nor do those below them.
WITHOUT_PLACE = frozenset({*AT_THE_BASE, UnionKind.INDUSTRY.value, UnionKind.DIRECT.value})


def same_line(path: str, unit: Union) -> bool:
    """Whether what belongs to the unit at `path` concerns `unit`: it stands in its line, or below it."""
    return unit.path.startswith(path) or path.startswith(unit.path)


@dataclass(frozen=True)
class Attached:
    """A rulebook, cut to the days it holds at the union `unit`."""

    unit: AttachedAt
    book: Rulebook

    def judges_in(self, root: int, territory: str) -> bool:
        """Whether it may judge a case by the place of its employer, which lies in `territory` of that tree."""
        own = self.unit.territory
        return bool(own and self.book.region) and self.unit.root == root and own.startswith(territory)


@dataclass(frozen=True)
class AttachedAt:
    """Where a rulebook is attached. `territory`: the beginning all region codes of the place share; "" for a unit without one."""

    pk: int
    path: str
    root: int
    territory: str

    def reaches(self, book: Rulebook, root: int, place: str) -> bool:
        """Whether what is attached here also holds for an employer at `place` on the books of a unit elsewhere in the tree."""
        own = bool(self.territory) and place.startswith(self.territory) and self.root == root
        return own and bool(book.region) and place.startswith(book.region)


class RulebooksByUnit:
    """All rulebooks by the union they hold at. Three queries when made, once for a page; keep it for the length of the job.

    A key without an approved attachment holds where its file says (`attached_to`).
    """

    def __init__(self, editions: Iterable[Rulebook] | None = None) -> None:
        self._law, self._attached = _in_force() if editions is None else _by_unit(list(editions))
        self._units = {one.unit.pk for one in self._attached}
        self._known: dict[tuple[frozenset[int], int, str], Holding] = {}

    def holding(self, line: Iterable[int], place: str = "") -> Holding:
        """The rulebooks of a unit whose line (from the root to itself) has these ids, in force today or not.

        `place`: the region code of an employer whose place the line does not tell (Subject.place). The notices of that place
        hold too: where two levels ask different things, both stand (docs/decisions/010).
        """
        ids = list(line)
        units, root = frozenset(self._units.intersection(ids)), ids[0] if ids else 0
        key = (units, root if place else 0, place)
        if key not in self._known:
            found = [
                one.book
                for one in self._attached
                if one.unit.pk in units or (place and one.unit.reaches(one.book, root, place))
            ]
            # One notice attached at two levels of a line is still one notice.
            once = {(book.key, book.first, book.last): book for book in found}
            self._known[key] = Holding((*once.values(), *self._law))
        return self._known[key]

    def entry(self, key: str, name: str, began: date) -> tuple[DeadlineRule, Rulebook] | None:
        """An entry by its rulebook's key and its own name; of several editions, the one in force on the day the term began."""
        books = [*(one.book for one in self._attached), *self._law]
        found = [(rule, book) for book in books if book.key == key for rule in book.deadlines if rule.name == name]
        return next((one for one in found if one[1].in_force(began)), found[-1] if found else None)

    def attached(self) -> list[tuple[int, Rulebook]]:
        """Every notice with the pk of the union it is attached to, cut to the days it holds there."""
        return [(one.unit.pk, one.book) for one in self._attached]

    def at(self, units: Iterable[Union], on: date) -> list[Rulebook]:
        """The rulebooks in force on a day for any of these units, by key; the law is everywhere."""
        books = {book.key: book for unit in units for book in self.holding(unit.line_ids()).books}
        return [book for book in books.values() if book.in_force(on)]

    def paths(self) -> list[tuple[str, Rulebook]]:
        """Every notice with the path of the union it is attached to, cut to the days it holds there."""
        return [(one.unit.path, one.book) for one in self._attached]

    def concerning(self, units: Iterable[Union], by_place: bool = False) -> list[Rulebook]:
        """What concerns any of these units: the law, and every notice that holds, held, or is to hold for it or for a unit below
        it. Each edition by itself, cut to its days.

        `by_place`: also what judges a case by the place of its employer alone (that of an enterprise under an industrial union).
        """
        units = list(units)
        bases = _territories(unit for unit in units if by_place and unit.kind in WITHOUT_PLACE)
        found = [
            one.book
            for one in self._attached
            if any(same_line(one.unit.path, unit) for unit in units) or any(one.judges_in(*base) for base in bases)
        ]
        return list({(book.key, book.first, book.last): book for book in (*found, *self._law)}.values())


def _territories(units: Iterable[Union]) -> set[tuple[int, str]]:
    """Root and territory of each: its own, or that of the nearest unit above it that has one. One query."""
    lines = [unit.line_ids() for unit in units]
    if not lines:
        return set()
    coded = Union.objects.filter(pk__in={pk for line in lines for pk in line}).exclude(region_code=None)
    codes = {pk: code or "" for pk, code in coded.values_list("pk", "region_code")}
    return {(line[0], territory(next((codes[pk] for pk in reversed(line) if pk in codes), ""))) for line in lines}


def concerning(user: User, on: date) -> list[Rulebook]:
    """What concerns the units where the reader is appointed, or judges their cases."""
    return RulebooksByUnit().concerning(places(user, on), by_place=True)


@once_a_request
def _in_force() -> tuple[tuple[Rulebook, ...], list[Attached]]:
    return _by_unit(every_edition())


def _by_unit(books: list[Rulebook]) -> tuple[tuple[Rulebook, ...], list[Attached]]:
    """The law, and the notices where they are attached."""
    law = tuple(book for book in books if book.kind == "law")
    return law, list(_attached([book for book in books if book.kind != "law"]))


def _attached(books: list[Rulebook]) -> Iterable[Attached]:
    rows: dict[str, list[Attachment]] = {}
    for row in Attachment.objects.approved().select_related("union"):
        rows.setdefault(row.rulebook, []).append(row)
    codes = {book.attached_to for book in books if book.key not in rows}
    units = {unit.code: _seat(unit) for unit in Union.objects.filter(code__in=codes)}
    for book in books:
        if book.key not in rows and book.attached_to in units:
            yield Attached(units[book.attached_to], book)
        for row in rows.get(book.key, ()):
            if cut := _cut(book, row):
                yield Attached(_seat(row.union), cut)


def _seat(unit: Union) -> AttachedAt:
    return AttachedAt(unit.pk, unit.path, unit.line_ids()[0], territory(unit.region_code or ""))


def _cut(book: Rulebook, row: Attachment) -> Rulebook | None:
    """The book for the days both the notice and the attachment speak of; None when there are none. It was entered for the unit
    once both were; an attachment that nobody asked for came with its file.
    """
    first = max(book.first, row.since)
    last = min((day for day in (book.last, row.until) if day is not None), default=None)
    if last is not None and last < first:
        return None
    asked = row.approved_at if row.by_id else None
    entered = max((at for at in (book.entered_at, asked) if at is not None), default=None)
    same = (first, last, entered) == (book.first, book.last, book.entered_at)
    return book if same else replace(book, first=first, last=last, entered_at=entered)
