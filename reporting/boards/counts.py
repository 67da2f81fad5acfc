"""The numbers of a unit's board: all lines in one statement, kept for a minute while nobody has done anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Func, IntegerField, QuerySet, Subquery
from django.db.models.functions import Coalesce

from arrears.early_warning import board as warnings
from arrears.early_warning.models import LEVEL_TONES
from reporting.analysis import KEPT_SECONDS, last_event
from reporting.boards.lines import PANELS, BoardLine, Panel, all_lines, lines_by_panel
from unions.models import Union


@dataclass(frozen=True)
class GradeCount:
    """Employers (户) at one grade of warning. `tone`: of its badge."""

    label: str
    tone: str
    count: int


@dataclass(frozen=True)
class BoardCounts:
    """`levels`: the gravest first; `counts`: by the name of the line."""

    levels: list[GradeCount]
    counts: dict[str, int]

    def panels(self) -> list[tuple[str, Panel, list[tuple[BoardLine, int]]]]:
        lines = lines_by_panel()
        return [(key, panel, [(line, self.counts[line.name]) for line in lines[key]]) for key, panel in PANELS.items()]

    def picked(self, names: Sequence[str]) -> list[tuple[BoardLine, int]]:
        """Some of the lines, as they stand on the board."""
        return [(line, self.counts[line.name]) for line in all_lines() if line.name in names]


def read_board(union: Union, now: datetime) -> BoardCounts:
    """All of the board; three queries, or one while no event has been written since. Figures are of the minute."""
    key = f"board:{union.pk}:{now:%Y%m%d%H%M}:{last_event()}"
    known: BoardCounts | None = cache.get(key)
    if known is None:
        known = BoardCounts(_levels(union), _counts(union, now))
        cache.set(key, known, KEPT_SECONDS)
    return known


def _levels(union: Union) -> list[GradeCount]:
    found = warnings.tally(union)
    return [GradeCount(label, LEVEL_TONES.get(label, "neutral"), count) for label, count in found.levels.items()]


def _counts(union: Union, now: datetime) -> dict[str, int]:
    lines = all_lines()
    row = Union.objects.filter(pk=union.pk).values_list(*(count_of(line.rows(union, now)) for line in lines)).get()
    return {line.name: count for line, count in zip(lines, row, strict=True)}


def count_of(rows: QuerySet[Any]) -> Coalesce:
    """How many rows there are, as one expression of a statement that counts many things."""
    counted = rows.order_by().annotate(n=Func("pk", function="COUNT", output_field=IntegerField()))
    return Coalesce(Subquery(counted.values("n")), 0)
