"""看板: what waits in a unit and below it today; the rows behind each number; both as workbooks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from reporting.analysis import place_of
from reporting.boards import counts, sheets
from reporting.boards.lines import BoardLine, line_named
from unions.common.refusals import Forbidden, Refused
from unions.common.views import attachment
from unions.common.xlsx_writer import bytes_of
from unions.http import Request, read_page
from unions.listing import listed
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right, holders_of
from unions.tree.reach import asked_unit

PER_PAGE = 50
MOST_ROWS = 20_000


@read_page
def board(request: Request) -> HttpResponse:
    union, now = asked_unit(request, "概览"), timezone.now()
    counted = counts.read_board(union, now)
    planned, left = counted.counts["targets-planned"], counted.counts["targets-not-yet"]
    context = place_of(request, union) | {
        "counted": counted,
        "panels": counted.panels(),
        "now": now,
        "planned": planned,
        "inspected": planned - left,
    }
    return render(request, "reporting/boards/board.html", context)


def the_line(name: str) -> BoardLine:
    found = line_named(name)
    if found is None:
        raise Http404
    return found


@read_page
def board_rows(request: Request, name: str) -> HttpResponse:
    union, now, line = asked_unit(request, "概览"), timezone.now(), the_line(name)
    readable = line.readable(union, now, request.user)
    page = listed(readable, request, PER_PAGE, line.order)
    context = {
        "union": union,
        "line": line,
        "now": now,
        "page": page,
        "rows": [line.tell(row, now) for row in page.rows],
        "count": line.rows(union, now).count(),
        "seen": readable.count(),
        "may_export": request.user.may(Right.EXPORT, union),
    }
    return render(request, "reporting/boards/rows.html", context)


# ---- workbooks --------------------------------------------------------------------------------------------------------


@read_page
def board_sheet(request: Request) -> HttpResponse:
    union, now = asked_unit(request, "概览"), timezone.now()
    user = exporter(request, union)
    content = bytes_of(lambda out: sheets.write_board(union, counts.read_board(union, now), now, out))
    note(user, union, now, what="board")
    return attachment(content, f"看板_{union.name}_{timezone.localtime(now):%Y%m%d_%H%M}.xlsx")


@read_page
def board_rows_sheet(request: Request, name: str) -> HttpResponse:
    union, now, line = asked_unit(request, "概览"), timezone.now(), the_line(name)
    user = exporter(request, union)
    rows = line.readable(union, now, user)
    if rows.count() > MOST_ROWS:
        raise Refused(f"“{line.label}”超过 {MOST_ROWS:,} {line.unit}，请选择下级单位分批导出。")
    told = (line.tell(row, now) for row in rows.order_by(*line.order).iterator(chunk_size=1000))
    content = bytes_of(lambda out: sheets.write_rows(union, line, told, now, out))
    note(user, union, now, what=line.name)
    return attachment(content, f"{line.label}_{union.name}_{timezone.localtime(now):%Y%m%d}.xlsx")


def exporter(request: Request, union: Union) -> User:
    user = request.user
    if not user.may(Right.EXPORT, union):
        raise Forbidden(f"您没有导出“{union}”数据的权限，请联系本单位的{holders_of(Right.EXPORT)}。")
    return user


@transaction.atomic
def note(user: User, union: Union, now: datetime, **told: Any) -> None:
    """Record who downloaded which figures."""
    audit.record(f"user:{user.pk}", "export-board", user, now, union=union, **told)
