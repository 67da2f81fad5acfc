"""How much two cases have in common: points, and the words for them. Pure: nothing is read here.

A case of the same employer alone is not the same matter: what speaks against it takes points away (docs/decisions/069).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from unions.common.formats import people, wan
from unions.common.text import number_key

LIKELY = 25  # points from which a case is shown
NEAR = Decimal("0.1")  # amounts and numbers of people that differ by no more than a tenth are near
FAR = 3  # times as much or as many speaks against one matter

CODE, NAME_HERE, NAME = 30, 30, 25
WORKER, WORKERS, WROTE = 30, 45, 40
OVERLAP, OVERLAP_BARELY, APART = 15, 8, -20
PROJECT, OTHER_PROJECT = 15, -15
AMOUNT, OTHER_AMOUNT = 15, -10
PEOPLE, OTHER_PEOPLE = 10, -10


@dataclass(frozen=True)
class Matter:
    """What is known of one case: days, people, yuan and the name of its project; "" and 0 are unknown."""

    owed_from: date | None = None
    owed_until: date | None = None
    workers: int = 0
    amount: Decimal = Decimal(0)
    project: str = ""


@dataclass(frozen=True)
class Point:
    """`key` names what is in common; `words` are empty where it speaks against."""

    key: str
    points: int
    words: str = ""


def compared(known: Matter, other: Matter) -> Iterator[Point]:
    """What two matters have in common and what parts them; what one of them does not say counts for nothing."""
    yield from _periods(known, other)
    yield from _projects(known, other)
    if known.amount and other.amount:
        if _near(known.amount, other.amount):
            yield Point("amount", AMOUNT, f"金额相近（该案 {wan(other.amount)} 万元）")
        elif _far(known.amount, other.amount):
            yield Point("amount", OTHER_AMOUNT)
    if known.workers and other.workers:
        if _near(Decimal(known.workers), Decimal(other.workers)):
            yield Point("people", PEOPLE, f"人数相近（该案 {people(other.workers)} 人）")
        elif _far(Decimal(known.workers), Decimal(other.workers)):
            yield Point("people", OTHER_PEOPLE)


def _periods(known: Matter, other: Matter) -> Iterator[Point]:
    if not (known.owed_from and other.owed_from):
        return
    first = max(known.owed_from, other.owed_from)
    last = min(known.owed_until or date.max, other.owed_until or date.max)
    if first > last:
        yield Point("period", APART)
        return
    shorter = min((_length(known), _length(other)))
    half = last == date.max or 2 * ((last - first).days + 1) >= shorter
    words = f"欠薪期间重叠（该案 {other.owed_from} 至 {other.owed_until or '今'}）"
    yield Point("period", OVERLAP if half else OVERLAP_BARELY, words)


def _length(matter: Matter) -> int:
    return ((matter.owed_until or date.max) - (matter.owed_from or date.min)).days + 1


def _projects(known: Matter, other: Matter) -> Iterator[Point]:
    if not (known.project and other.project):
        return
    if number_key(known.project) == number_key(other.project):
        yield Point("project", PROJECT, f"工程项目相同（{other.project}）")
    else:
        yield Point("project", OTHER_PROJECT)


def _near(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= NEAR * max(one, other)


def _far(one: Decimal, other: Decimal) -> bool:
    return max(one, other) > FAR * min(one, other)
