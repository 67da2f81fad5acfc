"""Sixty cases as plain facts, and what tables must say of them, added up in plain Python: nothing here asks the program."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from tests.books import Payment, write_case
from tests.cast import World

UNITS = ("370202E0001", "370203E0001", "370202T0001", "370000I0001E0001")


@dataclass(frozen=True)
class Plain:
    code: str
    accepted: date
    verified: date | None
    industry: str
    on_project: bool
    nature: str
    workers: int
    amount: Decimal
    paid: tuple[tuple[date, int, Decimal], ...]
    closed: date | None
    reopened: date | None
    extreme: bool

    @property
    def row(self) -> str:
        """The finest row of the winter table."""
        if self.industry == "E" or (self.on_project and self.industry not in "CH"):
            return {"government": "其中：政府投资项目", "soe": "国企项目"}.get(self.nature, "其他项目")
        return "制造业" if self.industry == "C" else "其他用人单位"


def facts(first: date) -> list[Plain]:
    """Accepted over ten weeks from `first`; every kind of industry, life and unit, in a fixed pattern."""
    return [_fact(n, first + timedelta(n * 11 % 70)) for n in range(60)]


def _fact(n: int, accepted: date) -> Plain:
    workers, amount = 2 + n % 13, Decimal(3000 + 1711 * n) + Decimal(n % 7) / 8
    amount = amount.quantize(Decimal("0.01"))
    paid: tuple[tuple[date, int, Decimal], ...] = ()
    closed = reopened = None
    if n % 3 == 0:
        paid = ((accepted + timedelta(6), 1, Decimal("1234.56")),)
    if n % 4 == 0:
        done = sum(p[2] for p in paid)
        paid += ((accepted + timedelta(9), workers - len(paid), amount - done),)
        closed = accepted + timedelta(10)
        reopened = closed + timedelta(8) if n % 8 == 0 else None
    return Plain(
        UNITS[n % 4] if n % 10 else UNITS[(n // 10) % 4],
        accepted,
        None if n % 9 == 4 else accepted + timedelta(n % 5),
        "CEHKF"[n % 5],
        n % 2 == 0,
        ("government", "soe", "other")[n % 3],
        workers,
        amount,
        paid,
        closed,
        reopened,
        n % 7 == 0,
    )


def write(world: World, cases: Iterable[Plain]) -> None:
    for one in cases:
        write_case(
            world,
            one.accepted,
            one.workers,
            one.amount,
            one.code,
            industry=one.industry,
            on_project=one.on_project,
            nature=one.nature,
            verified_on=one.verified,
            clue=one.verified is None,
            closed_on=one.closed,
            reopened_on=one.reopened,
            payments=[Payment(*p) for p in one.paid],
            extreme=one.extreme,
        )


Take = Callable[[Plain], Decimal | int]


@dataclass(frozen=True)
class Span:
    """Both days included."""

    since: date
    last: date

    def has(self, day: date | None) -> bool:
        return day is not None and self.since <= day <= self.last

    def known(self, case: Plain) -> bool:
        return case.verified is not None and case.verified <= self.last and case.accepted <= self.last

    def shut(self, case: Plain) -> date | None:
        open_again = case.reopened and case.reopened <= self.last
        return case.closed if case.closed and case.closed <= self.last and not open_again else None

    # What a column counts of one case.

    def accepted(self, case: Plain) -> int:
        return int(self.has(case.accepted))

    def grave(self, case: Plain) -> int:
        return int(self.has(case.accepted) and case.extreme)

    def new(self, case: Plain) -> int:
        return int(self.known(case) and self.has(case.verified))

    def verified(self, case: Plain) -> int:
        shut = self.shut(case)
        return int(self.known(case) and not (shut and shut < self.since))

    def closed(self, case: Plain) -> int:
        return int(self.known(case) and self.has(self.shut(case)))

    def unclosed(self, case: Plain) -> int:
        return int(self.known(case) and not self.shut(case))

    def paid_workers(self, case: Plain) -> int:
        return sum(people for on, people, _ in case.paid if self.has(on))

    def paid_amount(self, case: Plain) -> Decimal:
        return sum((amount for on, _, amount in case.paid if self.has(on)), Decimal(0))

    def left_workers(self, case: Plain) -> int:
        return self.unclosed(case) * (case.workers - sum(p[1] for p in case.paid if p[0] <= self.last))

    def left_amount(self, case: Plain) -> Decimal:
        paid = sum((p[2] for p in case.paid if p[0] <= self.last), Decimal(0))
        return self.unclosed(case) * (case.amount - paid)


def of(take: Take, weight: Callable[[Plain], Decimal | int]) -> Take:
    """`weight` (people, money) of the cases `take` counts."""
    return lambda case: take(case) * weight(case)


def total(cases: Iterable[Plain], take: Take) -> Decimal:
    return sum((Decimal(take(case)) for case in cases), Decimal(0))


def printed(value: Decimal | str, unit: str) -> float | str:
    """As an official would write it: 万元 two places, a percentage one, else whole."""
    if isinstance(value, str):
        return value
    scale, places = {"万元": (10_000, "0.01"), "%": (1, "0.1")}.get(unit, (1, "1"))
    return float((value / scale).quantize(Decimal(places), ROUND_HALF_UP))


def percent(part: Decimal, whole: Decimal) -> Decimal | str:
    """Of fewer than five the events, of nothing a dash."""
    if whole < 5:
        return f"{part}/{whole}" if whole else "—"
    return part * 100 / whole
