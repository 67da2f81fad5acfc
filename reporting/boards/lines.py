"""What the board of a unit counts: lines in panels. Whichever app knows of something more adds its lines here.

A line is one queryset: its number on the board and the rows behind it are the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import QuerySet

from unions.common.features import provided
from unions.common.keyset import NEWEST_FIRST
from unions.models import Union, User


@dataclass(frozen=True)
class BoardRow:
    """One row behind a number. `url` "" where the row has no page of its own."""

    title: str
    under: str = ""
    on: date | datetime | None = None
    said: str = ""
    url: str = ""


@dataclass(frozen=True)
class BoardLine:
    """One number of the board. `name` stands in addresses; `unit`: 件, 户, 项, …; `bad`: anything above 0 is grave.

    `rows(union, now)`: what is counted for `union` and below, without order; `seen(user)`: which rows a reader may open;
    `tell(row, now)`: how a row reads, with `parts` read along. `day_means`: what the day of a row is. `order`: what cannot wait
    first, where they wait.
    """

    name: str
    label: str
    unit: str
    rows: Callable[[Union, datetime], QuerySet[Any]]
    tell: Callable[[Any, datetime], BoardRow]
    parts: tuple[str, ...] = ()
    seen: Callable[[User], QuerySet[Any]] | None = None
    bad: bool = False
    day_means: str = "日期"
    order: tuple[str, ...] = NEWEST_FIRST

    def readable(self, union: Union, now: datetime, user: User) -> QuerySet[Any]:
        """The rows of the number that the reader may open."""
        rows = self.rows(union, now)
        seen = self.seen(user) if self.seen else rows.model.objects.visible_to(user)
        return rows.filter(pk__in=seen.order_by().values("pk")).select_related(*self.parts)


@dataclass(frozen=True)
class Panel:
    title: str
    icon: str
    empty: str = ""


PANELS: dict[str, Panel] = {
    "warnings": Panel("欠薪预警", "alert-triangle"),
    "inspections": Panel("本周排查", "clipboard-check"),
    "terms": Panel("办理时限", "clock"),
    "handovers": Panel("转办转送", "transfer"),
    "expiring": Panel("即将到期", "hourglass", "没有登记名单或担保。"),
    "stages": Panel("在办案件", "folders"),
}


def by_panel(lines: Iterable[tuple[str, BoardLine]]) -> dict[str, list[BoardLine]]:
    """Sort lines into their panels, in the order given. A name is one line's in the whole board."""
    found: dict[str, list[BoardLine]] = {key: [] for key in PANELS}
    known: set[str] = set()
    for panel, line in lines:
        if line.name in known:
            raise ValueError(f"a line named {line.name} is there already")
        known.add(line.name)
        found[panel].append(line)
    return found


@cache
def lines_by_panel() -> dict[str, list[BoardLine]]:
    """Return panel → its lines, as the apps declare them ("board lines")."""
    return by_panel(one for lines in provided("board lines") for one in lines)


def all_lines() -> Sequence[BoardLine]:
    return [line for lines in lines_by_panel().values() for line in lines]


def line_named(name: str) -> BoardLine | None:
    return next((line for line in all_lines() if line.name == name), None)
