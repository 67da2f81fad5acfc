"""The list of cases, the page of one case, its 欠薪报告 and its whole file for printing."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from arrears.cases.assigning import ASKS
from arrears.cases.case_rows import rows_of
from arrears.cases.forms.filters import CaseFilter
from arrears.cases.models import Case
from arrears.cases.views.found import the_case
from arrears.desk.case_file import CaseFile, case_file_of, report_points
from arrears.desk.case_file_docx import write_docx
from arrears.desk.case_page import case_page
from arrears.desk.search import note_visit
from arrears.serious.models import Oversight
from unions.common.views import DOCX, attachment
from unions.http import Request, read_page
from unions.pages import list_page
from unions.people.rights import Right

PER_PAGE = 50


@read_page
def cases(request: Request) -> HttpResponse:
    user = request.user
    filters = CaseFilter(request.GET, Case.objects.visible_to(user), user, timezone.now())
    overseen = Oversight.objects.standing().filter(case=OuterRef("pk")).values("kind")
    found = filters.qs.select_related("employer", "union", "handling_union", "officer")
    context = list_page(request, found.annotate(overseen=ArraySubquery(overseen)), PER_PAGE, filters)
    rows = rows_of(context["page"].rows)
    context |= {
        "rows": rows,
        "sums": {
            "workers": sum(row.owed.workers for row in rows),
            "owed": sum((row.owed.amount for row in rows), Decimal(0)),
            "outstanding": sum((row.outstanding.amount for row in rows), Decimal(0)),
        },
        "may_bulk": any(user.paths(right) for right in ASKS),
        "may_export": bool(user.paths(Right.EXPORT)),
        "may_file": bool(user.paths(Right.FILE)),
    }
    return render(request, "arrears/desk/cases.html", context)


@read_page
def case(request: Request, pk: int) -> HttpResponse:
    found = the_case(request, pk)
    note_visit(request.user, found)
    return case_page(request, found, request.GET.get("tab", ""))


@read_page
def report(request: Request, pk: int) -> HttpResponse:
    found = the_case(request, pk)
    first, more = report_points(found)
    context = {"case": found, "points": first, "more": more, "today": timezone.localdate()}
    return render(request, "arrears/desk/report.html", context)


def _file(request: Request, pk: int) -> CaseFile:
    return case_file_of(the_case(request, pk), request.user, timezone.now())


@read_page
@never_cache
def case_file(request: Request, pk: int) -> HttpResponse:
    return render(request, "arrears/desk/case_file.html", {"file": (file := _file(request, pk)), "case": file.case})


@read_page
def case_file_docx(request: Request, pk: int) -> HttpResponse:
    file = _file(request, pk)
    return attachment(write_docx(file), f"案件卷宗 {file.case}.docx", DOCX)
