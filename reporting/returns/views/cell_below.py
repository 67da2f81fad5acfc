"""What each unit below gave to one figure of a compilation."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from reporting.forms.files import Form, FormColumn
from reporting.forms.measures import MEASURES
from reporting.forms.tabulate import Raw, line_figures, with_shares
from reporting.returns.collection import parts_of_figure
from reporting.returns.filling import stored_lines
from reporting.returns.models import Return, ReturnVersion
from reporting.returns.views.collections import addresses
from reporting.returns.views.found import the_cell, the_collection
from unions.http import Request, read_page


def return_cell_below(
    request: Request,
    row: Return,
    form: Form,
    place: tuple[int, int],
    below: list[ReturnVersion],
    version: ReturnVersion | None,
) -> HttpResponse:
    """The page of one figure of the compilation `row`. `version`: what was signed; None: the draft."""
    r, c = place
    total = _text(form, stored_lines(version)[r] if version else _sum(below, form, r), c)
    context = _parts(below, form, r, c) | {
        "report": row,
        "figure": total,
        "crumbs": return_crumbs(row, form.figure_columns[c]),
    }
    return render(request, "reporting/returns/return_cell_below.html", context)


@read_page
def collection_cell(request: Request, code: str, rulebook: str, rule: str, period: str) -> HttpResponse:
    """`?row=` counts from 0, `?column=` names the measure. A share is computed from the sums, not added up."""
    found = the_collection(request, code, rulebook, rule, period)
    filled = found.summed()
    r, c = the_cell(request, filled.form)
    column = filled.form.figure_columns[c]
    gave = {one.report_id for one in filled.sources}
    back = addresses(found)["collection"]
    context = _parts(filled.sources, filled.form, r, c) | {
        "report": found.one,
        "found": found,
        "heading": filled.form.figure_headings[c],
        "back": back,
        "figure": _text(filled.form, filled.lines[r], c),
        "is_share": MEASURES[column.measure].is_share,
        "nothing": [row for row in found.expected if row.pk not in gave],
        "unfit": found.of_other_layout,
        "crumbs": [
            {"label": "下级报送", "url": reverse("collections")},
            {"label": f"{found.one.title} {found.one.span}", "url": back},
            {"label": column.text},
        ],
    }
    return render(request, "reporting/returns/collection_cell.html", context)


def return_crumbs(row: Return, column: FormColumn) -> list[dict[str, str]]:
    return [
        {"label": "报表报送", "url": reverse("returns")},
        {"label": f"{row.title} {row.span}", "url": row.get_absolute_url()},
        {"label": column.text},
    ]


def _parts(below: list[ReturnVersion], form: Form, r: int, c: int) -> dict[str, Any]:
    """Row, column and (version, its figure, query of the cell behind it) of every unit."""
    column = form.figure_columns[c]
    parts = [
        (one, _text(form, line, c), urlencode({"version": str(one.number), "row": str(r), "column": column.measure}))
        for one, line in parts_of_figure(below, form, r, c)
    ]
    return {"stub": form.rows[r], "column": column, "parts": parts}


def _sum(below: list[ReturnVersion], form: Form, r: int) -> list[Raw]:
    """One row of the compilation: sums, and shares of the sums."""
    lines = [line for _, line in parts_of_figure(below, form, r, 0)]
    return with_shares(
        form, [sum(raws, start=0) for raws in zip(*lines, strict=True)] or [0] * len(form.figure_columns)
    )


def _text(form: Form, line: list[Raw], c: int) -> str:
    return line_figures(form, line)[c].text
