"""欠薪信息台账, by case or by employer: to read and print, and as a workbook; narrowed as the list of cases is."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from arrears.cases import employer_ledger
from arrears.cases.forms.filters import CaseFilter
from arrears.cases.models import Case
from arrears.desk import ledgers
from unions.http import Request, read_page
from unions.people.rights import Right
from unions.sheets import check_export, rows_to_export, send_sheet
from unions.tree.reach import highest_unit

PRINTED = 500  # rows of a page; a longer ledger is printed from its workbook
BY_EMPLOYER = "employer"


def _filters(request: Request, now: datetime) -> CaseFilter:
    return CaseFilter(request.GET, Case.objects.visible_to(request.user), request.user, now)


def _whose(filters: CaseFilter) -> str:
    """The unit whose books are listed, and whether those below it are in it."""
    asked = filters.form.cleaned_data if filters.form.is_valid() else {}
    unit = asked.get("unit") or highest_unit(filters.user)
    return f"{unit.name}{'（本级）' if asked.get('own') and asked.get('unit') else '（含下级）'}"


@read_page
def case_ledger(request: Request) -> HttpResponse:
    now = timezone.now()
    filters = _filters(request, now)
    by_employer, found = request.GET.get("by") == BY_EMPLOYER, filters.qs
    every = ledgers.totals(found)
    rest = request.GET.copy()
    rest.pop("by", None)
    context = {
        "form": filters.form,
        "by_employer": by_employer,
        "whose": _whose(filters),
        "now": now,
        "totals": every,
        "said": ledgers.said(every),
        "more": (every.employers if by_employer else every.cases) > PRINTED,
        "printed": PRINTED,
        "query": rest.urlencode(),
        "may_export": bool(request.user.paths(Right.EXPORT)),
    }
    if by_employer:
        context["employers"] = employer_ledger.lines(employer_ledger.by_employer(found)[:PRINTED])
    else:
        context["cases"] = list(ledgers.ledger_cases(found, PRINTED))
    return render(request, "arrears/desk/case_ledger.html", context)


@read_page
def case_ledger_export(request: Request) -> HttpResponse:
    check_export(request.user)
    now = timezone.now()
    filters = _filters(request, now)
    found = rows_to_export(request, filters, "台账")
    of_employers = request.GET.get("by") == BY_EMPLOYER
    written = ledgers.employers_sheet if of_employers else ledgers.cases_sheet
    return send_sheet(request, written(found, f"单位：{_whose(filters)}", now), now)
