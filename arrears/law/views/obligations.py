"""办理时限: what is due soon, overdue, to be asked after and done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from arrears.law.editions.rulebook_editions import rulebooks_at
from arrears.law.models import ObligationQuerySet
from arrears.law.obligations.local import local
from arrears.law.obligations.matters import matters
from arrears.law.obligations.reading import PARTS, offered, told
from unions.common.keyset import keyset
from unions.common.refusals import Forbidden
from unions.http import Request, read_page
from unions.models import User
from unions.people.forms import UnitFilter
from unions.people.rights import Right

PER_PAGE = 50
MOST_COUNTED = 999


class ObligationFilter(UnitFilter):
    unit_label = "责任单位（编码或名称）"

    rulebook = forms.ChoiceField(label="依据", required=False)
    mine = forms.BooleanField(label="只看我经办的", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        books = [(book.key, f"{book.issuer} {book.number or book.issued.year}") for book in rulebooks_at().values()]
        self.fields["rulebook"].choices = [("", "全部"), *books]  # type: ignore[attr-defined]

    def narrow(self, rows: ObligationQuerySet) -> ObligationQuerySet:
        """The rows that match; nothing when a filter could not be read (its error stands beside it)."""
        if not self.is_valid():
            return rows.none()
        data = self.cleaned_data
        if data["unit"]:
            rows = rows.filter(path__startswith=data["unit"].path)
        if data["rulebook"]:
            rows = rows.filter(rulebook=data["rulebook"])
        return rows.filter(officer=self.user) if data["mine"] else rows


@read_page
def obligation_list(request: Request) -> HttpResponse:
    user, now = request.user, timezone.now()
    if not user.paths(Right.VIEW):
        raise Forbidden("您的任职不涉及案件办理，没有办理时限可看。")
    lists = offered(user)
    key = request.GET.get("list", "")
    key = key if key in lists else "open"
    chosen = lists[key]
    form = ObligationFilter(request.GET, user=user, today=timezone.localdate(now))
    rows = form.narrow(chosen.rows(user, now)).select_related(*PARTS)
    page = keyset(rows, request, PER_PAGE, chosen.order)
    about = matters(page.rows)
    return render(
        request,
        "arrears/law/obligations.html",
        {
            "form": form,
            "page": page,
            "rows": [(told(row, now), about.get(row.subject)) for row in page.rows],
            "list": key,
            "empty": chosen.empty,
            "tabs": _tabs(user, now, form, key),
            "local": local(),
            "filtered": any(form.data.get(name) for name in form.fields),
        },
    )


def _tabs(user: User, now: datetime, form: ObligationFilter, current: str) -> list[tuple[str, str, str, bool]]:
    """Key, label, count in words ("" where nobody counts), whether it is the one shown."""
    tabs = []
    for key, one in offered(user).items():
        count = _counted(form.narrow(one.rows(user, now))) if one.counted else ""
        tabs.append((key, one.label, count, key == current))
    return tabs


def _counted(rows: ObligationQuerySet) -> str:
    """Never more rows than a page of counting is worth."""
    count = rows.order_by()[: MOST_COUNTED + 1].count()
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")
