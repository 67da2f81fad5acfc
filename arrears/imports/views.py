"""导入台账: upload, watch it being checked, look at the preview, confirm, watch it being written."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import quote

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.imports import uploads
from arrears.imports.forms import ImportForm
from arrears.imports.marked import write_template
from arrears.imports.models import Upload
from unions.common.refusals import Forbidden
from unions.common.views import XLSX
from unions.http import Request, form_page, post_action, read_page
from unions.models import User
from unions.people.rights import Right

LATEST = 20


@form_page
def case_import(request: Request) -> HttpResponse:
    """The form, and what I uploaded lately."""
    user = _filer(request)
    form = ImportForm(request.POST or None, request.FILES or None, user=user)
    if request.method == "POST" and form.is_valid():
        upload = uploads.receive(form.cleaned_data["file"], form.cleaned_data["union"], user, timezone.now())
        return redirect(upload)
    mine = _mine(user).select_related("union").defer("report")[:LATEST]
    status = 422 if form.errors else 200
    return render(request, "arrears/imports/import.html", {"form": form, "rows": mine}, status=status)


@read_page
def upload(request: Request, pk: int) -> HttpResponse:
    """One upload; asked by htmx, only the part that changes."""
    return _shown(request, _my_upload(request, pk))


@post_action
def confirm(request: Request, pk: int) -> HttpResponse:
    found = _my_upload(request, pk)
    uploads.confirm(found, request.user, timezone.now())
    return redirect(found)


@post_action
def retry(request: Request, pk: int) -> HttpResponse:
    found = _my_upload(request, pk)
    uploads.retry(found, request.user, timezone.now())
    return redirect(found)


@read_page
def marked(request: Request, pk: int) -> FileResponse:
    """The bad rows with their reasons."""
    found = _my_upload(request, pk)
    if not found.marked:
        raise Http404("这份文件没有错误行。")
    name = f"{found.name.removesuffix('.xlsx')}-错误行.xlsx"
    return FileResponse(found.marked.open("rb"), as_attachment=True, filename=name, content_type=XLSX)


@read_page
def template(request: Request) -> HttpResponse:
    """The empty sheet to fill in."""
    _filer(request)
    out = BytesIO()
    write_template(out)
    answer = HttpResponse(out.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote('历史台账导入模板.xlsx')}"
    return answer


def _shown(request: Request, found: Upload) -> HttpResponse:
    context = {"upload": found, "job": found, "report": found.report}
    fragment = getattr(request, "htmx", None)
    return render(
        request, "arrears/imports/import_state.html" if fragment else "arrears/imports/import_upload.html", context
    )


def _filer(request: Request) -> User:
    user = request.user
    if not user.paths(Right.FILE):
        raise Forbidden("导入台账须有“登记案件”的权限，请联系本单位管理员。")
    return user


def _mine(user: User) -> Any:
    return Upload.objects.filter(by=user)


def _my_upload(request: Request, pk: int) -> Upload:
    """Only one's own: 404 for everybody else."""
    return get_object_or_404(_mine(request.user).select_related("union"), pk=pk)
