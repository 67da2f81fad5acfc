"""The units of a collection: how each stands, who signed, what may be done with it; and how many of each sort there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from reporting.returns import actions, status, urging
from reporting.returns.collection import ReturnCollection
from reporting.returns.models import Return, ReturnStage, Urge
from unions.models import User


@dataclass(frozen=True)
class CollectionTile:
    """A sort of returns: its name in the address, its words, how many."""

    key: str
    label: str
    count: int
    tone: str = ""
    note: str = ""


@dataclass(frozen=True)
class CollectionBranch:
    """One unit. `below`: what it collects itself (received, of how many, address); `urged`: when it was last asked."""

    one: status.ReturnStatus
    urged: Urge | None = None
    below: tuple[int, int, str] | None = None
    receives: bool = False
    sends_back: bool = False
    urges: bool = False

    @property
    def row(self) -> Return:
        return self.one.row


@dataclass(frozen=True)
class Tree:
    """`chosen`: the sort shown, "" all. `to_receive`, `to_urge`: branches shown that the reader may receive, or urge for being
    missing."""

    tiles: list[CollectionTile]
    chosen: CollectionTile
    branches: list[CollectionBranch]
    to_receive: list[CollectionBranch]
    to_urge: list[CollectionBranch]


SORTS: list[tuple[str, str, Callable[[ReturnCollection], list[Return]], str]] = [
    ("", "应报", lambda found: found.expected, ""),
    ("received", "已收", lambda found: found.received, "good"),
    ("submitted", "待接收", lambda found: found.to_receive, "busy"),
    ("missing", "漏报", lambda found: found.missing, "bad"),
    ("implied", "推定零报告", lambda found: found.implied, ""),
    ("on-time", "按时", lambda found: found.on_time, ""),
    ("late", "迟报", lambda found: found.late, "bad"),
    ("zero", "零报告", lambda found: found.zeros, ""),
]
# Shown only where there are any.
RARE: list[tuple[str, str, Callable[[ReturnCollection], list[Return]], str]] = [
    ("contradicted", "零报告与台账矛盾", lambda found: found.contradicted, "bad"),
    ("returned", "退回、更正中", lambda found: found.in_hand_again, "busy"),
    ("waiting", "未到期", lambda found: found.waiting, ""),
    ("waived", "免报", lambda found: _at(found, ReturnStage.WAIVED), ""),
]


def _at(found: ReturnCollection, stage: ReturnStage) -> list[Return]:
    return [row for row in found.rows if row.stage == stage]


def tree(found: ReturnCollection, user: User, key: str) -> Tree:
    """Two queries, however many units."""
    sorts = {sort[0]: sort for sort in SORTS + RARE}
    tiles = [CollectionTile(name, label, len(of(found)), tone) for name, label, of, tone in SORTS]
    tiles += [CollectionTile(name, label, len(rows), tone) for name, label, of, tone in RARE if (rows := of(found))]
    chosen = next((tile for tile in tiles if tile.key == key), tiles[0])
    rows = sorts[chosen.key][2](found) if chosen.key else found.rows
    branches = _branches(found, rows, user)
    missing = {row.pk for row in found.missing}
    return Tree(
        tiles,
        chosen,
        branches,
        [one for one in branches if one.receives],
        [one for one in branches if one.urges and one.row.pk in missing],
    )


def _branches(found: ReturnCollection, rows: list[Return], user: User) -> list[CollectionBranch]:
    urged, below = _urged(found), found.received_below()
    above = actions.may(found.one, actions.MOVES["receive"], user)
    urges = urging.may_urge(found.one, user)
    return [
        CollectionBranch(
            status.status_of(row, found.now),
            urged.get(row.pk),
            _below(found, row, below),
            receives=above and row.stage in actions.MOVES["receive"].starts,
            sends_back=above and row.stage in actions.MOVES["send_back"].starts,
            urges=urges and row.expects_something,
        )
        for row in rows
    ]


def _urged(found: ReturnCollection) -> dict[int, Urge]:
    """The last urge of each return that still waits for one."""
    ids = [row.pk for row in found.rows if row.expects_something]
    rows = Urge.objects.filter(report__in=ids).order_by("report_id", "-at").distinct("report_id").select_related("by")
    return {row.report_id: row for row in rows}


def _below(found: ReturnCollection, row: Return, counts: dict[int, tuple[int, int]]) -> tuple[int, int, str] | None:
    if row.union_id not in counts:
        return None
    key = [row.union.code, found.rulebook, found.rule, found.period]
    return (*counts[row.union_id], reverse("collection", args=key))
