"""The register of clues (线索): what came in, who has it, where it is on its way to (QD-4.2, QP-1.3, SD-2.2b)."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Prefetch, QuerySet

from arrears.cases.models import Case, State
from arrears.transfers.models import Transfer
from unions.models import User
from unions.models.union import acts_at
from unions.people.rights import Right

Rows = QuerySet[Case]


def _of(user: User, *states: State) -> Rows:
    return Case.objects.visible_to(user).filter(state__in=states)


def arriving(user: User) -> QuerySet[Transfer]:
    """Transfers waiting to be accepted at units where the reader receives."""
    return Transfer.objects.waiting().filter(acts_at(user.paths(Right.RECEIVE), "receiver"))


# Key → label, which cases, what an empty list means.
LISTS: dict[str, tuple[str, Callable[[User], Rows], str]] = {
    "clues": ("待核实", lambda user: _of(user, State.CLUE), "没有待核实的线索。情况尚待核实的，登记时选“登记为线索”。"),
    "arriving": (
        "待我接收",
        lambda user: Case.objects.visible_to(user).filter(pk__in=arriving(user).values("case_id")),
        "没有转给您、等您接收的线索或案件。",
    ),
    "moving": ("转办中", lambda user: _of(user, State.TRANSFERRING), "没有正在转办的线索或案件。"),
    "verified": (
        "已查实",
        lambda user: Case.objects.visible_to(user).filter(clue_number__isnull=False, verified_on__isnull=False),
        "还没有线索查实立案。",
    ),
    "dismissed": ("不属欠薪", lambda user: _of(user, State.DISMISSED), "没有认定不属欠薪的线索。"),
}


def with_route(rows: Rows) -> Rows:
    """With every transfer, the first one first: `row.route`."""
    return rows.select_related("employer", "union", "handling_union", "officer").prefetch_related(
        Prefetch("transfers", Transfer.objects.select_related("sender", "receiver"), to_attr="route")
    )
