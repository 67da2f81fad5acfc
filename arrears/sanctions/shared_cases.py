"""移送和处罚案件 (QP-3.3): what was transferred, decided and listed in a period, as member bodies share it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.db.models import QuerySet

from arrears.cases import ledger
from arrears.cases.models import Act, ActKind
from arrears.law.scope import Scope
from arrears.sanctions.employers import publishable_acts
from arrears.sanctions.models import Listing
from unions.common import xlsx_writer as workbook
from unions.common.features import provided
from unions.common.formats import moment
from unions.common.xlsx_writer import ColumnLook, HeaderCell, Row, WrittenSheet

MOST = 20_000
# Header → width in characters, alignment, number format.
COLUMNS: dict[str, tuple[float, str, str]] = {
    "序号": (6, "center", ""),
    "用人单位": (28, "left", ""),
    "统一社会信用代码": (22, "center", ""),
    "案件编号": (24, "center", ""),
    "承办单位": (22, "left", ""),
    "事项": (16, "center", ""),
    "部门": (22, "left", ""),
    "文号": (22, "left", ""),
    "日期": (13, "center", ""),
    "涉及人数(人)": (10, "center", "0"),
    "涉及金额(元)": (16, "center", "0.00"),
    "尚未解决(元)": (16, "center", "0.00"),
    "进展": (18, "center", ""),
}


@dataclass(frozen=True)
class SharedCase:
    """One transfer or decision. Money in yuan, as of the last day of the period."""

    act: Act
    department: str
    number: str
    progress: str
    workers: int
    owed: Decimal
    left: Decimal


def shared_acts(scope: Scope) -> QuerySet[Act]:
    parts = "case__employer", "case__handling_union", "sanction"
    return publishable_acts(scope).select_related(*parts).order_by("on", "id")


def shared_rows(acts: list[Act], last: date) -> Iterator[SharedCase]:
    """The acts with department, progress and sums. Three queries."""
    cases = {act.case_id for act in acts}
    books = ledger.balances(cases, last)
    sent = {
        key: row for sent_to_police in provided("transfers to the police") for key, row in sent_to_police(cases).items()
    }
    listed = {(row.case_id, row.listed_on): row for row in Listing.objects.filter(case__in=cases)}
    for act in acts:
        department, number, progress = _department_and_progress(act, sent, listed)
        balance = books[act.case_id]
        yield SharedCase(
            act, department, number, progress, balance.owed.workers, balance.owed.amount, balance.outstanding.amount
        )


def _department_and_progress(
    act: Act, sent: dict[tuple[int, str], tuple[str, str]], listed: dict[tuple[int, date | None], Listing]
) -> tuple[str, str, str]:
    """Department, number and how it stands, as far as it is on record."""
    if hasattr(act, "sanction"):
        row = act.sanction
        return row.department, row.number, row.get_outcome_display()
    if act.kind == ActKind.LISTING and (listing := listed.get((act.case_id, act.on))):
        return listing.department, listing.number, listing.get_stage_display()
    found = ((number, row) for (case, number), row in sent.items() if case == act.case_id and number in act.detail)
    number, (agency, progress) = next(found, ("", ("", "")))
    return agency, number, progress


def write(scope: Scope, acts: list[Act], now: datetime, out: Path) -> None:
    workbook.write(
        WrittenSheet(
            title=f"{scope.period}移送和处罚案件",
            name="移送和处罚案件",
            grid=[[HeaderCell(title, 0, number, 1, 1) for number, title in enumerate(COLUMNS)]],
            columns=[ColumnLook(width, number, align) for width, align, number in COLUMNS.values()],
            rows=_lines(acts, scope.last),
            head=[f"单位：{scope.union.name}", f"期间：{scope.period}", f"共 {len(acts)} 件次"],
            notes=[
                "供成员单位之间共享，不含职工个人信息；人数、金额为案件台账截至期末数。",
                f"数据截至 {moment(now)}。",
            ],
        ),
        out,
    )


def _lines(acts: list[Act], last: date) -> Iterator[Row]:
    for serial, one in enumerate(shared_rows(acts, last), 1):
        case = one.act.case
        yield Row(
            (
                serial,
                case.employer.name,
                case.employer.uscc or case.employer.get_no_code_display(),
                case.number or "",
                case.handling_union.name,
                one.act.get_kind_display(),
                one.department,
                one.number,
                one.act.on,
                one.workers,
                one.owed,
                one.left,
                one.progress,
            )
        )
