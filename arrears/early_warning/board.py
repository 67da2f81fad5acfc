"""Employers by warning level, for a unit and the units next below: what its board counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Max, Q, QuerySet

from arrears.early_warning.models import WarningStanding
from unions.models import Union


@dataclass
class WarningTally:
    """Employers (户) by level, and how many have signals still to verify. `levels`: label → count, the gravest first."""

    unit: Union
    levels: dict[str, int] = field(default_factory=dict)
    below: int = 0  # warned by no level (any more)
    unverified: int = 0
    major: int = 0

    def add(self, level: str, employers: int, unverified: int, major: int) -> None:
        if level:
            self.levels[level] = self.levels.get(level, 0) + employers
        else:
            self.below += employers
        self.unverified += unverified
        self.major += major

    @property
    def warned(self) -> int:
        return sum(self.levels.values())


def tally(unit: Union) -> WarningTally:
    """Count the employers known to a unit and below. One query."""
    found = WarningTally(unit)
    for _, level, *counts in _counted(WarningStanding.objects.filter(union=unit)):
        found.add(level, *counts)
    return found


def places(unit: Union) -> list[WarningTally]:
    """Count them for each unit next below, the gravest first. Two queries."""
    rows = WarningStanding.objects.filter(union__parent=unit)
    units = {one.pk: WarningTally(one) for one in Union.objects.filter(parent=unit, pk__in=rows.values("union"))}
    for pk, level, *counts in _counted(rows):
        units[pk].add(level, *counts)
    return sorted(units.values(), key=lambda one: (-one.warned, -one.unverified, one.unit.code))


def levels_of(tallies: Iterable[WarningTally]) -> list[str]:
    """List the levels that occur, in the order they were met."""
    return list(dict.fromkeys(label for one in tallies for label in one.levels))


def _counted(rows: QuerySet[WarningStanding]) -> Iterable[tuple[int, str, int, int, int]]:
    return (
        rows.order_by()
        .values("union", "level")
        .annotate(
            n=Count("pk"),
            waiting=Count("pk", filter=Q(unverified__gt=0)),
            grave=Count("pk", filter=Q(major=True)),
            top=Max("rank"),
        )
        .order_by("-top")
        .values_list("union", "level", "n", "waiting", "grave")
    )
