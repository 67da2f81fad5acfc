"""The register of clues (线索): what came in, who has it, where it is on its way to (QD-4.2, QP-1.3, SD-2.2b)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from arrears.cases.models import Case, State
from arrears.cases.models.case import immediate
from arrears.transfers.models import Transfer
from unions.common.keyset import NEWEST_FIRST
from unions.common.refusals import Forbidden
from unions.common.urgency import URGENT_FIRST, urgency_where
from unions.http import Request, read_page
from unions.listing import listed
from unions.models import User
from unions.pages import chosen_list
from unions.people.rights import Right

PER_PAGE = 50
SORTS = {"用人单位": "employer__name", "渠道": "channel", "受理": "accepted_on", "状态": "state"}
Rows = QuerySet[Case]


def _cases(user: User, *states: State) -> Rows:
    return Case.objects.visible_to(user).filter(state__in=states)


# Key → label, which cases, what an empty list means.
LISTS: dict[str, tuple[str, Callable[[User], Rows], str]] = {
    "clues": (
        "待核实",
        lambda user: _cases(user, State.CLUE),
        "没有待核实的线索。情况尚待核实的，登记时选“登记为线索”。",
    ),
    "arriving": (
        "待我接收",
        lambda user: Case.objects.visible_to(user).filter(pk__in=Transfer.objects.arriving_at(user).values("case_id")),
        "没有转给您、待您接收的线索或案件。",
    ),
    "moving": ("转办中", lambda user: _cases(user, State.TRANSFERRING), "没有正在转办的线索或案件。"),
    "verified": (
        "已查实",
        lambda user: Case.objects.visible_to(user).filter(clue_number__isnull=False, verified_on__isnull=False),
        "还没有线索查实立案。",
    ),
    "dismissed": ("不属欠薪", lambda user: _cases(user, State.DISMISSED), "没有认定不属欠薪的线索。"),
}


def with_transfers(rows: Rows) -> Rows:
    """Read every transfer with the cases, the first one first, as `row.route`."""
    return rows.select_related("employer", "union", "handling_union", "officer").prefetch_related(
        Prefetch("transfers", Transfer.objects.select_related("sender", "receiver"), to_attr="route")
    )


@read_page
def clues(request: Request) -> HttpResponse:
    user = request.user
    if not user.paths(Right.VIEW):
        raise Forbidden("您的任职不包含查看案件，没有线索可看。")
    offered = [key for key in LISTS if key != "arriving" or user.paths(Right.RECEIVE)]
    waiting = {one: LISTS[one][1](user) for one in ("arriving",) if one in offered}
    key, tabs = chosen_list(request, {one: LISTS[one][0] for one in offered}, waiting)
    found = with_transfers(LISTS[key][1](user)).annotate(urgency=urgency_where(immediate()))
    page = listed(found, request, PER_PAGE, NEWEST_FIRST if key in ("verified", "dismissed") else URGENT_FIRST, SORTS)
    context: dict[str, Any] = {
        "tabs": tabs,
        "key": key,
        "empty": LISTS[key][2],
        "page": page,
        "may_file": bool(user.paths(Right.FILE)),
    }
    return render(request, "arrears/transfers/clues.html", context)
