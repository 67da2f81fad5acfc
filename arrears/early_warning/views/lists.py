"""Pages of signals by the list: a workbook of signals, and a comparison of two or three lists."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.early_warning import comparing, sheet
from arrears.early_warning.comparing import Brought
from arrears.early_warning.forms import LISTS, ComparisonForm, SheetForm
from arrears.early_warning.models import ListComparison
from arrears.early_warning.template import template_workbook
from arrears.early_warning.views.acts import check_may_record
from unions import uploads
from unions.common.attempt import refuse
from unions.common.refusals import Refused
from unions.common.text import row_keys
from unions.http import Request, form_page, post_action, read_page
from unions.models import Union, User

SHOWN = 200
SAMPLE = 20
MATCHES_SHOWN = 500


def _sent(request: Request) -> tuple[Any, Any]:
    """What a form is bound to: nothing on a first look."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


@form_page
def upload(request: Request) -> HttpResponse:
    """Choose a workbook, see how it was understood, and take it over with a second press."""
    user = check_may_record(request)
    form = SheetForm(*_sent(request), user=user)
    context: dict[str, Any] = {"form": form, "columns": sheet.COLUMNS}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = sheet.read(file, timezone.localdate())
        except Refused as refusal:
            refuse(form, refusal)
        else:
            context |= _shown(found) | {"unit": form.cleaned_data["union"]}
            if not found.faults:
                file.seek(0)
                context["token"] = uploads.keep(file, user)
    status = 422 if form.errors or context.get("faults") else 200
    return render(request, "arrears/early_warning/warning_import.html", context, status=status)


def _shown(found: sheet.SignalSheet) -> dict[str, Any]:
    return {
        "read": found,
        "faults": found.faults[:SHOWN],
        "more": len(found.faults) - SHOWN,
        "sample": found.lines[:SAMPLE],
    }


@post_action
def confirm(request: Request) -> HttpResponse:
    """Read the kept file again and take it over: days may have passed since the preview."""
    user, token, at = check_may_record(request), request.POST.get("token", ""), timezone.now()
    unit = _unit(request, user)
    with uploads.kept(token, user) as file:
        found = sheet.read(file, timezone.localdate())
    if found.faults:
        context = {"form": SheetForm(user=user), "columns": sheet.COLUMNS} | _shown(found)
        return render(request, "arrears/early_warning/warning_import.html", context, status=422)
    taken = sheet.bring_in(found, unit, user, at)
    uploads.drop(token, user)
    known = f"，另有 {taken.known} 条已登记过" if taken.known else ""
    messages.success(request, f"已登记 {taken.made} 条预警信息{known}。")
    return redirect("warnings")


def _unit(request: Request, user: User) -> Union:
    reach = SheetForm(user=user).fields["union"].queryset  # type: ignore[attr-defined]
    code = request.POST.get("unit", "")
    return get_object_or_404(reach, code=code[:20])


@read_page
def template(request: Request) -> FileResponse:
    check_may_record(request)
    return FileResponse(BytesIO(template_workbook()), as_attachment=True, filename="预警信息导入模板.xlsx")


# Comparison ------------------------------------------------------------------------------------------------------------


@form_page
def compare(request: Request) -> HttpResponse:
    user = check_may_record(request)
    form = ComparisonForm(*_sent(request), user=user)
    if request.method == "POST" and form.is_valid():
        brought = [Brought(**one) for one in form.lists()]
        try:
            found = comparing.compare(form.cleaned_data["union"], brought, user, timezone.now())
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return redirect("list-comparison", found.pk)
    mine = ListComparison.objects.filter(by=user).select_related("union").defer("matches")[:10]
    context = {"form": form, "groups": form.groups(), "mine": mine, "most": LISTS}
    return render(request, "arrears/early_warning/list_compare.html", context, status=422 if form.errors else 200)


def my_comparison(request: Request, pk: int) -> ListComparison:
    """Only one's own: 404 for everybody else."""
    return get_object_or_404(ListComparison.objects.filter(by=request.user).select_related("union"), pk=pk)


@read_page
def comparison(request: Request, pk: int) -> HttpResponse:
    return _comparison_page(request, my_comparison(request, pk))


def _comparison_page(request: Request, found: ListComparison, refused: str = "", status: int = 200) -> HttpResponse:
    chosen = set(request.POST.getlist("match"))
    rows = [
        {
            "nth": nth,
            "match": one,
            "taken": nth in found.taken,
            "chosen": str(nth) in chosen,
            "rows": [row | {"label": found.lists[row["list"]]["label"]} for row in one["rows"]],
        }
        for nth, one in enumerate(found.matches[:MATCHES_SHOWN])
    ]
    context = {
        "comparison": found,
        "rows": rows,
        "count": len(found.matches),
        "refused": refused,
        "left": sum(not row["taken"] for row in rows),
        "more": len(found.matches) - MATCHES_SHOWN,
    }
    return render(request, "arrears/early_warning/list_comparison.html", context, status=status)


@post_action
def take(request: Request, pk: int) -> HttpResponse:
    found, user = my_comparison(request, pk), check_may_record(request)
    chosen = row_keys(request.POST.getlist("match"))
    try:
        made = comparing.take(found, chosen, user, timezone.now())
    except Refused as refusal:
        if refusal.status == 403:
            raise
        return _comparison_page(request, my_comparison(request, pk), refusal.message, refusal.status)
    messages.success(request, f"已登记 {made} 条预警信息，等级已重新计算。")
    return redirect("list-comparison", pk)
