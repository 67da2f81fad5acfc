"""办理时限: what is due soon, overdue, to be asked after and done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django_filters import ChoiceFilter

from arrears.law.editions.rulebook_editions import books_named
from arrears.law.models import ObligationQuerySet
from arrears.law.obligations.applicable import concerning
from arrears.law.obligations.local import local
from arrears.law.obligations.piles import piles
from arrears.law.obligations.reading import PARTS, matters, offered, status_of
from unions.common.refusals import Forbidden
from unions.filters import ListFilter, Ticked, WithinUnit
from unions.http import Request, read_page
from unions.models import User
from unions.pages import count_each, list_page
from unions.people.rights import Right

PER_PAGE = 50
IN_PILES = ("overdue", "silent")  # lists whose terms one act may reach together


class ObligationFilter(ListFilter):
    unit = WithinUnit(label="责任单位（编码或名称）")
    rulebook = ChoiceFilter("rulebook", label="依据")
    mine = Ticked(label="只看我经办的", method="of_officer")

    def __init__(self, data: Any, rows: ObligationQuerySet, user: User, now: datetime) -> None:
        super().__init__(data, rows, user, now)
        self.filters["rulebook"].extra["choices"] = books_named(concerning(user, self.today))

    def of_officer(self, rows: ObligationQuerySet, name: str, value: bool) -> ObligationQuerySet:
        return rows.filter(officer=self.user)


@read_page
def obligation_list(request: Request) -> HttpResponse:
    user, now = request.user, timezone.now()
    if not user.paths(Right.VIEW):
        raise Forbidden("您的任职不涉及案件办理，没有办理时限可看。")
    lists = offered(user)
    key = request.GET.get("list", "")
    key = key if key in lists else "open"
    chosen = lists[key]
    filters = ObligationFilter(request.GET, chosen.rows(user, now), user, now)
    context = list_page(request, filters.qs.select_related(*PARTS), PER_PAGE, filters, chosen.order)
    rows = context["page"].rows
    about = matters(rows)
    context |= {
        "rows": [(status_of(row, now), about.get(row.subject)) for row in rows],
        "list": key,
        "empty": chosen.empty,
        "tabs": _tabs(user, now, filters, key),
        "local": local(),
        "piles": piles(filters.qs) if key in IN_PILES and not context["page"].listing.copy else [],
        "may_urge": any(user.paths(right) for right in (Right.APPROVE, Right.HANDLE, Right.RECEIVE)),
    }
    return render(request, "arrears/law/obligations.html", context)


def _tabs(user: User, now: datetime, filters: ObligationFilter, current: str) -> list[tuple[str, str, int, bool]]:
    """Key, label, count (0 where nobody counts), whether it is the one shown. One query."""
    lists = offered(user)
    rows = {key: filters.filter_queryset(one.rows(user, now)) for key, one in lists.items() if one.counted}
    counts = count_each(user, rows)
    shown = {key: one for key, one in lists.items() if one.always or counts.get(key) or key == current}
    return [(key, one.label, counts.get(key, 0), key == current) for key, one in shown.items()]
