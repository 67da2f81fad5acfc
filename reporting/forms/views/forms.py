"""The official tables on screen: the list of forms, one form like the paper, and what stands behind a figure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from arrears.law.scope import Scope
from reporting.forms import papers
from reporting.forms.concern import FormSeats, of_reader
from reporting.forms.editions import FormEditions
from reporting.forms.editions.choice import WORDS, choose, usual
from reporting.forms.files import Form
from reporting.forms.listing import VALUES, listing
from reporting.forms.request import Ask, query_of, units_offered, words_of
from reporting.forms.table_rows import link_key
from reporting.forms.tabulate import FormTable, TableLine, as_of_line, head_lines, tabulate
from unions.common import xlsx_writer as workbook
from unions.common.numbered_pages import PER_PAGE, NumberedPages, page_number, start_of
from unions.common.refusals import Forbidden, Refused
from unions.http import Request, read_page
from unions.models import Union, User
from unions.people.rights import Right
from unions.tree.reach import highest_unit, visible_unit


def unit_asked(request: Request, data: QueryDict) -> Union:
    """The unit named by `union`, else the reader's own. 404 for strangers, 403 without the right to see cases."""
    user, code = request.user, data.get("union", "")
    if not code:
        return highest_unit(user)
    unit = visible_unit(request, code)
    if not user.may(Right.VIEW, unit):
        raise Forbidden(f"您没有查看“{unit}”案件的权限，不能查看它的报表。")
    return unit


def ask(request: Request, key: str, data: QueryDict) -> Ask:
    """The question put to the edition of the form that the period has, for a unit it concerns. Raises NoSuchForm (404)."""
    today = timezone.localdate()
    words = {name: data.get(name, "") for name in WORDS}
    form, period = choose(key, words, today)
    if period and not any(words.values()):
        words = words_of(period, form)
    unit, seats = unit_asked(request, data), FormSeats([form])
    seats.check(form, unit)
    offered = [one for one in units_offered(request.user) if seats.concern(form, one)]
    return Ask(form, words, unit, offered, today)


def scope_asked(request: Request, key: str, data: QueryDict) -> tuple[Form, Scope]:
    """Raises NoSuchForm, or Refused with the first fault when the period cannot be read."""
    asked = ask(request, key, data)
    scope = asked.scope()
    if scope is None:
        raise Refused(next(str(error) for errors in asked.errors.values() for error in errors))
    return asked.form, scope


@read_page
def form_list(request: Request) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    highest_unit(user)
    here = FormEditions.load()
    cards = [choice for key in sorted(here.rows) if (choice := usual(here, key, today))]
    own = of_reader([choice.form for choice in cards], user)
    cards = [choice for choice in cards if choice.form.key in own]
    return render(request, "reporting/forms/forms.html", {"cards": cards, "may_export": bool(user.paths(Right.EXPORT))})


@read_page
def form_page(request: Request, key: str) -> HttpResponse:
    asked = ask(request, key, request.GET)
    form, scope = asked.form, asked.scope()
    context: dict[str, Any] = {"form": form, "asked": asked, "union": asked.unit}
    if scope is None:
        return render(request, "reporting/forms/form.html", context, status=422)
    context |= paper(form, scope, request.user, page_number(request))
    return render(request, "reporting/forms/form.html", context)


def paper(form: Form, scope: Scope, user: User, page: int) -> dict[str, Any]:
    query = query_of(scope, form)
    context: dict[str, Any] = {
        "scope": scope,
        "query": query,
        "grid": form.grid(),
        "head": head_lines(form, scope, timezone.localdate()),
        "as_of_line": as_of_line(scope, form),
        "words": words_of(scope.period, form),
        "may_export": user.may(Right.EXPORT, scope.union),
        "crumbs": [{"label": "报表", "url": reverse("forms")}, {"label": form.title}],
    }
    if form.is_list:
        return context | _listed(form, scope, page)
    table = tabulate(form, scope)
    return context | {"table": linked(table, query), "notes": table.notes}


@dataclass(frozen=True)
class LinkedCell:
    text: str
    url: str
    label: str  # read aloud with the figure


def linked(table: FormTable, query: str) -> list[tuple[TableLine, list[LinkedCell]]]:
    """Rows of the table as (line, cells); each cell opens what stands behind it."""
    base = reverse("form-cell", args=[table.form.key])
    found = []
    for number, line in enumerate(table.lines):
        row = link_key(number, line.stub)
        cells = [
            LinkedCell(
                figure.text,
                f"{base}?{query}&{urlencode({'row': row, 'column': figure.column.measure})}",
                f"{line.stub.text}，{figure.column.text}",
            )
            for figure in line.figures
        ]
        found.append((line, cells))
    return found


def _listed(form: Form, scope: Scope, page: int) -> dict[str, Any]:
    found = listing(form, scope)
    start = start_of(page)
    here = [
        (reverse("case", args=[row.case]), _words(form, papers.listed_values(form, row)))
        for row in found.rows(start, start + PER_PAGE)
    ]
    pages = NumberedPages(len(found.ids), page, len(here))
    return {"rows": here, "notes": form.notes, "pages": pages, "nothing": found.source.nothing}


@dataclass(frozen=True)
class ListedCell:
    """One cell of a listed row. `opens`: it links to the row's page; `long`: words that wrap, at the left."""

    text: str
    opens: bool
    long: bool


def _words(form: Form, values: list[workbook.Value]) -> list[ListedCell]:
    shows = [VALUES[column.value] for column in form.columns]
    return [
        ListedCell(f"{cell:,f}" if isinstance(cell, Decimal) else str(cell), show.opens, show.align == "left")
        for show, cell in zip(shows, values, strict=True)
    ]
