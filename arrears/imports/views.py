"""导入台账: upload, watch it being checked, look at the preview, confirm, watch it being written."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from arrears.imports import uploads
from arrears.imports.forms import ImportForm
from arrears.imports.models import Upload
from unions.common.refusals import Forbidden
from unions.common.views import XLSX
from unions.current_user import reader
from unions.models import User
from unions.people.rights import Right

LATEST = 20


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def case_import(request: HttpRequest) -> HttpResponse:
    """The form, and what I uploaded lately."""
    user = _filer(request)
    form = ImportForm(request.POST or None, request.FILES or None, user=user)
    if request.method == "POST" and form.is_valid():
        upload = uploads.receive(form.cleaned_data["file"], form.cleaned_data["union"], user, timezone.now())
        return redirect(upload)
    mine = _mine(user).select_related("union").defer("report")[:LATEST]
    status = 422 if form.errors else 200
    return render(request, "arrears/imports/import.html", {"form": form, "rows": mine}, status=status)


@login_required
@require_GET
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """One upload; asked by htmx, only the part that changes."""
    return _shown(request, _my_upload(request, pk))


@login_required
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    found = _my_upload(request, pk)
    uploads.confirm(found, reader(request), timezone.now())
    return redirect(found)


@login_required
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    found = _my_upload(request, pk)
    uploads.retry(found, reader(request), timezone.now())
    return redirect(found)


@login_required
@require_GET
def marked(request: HttpRequest, pk: int) -> FileResponse:
    """The bad rows with their reasons."""
    found = _my_upload(request, pk)
    if not found.marked:
        raise Http404("这份文件没有错误行。")
    name = f"{found.name.removesuffix('.xlsx')}-错误行.xlsx"
    return FileResponse(found.marked.open("rb"), as_attachment=True, filename=name, content_type=XLSX)


@login_required
@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """The empty sheet to fill in."""
    from arrears.imports.marked import write_template

    _filer(request)
    out = BytesIO()
    write_template(out)
    answer = HttpResponse(out.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote('历史台账导入模板.xlsx')}"
    return answer


def _shown(request: HttpRequest, found: Upload) -> HttpResponse:
    context = {"upload": found, "job": found, "report": found.report}
    fragment = getattr(request, "htmx", None)
    return render(
        request, "arrears/imports/import_state.html" if fragment else "arrears/imports/import_upload.html", context
    )


def _filer(request: HttpRequest) -> User:
    user = reader(request)
    if not user.paths(Right.FILE):
        raise Forbidden("导入台账须有「登记案件」的权限，请联系本单位管理员。")
    return user


def _mine(user: User) -> Any:
    return Upload.objects.filter(by=user)


def _my_upload(request: HttpRequest, pk: int) -> Upload:
    """Only one's own: 404 for everybody else."""
    return get_object_or_404(_mine(reader(request)).select_related("union"), pk=pk)
