"""The right side of a collection: the sum of what was sent, the books as they are now, or where the two differ and by which cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from arrears.cases.models import Case, Employer
from arrears.inspections.models import Inspection
from reporting.forms.files import raw_unit
from reporting.forms.listing import SOURCES
from reporting.forms.request import query_of
from reporting.forms.tabulate import Raw, shown
from reporting.forms.views.forms import paper
from reporting.returns import gaps
from reporting.returns.collection import ReturnCollection
from reporting.returns.gaps import FigureGap, LedgerComparison
from reporting.returns.views.sheet import difference_sheet, sum_sheet
from unions.common.clock import day_of
from unions.models import Union, User

MOST_NAMED = 8


def sheet(found: ReturnCollection, show: str, user: User, page: int, cell_url: str) -> dict[str, Any]:
    """What form_sheet.html wants, and of the differences the list below it. `show`: sent, live or gap."""
    today, form = day_of(found.now), found.form
    if show == "live":
        return {"form": form} | paper(form, gaps.live_scope(found.scope, today), user, page)
    filled = found.summed()
    if show == "sent":
        return sum_sheet(filled, f"{cell_url}?", user, page, today)
    if form.is_list:
        return {"form": form} | _list_gaps(form.rows_from, *gaps.listed_gaps(filled, today), user)
    beside = LedgerComparison(filled, today)
    books = query_of(gaps.live_scope(filled.scope, today), form)
    live_url = f"{reverse('form-cell', args=[form.key])}?{books}&"
    parts = difference_sheet(filled, beside.differences(), f"{cell_url}?", today)
    return parts | {"gaps": _gaps_in_words(beside.gaps(), f"{cell_url}?", live_url, form.figure_headings, user)}


# ---- figures that differ -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DifferingRow:
    """A case or an inspection that makes a difference."""

    url: str
    title: str
    number: str
    union: str


@dataclass(frozen=True)
class Share:
    """One way in which rows differ: `words`, the matters the reader may open, and how many others there are."""

    words: str
    matters: list[DifferingRow]
    rest: list[DifferingRow]
    unseen: int


@dataclass(frozen=True)
class GapInWords:
    """One figure in words: 本表 12 人，台账 15 人，台账多 3 人. `sent_url` and `live_url` open both figures."""

    anchor: str
    place: str
    sent: str
    live: str
    by: str
    unit: str
    more: bool
    sent_url: str
    live_url: str
    shares: list[Share]
    by_hand: list[Union]


def _gaps_in_words(
    gaps: list[FigureGap], sent_url: str, live_url: str, names: list[str], user: User
) -> list[GapInWords]:
    """Two queries for the names of whatever makes the differences."""
    cases = _cases({pk for gap in gaps for pk in (*gap.added, *gap.gone)}, user)
    visits = _visits({pk for gap in gaps for pk in (*gap.visits_added, *gap.visits_gone)}, user)
    return [_in_words(gap, sent_url, live_url, names[gap.place], cases, visits) for gap in gaps]


def _in_words(
    gap: FigureGap,
    sent_url: str,
    live_url: str,
    name: str,
    cases: dict[int, DifferingRow],
    visits: dict[int, DifferingRow],
) -> GapInWords:
    where = urlencode({"row": str(gap.row), "column": gap.column.measure})
    shares = [
        _share("台账有、报表没有", gap.added, cases),
        _share("报表有、台账没有", gap.gone, cases),
        _share("台账有、报表没有的检查", gap.visits_added, visits),
        _share("报表有、台账没有的检查", gap.visits_gone, visits),
    ]
    return GapInWords(
        f"gap-{gap.row}-{gap.place}",
        f"{gap.stub.text}，{name}",
        *_figures(gap),
        gap.by > 0,
        sent_url + where,
        live_url + where,
        [one for one in shares if one],
        gap.by_hand,
    )


def _figures(gap: FigureGap) -> tuple[str, str, str, str]:
    """Sent, live, how far apart, and in what: the column's unit, or the raw one where rounding would hide the difference."""
    unit = gap.column.unit
    sent, live, by = [f"{shown(raw, unit):,f}" for raw in _raws(gap)]
    if sent != live:
        return sent, live, by, unit
    return f"{gap.sent:,}", f"{gap.live:,}", f"{_raws(gap)[2]:,}", raw_unit(gap.column)


def _raws(gap: FigureGap) -> tuple[Raw, Raw, Raw]:
    return gap.sent, gap.live, gap.by if gap.by > 0 else -gap.by


def _share(words: str, ids: list[int], matters: dict[int, DifferingRow]) -> Share | None:
    if not ids:
        return None
    seen = [matters[pk] for pk in ids if pk in matters]
    return Share(words, seen[:MOST_NAMED], seen[MOST_NAMED:], len(ids) - len(seen))


def _cases(ids: Iterable[int], user: User) -> dict[int, DifferingRow]:
    """By id, under the reader's rights."""
    rows = Case.objects.visible_to(user).filter(pk__in=set(ids)).select_related("employer", "union")
    return {
        row.pk: DifferingRow(reverse("case", args=[row.pk]), row.employer.name, row.number or "", row.union.name)
        for row in rows
    }


def _visits(ids: set[int], user: User) -> dict[int, DifferingRow]:
    if not ids:
        return {}
    rows = Inspection.objects.visible_to(user).filter(pk__in=ids).select_related("employer", "union")
    return {
        row.pk: DifferingRow(reverse("inspection", args=[row.pk]), row.employer.name, str(row.on), row.union.name)
        for row in rows
    }


# ---- rows that only one side lists ------------------------------------------------------------------------------------------


def _list_gaps(rows_from: str, added: list[int], gone: list[int], user: User) -> dict[str, Any]:
    """Of a list of cases: which only the books have, which only the returns. Of a list of employers likewise."""
    ids = {*added, *gone}
    matters = _cases(ids, user) if SOURCES[rows_from].of == "case" else _employers(ids)
    shares = [_share("台账有、报表没有", added, matters), _share("报表有、台账没有", gone, matters)]
    return {"list_gaps": [one for one in shares if one], "listed": True}


def _employers(ids: Iterable[int]) -> dict[int, DifferingRow]:
    rows = Employer.objects.filter(pk__in=set(ids))
    return {row.pk: DifferingRow(reverse("employer", args=[row.pk]), row.name, "", "") for row in rows}
