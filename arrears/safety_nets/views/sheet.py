"""兜底保障 as a workbook, as the list is narrowed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone

from arrears.safety_nets.views.lists import deposits_of, funds_of
from unions.common import xlsx_writer as workbook
from unions.common.formats import moment
from unions.common.refusals import Refused
from unions.common.views import attachment
from unions.common.xlsx_writer import ColumnLook, HeaderCell, Row, WrittenSheet, bytes_of
from unions.http import Request, read_page
from unions.log import audit
from unions.sheets import check_export

MOST = 20_000
MONEY = "#,##0.00"
# Header → width in characters, alignment, format of figures.
Columns = dict[str, tuple[float, str, str]]
DEPOSITS: Columns = {
    "序号": (6, "center", ""),
    "项目名称": (28, "left", ""),
    "施工单位": (26, "left", ""),
    "管理单位": (20, "left", ""),
    "合同额（元）": (18, "right", MONEY),
    "比例（%）": (8, "right", "0.00"),
    "应存金额（元）": (16, "right", MONEY),
    "形式": (10, "center", ""),
    "经办银行": (20, "left", ""),
    "保函编号": (16, "center", ""),
    "保函到期日": (12, "center", ""),
    "余额（元）": (16, "right", MONEY),
    "已动用（元）": (16, "right", MONEY),
    "已补足（元）": (16, "right", MONEY),
    "待补足（元）": (16, "right", MONEY),
    "返还公示日期": (12, "center", ""),
    "结清日期": (12, "center", ""),
}
FUNDS: Columns = {
    "序号": (6, "center", ""),
    "名称": (26, "left", ""),
    "设立方": (10, "center", ""),
    "设立单位": (24, "left", ""),
    "管理单位": (20, "left", ""),
    "设立日期": (12, "center", ""),
    "设立依据": (28, "left", ""),
    "余额（元）": (16, "right", MONEY),
    "已垫付（元）": (16, "right", MONEY),
    "已追偿（元）": (16, "right", MONEY),
    "待追偿（元）": (16, "right", MONEY),
}


@read_page
def safety_nets_sheet(request: Request) -> HttpResponse:
    """`?of=funds`: the emergency funds; else the deposits."""
    user, now = request.user, timezone.now()
    check_export(user)
    of_funds = request.GET.get("of") == "funds"
    filters = funds_of(request, now) if of_funds else deposits_of(request, now)
    if not filters.is_valid():
        raise Refused("筛选条件有误，请回到兜底保障改正后再导出。")
    rows = filters.qs
    if rows.count() > MOST:
        raise Refused(f"符合条件的超过 {MOST:,} 项，请按条件分批导出。")
    title, columns = ("应急周转金台账", FUNDS) if of_funds else ("工资保证金台账", DEPOSITS)
    cells = _funds(rows) if of_funds else _deposits(rows)
    content = bytes_of(partial(workbook.write, _sheet(title, columns, cells, now)))
    with transaction.atomic():
        audit.record(f"user:{user.pk}", "export-nets", user, now, asked=request.GET.urlencode()[:500])
    return attachment(content, f"{title}_{timezone.localdate(now):%Y%m%d}.xlsx")


def _sheet(title: str, columns: Columns, rows: Iterator[Row], now: datetime) -> WrittenSheet:
    return WrittenSheet(
        title=title,
        name=title,
        grid=[[HeaderCell(header, 0, number, 1, 1) for number, header in enumerate(columns)]],
        columns=[ColumnLook(width, number_format, align) for width, align, number_format in columns.values()],
        rows=list(rows),
        notes=[f"数据截至 {moment(now)}；金额单位为元，含已冲正后的净额。"],
    )


def _deposits(rows: Any) -> Iterator[Row]:
    for serial, row in enumerate(rows.order_by("pk"), 1):
        yield Row(
            (
                serial,
                row.name,
                row.project.employer.name,
                row.union.name,
                row.contract_amount,
                row.ratio,
                row.amount_due,
                row.get_stored_as_display(),
                row.bank,
                row.guarantee_number,
                row.guarantee_until,
                row.balance,
                row.used,
                row.came_back,
                row.short,
                row.return_notice_on,
                row.closed_on,
            )
        )


def _funds(rows: Any) -> Iterator[Row]:
    for serial, row in enumerate(rows.order_by("pk"), 1):
        yield Row(
            (
                serial,
                row.name,
                row.get_founder_display(),
                row.founder_name,
                row.union.name,
                row.founded_on,
                row.basis,
                row.balance,
                row.used,
                row.came_back,
                row.short,
            )
        )
