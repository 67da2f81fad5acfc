"""What obligations are derived for: a case today; a letter, a referral or a deposit can be put in the same shape."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from arrears.law.rules.facts import Facts
from unions.models import Union

# Kinds whose place is their employer's, not the one of the unit above them.
AT_THE_BASE = frozenset({"enterprise", "federation", "township", "zone"})


@dataclass(frozen=True)
class Place:
    """A union as holders are chosen among: its kind's Chinese label is the word notices use."""

    pk: int
    path: str
    kind: str
    label: str
    in_charge: int  # itself, or the unit that took it over
    region: str = ""  # its own region code, where it has one


@dataclass(frozen=True)
class ReportUpward:
    """One report upward that counts: whether it told every level at once, who sent it to whom, when it was asked for, when
    approved. `stands`: not sent back.
    """

    immediate: bool
    sender: int
    receiver: int
    asked_at: datetime
    sent_at: datetime | None
    stands: bool


@dataclass(frozen=True)
class End:
    """When and why what was not done needs doing no more."""

    at: datetime
    reason: str


@dataclass(frozen=True)
class Subject:
    """`key`: the name of its event chain ("case:17"). `line`: unions from the root to the filing unit as they stood on the day
    it was accepted; `handling` works on it now. `above`: who else has it in hand, nearest first: units it was reported to, then
    those above `handling`. `ended`: it is over.
    """

    key: str
    facts: Facts
    line: tuple[Place, ...]
    handling: Place
    officer: int | None = None
    case: int | None = None
    reports: tuple[ReportUpward, ...] = ()
    ended: End | None = None
    receiving: Place | None = None  # the unit it is on its way to
    above: tuple[Place, ...] = ()

    @property
    def filing(self) -> Place:
        return self.line[-1]

    def line_ids(self) -> Iterable[int]:
        return (place.pk for place in self.line)

    @property
    def place(self) -> str:
        """The region code of the employer, where it says more than the line of a unit at the base: an enterprise under an
        industrial union reports by place (QD-4.1a), so the notices of its place judge it beside those of its line.
        """
        known = next((one.region for one in reversed(self.line) if one.region), "")
        says_more = self.filing.kind in AT_THE_BASE and self.facts.region.startswith(territory(known))
        return self.facts.region if says_more else ""


def territory(region_code: str) -> str:
    """What all region codes of a place begin with: 370200 → 3702."""
    county = region_code[:6]
    while county.endswith("00"):
        county = county[:-2]
    return county + region_code[6:].rstrip("0") if len(county) == 6 else county


class Places:
    """Unions as holders, each read once."""

    def __init__(self) -> None:
        self._known: dict[int, Place] = {}

    def line(self, path: str) -> tuple[Place, ...]:
        ids = [int(part) for part in path.split(".") if part]
        for unit in Union.objects.filter(pk__in=set(ids) - self._known.keys()):
            label, region = unit.get_kind_display(), unit.region_code or ""
            self._known[unit.pk] = Place(unit.pk, unit.path, unit.kind, label, unit.in_charge().pk, region)
        return tuple(self._known[pk] for pk in ids)
