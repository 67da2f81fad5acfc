"""One unit's own score and why: what cost points, with the rows behind every indicator."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from arrears.law.editions.wording import indicator as wording_of
from arrears.law.rules.rulebook import Rulebook
from reporting.analysis import kept_query, place_of
from reporting.evaluation import forms, ranking
from reporting.evaluation.facts import SOURCES, EvaluationPeriod
from reporting.evaluation.indicator_rows import COUNTED_IN, DAY_MEANS, LABELS, counted_by_source, rows_behind
from reporting.evaluation.views.evaluation import rows_url
from unions.common.numbered_pages import NumberedPages, page_number, start_of
from unions.common.refusals import Forbidden, Refused
from unions.http import Request, read_page
from unions.models import Union, under
from unions.people.rights import Right


def the_unit(request: Request, code: str) -> Union:
    """A unit in the reader's subtree; 404 for any other: neighbours see each other's place only as a number."""
    paths = request.user.paths(Right.VIEW)
    if not paths:
        raise Forbidden("您的任职不包含查看案件，没有可看的考核评价。")
    return get_object_or_404(Union.objects.filter(under(paths)).select_related("parent"), code=code)


def _asked(request: Request, union: Union, now: datetime) -> tuple[Any, EvaluationPeriod | None, list[Rulebook]]:
    form = forms.evaluation_filter(request.GET, now)
    form.offer([], [])
    span = form.span(now)
    return form, span, ranking.rulebooks_judging(union, span) if span else []


def _chosen(request: Request, books: list[Rulebook]) -> Rulebook | None:
    key = request.GET.get("book", "")
    return next((book for book in books if book.key == key), books[0] if books else None)


@read_page
def evaluation_unit(request: Request, code: str) -> HttpResponse:
    union, now = the_unit(request, code), timezone.now()
    if (other := request.GET.get("unit", "").strip()) and other != code:  # picked above the page
        picked = the_unit(request, other[:20])
        return redirect(f"{reverse('evaluation-unit', args=[picked.code])}?{kept_query(request.GET)}")
    form, span, books = _asked(request, union, now)
    book, query = _chosen(request, books), kept_query(request.GET)
    context: dict[str, Any] = place_of(request, union) | {
        "form": form,
        "book": book,
        "now": now,
        "period": forms.period_name(span) if span else "",
        "crumbs": _crumbs(request, union, query, union.name),
    }
    if span and book:
        judged = ranking.rank_units(ranking.peers(union), book.indicators, span)
        own = next(one for one in judged if one.union.pk == union.pk)
        context |= {
            "own": own,
            "peers": sum(one.rank is not None for one in judged),
            "marks": [
                (
                    mark,
                    rows_url(union, mark, query),
                    f"{rows_url(union, mark, query)}&show=lost",
                    wording_of(mark.indicator),
                )
                for mark in own.score.marks
            ],
        }
    return render(request, "reporting/evaluation/evaluation_unit.html", context)


@read_page
def evaluation_rows(request: Request, code: str, name: str) -> HttpResponse:
    union, now = the_unit(request, code), timezone.now()
    _, span, books = _asked(request, union, now)
    if span is None:
        raise Refused("期间有误，请回到考核评价改正。")
    book = _chosen(request, books)
    entry = next((one for one in book.indicators if one.name == name), None) if book else None
    if entry is None:
        raise Http404
    sources = SOURCES[entry.measure]
    source = next((one for one in sources if one.name == request.GET.get("rows")), sources[0])
    page, only_lost = page_number(request), request.GET.get("show") == "lost"
    found = rows_behind(union, entry, source, span, request.user, only_lost, start_of(page))
    query = kept_query(request.GET)
    numbers = counted_by_source(union, entry, span, only_lost) if len(sources) > 1 else {}
    context: dict[str, Any] = {
        "union": union,
        "entry": entry,
        "lines": wording_of(entry),
        "period": forms.period_name(span),
        "behind": found,
        "tabs": [(one.name, LABELS[one.name], one is source, numbers[one.name]) for one in sources if numbers],
        "only_lost": only_lost,
        "counted_in": COUNTED_IN[source.name],
        "day_means": DAY_MEANS[source.day],
        "label": LABELS[source.name],
        "pages": NumberedPages(found.listed, page, len(found.parts)),
        "wanted": ranking.counts([union], [entry], span)[union.pk][name].of if source.owed else None,
        "crumbs": _crumbs(request, union, query, entry.title),
    }
    return render(request, "reporting/evaluation/evaluation_rows.html", context)


def _crumbs(request: Request, union: Union, query: str, last: str) -> list[dict[str, str]]:
    """The table of the unit above, where the reader sees it; the unit's own page; here."""
    paths = request.user.paths(Right.VIEW)
    crumbs = []
    if union.parent and any(union.parent.path.startswith(path) for path in paths):
        above = f"{reverse('evaluation')}?unit={union.parent.code}&{query}"
        crumbs.append({"label": f"{union.parent.name}考核评价", "url": above})
    if last != union.name:
        crumbs.append({"label": union.name, "url": f"{reverse('evaluation-unit', args=[union.code])}?{query}"})
    return [*crumbs, {"label": last, "url": ""}]
