"""考核评价: the units below, ranked, with every indicator; and the same as a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from arrears.law.rules.rulebook import Rulebook
from arrears.law.rules.scoring import Mark
from reporting.analysis import kept_query, place_of
from reporting.evaluation import forms, ranking, sheet
from reporting.evaluation.facts import EvaluationPeriod
from reporting.evaluation.forms import EvaluationFilter
from reporting.evaluation.ranking import JudgedUnit
from unions.common.numbered_pages import PER_PAGE, NumberedPages, page_number, start_of
from unions.common.refusals import Forbidden, Refused
from unions.common.views import attachment
from unions.common.xlsx_writer import bytes_of
from unions.http import Request, read_page
from unions.log import audit
from unions.models import Union, UnionKind
from unions.people.rights import Right
from unions.tree.reach import asked_unit


@dataclass(frozen=True)
class EvaluationRequest:
    """`span` None: the days could not be read. `book` None: no notice with indicators holds at `union`."""

    union: Union
    form: EvaluationFilter
    span: EvaluationPeriod | None
    book: Rulebook | None
    kind: str
    kinds: list[tuple[UnionKind, int]]

    def judged(self) -> list[JudgedUnit]:
        if self.span is None or self.book is None:
            return []
        return ranking.rank_units(ranking.units_below(self.union, self.kind), self.book.indicators, self.span)


def asked(request: Request, union: Union, now: datetime) -> EvaluationRequest:
    form = forms.evaluation_filter(request.GET, now)
    kinds = ranking.kinds_below(union)
    plain = forms.evaluation_filter(request.GET, now)
    plain.offer([], [])
    days = plain.span(now)
    books = ranking.rulebooks_judging(union, days) if days else []
    form.offer(kinds, books)
    span = form.span(now)
    chosen = form.cleaned_data if span else {}
    book = next((one for one in books if one.key == chosen.get("book")), books[0] if books else None)
    kind = chosen.get("kind") or (kinds[0][0].value if kinds else "")
    return EvaluationRequest(union, form, span, book, kind, kinds)


@read_page
def evaluation(request: Request) -> HttpResponse:
    union, now = asked_unit(request, "概览"), timezone.now()
    found = asked(request, union, now)
    if not found.kinds:
        return redirect(f"{reverse('evaluation-unit', args=[union.code])}?{kept_query(request.GET)}")
    rows, query = found.judged(), kept_query(request.GET, book=found.book.key if found.book else "")
    page = page_number(request)
    here = rows[start_of(page) : start_of(page) + PER_PAGE]
    context: dict[str, Any] = place_of(request, union) | {
        "asked": found,
        "form": found.form,
        "book": found.book,
        "entries": found.book.indicators if found.book else (),
        "query": query,
        "rows": [shown(one, query) for one in here],
        "pages": NumberedPages(len(rows), page, len(here)),
        "period": forms.period_name(found.span) if found.span else "",
        "now": now,
        "sheet_url": f"{reverse('evaluation-sheet')}?unit={union.code}&{query}",
        "own_url": f"{reverse('evaluation-unit', args=[union.code])}?{query}",
        "elsewhere": ranking.places_with_indicators(union, found.span) if found.span and not found.book else [],
    }
    return render(request, "reporting/evaluation/evaluation.html", context)


def shown(one: JudgedUnit, query: str) -> dict[str, Any]:
    """A row of the table: the unit with its own page, and each mark with its rows."""
    return {
        "judged": one,
        "url": f"{reverse('evaluation-unit', args=[one.union.code])}?{query}",
        "cells": [(mark, rows_url(one.union, mark, query)) for mark in one.score.marks],
    }


def rows_url(union: Union, mark: Mark, query: str) -> str:
    return f"{reverse('evaluation-rows', args=[union.code, mark.indicator.name])}?{query}"


@read_page
def evaluation_sheet(request: Request) -> HttpResponse:
    union, user, now = asked_unit(request, "概览"), request.user, timezone.now()
    if not user.may(Right.EXPORT, union):
        raise Forbidden(f"您没有导出“{union}”考核表的权限，请联系本单位的统计员或经办人。")
    found = asked(request, union, now)
    if found.span is None:
        raise Refused("期间有误，请回到考核评价改正后再导出。")
    if found.book is None or not found.kinds:
        raise Refused("这个单位没有可以考核的下级单位，或所适用的通知没有规定考核指标。")
    content = bytes_of(partial(sheet.write, union, found.book, found.judged(), found.span))
    with transaction.atomic():
        audit.record(
            f"user:{user.pk}",
            "export-evaluation",
            user,
            now,
            union=union,
            rulebook=found.book.key,
            since=found.span.since,
            until=found.span.until,
        )
    return attachment(content, sheet.file_name(union, found.span))
