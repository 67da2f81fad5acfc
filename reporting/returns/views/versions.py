"""What was signed: one version as it stands, beside the one before it, computed again from its frozen rows, and on paper."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from reporting.returns import checking, recomputing, status, versions
from reporting.returns.versions import changed
from reporting.returns.views.acts_box import remark_rows
from reporting.returns.views.found import the_version
from reporting.returns.views.sheet import correction_rows, own_foot, version_sheet
from unions.common.numbered_pages import page_number
from unions.http import Request, read_page


@read_page
def version(request: Request, pk: int, number: int) -> HttpResponse:
    """`?again=1`: computed again from the frozen rows."""
    row, one = the_version(request, pk, number)
    sheet = version_sheet(one, request.user, page_number(request))
    inside = status.insider(row, request.user)
    before = versions.versions_of(row, inside).filter(number__lt=number).first()
    changes = changed(before, one) if before else []
    context: dict[str, Any] = {
        "report": row,
        "signed": one,
        "before": before,
        "changes": changes,
        **sheet,
        "foot": own_foot(sheet["form"]),
        "other_layout": bool(before) and changes is None,
        "by_hand": correction_rows(sheet["form"], one.corrections.select_related("by")),
        "again": recomputing.recomputed(one) == one.cells if "again" in request.GET else None,
        "sealed": versions.seal(one) == one.hash if "again" in request.GET else None,
        "said": versions.words_of(one.texts, sheet["form"]),
        "remarks": remark_rows(row, one, checking.remarks_of(one)),
    }
    return render(request, "reporting/returns/return_version.html", context)


@read_page
def paper(request: Request, pk: int, number: int) -> HttpResponse:
    """A4 with signature lines, to be printed and stamped."""
    row, one = the_version(request, pk, number)
    sheet = version_sheet(one, request.user, 1)
    context = {
        "report": row,
        "signed": one,
        **sheet,
        "foot": own_foot(sheet["form"]),
        "preview": True,
        "said": versions.words_of(one.texts, sheet["form"]),
        "by_hand": correction_rows(sheet["form"], one.corrections.select_related("by")),
    }
    return render(request, "reporting/returns/return_paper.html", context)
