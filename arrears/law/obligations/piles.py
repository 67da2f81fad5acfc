"""Overdue terms by district and matter: one line for what one act reaches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from arrears.law.models import ObligationQuerySet
from unions.models import Union, UnionKind

MOST_ROWS = 2_000  # terms that are looked at
MOST_CASES = 200  # of one pile, that one address can name
PLACES = (UnionKind.DISTRICT, UnionKind.CITY)


@dataclass
class Pile:
    """Terms of one matter in one district (else city). `cases`: those they are about."""

    place: str
    title: str
    count: int = 0
    cases: set[int] = field(default_factory=set)

    @property
    def asked(self) -> list[int]:
        return sorted(self.cases)[:MOST_CASES]

    @property
    def cut(self) -> bool:
        """Whether one act does not reach all of them."""
        return len(self.cases) > MOST_CASES


def piles(rows: ObligationQuerySet) -> list[Pile]:
    """The largest first; those of a single term are left out, the list itself shows them. Two queries."""
    found = list(rows.order_by("clock_at", "pk").values_list("path", "title", "case_id")[:MOST_ROWS])
    places = _places(path for path, _, _ in found)
    made: dict[tuple[str, str], Pile] = {}
    for path, title, case in found:
        place = next((places[key] for key in reversed(_keys(path)) if key in places), "省级及直属")
        pile = made.setdefault((place, title), Pile(place, title))
        pile.count += 1
        if case:
            pile.cases.add(case)
    return sorted((one for one in made.values() if one.count > 1), key=lambda one: (-one.count, one.place, one.title))


def _keys(path: str) -> list[int]:
    """Of the units from the top down to the one that stands at `path`."""
    return [int(part) for part in path.split(".") if part]


def _places(paths: Iterable[str]) -> dict[int, str]:
    """Key → name of every district and city on the way to these units."""
    keys = {key for path in set(paths) for key in _keys(path)}
    return dict(Union.objects.filter(pk__in=keys, kind__in=PLACES).values_list("pk", "name"))
