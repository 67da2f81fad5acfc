"""The list of cases, the page of one case, and its 欠薪报告 for printing."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from arrears.cases.assigning import ASKS
from arrears.cases.case_rows import rows_of
from arrears.cases.forms.filters import CaseFilter
from arrears.cases.models import Case
from arrears.cases.views.found import the_case
from arrears.desk.case_file import points
from arrears.desk.case_page import case_page
from arrears.serious.models import Oversight
from unions.common.keyset import keyset
from unions.http import Request, read_page
from unions.people.rights import Right

PER_PAGE = 50


@read_page
def cases(request: Request) -> HttpResponse:
    user = request.user
    form = CaseFilter(request.GET, user=user, today=timezone.localdate())
    found = (
        form.narrow(Case.objects.visible_to(user))
        .select_related("employer", "union", "handling_union", "officer")
        .annotate(overseen=ArraySubquery(Oversight.objects.standing().filter(case=OuterRef("pk")).values("kind")))
    )
    page = keyset(found, request, PER_PAGE)
    context: dict[str, Any] = {"form": form, "rows": rows_of(page.rows), "page": page, "filtered": _filtered(request)}
    context["may_bulk"] = any(user.paths(right) for right in ASKS)
    context["may_file"] = bool(user.paths(Right.FILE))
    return render(request, "arrears/desk/cases.html", context)


def _filtered(request: Request) -> bool:
    return any(value for key, value in request.GET.items() if key not in ("after", "before"))


@read_page
def case(request: Request, pk: int) -> HttpResponse:
    return case_page(request, the_case(request, pk), request.GET.get("tab", ""))


@read_page
def report(request: Request, pk: int) -> HttpResponse:
    found = the_case(request, pk)
    first, more = points(found)
    context = {"case": found, "points": first, "more": more, "today": timezone.localdate()}
    return render(request, "arrears/desk/report.html", context)
