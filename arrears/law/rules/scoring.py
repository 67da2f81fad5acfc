"""What a unit's figures are worth under a rulebook's [[indicator]] entries. Pure: from counts to marks, points and ranks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from arrears.law.rules.rates import HUNDRED, Rate
from arrears.law.rules.rulebook import Indicator

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Mark:
    """One indicator of one unit. `weight`: in points, after the weight of what the unit had nothing of was spread over the
    others. `mark`: 0…100; None (—) where there was nothing to do. `points`: what it adds to the total. Points and weights
    have two places; the total is rounded by itself.
    """

    indicator: Indicator
    count: Rate
    mark: Decimal | None
    weight: Decimal
    points: Decimal | None

    @property
    def share(self) -> Decimal | None:
        """Of the whole; done beyond what was wanted (排查) counts as all."""
        found = self.count.percent()
        return None if found is None else min(HUNDRED, found)

    @property
    def lost(self) -> Decimal:
        """Points the unit did not get; 0 where there was nothing to do."""
        return self.weight - self.points if self.points is not None else Decimal(0)


@dataclass(frozen=True)
class Score:
    """`total`: 0…100, two places; None where the unit had nothing to do at all."""

    marks: tuple[Mark, ...]
    total: Decimal | None

    @property
    def ranks(self) -> bool:
        """Whether enough events stand behind the total, all indicators together."""
        return sum((mark.count for mark in self.marks), Rate()).ranks


def mark_of(share: Decimal, entry: Indicator) -> Decimal:
    """0 at `zero` percent and below, 100 at `full` and above, a straight line between. Exact."""
    part = (share - entry.zero) / (entry.full - entry.zero)
    return HUNDRED * min(Decimal(1), max(Decimal(0), part))


def score(entries: Sequence[Indicator], counts: Mapping[str, Rate]) -> Score:
    """`counts`: by name of the indicator; what is not in it is a unit with nothing to do."""
    found = [(entry, counts.get(entry.name, Rate())) for entry in entries]
    weighed = sum((entry.weight for entry, count in found if count.of), Decimal(0))
    total = Decimal(0)
    marks = []
    for entry, count in found:
        if count.share is None:
            marks.append(Mark(entry, count, None, Decimal(0), None))
            continue
        mark = mark_of(count.share, entry)
        weight = HUNDRED * entry.weight / weighed
        total += weight * mark / HUNDRED
        marks.append(Mark(entry, count, _two(mark), _two(weight), _two(weight * mark / HUNDRED)))
    return Score(tuple(marks), _two(min(HUNDRED, total)) if weighed else None)


def ranks(totals: Iterable[Decimal | None]) -> list[int | None]:
    """The place of each total, the greatest first; equal totals share a place and the next one is left out (1, 2, 2, 4)."""
    given = list(totals)
    ordered = sorted((total for total in given if total is not None), reverse=True)
    place: dict[Decimal, int] = {}
    for number, total in enumerate(ordered, 1):
        place.setdefault(total, number)
    return [None if total is None else place[total] for total in given]


def _two(number: Decimal) -> Decimal:
    return number.quantize(HUNDREDTH, ROUND_HALF_UP)
