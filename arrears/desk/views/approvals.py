"""待我审批: one list of everything that waits for the reader as second person, kind by kind, the longest waiting first."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from arrears.desk.approvals import WaitingItem, count_lists, every_list, with_sums
from unions.approvals import ApprovalList
from unions.common.refusals import Forbidden
from unions.http import Request, read_page
from unions.people.rights import Right

MOST = 50  # of each kind


@dataclass
class WaitingGroup:
    """All of one kind, or its first 50. `more`: where the kind's own full list is."""

    listed: ApprovalList
    items: list[WaitingItem]
    count: int
    more: str


@read_page
def approvals(request: Request) -> HttpResponse:
    user = request.user
    if not user.paths(Right.APPROVE):
        raise Forbidden("您的任职不包含审批，没有等您审批的事项。")
    lists = every_list()
    counts = count_lists(user, lists)
    piles = [
        WaitingGroup(one.listed, one.first(user, MOST), count, _full_list(one.listed))
        for one in lists
        if (count := counts[one.listed.key])
    ]
    with_sums([item for pile in piles for item in pile.items])
    # The kind with the row that waits longest stands first; what goes up at once before all.
    piles.sort(key=lambda pile: (not pile.items[0].urgent, pile.items[0].since))
    context = {"piles": piles, "count": sum(pile.count for pile in piles), "now": timezone.now()}
    return render(request, "arrears/desk/approvals.html", context)


def _full_list(listed: ApprovalList) -> str:
    query = f"?{listed.query}" if listed.query else ""
    return reverse(listed.full_list) + query if listed.full_list else ""
