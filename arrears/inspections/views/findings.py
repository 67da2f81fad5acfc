"""问题清单: shortcomings found on the spot, open ones by their term, each closed by itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.inspections.actions import inspections
from arrears.inspections.forms.checklist import RectifiedForm
from arrears.inspections.models import Finding
from unions.common.refusals import Refused
from unions.http import Request, post_action, read_page
from unions.listing import listed
from unions.pages import chosen_list

PER_PAGE = 50
SORTS = {"用人单位": "inspection__employer__name", "检查日期": "inspection__on"}
PARTS = ("inspection__employer", "inspection__project", "inspection__union__parent")
LISTS = {"open": "未整改", "late": "逾期未整改", "closed": "已销号"}


@read_page
def finding_list(request: Request) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    rows = Finding.objects.visible_to(user)
    kinds = {
        "open": rows.unsolved(),
        "late": rows.unsolved().filter(due_on__lt=today),
        "closed": rows.filter(closed_on__isnull=False),
    }
    key, tabs = chosen_list(request, LISTS)
    page = listed(kinds[key].select_related(*PARTS), request, PER_PAGE, sorts=SORTS)
    context: dict[str, Any] = {
        "page": page,
        "rows": [(row, row.late(today)) for row in page.rows],
        "list": key,
        "tabs": tabs,
    }
    return render(request, "arrears/inspections/findings.html", context)


@post_action
def close(request: Request, pk: int) -> HttpResponse:
    user = request.user
    found = get_object_or_404(Finding.objects.visible_to(user).select_related("inspection__union"), pk=pk)
    form = RectifiedForm(request.POST, today=timezone.localdate())
    if not form.is_valid():
        fields = {name: str(errors[0]) for name, errors in form.errors.items()}
        if inspections.may_close_finding(found, user):
            raise Refused("；".join(fields.values()), fields)
    data = form.cleaned_data
    inspections.close_finding(
        found, data.get("closed_on") or timezone.localdate(), data.get("closing", ""), user, timezone.now()
    )
    messages.success(request, "这个问题已销号。")
    return redirect(found.inspection)
