"""兜底保障 as a workbook, as the list is narrowed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from arrears.safety_nets.views.lists import deposits_of, funds_of
from unions.http import Request, read_page
from unions.sheets import LEFT, MIDDLE, MONEY, ListColumns, check_export, list_sheet, rows_to_export, send_sheet

NOTES = ["金额单位为元，含已冲正后的净额。"]
DEPOSITS: ListColumns = {
    "项目名称": (28, LEFT, ""),
    "施工单位": (26, LEFT, ""),
    "管理单位": (20, LEFT, ""),
    "合同额（元）": (18, "right", MONEY),
    "比例（%）": (8, "right", "0.00"),
    "应存金额（元）": (16, "right", MONEY),
    "形式": (10, MIDDLE, ""),
    "经办银行": (20, LEFT, ""),
    "保函编号": (16, MIDDLE, ""),
    "保函到期日": (12, MIDDLE, ""),
    "余额（元）": (16, "right", MONEY),
    "已动用（元）": (16, "right", MONEY),
    "已补足（元）": (16, "right", MONEY),
    "待补足（元）": (16, "right", MONEY),
    "返还公示日期": (12, MIDDLE, ""),
    "结清日期": (12, MIDDLE, ""),
}
FUNDS: ListColumns = {
    "名称": (26, LEFT, ""),
    "设立方": (10, MIDDLE, ""),
    "设立单位": (24, LEFT, ""),
    "管理单位": (20, LEFT, ""),
    "设立日期": (12, MIDDLE, ""),
    "设立依据": (28, LEFT, ""),
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
    rows = rows_to_export(request, filters, "兜底保障").order_by("pk")
    title, columns = ("应急周转金台账", FUNDS) if of_funds else ("工资保证金台账", DEPOSITS)
    cells = list(_funds(rows) if of_funds else _deposits(rows))
    sheet = list_sheet(title, columns, cells, now, NOTES)
    return send_sheet(request, sheet, now, verb="export-nets")


def _deposits(rows: Any) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield (
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


def _funds(rows: Any) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield (
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
