"""What the directory of departments lacks, body by body (YK-3): each member body should have a liaison person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from unions.agencies import EXPECTED, Shelf, directory
from unions.models import Agency, Union, User

NOT_ENTERED = "没有登记这个部门"
NOBODY = "没有联络员"


@dataclass(frozen=True)
class Gap:
    """`union`: who must fill it; of a closed unit, the one in charge. `agency` None: the body is not entered at all."""

    union: Union
    kind: str
    agency: Agency | None
    why: str


def gaps(user: User, shelves: Iterable[Shelf] | None = None) -> list[Gap]:
    """Of every unit in the reader's reach that keeps a directory or should; three queries, none where the shelves are given."""
    found = directory(user) if shelves is None else shelves
    return [gap for shelf in found for gap in (_left(shelf) if shelf.union.is_closed else _of(shelf))]


def _of(shelf: Shelf) -> Iterable[Gap]:
    there = {row.kind for row, _ in shelf.rows}
    for kind in EXPECTED:
        if kind not in there:
            yield Gap(shelf.union, str(kind.label), None, NOT_ENTERED)
    for row, liaisons in shelf.rows:
        if not liaisons:
            yield Gap(shelf.union, row.get_kind_display(), row, NOBODY)


def _left(shelf: Shelf) -> Iterable[Gap]:
    """Departments that stayed with a unit that is no more: open until the one in charge has them."""
    heir = shelf.union.in_charge()
    for row, _ in shelf.rows:
        yield Gap(heir, row.get_kind_display(), row, f"原由「{shelf.union}」登记，该单位已终止，待「{heir}」接管")
