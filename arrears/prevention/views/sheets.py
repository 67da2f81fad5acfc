"""The lists of prevention as workbooks, as their pages are narrowed; who took which is in the log."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from arrears.prevention import counts, sheets
from arrears.prevention.actions import subsidy
from arrears.prevention.actions.subsidy import SubsidyRate
from arrears.prevention.forms import QuarterForm, SpanForm
from arrears.prevention.quarters import days_of, span_of
from arrears.prevention.views import classes, log, subsidies
from unions.http import Request, read_page
from unions.people.agencies import gaps as gaps_seen_by
from unions.sheets import check_export, rows_to_export, send_sheet
from unions.tree.reach import asked_unit

VERB = "export-prevention"


@read_page
def works(request: Request) -> HttpResponse:
    check_export(request.user)
    rows = rows_to_export(request, log.filters_of(request), "列表")
    now = timezone.now()
    return send_sheet(request, sheets.works(rows, now), now, verb=VERB)


@read_page
def figures(request: Request) -> HttpResponse:
    unit, now = asked_unit(request, "预警"), timezone.now()
    check_export(request.user, unit)
    since, until = span_of(SpanForm(request.GET, today=timezone.localdate(now)).label())
    rows, total = counts.per_unit(unit, since, until)
    sheet = sheets.figures(unit, since, until, rows, total, now)
    return send_sheet(request, sheet, now, verb=VERB, name=f"预防工作统计表_{unit.name}")


@read_page
def risks(request: Request) -> HttpResponse:
    check_export(request.user)
    rows = rows_to_export(request, classes.filters_of(request)[0], "列表")
    now = timezone.now()
    return send_sheet(request, sheets.classes(classes.with_last_visit(rows), now), now, verb=VERB)


@read_page
def quarter(request: Request) -> HttpResponse:
    unit, now = asked_unit(request, "预警"), timezone.now()
    check_export(request.user, unit)
    label = QuarterForm(request.GET, today=timezone.localdate(now)).label()
    rate = subsidy.rate(unit, days_of(label)[1])
    sheet = sheets.subsidies(unit, label, subsidy.rows(unit, label), rate, None, now)
    return send_sheet(request, sheet, now, verb=VERB, name=f"以案定补_{unit.name}_{label}")


@read_page
def confirmed(request: Request, pk: int) -> HttpResponse:
    row, now = subsidies.the_list(request, pk), timezone.now()
    check_export(request.user, row.union)
    rate = SubsidyRate(row.per_case, "") if row.per_case is not None else None
    sheet = sheets.subsidies(row.union, row.quarter, subsidy.frozen_rows(row), rate, row, now)
    return send_sheet(request, sheet, now, verb=VERB, name=f"以案定补清单_{row.union.name}_{row.quarter}")


@read_page
def gaps(request: Request) -> HttpResponse:
    check_export(request.user)
    now = timezone.now()
    return send_sheet(request, sheets.gaps(gaps_seen_by(request.user), now), now, verb=VERB)
