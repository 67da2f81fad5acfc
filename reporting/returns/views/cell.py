"""What one figure of a return was counted from: the rows frozen with it, or what the units below sent."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from reporting.forms import drilldown
from reporting.forms.request import query_of
from reporting.forms.tabulate import Raw, line_figures
from reporting.forms.views.cell import cell_page
from reporting.returns import versions
from reporting.returns.filling import fill, standing_below, stored_lines
from reporting.returns.models import FrozenFigure, Return, ReturnVersion
from reporting.returns.views.cell_below import return_cell_below, return_crumbs
from reporting.returns.views.found import the_cell, the_own_return, the_version
from reporting.returns.views.sheet import correction_in_words
from unions.common.numbered_pages import page_number, start_of
from unions.http import Request, read_page


@read_page
def cell(request: Request, pk: int) -> HttpResponse:
    """`?version=` names a frozen one; without it, the draft."""
    number = request.GET.get("version", "")
    if not number:
        return _of_draft(request, the_own_return(request, pk))
    if not (number.isascii() and number.isdigit() and len(number) < 5):
        raise Http404
    row, version = the_version(request, pk, int(number))
    form = versions.form_of_version(version)
    place = the_cell(request, form, versions.stubs_of(version, form))
    if version.sources:
        below = ReturnVersion.objects.filter(pk__in=version.sources).select_related("report__union")
        return return_cell_below(request, row, form, place, list(below), version)
    return _frozen(request, row, version, *place)


def _of_draft(request: Request, row: Return) -> HttpResponse:
    """The page of the same figure of the form; of a compilation, what the units below gave."""
    filled = fill(row, timezone.localdate())
    place = the_cell(request, filled.form, filled.stubs)
    if row.compiles:
        return return_cell_below(request, row, filled.form, place, standing_below(row), None)
    where = urlencode({name: request.GET[name] for name in ("row", "column")})
    return redirect(f"{reverse('form-cell', args=[filled.form.key])}?{query_of(filled.scope, filled.form)}&{where}")


def _frozen(request: Request, row: Return, version: ReturnVersion, r: int, c: int) -> HttpResponse:
    form = versions.form_of_version(version)
    stub, column, page = versions.stubs_of(version, form)[r], form.figure_columns[c], page_number(request)
    rows = list(version.figures.filter(measure=column.measure, row__in=list(stub.takes)))
    found = drilldown.behind_frozen(form, stub, column, _ids(rows), request.user, start_of(page), _gave(rows))
    by_hand = version.corrections.filter(row=r, column=c).select_related("by").first()
    figure = line_figures(form, stored_lines(version)[r])[c]
    context = cell_page(found, versions.scope_of_version(version), page) | {
        "back": row.get_absolute_url(),
        "figure": figure.text,
        "crumbs": return_crumbs(row, column),
        "signed": version,
        "by_hand": correction_in_words(by_hand, column) if by_hand else "",
    }
    return render(request, "reporting/returns/return_cell.html", context)


def _ids(rows: list[FrozenFigure]) -> list[int]:
    return sorted({pk for row in rows for pk in row.ids})


def _gave(rows: list[FrozenFigure]) -> dict[int, Raw]:
    """What each row gave when it was signed, where it may have been edited since."""
    return {pk: gave for row in rows for pk, gave in zip(row.ids, row.adds, strict=False)}
