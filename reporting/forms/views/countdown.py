"""What stands behind a figure of the countdown: the cases of one unit."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render

from reporting.forms import drilldown
from reporting.forms.countdown import columns, counts_down
from reporting.forms.table_rows import named, rows_for, units_form
from reporting.forms.views.forms import cell_page, scope_asked
from unions.common.numbered_pages import page_number, start_of
from unions.http import Request, read_page


@read_page
def cell(request: Request, key: str) -> HttpResponse:
    form, scope = scope_asked(request, key, request.GET)
    by_unit = units_form(form)
    stub = named(rows_for(by_unit, scope), request.GET.get("row", ""))
    column = next((one for one in columns(form) if one.measure == request.GET.get("column", "")), None)
    if stub is None or column is None or not counts_down(form):
        raise Http404
    page = page_number(request)
    found = drilldown.behind(by_unit, stub, column, scope, request.user, start_of(page))
    return render(request, "reporting/forms/cell.html", cell_page(found, scope, page))
