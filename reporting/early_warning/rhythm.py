"""The risk classes of employers and how often each is inspected (QP-4.3), as the rulebooks that hold at a unit give them."""

from __future__ import annotations

from datetime import date

from arrears.key_targets import RISK_CLASSES, RiskClass
from reporting.obligations.books import Bookcase
from unions.models import Union

GRADE = "employer-risk"


def risk_classes(union: Union, day: date) -> list[RiskClass]:
    """The mildest first. Of a notice in force, else of the law."""
    books = [book for book in Bookcase().holding(union.line_ids()).books if book.in_force(day)]
    books.sort(key=lambda book: book.kind == "law")
    for book in books:
        for entry in book.grades:
            if entry.name == GRADE:
                return [RiskClass(one.label, one.every_days) for one in entry.levels if one.every_days]
    return []


RISK_CLASSES.append(risk_classes)
