"""What stands behind one figure of a compilation: what each unit gave, and who gave nothing."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from reporting.forms.measures import MEASURES
from reporting.forms.tabulate import shown
from reporting.returns import collection
from reporting.returns.views.cell import place
from reporting.returns.views.collections import addresses
from reporting.returns.views.found import the_collection
from unions.http import Request, read_page


@read_page
def cell(request: Request, code: str, rulebook: str, rule: str, period: str) -> HttpResponse:
    """`?row=` counts from 0, `?column=` names the measure. A share is computed from the sums, not added up."""
    found = the_collection(request, code, rulebook, rule, period)
    filled = found.summed()
    r, c = place(request, filled.form)
    column, stub = filled.form.figure_columns[c], filled.form.rows[r]
    parts = [
        (
            one,
            f"{shown(raw, column.unit):,f}",
            urlencode({"version": str(one.number), "row": str(r), "column": column.measure}),
        )
        for one, raw in collection.parts_of_figure(filled.sources, filled.form, r, c)
    ]
    gave = {one.report_id for one in filled.sources}
    back = addresses(found)["collection"]
    context = {
        "report": found.one,
        "found": found,
        "stub": stub,
        "column": column,
        "heading": filled.form.figure_headings[c],
        "parts": parts,
        "back": back,
        "figure": f"{shown(filled.lines[r][c], column.unit):,f}",
        "is_share": MEASURES[column.measure].is_share,
        "nothing": [row for row in found.expected if row.pk not in gave],
        "unfit": found.of_other_layout,
        "crumbs": [
            {"label": "下级报送", "url": reverse("collections")},
            {"label": f"{found.one.title} {found.period}", "url": back},
            {"label": column.text},
        ],
    }
    return render(request, "reporting/returns/collection_cell.html", context)
