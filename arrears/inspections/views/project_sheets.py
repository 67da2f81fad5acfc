"""Looks into the platform by workbook: seen as understood first, taken over with a second press."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.inspections import platform_sheet
from arrears.inspections.forms.projects import PlatformSheetForm
from unions import uploads
from unions.common.attempt import refuse
from unions.common.refusals import Forbidden, Refused
from unions.http import Request, form_page, post_action, read_page
from unions.models import User
from unions.people.rights import Right

SHOWN = 200
SAMPLE = 20
PAGE = "arrears/inspections/platform_import.html"


def _recorder(request: Request) -> User:
    user = request.user
    if not user.paths(Right.INSPECT):
        raise Forbidden("您的任职不包含登记平台核查，请由单位的填报员或经办人登记。")
    return user


@form_page
def upload(request: Request) -> HttpResponse:
    user = _recorder(request)
    sent: tuple[Any, Any] = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = PlatformSheetForm(*sent, user=user)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = platform_sheet.read_sheet(file, timezone.localdate())
        except Refused as refusal:
            refuse(form, refusal)
        else:
            context |= _understood(found) | {"unit": form.cleaned_data["union"]}
            if not found.faults:
                file.seek(0)
                context["token"] = uploads.keep(file, user)
    status = 422 if form.errors or context.get("faults") else 200
    return render(request, PAGE, context, status=status)


def _understood(found: platform_sheet.PlatformSheet) -> dict[str, Any]:
    return {
        "read": found,
        "faults": found.faults[:SHOWN],
        "more": len(found.faults) - SHOWN,
        "sample": found.lines[:SAMPLE],
    }


@post_action
def confirm(request: Request) -> HttpResponse:
    """Read once more: days pass, and a file is what it is, not what the page said of it."""
    user, token = _recorder(request), request.POST.get("token", "")
    reach = PlatformSheetForm(user=user).fields["union"].queryset  # type: ignore[attr-defined]
    unit = get_object_or_404(reach, code=request.POST.get("unit", "")[:20].replace("\x00", ""))
    with uploads.kept(token, user) as file:
        found = platform_sheet.read_sheet(file, timezone.localdate())
    if found.faults:
        context = {"form": PlatformSheetForm(user=user)} | _understood(found)
        return render(request, PAGE, context, status=422)
    taken = platform_sheet.take_over(found, unit, user, timezone.now())
    uploads.drop(token, user)
    known = f"，另有 {taken.known} 条已登记过" if taken.known else ""
    messages.success(request, f"已登记 {taken.made} 个项目的平台核查{known}。")
    return redirect("projects")


@read_page
def template(request: Request) -> FileResponse:
    _recorder(request)
    content = BytesIO(platform_sheet.template())
    return FileResponse(content, as_attachment=True, filename="监管平台核查导入模板.xlsx")
