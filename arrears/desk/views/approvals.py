"""待我审批: one list of everything that waits for the reader as second person, kind by kind, the longest waiting first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from arrears.desk.approvals import WaitingItem, count_lists, every_list, with_sums
from unions.approvals import ApprovalList
from unions.common.refusals import Forbidden
from unions.common.urgency import Urgency
from unions.http import Request, read_page
from unions.people.rights import Right

MOST = 50  # of each kind


@dataclass
class WaitingGroup:
    """All of one kind that is as urgent as its first, at most 50. `more`: where the kind's own full list is."""

    listed: ApprovalList
    items: list[WaitingItem]
    count: int
    more: str
    name: str  # of its heading's anchor

    @property
    def is_urgent(self) -> bool:
        return self.items[-1].urgency < Urgency.ROUTINE


@read_page
def approvals(request: Request) -> HttpResponse:
    user = request.user
    if not user.paths(Right.APPROVE):
        raise Forbidden("您的任职不包含审批，没有待您审批的事项。")
    counts = count_lists(user)
    found = [(one.listed, items) for one in every_list() if counts[one.listed.key] and (items := one.first(user, MOST))]
    several = sum(items[0].urgency < Urgency.ROUTINE for _, items in found) > 1
    piles = [pile for listed, items in found for pile in _piles(listed, items, counts[listed.key], several)]
    with_sums([item for pile in piles for item in pile.items])
    # What cannot wait before all; then the kind with the row that waits longest.
    piles.sort(key=lambda pile: (pile.items[0].urgency, pile.items[0].since))
    context = {"piles": piles, "count": sum(pile.count for pile in piles), "now": timezone.now()}
    return render(request, "arrears/desk/approvals.html", context)


def _piles(listed: ApprovalList, items: list[WaitingItem], count: int, several: bool) -> Iterator[WaitingGroup]:
    """A kind by itself; where something of `several` kinds cannot wait, that apart, so that no routine row stands above it."""
    urgent = [item for item in items if item.urgency < Urgency.ROUTINE] if several else []
    rest, more = items[len(urgent) :], _full_list(listed)
    if urgent:
        name = f"{listed.key}-now" if rest else listed.key
        yield WaitingGroup(listed, urgent, len(urgent) if rest else count, more, name)
    if rest:
        yield WaitingGroup(listed, rest, count - len(urgent), more, listed.key)


def _full_list(listed: ApprovalList) -> str:
    query = f"?{listed.query}" if listed.query else ""
    return reverse(listed.full_list) + query if listed.full_list else ""
