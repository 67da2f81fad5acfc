"""Asking for a workbook, watching it being made, fetching it."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from arrears.law.scope import Period
from reporting.exports import actions as exports
from reporting.exports.models import Export
from reporting.forms.views.forms import scope_asked
from unions.common.pdf import PDF
from unions.common.refusals import Forbidden
from unions.common.views import XLSX
from unions.http import Request, post_action, read_page
from unions.listing import listed
from unions.people.rights import Right

PER_PAGE = 30
TYPES = {"zip": "application/zip", "xlsx": XLSX, "pdf": PDF}


def _own(request: Request, pk: int) -> Export:
    """404 for another's export."""
    return get_object_or_404(Export.objects.select_related("union", "by"), pk=pk, by=request.user)


@post_action
def export_new(request: Request) -> HttpResponse:
    form, scope = scope_asked(request, request.POST.get("form", ""), request.POST)
    kind = "pdf" if request.POST.get("kind") == "pdf" else "xlsx"
    export = exports.request(form, scope, request.user, timezone.now(), kind)
    return redirect("export", pk=export.pk)


@read_page
def export_list(request: Request) -> HttpResponse:
    user = request.user
    if not user.paths(Right.EXPORT):
        raise Forbidden("您没有导出报表的任职；如有需要，请联系本单位管理员。")
    page = listed(Export.objects.filter(by=user).select_related("union"), request, PER_PAGE)
    rows = [_shown(export) for export in page.rows]
    return render(request, "reporting/exports/exports.html", {"rows": rows, "page": page})


@read_page
@never_cache
def export(request: Request, pk: int) -> HttpResponse:
    """The page, or for htmx its part that changes."""
    context = _shown(_own(request, pk))
    template = "reporting/exports/export_state.html" if request.htmx else "reporting/exports/export.html"  # type: ignore[attr-defined]
    return render(request, template, context)


def _shown(export: Export) -> dict[str, Any]:
    form, at = exports.form_of(export), timezone.now()
    title = form.title if form else export.form
    return {
        "export": export,
        "job": export,
        "form": form,
        "title": f"{title}（各单位打包）" if export.is_bundle else title,
        "period": str(Period(export.since, export.until, export.as_of)),
        "fetchable": export.may_be_fetched(at),
    }


@post_action
def export_cancel(request: Request, pk: int) -> HttpResponse:
    export = _own(request, pk)
    exports.cancel(export, request.user, timezone.now())
    return redirect("export", pk=export.pk)


@read_page
@never_cache
def export_file(request: Request, pk: int) -> HttpResponse | FileResponse:
    export = exports.fetch(_own(request, pk), request.user, timezone.now())
    response = FileResponse(export.file.open("rb"), as_attachment=True, filename=export.name)
    response["Content-Type"] = TYPES[export.ending]
    response["X-Content-Type-Options"] = "nosniff"
    return response
