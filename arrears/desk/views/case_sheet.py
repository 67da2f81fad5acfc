"""The list of cases as a workbook (欠薪案件台账), as the list is narrowed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone

from arrears.cases.case_rows import CaseRow, rows_of
from arrears.cases.forms.filters import CaseFilter
from arrears.cases.models import Case
from arrears.cases.models.case import CaseQuerySet
from arrears.cases.models.employer import CHAIN
from unions.common import xlsx_writer as workbook
from unions.common.formats import moment
from unions.common.refusals import Forbidden, Refused
from unions.common.views import attachment
from unions.common.xlsx_writer import ColumnLook, HeaderCell, Row, WrittenSheet, bytes_of
from unions.http import Request, read_page
from unions.log import audit
from unions.people.rights import Right

MOST = 20_000
BATCH = 1000
MONEY = "#,##0.00"
TITLE = "欠薪案件台账"
# Header → width in characters, alignment, format of figures.
COLUMNS: dict[str, tuple[float, str, str]] = {
    "序号": (6, "center", ""),
    "案件编号": (24, "center", ""),
    "状态": (10, "center", ""),
    "用人单位": (28, "left", ""),
    "统一社会信用代码": (20, "center", ""),
    "所属行业": (20, "left", ""),
    "受理渠道": (14, "center", ""),
    "受理日期": (12, "center", ""),
    "欠薪起始日期": (12, "center", ""),
    "欠薪截止日期": (12, "center", ""),
    "欠薪原因": (22, "left", ""),
    "工程项目": (26, "left", ""),
    "建设单位": (24, "left", ""),
    "总承包单位": (24, "left", ""),
    "分包单位": (24, "left", ""),
    "班组": (18, "left", ""),
    "欠薪人数（人）": (12, "right", "#,##0"),
    "欠薪金额（元）": (16, "right", MONEY),
    "未解决人数（人）": (12, "right", "#,##0"),
    "未解决金额（元）": (16, "right", MONEY),
    "立案单位": (22, "left", ""),
    "承办单位": (22, "left", ""),
    "经办人": (10, "center", ""),
    "办结日期": (12, "center", ""),
}


@read_page
def cases_sheet(request: Request) -> HttpResponse:
    user, now = request.user, timezone.now()
    if not user.paths(Right.EXPORT):
        raise Forbidden("您的任职不包含导出，请联系本单位的统计员或经办人。")
    filters = CaseFilter(request.GET, Case.objects.visible_to(user).filed(), user, now)
    if not filters.is_valid():
        raise Refused("筛选条件有误，请回到欠薪案件改正后再导出。")
    found = filters.qs
    if found.count() > MOST:
        raise Refused(f"符合条件的案件超过 {MOST:,} 件，请按日期或单位分批导出。")
    content = bytes_of(partial(workbook.write, _sheet(found, now)))
    with transaction.atomic():
        audit.record(f"user:{user.pk}", "export-cases", user, now, asked=request.GET.urlencode()[:500])
    return attachment(content, f"{TITLE}_{timezone.localdate(now):%Y%m%d}.xlsx")


def _sheet(found: CaseQuerySet, now: datetime) -> WrittenSheet:
    return WrittenSheet(
        title=TITLE,
        name=TITLE,
        grid=[[HeaderCell(header, 0, number, 1, 1) for number, header in enumerate(COLUMNS)]],
        columns=[ColumnLook(width, number_format, align) for width, align, number_format in COLUMNS.values()],
        rows=list(_rows(found)),
        notes=[f"数据截至 {moment(now)}；金额单位为元；人数和金额按台账计，不含草稿。"],
    )


def _rows(found: CaseQuerySet) -> Iterator[Row]:
    parts = found.select_related("employer", "project", "union", "handling_union", "officer")
    cases = list(parts.order_by("accepted_on", "pk"))
    for first in range(0, len(cases), BATCH):
        for serial, row in enumerate(rows_of(cases[first : first + BATCH]), first + 1):
            yield _row(serial, row)


def _row(serial: int, row: CaseRow) -> Row:
    case, project = row.case, row.case.project
    return Row(
        (
            serial,
            case.number or "",
            case.get_state_display(),
            case.employer.name,
            case.employer.uscc or "",
            case.get_industry_display(),
            case.get_channel_display(),
            case.accepted_on,
            case.owed_from,
            case.owed_until,
            case.causes_said,
            project.name if project else "",
            *(getattr(project, name, "") for name in CHAIN),
            row.owed.workers,
            row.owed.amount,
            row.outstanding.workers,
            row.outstanding.amount,
            case.union.name,
            case.handling_union.name,
            case.officer.name if case.officer else "",
            case.closed_on,
        )
    )
