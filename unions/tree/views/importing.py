"""Bringing in units from a workbook: checked first, taken over after a second click."""

from __future__ import annotations

import io

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from unions import uploads
from unions.common.attempt import refuse
from unions.common.refusals import Forbidden, Refused
from unions.http import Request, form_page
from unions.models import User
from unions.people.forms import WorkbookForm
from unions.people.rights import Right
from unions.tree.import_template import template_workbook
from unions.tree.imports import Report, import_unions

SHOWN = 500
# While the reader waits: some seconds. A whole province comes in by the command line.
MOST = 50_000


def _importer(request: Request) -> User:
    user = request.user
    if not user.paths(Right.STRUCTURE):
        raise Forbidden("导入组织由系统管理员办理，您没有这项权限。")
    return user


@form_page
def upload(request: Request) -> HttpResponse:
    user = _importer(request)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            report = import_unions(file, user, timezone.now(), dry_run=True, most=MOST)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            context |= _checked(report, file, user)
    status = 422 if form.errors or context.get("errors") else 200
    return render(request, "unions/import.html", context, status=status)


def _checked(report: Report, file: io.BytesIO, user: User) -> dict[str, object]:
    context: dict[str, object] = {"report": report, "errors": report.errors[:SHOWN], "more": len(report.errors) - SHOWN}
    if not report.errors and report.created + report.changed:
        file.seek(0)
        context["token"] = uploads.keep(file, user)  # type: ignore[arg-type]
    return context


@require_POST
@form_page
def confirm(request: Request) -> HttpResponse:
    """Checked once more, because the tree may have changed meanwhile."""
    user, token = _importer(request), request.POST.get("token", "")
    with uploads.kept(token, user) as file:
        report = import_unions(file, user, timezone.now(), most=MOST)
    if report.errors:
        context = {"form": WorkbookForm(), "report": report, "errors": report.errors[:SHOWN]}
        return render(request, "unions/import.html", context, status=422)
    uploads.drop(token, user)
    messages.success(
        request, f"已导入：新建 {report.created} 个，更新 {report.changed} 个，不变 {report.unchanged} 个。"
    )
    return redirect("unions")


@require_safe
@form_page
def template(request: Request) -> FileResponse:
    _importer(request)
    return FileResponse(template_workbook(), as_attachment=True, filename="工会组织导入模板.xlsx")
