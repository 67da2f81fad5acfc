"""The workbook of a list: one header line, its rows, what it is as of. Who took which is in the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone

from unions.common import xlsx_writer as workbook
from unions.common.formats import moment
from unions.common.pdf import PDF, pdf_of_sheet
from unions.common.refusals import Forbidden, Refused
from unions.common.views import attachment
from unions.common.xlsx_writer import ColumnLook, HeaderCell, Row, WrittenSheet, bytes_of
from unions.filters import ListFilter
from unions.http import Request
from unions.listing import within_export
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right

MOST = 20_000
MIDDLE, LEFT, WHOLE, MONEY = "center", "left", "#,##0", "#,##0.00"
# Header → width in characters, alignment, number format.
ListColumns = Mapping[str, tuple[float, str, str]]


def check_export(user: User, unit: Union | None = None) -> None:
    """Raises Forbidden. Without a unit: whoever may export anywhere; `taken_along` narrows the rows."""
    if not (user.may(Right.EXPORT, unit) if unit else user.paths(Right.EXPORT)):
        raise Forbidden("您的任职不包含导出，请联系本单位的统计员或经办人。")


def check_size(rows: QuerySet[Any]) -> None:
    if rows.count() > MOST:
        raise Refused(f"符合条件的超过 {MOST:,} 行，请增加筛选条件，分批导出。")


def rows_to_export(request: Request, filters: ListFilter, page: str) -> Any:
    """What the list on `page` shows: the rows of `filters`. Raises Refused: conditions not understood, too many rows."""
    if not filters.is_valid():
        raise Refused(f"筛选条件有误，请回到{page}改正后再导出。")
    return taken_along(request, filters.qs, filters.unit_path)


def taken_along(request: Request, rows: Any, path: str = "") -> Any:
    """Those of `rows` that may leave: of units over which the reader holds the export right (071); `send_sheet` says how many
    remain. `path`: the column with the path of a row's unit. Raises Refused.
    """
    rows, request.left_out = within_export(rows, request.user, path)  # type: ignore[attr-defined]
    check_size(rows)
    return rows


def list_sheet(
    title: str,
    columns: ListColumns,
    rows: Iterable[Sequence[Any]],
    now: datetime,
    notes: Sequence[str] = (),
    *,
    head: Sequence[str] = (),
    name: str = "",
    numbered: bool = True,
) -> WrittenSheet:
    """`rows` have the values behind the serial number, which is counted here; a short table gives them as a list.

    `name` of the tab, as the title if none.
    """
    body = (Row((serial, *values) if numbered else tuple(values)) for serial, values in enumerate(rows, 1))
    every = {"序号": (6, MIDDLE, ""), **columns} if numbered else columns
    return WrittenSheet(
        title=title,
        name=name,
        grid=[[HeaderCell(text, 0, nth, 1, 1) for nth, text in enumerate(every)]],
        columns=[ColumnLook(width, form, align=align) for width, align, form in every.values()],
        rows=list(body) if isinstance(rows, Sequence) else body,
        head=list(head),
        notes=[*notes, f"数据截至 {moment(now)}。"],
    )


def send_sheet(
    request: Request, sheet: WrittenSheet, now: datetime, *, verb: str = "export-list", name: str = ""
) -> HttpResponse:
    """The workbook (for `?as=pdf` the same table as PDF) as a file, by the title of the sheet if it has no `name`, noted in the chain of who asked for it."""
    if left_out := getattr(request, "left_out", 0):
        sheet = replace(sheet, notes=[*sheet.notes, f"另有 {left_out:,} 条属于您没有导出权限的单位，未列入。"])
    as_pdf = request.GET.get("as") == "pdf"
    content = pdf_of_sheet(sheet) if as_pdf else bytes_of(partial(workbook.write, sheet))
    user = request.user
    with transaction.atomic():
        asked = request.GET.urlencode()[:500]
        audit.record(f"user:{user.pk}", verb, user, now, title=sheet.title, asked=asked)
    named = f"{name or sheet.title}_{timezone.localdate(now):%Y%m%d}"
    return attachment(content, f"{named}.pdf", PDF) if as_pdf else attachment(content, f"{named}.xlsx")
