"""The risk classes of employers and how often each is inspected (QP-4.3), as the rulebooks that hold at a unit give them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.rules.rulebook import Grade, Rulebook
from unions.models import Union

GRADE = "employer-risk"


@dataclass(frozen=True)
class RiskClass:
    """`every_days`: so many calendar days between two inspections, at most. `service`: what is offered beside them."""

    label: str
    every_days: int
    service: str = ""


def entry(books: RulebooksByUnit, line: Iterable[int], day: date) -> tuple[Grade, Rulebook] | None:
    """The entry that classes employers for a unit with this line on a day: of a notice in force, else of the law."""
    found = [book for book in books.holding(line).books if book.in_force(day)]
    found.sort(key=lambda book: book.kind == "law")
    return next(((one, book) for book in found for one in book.grades if one.name == GRADE), None)


def risk_classes(union: Union, day: date) -> list[RiskClass]:
    """The mildest first."""
    found = entry(RulebooksByUnit(), union.line_ids(), day)
    levels = found[0].levels if found else ()
    return [RiskClass(one.label, one.every_days, one.service) for one in levels if one.every_days]
