"""What stands behind one figure of a return: the rows frozen with it, or what the units below sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from arrears.law.scope import chinese_day
from reporting.forms import drilldown
from reporting.forms.files import Form, FormColumn, Stub
from reporting.forms.request import query_of
from reporting.forms.table_rows import link_key
from reporting.forms.tabulate import shown
from reporting.forms.views.forms import FormPages, page_number, raw_words
from reporting.returns import status, versions
from reporting.returns.collection import parts_of_figure
from reporting.returns.filling import fill, standing_below, stored_lines
from reporting.returns.models import FrozenFigure, Return, ReturnVersion
from reporting.returns.views.found import the_return
from reporting.returns.views.sheet import said_by_hand
from reporting.returns.views.versions import the_version
from unions.common.clock import day_of
from unions.http import Request, read_page


@read_page
def cell(request: Request, pk: int) -> HttpResponse:
    """`?version=` names a frozen one; without it, the draft."""
    row, number = the_return(request, pk), request.GET.get("version", "")
    if not number:
        return _of_draft(request, row)
    if not (number.isascii() and number.isdigit() and len(number) < 5):
        raise Http404
    row, version = the_version(request, pk, int(number))
    form = versions.form_of_version(version)
    stubs = versions.stubs_of(version, form)
    r, c = place(request, form, stubs)
    if version.sources:
        below = ReturnVersion.objects.filter(pk__in=version.sources).select_related("report__union")
        return _from_below(request, row, form, r, c, list(below), version)
    return _frozen(request, row, version, stubs[r], r, c)


def _of_draft(request: Request, row: Return) -> HttpResponse:
    if not status.insider(row, request.user):
        raise Http404
    filled = fill(row, day_of(timezone.now()))
    r, c = place(request, filled.form, filled.stubs)
    if row.compiles:
        return _from_below(request, row, filled.form, r, c, standing_below(row), None)
    where = urlencode({name: request.GET[name] for name in ("row", "column")})
    return redirect(f"{reverse('form-cell', args=[filled.form.key])}?{query_of(filled.scope, filled.form)}&{where}")


def place(request: Request, form: Form, stubs: Sequence[Stub] = ()) -> tuple[int, int]:
    """Row and column of the figure asked for, both from 0. 404 where there is none. `stubs`: the rows, else the form's own."""
    measure = request.GET.get("column", "")
    rows = {link_key(number, stub): number for number, stub in enumerate(stubs or form.rows)}
    columns = {column.measure: number for number, column in enumerate(form.figure_columns)}
    row = rows.get(request.GET.get("row", ""))
    if form.is_list or row is None or measure not in columns:
        raise Http404
    return row, columns[measure]


def _crumbs(row: Return, column: FormColumn) -> list[dict[str, str]]:
    return [
        {"label": "报表报送", "url": reverse("returns")},
        {"label": f"{row.title} {row.period}", "url": row.get_absolute_url()},
        {"label": column.text},
    ]


def _frozen(request: Request, row: Return, version: ReturnVersion, stub: Stub, r: int, c: int) -> HttpResponse:
    form = versions.form_of_version(version)
    column, page = form.figure_columns[c], page_number(request)
    rows = list(version.figures.filter(measure=column.measure, row__in=list(stub.takes)))
    found = drilldown.behind_frozen(
        form, stub, column, _ids(rows), request.user, (page - 1) * drilldown.PER_PAGE, _gave(rows)
    )
    by_hand = version.corrections.filter(row=r, column=c).select_related("by").first()
    figure = stored_lines(version)[r][c]
    context: dict[str, Any] = {
        "behind": found,
        "scope": versions.scope_of_version(version),
        "unit": column.unit,
        "back": row.get_absolute_url(),
        "figure": f"{shown(figure, column.unit):,f}",
        "seen": f"{shown(found.seen, column.unit):,f}",
        "raw": raw_words(found),
        "day_means": drilldown.DAY_MEANS[found.measure.over],
        "pages": FormPages(found.count, page, len(found.parts)),
        "as_of": chinese_day(version.as_of),
        "crumbs": _crumbs(row, column),
        "signed": version,
        "by_hand": said_by_hand(by_hand, column) if by_hand else "",
    }
    return render(request, "reporting/returns/return_cell.html", context)


def _ids(rows: list[FrozenFigure]) -> list[int]:
    return sorted({pk for row in rows for pk in row.ids})


def _gave(rows: list[FrozenFigure]) -> dict[int, Any]:
    """What each row gave when it was signed, where it may have been edited since."""
    return {pk: gave for row in rows for pk, gave in zip(row.ids, row.adds, strict=False)}


def _from_below(
    request: Request, row: Return, form: Form, r: int, c: int, below: list[ReturnVersion], version: ReturnVersion | None
) -> HttpResponse:
    stub: Stub = form.rows[r]
    column = form.figure_columns[c]
    parts = [
        (
            one,
            f"{shown(raw, column.unit):,f}",
            urlencode({"version": str(one.number), "row": str(r), "column": column.measure}),
        )
        for one, raw in parts_of_figure(below, form, r, c)
    ]
    total = (
        stored_lines(version)[r][c] if version else sum((raw for _, raw in parts_of_figure(below, form, r, c)), start=0)
    )
    context = {
        "report": row,
        "stub": stub,
        "column": column,
        "parts": parts,
        "figure": f"{shown(total, column.unit):,f}",
        "crumbs": _crumbs(row, column),
    }
    return render(request, "reporting/returns/return_cell_below.html", context)
