"""What stands behind a figure of the countdown: the cases of one unit."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reporting.forms import drilldown
from reporting.forms.countdown import columns, counts_down
from reporting.forms.table_rows import named, rows_for, units_form
from reporting.forms.views.forms import PER_PAGE, cell_page, page_number, scope_asked
from unions.current_user import reader


@login_required
@require_safe
def cell(request: HttpRequest, key: str) -> HttpResponse:
    form, scope = scope_asked(request, key, request.GET)
    by_unit = units_form(form)
    stub = named(rows_for(by_unit, scope), request.GET.get("row", ""))
    column = next((one for one in columns(form) if one.measure == request.GET.get("column", "")), None)
    if stub is None or column is None or not counts_down(form):
        raise Http404
    page = page_number(request)
    found = drilldown.behind(by_unit, stub, column, scope, reader(request), (page - 1) * PER_PAGE)
    return render(request, "reporting/forms/cell.html", cell_page(found, scope, page))
