"""对比: the units below side by side, each number with its rows; and the same as a workbook."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from arrears.law.rules.rates import NOTHING
from reporting.analysis import kept_query, place_of
from reporting.boards import sheets
from reporting.boards.columns import COLUMNS, EVERYTHING, BoardColumn
from reporting.boards.comparison import ComparedCell, ComparedUnit, Comparison, compare_below, in_order
from reporting.boards.forms import ComparisonFilter, comparison_filter
from reporting.boards.views.boards import exporter, note
from reporting.boards.wording import printed, rows_url, share_note
from reporting.evaluation import ranking
from reporting.evaluation.facts import EvaluationPeriod
from reporting.evaluation.forms import period_name, year_before_of
from reporting.evaluation.indicator_rows import COUNTED_IN, DAY_MEANS, LABELS, rows_behind
from unions.common.numbered_pages import PER_PAGE, NumberedPages, page_number, start_of
from unions.common.refusals import Refused
from unions.common.views import attachment
from unions.common.xlsx_writer import bytes_of
from unions.http import Request, read_page
from unions.models import Union
from unions.people.rights import Right
from unions.tree.reach import asked_unit


@dataclass(frozen=True)
class ComparisonRequest:
    """`span` None: the days could not be read. `units` empty: nothing below to compare."""

    union: Union
    form: ComparisonFilter
    span: EvaluationPeriod | None
    units: list[Union]
    by: str
    down: bool

    def compared(self, wanted: Collection[str] = tuple(COLUMNS)) -> Comparison | None:
        """None where the days could not be read, or nothing stands below."""
        if self.span is None or not self.units:
            return None
        found = compare_below(self.union, self.units, self.span, wanted)
        return replace(found, rows=in_order(found.rows, self.by, self.down))

    def of_last_year(self) -> LastYear:
        """The same units and columns over the same days of last year, by the key of the unit."""
        if self.span is None or not self.units:
            return {}
        found = compare_below(self.union, self.units, year_before_of(self.span))
        return {_key(one): one.cells for one in (*found.all, found.total)}


LastYear = dict[tuple[int, int | None, bool], dict[str, ComparedCell]]


def _key(one: ComparedUnit) -> tuple[int, int | None, bool]:
    return one.union.pk, one.part, one.whole


def asked(request: Request, union: Union, form: ComparisonFilter, now: datetime) -> ComparisonRequest:
    kinds = ranking.kinds_below(union)
    form.offer(kinds)
    span = form.span(now)
    kind = (form.cleaned_data.get("kind") if span else "") or (kinds[0][0].value if kinds else "")
    sort = request.GET.get("sort", "")
    by = sort.removeprefix("-")
    units = ranking.units_below(union, kind) if kind and span else []
    return ComparisonRequest(union, form, span, units, by if by in COLUMNS else "", sort.startswith("-"))


@read_page
def comparison(request: Request) -> HttpResponse:
    union, now = asked_unit(request, "概览"), timezone.now()
    found = asked(request, union, comparison_filter(request.GET, now), now)
    compared, then, page = found.compared(), found.of_last_year(), page_number(request)
    rows = compared.rows if compared else []
    query = kept_query(request.GET, sort=None)
    here = rows[start_of(page) : start_of(page) + PER_PAGE]
    context = place_of(request, union) | {
        "form": found.form,
        "now": now,
        "period": period_name(found.span) if found.span else "",
        "heads": _heads(found, request),
        "last_year": period_name(year_before_of(found.span)) if found.span else "",
        "rows": [_shown(one, found.span, query, then) for one in here if found.span],
        "compared": compared,
        "beside": [_shown(one, found.span, query, then) for one in compared.beside] if compared and found.span else [],
        "total": _total(compared.total, then) if compared else [],
        "pages": NumberedPages(len(rows), page, len(here)),
        "sheet_url": f"{reverse('comparison-sheet')}?unit={union.code}&{kept_query(request.GET)}",
        "notes": COLUMNS.values(),
    }
    return render(request, "reporting/boards/comparison.html", context)


def _heads(found: ComparisonRequest, request: Request) -> list[dict[str, Any]]:
    """Each column with the address that orders by it: first the figures to be looked at, then the other way round."""
    heads = []
    for column in COLUMNS.values():
        here = found.by == column.name
        first = column.name if column.worse == "low" else f"-{column.name}"
        turned = column.name if found.down else f"-{column.name}"
        query = kept_query(request.GET, unit=found.union.code, sort=turned if here else first)
        sorted_as = ("descending" if found.down else "ascending") if here else "none"
        heads.append({"column": column, "url": f"?{query}", "sorted": sorted_as})
    return heads


def _shown(one: ComparedUnit, span: EvaluationPeriod, query: str, then: LastYear) -> dict[str, Any]:
    cells = [
        (cell.column, printed(cell), share_note(cell), rows_url(one, cell.column, span, query), _then(one, cell, then))
        for cell in one.cells.values()
    ]
    url = f"{reverse('board')}?unit={one.union.code}" if one.part is None else ""
    return {"union": one.union, "name": one.name, "cells": cells, "url": url}


def _total(one: ComparedUnit, then: LastYear) -> list[tuple[BoardColumn, str, str, str]]:
    return [(cell.column, printed(cell), share_note(cell), _then(one, cell, then)) for cell in one.cells.values()]


def _then(one: ComparedUnit, cell: ComparedCell, then: LastYear) -> str:
    """Last year's figure as printed."""
    return printed(then[_key(one)][cell.column.name]) if _key(one) in then else NOTHING


@read_page
def comparison_sheet(request: Request) -> HttpResponse:
    union, now = asked_unit(request, "概览"), timezone.now()
    user = exporter(request, union)
    found = asked(request, union, comparison_filter(request.GET, now), now)
    span, compared, then = found.span, found.compared(), found.of_last_year()
    if span is None:
        raise Refused("期间有误，请回到对比页改正后再导出。")
    if compared is None:
        raise Refused("这个单位没有可以对比的下级单位。")
    content = bytes_of(
        lambda out: sheets.write_comparison(
            union, compared, [then.get(_key(one), {}) for one in (*compared.all, compared.total)], span, out
        )
    )
    note(user, union, now, what="comparison", since=span.since, until=span.until)
    return attachment(content, f"单位对比_{union.name}_{span.since:%Y%m%d}-{span.last:%Y%m%d}.xlsx")


def _above(request: Request, union: Union) -> str:
    """The comparison the unit stands in: of the unit above it, where the reader sees that."""
    above = union.parent
    paths = request.user.paths(Right.VIEW)
    seen = above is not None and any(above.path.startswith(path) for path in paths)
    return f"{reverse('comparison')}?{kept_query(request.GET, unit=above.code if above and seen else None)}"


@read_page
def comparison_rows(request: Request, name: str) -> HttpResponse:
    """The rows behind one figure of one unit, those that are not met first."""
    union, now = asked_unit(request, "概览"), timezone.now()
    column = COLUMNS.get(name)
    if column is None or column.source is None:
        raise Http404
    form = comparison_filter(request.GET, now)
    form.offer([])
    span = form.span(now)
    if span is None:
        raise Refused("期间有误，请回到对比页改正。")
    source, page = column.source, page_number(request)
    own = bool(request.GET.get("own"))
    entry = replace(EVERYTHING, reach="own") if own else EVERYTHING
    found = rows_behind(union, entry, source, span, request.user, False, start_of(page))
    context = {
        "union": union,
        "column": column,
        "own": own,
        "period": period_name(span),
        "behind": found,
        "label": LABELS[source.name],
        "day_means": DAY_MEANS[source.day] if source.day != "pk" else "",
        "counted_in": COUNTED_IN[source.name],
        "pages": NumberedPages(found.listed, page, len(found.parts)),
        "back": _above(request, union),
    }
    return render(request, "reporting/boards/comparison_rows.html", context)
