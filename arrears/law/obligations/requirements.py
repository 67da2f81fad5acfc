"""What the notices in force ask of a step of the work, and how a clause is quoted: by its notice and article, never by a bare id."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.obligations.derive import Owed
from arrears.law.rules.deadlines import concerns
from arrears.law.rules.facts import Facts
from arrears.law.rules.rulebook import Requirement, Rulebook
from unions.common.clock import day_of


@dataclass(frozen=True)
class Required:
    """A requirement with the rulebook that makes it."""

    entry: Requirement
    book: Rulebook

    @property
    def clause(self) -> str:
        return self.entry.clause

    @property
    def quotation(self) -> str:
        return self.entry.quotation

    @property
    def cited(self) -> str:
        """“青总办〔2022〕41号 三 通报人社”; a law by its name and article."""
        return self.entry.basis if self.book.kind == "law" else cited(self.book, self.entry.clause)


def cited(book: Rulebook, clause: str) -> str:
    """A clause as people quote it: the notice (its number, else its title) and the article."""
    return f"{book.number or f'《{book.title}》'} {book.clause(clause).heading}"


def required(
    steps: Collection[str],
    line: Iterable[int],
    on: date,
    *,
    place: str = "",
    facts: Facts | None = None,
    books: RulebooksByUnit | None = None,
) -> dict[str, Required]:
    """Step → what is asked of it on a day where a line of unions stands (ids from the root), by a notice in force, else by the law.

    `place`: see RulebooksByUnit.holding. `facts`: of the case it is about. Three queries, or none with `books`.
    """
    holding = (books or RulebooksByUnit()).holding(line, place)
    found: dict[str, Required] = {}
    for book in sorted(holding.books, key=lambda book: book.kind == "law"):
        for entry in book.requirements if book.in_force(on) else ():
            if entry.step in steps and (facts is None or concerns(entry.only, facts)):
                found.setdefault(entry.step, Required(entry, book))
    return found


def with_clauses(rows: Iterable[tuple[str, Owed]]) -> list[Owed]:
    """Terms whose day people set, each with the clause that speaks of its step (vocabulary.REQUIREMENTS): they are due everywhere,
    and a clause stands beside them only where one was in force at the holder on the day they began. Three queries, none without rows.
    """
    listed = list(rows)
    books = RulebooksByUnit() if listed else None
    return [replace(owed, clause=_clause_of(step, owed, books)) for step, owed in listed]


def _clause_of(step: str, owed: Owed, books: RulebooksByUnit | None) -> str:
    found = required([step], line_of(owed.path), day_of(owed.started_at), books=books).get(step)
    return found.clause if found else ""


def book_of(clause: str, path: str, on: date) -> Rulebook | None:
    """The rulebook in force on a day at the unit with this path that has this clause. Three queries."""
    books = RulebooksByUnit().holding(line_of(path)).books
    return next((book for book in books if book.in_force(on) and any(one.id == clause for one in book.clauses)), None)


def line_of(path: str) -> list[int]:
    """The ids of a unit's line, from the root to itself."""
    return [int(part) for part in path.split(".") if part]
