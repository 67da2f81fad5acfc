"""下级报送: what the reader's units collect, and one entry and period on one page: the units, the sum, the books beside it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from reporting.returns.collection import ReturnCollection, collection_rows
from reporting.returns.forms import CollectionFilter
from reporting.returns.models import Return, ReturnQuerySet
from reporting.returns.reported import looked_into, moved_since, progress_of
from reporting.returns.views.collection_notes import contradictions, onward
from reporting.returns.views.collection_sheet import sheet
from reporting.returns.views.collection_tree import tree
from reporting.returns.views.found import the_collection
from unions.common.numbered_pages import page_number
from unions.common.refusals import Forbidden
from unions.http import Request, read_page
from unions.models import User, acts_at, under
from unions.people.rights import Right

PER_PAGE = 40
SHOWS = {"sent": "已报汇总", "live": "台账实时", "gap": "差额"}
ADDRESSES = ("collection", "collection-cell", "collection-receive", "collection-urge")


@read_page
def collection_list(request: Request) -> HttpResponse:
    user, now, page = request.user, timezone.now(), page_number(request)
    if not user.paths(Right.VIEW):
        raise Forbidden("您没有查看案件的任职，没有报表可看。")
    everyone = request.GET.get("list") == "all"
    filters = CollectionFilter(request.GET, _coming_in(user, everyone), user, now)
    rows = collection_rows(filters.qs, now)
    found = list(rows[(page - 1) * PER_PAGE : page * PER_PAGE + 1])
    context: dict[str, Any] = {
        "form": filters.form,
        "rows": [(row, _address(row)) for row in found[:PER_PAGE]],
        "everyone": everyone,
        "previous": page - 1 if page > 1 else None,
        "next": page + 1 if len(found) > PER_PAGE else None,
        "note": f"第 {page} 页" if page > 1 or len(found) > PER_PAGE else "",
        "filtered": filters.filled,
    }
    return render(request, "reporting/returns/collections.html", context)


def _coming_in(user: User, everyone: bool) -> ReturnQuerySet:
    """Returns sent to the reader's own units and those they took over, or to any unit below them too."""
    paths = user.paths(Right.VIEW)
    if everyone:
        return Return.objects.filter(under(paths, "receiver__path"))
    return Return.objects.filter(acts_at(paths, "receiver"))


def _address(row: dict[str, Any]) -> str:
    return reverse("collection", args=[row["receiver__code"], row["rulebook"], row["rule"], row["period"]])


# ---- one collection -----------------------------------------------------------------------------------------------------


@read_page
def collection(request: Request, code: str, rulebook: str, rule: str, period: str) -> HttpResponse:
    return show(request, the_collection(request, code, rulebook, rule, period))


def show(request: Request, found: ReturnCollection, status: int = 200, **said: Any) -> HttpResponse:
    """`said`: `done`, what came of an act row by row; `back`, the form of sending back with `row`, its return; `stale`, why
    nothing was done."""
    user, form = request.user, found.form
    shows = {"live": SHOWS["live"]} if form.by_unit else SHOWS  # units' own rows are not added up
    chosen = request.GET.get("show", "")
    chosen = chosen if chosen in shows else next(iter(shows))
    urls = addresses(found)
    context: dict[str, Any] = {
        "found": found,
        "report": found.one,
        "tree": tree(found, user, units_of(request)),
        "shows": shows.items(),
        "show": chosen,
        "unfit": [] if form.by_unit else found.of_other_layout,
        "units": units_of(request),
        "contradictions": contradictions(found, user),
        "onward": onward(found, user),
        "progress": progress_of(found),
        "looked_into": looked_into(found),
        "changed_since": moved_since(found) if chosen == "sent" else 0,
        "urls": urls,
        **sheet(found, chosen, user, page_number(request), urls["collection-cell"]),
    }
    return render(request, "reporting/returns/collection.html", context | said, status=status)


def units_of(request: Request) -> str:
    """Which sort of units the reader looks at; acts carry it along, so that she comes back to the same list."""
    return request.POST.get("units", "") or request.GET.get("units", "")


def addresses(found: ReturnCollection) -> dict[str, str]:
    """By URL name: the page of the collection and what is done on it."""
    key = [found.receiver.code, found.rulebook, found.rule, found.period]
    return {name: reverse(name, args=key) for name in ADDRESSES}
