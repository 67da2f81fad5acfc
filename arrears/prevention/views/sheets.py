"""The lists of prevention as workbooks, as their pages are narrowed; who took which is in the log."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone

from arrears.prevention import counts, sheets
from arrears.prevention.actions import subsidy
from arrears.prevention.actions.subsidy import SubsidyRate
from arrears.prevention.forms import QuarterForm, SpanForm
from arrears.prevention.quarters import days_of, span_of
from arrears.prevention.views import classes, log, subsidies
from unions.common import xlsx_writer as workbook
from unions.common.refusals import Refused
from unions.common.views import attachment
from unions.common.xlsx_writer import WrittenSheet, bytes_of
from unions.filters import ListFilter
from unions.http import Request, read_page
from unions.log import audit
from unions.people.agencies import gaps as gaps_seen_by
from unions.sheets import check_export
from unions.tree.reach import asked_unit

MOST = 20_000


def _checked_list(filters: ListFilter) -> Any:
    """What the list shows, if it is not too much for one workbook."""
    if not filters.is_valid():
        raise Refused("筛选条件有误，请回到列表改正后再导出。")
    if filters.qs.count() > MOST:
        raise Refused(f"符合条件的超过 {MOST:,} 行，请按单位、类别或日期分批导出。")
    return filters.qs


def _answer(request: Request, sheet: WrittenSheet, name: str, now: datetime) -> HttpResponse:
    content = bytes_of(partial(workbook.write, sheet))
    user = request.user
    with transaction.atomic():
        audit.record(
            f"user:{user.pk}", "export-prevention", user, now, title=sheet.title, asked=request.GET.urlencode()[:500]
        )
    return attachment(content, f"{name}_{timezone.localdate(now):%Y%m%d}.xlsx")


@read_page
def works(request: Request) -> HttpResponse:
    check_export(request.user)
    rows = _checked_list(log.filters_of(request))
    now = timezone.now()
    return _answer(request, sheets.works(rows, now), "预防工作登记表", now)


@read_page
def figures(request: Request) -> HttpResponse:
    unit, now = asked_unit(request, "预警"), timezone.now()
    check_export(request.user, unit)
    since, until = span_of(SpanForm(request.GET, today=timezone.localdate(now)).label())
    rows, total = counts.per_unit(unit, since, until)
    sheet = sheets.figures(unit, since, until, rows, total, now)
    return _answer(request, sheet, f"预防工作统计表_{unit.name}", now)


@read_page
def risks(request: Request) -> HttpResponse:
    check_export(request.user)
    rows = _checked_list(classes.filters_of(request)[0])
    now = timezone.now()
    return _answer(request, sheets.classes(classes.with_last_visit(rows), now), "企业风险分类表", now)


@read_page
def quarter(request: Request) -> HttpResponse:
    unit, now = asked_unit(request, "预警"), timezone.now()
    check_export(request.user, unit)
    label = QuarterForm(request.GET, today=timezone.localdate(now)).label()
    rate = subsidy.rate(unit, days_of(label)[1])
    sheet = sheets.subsidies(unit, label, subsidy.rows(unit, label), rate, None, now)
    return _answer(request, sheet, f"以案定补_{unit.name}_{label}", now)


@read_page
def confirmed(request: Request, pk: int) -> HttpResponse:
    row, now = subsidies.the_list(request, pk), timezone.now()
    check_export(request.user, row.union)
    rate = SubsidyRate(row.per_case, "") if row.per_case is not None else None
    sheet = sheets.subsidies(row.union, row.quarter, subsidy.frozen_rows(row), rate, row, now)
    return _answer(request, sheet, f"以案定补清单_{row.union.name}_{row.quarter}", now)


@read_page
def gaps(request: Request) -> HttpResponse:
    check_export(request.user)
    now = timezone.now()
    return _answer(request, sheets.gaps(gaps_seen_by(request.user), now), "联络员名录缺口清单", now)
