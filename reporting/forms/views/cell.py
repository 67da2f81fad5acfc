"""The rows that one figure of a table, or of its countdown, was counted from."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from arrears.law.scope import Scope, chinese_day
from reporting.forms import drilldown
from reporting.forms.countdown import columns, counts_down
from reporting.forms.request import query_of
from reporting.forms.table_rows import named, rows_for, units_form
from reporting.forms.views.forms import scope_asked
from unions.common.numbered_pages import NumberedPages, page_number, start_of
from unions.http import Request, read_page


@read_page
def countdown_cell(request: Request, key: str) -> HttpResponse:
    form, scope = scope_asked(request, key, request.GET)
    by_unit = units_form(form)
    stub = named(rows_for(by_unit, scope), request.GET.get("row", ""))
    column = next((one for one in columns(form) if one.measure == request.GET.get("column", "")), None)
    if stub is None or column is None or not counts_down(form):
        raise Http404
    page = page_number(request)
    found = drilldown.behind(by_unit, stub, column, scope, request.user, start_of(page))
    return render(request, "reporting/forms/cell.html", cell_page(found, scope, page))


@read_page
def cell(request: Request, key: str) -> HttpResponse:
    form, scope = scope_asked(request, key, request.GET)
    columns = {column.measure: column for column in form.columns if column.measure}
    stub = named(rows_for(form, scope), request.GET.get("row", ""))
    column = columns.get(request.GET.get("column", ""))
    if stub is None or column is None:
        raise Http404
    page = page_number(request)
    found = drilldown.behind(form, stub, column, scope, request.user, start_of(page))
    return render(request, "reporting/forms/cell.html", cell_page(found, scope, page))


def cell_page(found: drilldown.FigureRows, scope: Scope, page: int) -> dict[str, Any]:
    """What reporting/forms/cell.html shows."""
    unit, form = found.column.unit, found.form
    back = f"{reverse('form', args=[form.key])}?{query_of(scope, form)}"
    return {
        "behind": found,
        "scope": scope,
        "unit": unit,
        "back": back,
        "figure": found.text(found.figure),
        "seen": found.text(found.seen),
        "raw": raw_words(found),
        "day_means": drilldown.DAY_MEANS[found.measure.over],
        "pages": NumberedPages(found.count, page, len(found.parts)),
        "as_of": chinese_day(scope.as_of),
        "crumbs": [
            {"label": "报表", "url": reverse("forms")},
            {"label": form.title, "url": back},
            {"label": found.column.text},
        ],
    }


def raw_words(found: drilldown.FigureRows) -> str:
    """Unit of the raw figures listed: 元 for money, 人 for people, 件 behind a share, else the column's."""
    return {"money": "元", "people": "人", "share": "件"}.get(found.measure.sort, found.column.unit)
