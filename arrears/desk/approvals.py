"""待我审批: every kind of thing that waits for a second person, for the desk, the sidebar and the one list.

The kinds are those the apps declare ("approvals" in AppConfig.provides); nothing is listed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, reduce
from operator import or_
from typing import Any

from django.db.models import Case, QuerySet, When
from django.urls import reverse

from arrears.cases import ledger
from unions.approval_queue import in_queue
from unions.approvals import Approval, ApprovalList, every_approval
from unions.common.once_a_request import kept_in_request
from unions.common.urgency import Urgency, urgency_where
from unions.models import User
from unions.pages import count_each


@dataclass
class WaitingList:
    """What waits of the kinds that are listed together."""

    listed: ApprovalList
    approvals: list[Approval[Any]]

    def rows(self, user: User) -> QuerySet[Any]:
        return reduce(or_, (approval.awaiting(user) for approval in self.approvals))

    @cached_property
    def since(self) -> Any:
        """When it was asked for, whichever of the kinds the row waits for."""
        if len(self.approvals) == 1:
            return self.approvals[0].waits_since()
        return Case(*(When(**{one.stage: one.waits}, then=one.waits_since()) for one in self.approvals))

    def first(self, user: User, most: int) -> list[WaitingItem]:
        """The first `most`: what is urgent, then what waits longest. One query."""
        urgency = urgency_where(reduce(or_, (approval.urgent for approval in self.approvals)))
        rows = self.rows(user).annotate(waits_since=self.since, urgency=urgency).select_related(*self.listed.parts)
        found = rows.order_by("urgency", "waits_since", "pk")[:most]
        return [WaitingItem(self.listed, row, row.waits_since, row.urgency) for row in found]


@dataclass
class WaitingItem:
    """One row that waits. `sums`: what is owed in its case, where its line shows it."""

    listed: ApprovalList
    row: Any
    since: datetime
    urgency: int = Urgency.ROUTINE
    sums: ledger.Sums | None = None

    @property
    def address(self) -> str:
        """Where it is decided; from there one comes to the next."""
        return in_queue(self.listed.address(self.row))


def next_in_queue(user: User) -> str:
    """Address of what the reader is to decide next; of the empty list where nothing waits any more."""
    counts = count_lists(user)
    items = in_order([item for one in every_list() if counts[one.listed.key] for item in one.first(user, 1)])
    return items[0].address if items else reverse("approvals")


def every_list() -> list[WaitingList]:
    """Return the lists of all kinds, each model's kinds together."""
    lists: dict[ApprovalList, list[Approval[Any]]] = {}
    for approval in every_approval():
        lists.setdefault(approval.list_of(), []).append(approval)
    return [WaitingList(listed, approvals) for listed, approvals in lists.items()]


def count_lists(user: User, beside: Mapping[str, QuerySet[Any]] | None = None) -> dict[str, int]:
    """Count what waits for the reader, by the key of its list, and what else is asked `beside` it. One query.

    The lists are counted once a page: the desk and the sidebar beside it say the same numbers.
    """
    others, kept = dict(beside or {}), kept_in_request()
    known: dict[str, int] | None = kept.get((count_lists, user.pk)) if kept is not None else None
    if known is not None:
        return known | count_each(user, others)
    lists = {one.listed.key: one.rows(user) for one in every_list()}
    counts = count_each(user, lists | others)
    if kept is not None:
        kept[count_lists, user.pk] = {key: counts[key] for key in lists}
    return counts


def in_order(items: list[WaitingItem]) -> list[WaitingItem]:
    return sorted(items, key=lambda item: (item.urgency, item.since))


def with_sums(items: list[WaitingItem]) -> list[WaitingItem]:
    """Tell rows about cases apart by what is owed. One query for all."""
    cases = {id(item): getattr(item.row, field) for item in items if (field := item.listed.case_field)}
    balances = ledger.balances(set(cases.values())) if cases else {}
    for item in items:
        if id(item) in cases:
            item.sums = balances[cases[id(item)]].owed
    return items
