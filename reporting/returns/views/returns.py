"""报表报送: what the reader's units owe, by whose turn it is; narrowed by unit, rulebook, state and period."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from reporting.returns.forms import ReturnFilter
from reporting.returns.models import Return
from reporting.returns.status import status_of
from reporting.returns.worklists import lists_offered
from unions.common.keyset import NEWEST_FIRST
from unions.common.refusals import Forbidden
from unions.http import Request, read_page
from unions.models import User
from unions.pages import count_each, list_page
from unions.people.rights import Right

PER_PAGE = 50
DUE_FIRST = ("due_at", "pk")
PARTS = ("union", "receiver", "current")


@read_page
def return_list(request: Request) -> HttpResponse:
    user, now = request.user, timezone.now()
    if not user.paths(Right.VIEW):
        raise Forbidden("您没有查看案件的任职，没有报表可看。")
    lists = lists_offered(user)
    key = request.GET.get("list", "")
    filters = ReturnFilter(request.GET, Return.objects.all(), user, now)
    tabs = _tabs(user, filters)
    key = key if key in lists else _first(tabs)
    chosen = lists[key]
    found = filters.filter_queryset(chosen.rows(user)).select_related(*PARTS)
    context = list_page(request, found, PER_PAGE, filters, DUE_FIRST if chosen.by_clock else NEWEST_FIRST)
    context |= {
        "rows": [status_of(row, now) for row in context["page"].rows],
        "empty": chosen.empty,
        "tabs": [(*tab, tab[0] == key) for tab in tabs],
    }
    return render(request, "reporting/returns/returns.html", context)


def _tabs(user: User, filters: ReturnFilter) -> list[tuple[str, str, int]]:
    """Key, label, count (0 where nobody counts or there is none). One query."""
    lists = lists_offered(user)
    rows = {key: filters.filter_queryset(one.rows(user)) for key, one in lists.items() if one.by_clock}
    counts = count_each(user, rows)
    return [(key, one.label, counts.get(key, 0)) for key, one in lists.items()]


def _first(tabs: list[tuple[str, str, int]]) -> str:
    """Where the reader begins: the first list in which something waits, else at what her unit reports."""
    return next((key for key, _, count in tabs if count), "own")
