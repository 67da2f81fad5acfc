"""The filters of a comparison and a map: days, kind of unit, measure, order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django import forms
from django.http import QueryDict

from arrears.law.rules.rulebook import Rulebook
from reporting.boards.columns import COLUMNS, BoardColumn
from reporting.evaluation.forms import EvaluationFilter
from unions.common.clock import day_of
from unions.models import UnionKind

FIRST_MEASURE = "left-amount"
LAST_YEAR = "last-year"


class ComparisonFilter(EvaluationFilter):
    """Days and kind of unit; without days, this year so far."""

    def offer(self, kinds: Sequence[tuple[UnionKind, int]], books: Sequence[Rulebook] = ()) -> None:
        super().offer(kinds, books)


class MapFilter(ComparisonFilter):
    """The same, and what the tiles are shaded by."""

    measure = forms.ChoiceField(
        label="指标",
        required=False,
        choices=[("", COLUMNS[FIRST_MEASURE].label)]
        + [(one.name, one.label) for one in COLUMNS.values() if one.name != FIRST_MEASURE],
    )
    when = forms.ChoiceField(label="年份", required=False, choices=[("", "本期"), (LAST_YEAR, "去年同期")])
    field_order = ["period", "when", "measure", "kind", "since", "until"]

    def column(self) -> BoardColumn:
        """The measure asked for; the first one where there is none of that name."""
        return COLUMNS.get(str(self.data.get("measure", "")), COLUMNS[FIRST_MEASURE])


def comparison_filter(data: QueryDict, now: datetime) -> ComparisonFilter:
    return ComparisonFilter(data, today=day_of(now))


def map_filter(data: QueryDict, now: datetime) -> MapFilter:
    return MapFilter(data, today=day_of(now))
