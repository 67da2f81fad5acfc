"""A rate: how many of how many events, what neither number counts, and how that is shown and ranked. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

HUNDRED = Decimal(100)
# Below so many events a percentage says nothing: the events are shown, and there is no place (docs/decisions/044).
FEWEST = 5
NOTHING = "—"


@dataclass(frozen=True)
class Rate:
    """`met` of `of` events; more than all is possible where fewer were wanted. `left_out`: like events that neither counts."""

    met: int = 0
    of: int = 0
    left_out: int = 0

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.met + other.met, self.of + other.of, self.left_out + other.left_out)

    @property
    def share(self) -> Decimal | None:
        """In percent, exact; None where there was nothing to do."""
        return HUNDRED * self.met / self.of if self.of else None

    @property
    def ranks(self) -> bool:
        """Whether there are enough events to be given a place among others."""
        return self.of >= FEWEST

    @property
    def lost(self) -> int:
        return max(0, self.of - self.met)

    @property
    def events(self) -> str:
        return f"{self.met:,}/{self.of:,}"

    def percent(self, places: int = 2) -> Decimal | None:
        """Rounded half up; None over nothing."""
        return None if self.share is None else self.share.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)

    def cell(self, places: int = 2) -> Decimal | str:
        """As a workbook holds it: a number where it ranks, else the events, or "—" over nothing."""
        found = self.percent(places)
        if found is None:
            return NOTHING
        return found if self.ranks else self.events

    def text(self, places: int = 2, unit: str = "") -> str:
        """66.7 (with `unit`: 66.7%), 2/3 of few, — of nothing."""
        found = self.cell(places)
        return found if isinstance(found, str) else f"{found:,f}{unit}"
