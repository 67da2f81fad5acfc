"""The overview page, its charts as JSON, and the cases behind a month's figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from arrears.cases.forms.filters import NO_CAUSE
from arrears.law.obligations.requirements import required
from arrears.law.scope import read_day
from reporting.analysis import place_of
from reporting.boards.columns import BoardColumn
from reporting.boards.comparison import ComparedCell
from reporting.boards.views.boards import exporter, note
from reporting.boards.wording import printed, share_note
from reporting.evaluation.facts import EvaluationPeriod
from reporting.evaluation.forms import EvaluationFilter, evaluation_filter, period_name
from reporting.overview import figures, sheet
from reporting.overview.figures import Group, Open
from reporting.overview.summary import OWN, Change, Spans, SummaryLine, change
from unions.common.formats import day
from unions.common.refusals import Refused
from unions.common.views import attachment
from unions.common.xlsx_writer import bytes_of
from unions.http import Request, read_page
from unions.listing import listed
from unions.models import Union
from unions.tree.reach import asked_unit

TOP = 15
PER_PAGE = 50
SECTORS = "focus-sectors"  # what a notice calls them (vocabulary.REQUIREMENTS)
CHARTS = ("places", "industries", "sectors", "channels", "causes", "months")
WHAT = {"recognised": "认定", "resolved": "清偿和垫付", "closed": "办结", "left": "未解决"}
# Of the measures that are no column of the comparison with rows of its own: what their page is asked for.
ENTRIES = {"owed": "recognised", "paid": "resolved", "left": "left", "closed": "closed"}


@dataclass(frozen=True)
class OverviewRequest:
    """`span` None: the days could not be read; the form says why."""

    union: Union
    form: EvaluationFilter
    span: EvaluationPeriod | None


@dataclass(frozen=True)
class GroupLine:
    """A group as it is printed: the cases behind it now and on the same day of last year, "" where no page has just them."""

    group: Group
    url: str
    then_url: str
    change: Change


@dataclass(frozen=True)
class FigureCell:
    """One figure of the summary: its words, and its cases."""

    text: str
    note: str
    url: str


def asked(request: Request) -> OverviewRequest:
    union, now = asked_unit(request, "概览"), timezone.now()
    form = evaluation_filter(request.GET, now)
    form.offer([], [])
    return OverviewRequest(union, form, form.span(now))


@read_page
def overview(request: Request) -> HttpResponse:
    found = asked(request)
    context = place_of(request, found.union) | {"form": found.form}
    if found.span:
        context |= _shown(found.union, found.span, context["along"])
    return render(request, "reporting/overview/overview.html", context)


def _shown(union: Union, span: EvaluationPeriod, query: str) -> dict[str, Any]:
    """`query` asks for the same unit and days."""
    read, today = figures.read(union, span), timezone.localdate()
    spans, open_ = read.spans, read.open
    of = partial(_lines, union, spans)
    unverified = {"state": "clue"} if spans.now.last == today else {}
    return {
        "read": read,
        "spans": spans,
        "period": period_name(span),
        "summary": [_figures(union, spans, line) for line in read.summary.lines()],
        "unverified_url": _cases(union.code, **unverified) if unverified else "",
        "places": of(open_.places, "place"),
        "total": _line(union, spans, open_.all, ""),
        "groups": [
            ("industries", "行业", of(open_.industries, "industry"), 0, ""),
            *([("sectors", "重点行业", of(open_.sectors, "sector"), 0, "")] if _by_sector(union, today) else []),
            ("channels", "受理渠道", of(open_.channels, "channel"), 0, ""),
            *([("causes", "欠薪原因", of(open_.causes, "cause"), 0, SEVERAL)] if _by_cause(open_) else []),
            *(
                ("", label, of(groups[:TOP], name), len(groups[TOP:]), "")
                for name, label in figures.PARTIES.items()
                if (groups := open_.parties[label])
            ),
        ],
        "months": [(month, *_behind(union, month, span)) for month in reversed(read.months)],
        "charts": {name: f"{reverse('overview-chart', args=[name])}?{query}" for name in CHARTS},
        "sheet_url": f"{reverse('overview-sheet')}?{query}",
    }


SEVERAL = "一件案件有几项原因的，在每项下各计一次，各项之和可大于总数。"


def _by_sector(union: Union, today: date) -> bool:
    return SECTORS in required([SECTORS], union.line_ids(), today)


def _by_cause(open_: Open) -> bool:
    return any(group.key != NO_CAUSE for group in open_.causes)


def _figures(union: Union, spans: Spans, line: SummaryLine) -> dict[str, Any]:
    """A line of the summary: this period, the same of last year and the one before, each with its cases, and the changes."""
    cells = {"now": line.now, "year_ago": line.year_ago, "before": line.before}
    shown = {
        name: FigureCell(printed(cell), share_note(cell), figure_url(union, line.column, days))
        for name, days in spans.named()
        if (cell := cells[name]) is not None
    }
    return shown | {
        "column": line.column,
        "year_change": change(line.now, line.year_ago),
        "before_change": change(line.now, line.before) if line.before else None,
    }


def figure_url(union: Union, column: BoardColumn, days: EvaluationPeriod) -> str:
    """The cases behind a figure of the summary."""
    what = ENTRIES.get(column.name.split("-")[0])
    if what is None or column.source is not None:
        query = urlencode({"unit": union.code, "since": days.since, "until": days.last})
        return f"{reverse('comparison-rows', args=[column.name])}?{query}"
    if what == "left" and days.last == timezone.localdate():
        return _cases(union.code)
    return _entries(union.code, what, days.since, days.last)


def _lines(union: Union, spans: Spans, groups: Iterable[Group], by: str) -> list[GroupLine]:
    return [_line(union, spans, group, by) for group in groups]


def _line(union: Union, spans: Spans, group: Group, by: str) -> GroupLine:
    column = OWN["left-amount"]
    differs = change(ComparedCell(column, group.left.amount), ComparedCell(column, group.left_then.amount))
    return GroupLine(
        group, group_url(union, spans.now.last, group, by), group_url(union, spans.year_ago.last, group, by), differs
    )


def group_url(union: Union, day: date, group: Group, by: str) -> str:
    """The cases of a group on `day`; of a city's own books and those under it directly, the city's overview, which has them apart."""
    own = {"own": "on"} if by == "place" and group.own else {}
    code = group.key if by == "place" else union.code
    if own and group.key != union.code:
        return f"{reverse('overview')}?{urlencode({'unit': group.key})}" if day == timezone.localdate() else ""
    if day == timezone.localdate():
        return _cases(code, **own, **({by: group.key} if by not in ("", "place") else {}))
    more = own | ({"by": by, "key": group.key} if by not in ("", "place") else {})
    return _entries(code, "left", day, day, **more)


def _cases(code: str, **more: str) -> str:
    """The list of unfinished cases of a unit."""
    return f"{reverse('cases')}?{urlencode({'state': 'unfinished', 'unit': code} | more)}"


def _behind(union: Union, month: figures.OverviewMonth, span: EvaluationPeriod) -> tuple[str, str, str]:
    """What stands behind a month's recognised and resolved figures, and behind what was left at its end."""
    last = min((month.first + timedelta(days=31)).replace(day=1) - timedelta(days=1), span.last)
    first: date = month.first
    return (
        _entries(union.code, "recognised", first, last),
        _entries(union.code, "resolved", first, last),
        _entries(union.code, "left", first, last),
    )


def _entries(code: str, what: str, since: date, until: date, **more: str) -> str:
    query = {"unit": code, "what": what, "since": since.isoformat(), "until": until.isoformat()} | more
    return f"{reverse('overview-cases')}?{urlencode(query)}"


# ---- charts: all in 万元 on one axis -----------------------------------------------------------------------------------


@read_page
def chart(request: Request, name: str) -> JsonResponse:
    """An ECharts option: places, industries, focus sectors, channels, causes or months."""
    found = asked(request)
    if name not in CHARTS:
        raise Http404
    if found.span is None:
        raise Refused("期间有误，请回到概览改正。")
    union, read = found.union, figures.read(found.union, found.span)
    if name == "months":
        return JsonResponse(_columns(union, read.months, found.span))
    groups = {
        "places": (read.open.places[:TOP], "place"),
        "industries": (read.open.industries[:TOP], "industry"),
        "sectors": (read.open.sectors, "sector"),
        "channels": (read.open.channels, "channel"),
        "causes": (read.open.causes, "cause"),
    }
    return JsonResponse(_bars(_lines(union, read.spans, *groups[name])))


def _short(group: Group) -> str:
    return group.label.removesuffix(group.own).removesuffix("总工会") + group.own


def _bars(lines: list[GroupLine]) -> dict[str, Any]:
    """Money lying, the gravest on top, this year's bar above last year's."""
    now = [{"value": in_wan(line.group.left.amount), "url": line.url} for line in lines]
    then = [{"value": in_wan(line.group.left_then.amount), "url": line.then_url} for line in lines]
    return {
        "unit": "万元",
        "legend": {},
        "grid": {"left": 8, "right": 48, "top": 48, "bottom": 16, "containLabel": True},
        "yAxis": {"type": "category", "inverse": True, "data": [_short(line.group) for line in lines]},
        "xAxis": {"type": "value", "name": "万元", "nameLocation": "end", "splitNumber": 3},
        "series": [
            {"name": "未解决", "type": "bar", "barMaxWidth": 22, "data": now},
            {"name": "去年同日", "type": "bar", "barMaxWidth": 22, "data": then, "itemStyle": {"color": THEN}},
        ],
    }


THEN = "#b9b1a8"  # last year's, beside this year's in any colour


def _columns(union: Union, months: list[figures.OverviewMonth], span: EvaluationPeriod) -> dict[str, Any]:
    """Money recognised and resolved, month beside month; as lines what was left at the end of each, this year and the last."""
    urls = [_behind(union, month, span) for month in months]

    def data(amounts: Iterable[Decimal], at: int) -> list[dict[str, Any]]:
        return [{"value": in_wan(amount), "url": url[at]} for amount, url in zip(amounts, urls, strict=True)]

    return {
        "unit": "万元",
        "legend": {},
        "xAxis": {"type": "category", "data": [month.label for month in months]},
        "yAxis": {"type": "value", "name": "万元"},
        "series": [
            {"name": "认定", "type": "bar", "data": data((m.recognised.amount for m in months), 0)},
            {"name": "清偿和垫付", "type": "bar", "data": data((m.resolved.amount for m in months), 1)},
            {"name": "月末未解决", "type": "line", "data": data((m.left for m in months), 2)},
            {
                "name": "去年同月末未解决",
                "type": "line",
                "lineStyle": {"type": "dashed"},
                "itemStyle": {"color": THEN},
                "symbol": "diamond",
                "data": [{"value": in_wan(month.left_then)} for month in months],
            },
        ],
    }


def in_wan(amount: Any) -> float:
    """Yuan as 万元 for drawing."""
    return round(float(amount) / 10_000, 2)


# ---- the cases behind a figure ----------------------------------------------------------------------------------


@read_page
def cases(request: Request) -> HttpResponse:
    """Cases with entries of that kind (or closed) in the days asked for, and what those entries say."""
    union, what = asked_unit(request, "概览"), request.GET.get("what", "")
    if what not in WHAT:
        raise Http404
    since, until = _day(request, "since", "起日"), _day(request, "until", "止日")
    own = bool(request.GET.get("own"))
    group = request.GET.get("by", ""), request.GET.get("key", "")
    behind = figures.behind(union, what, since, until, own, group)
    page = listed(behind.cases.select_related("employer", "union"), request, PER_PAGE)
    context: dict[str, Any] = {
        "union": union,
        "own": own,
        "what": WHAT[what],
        "days": f"截至 {day(until)}" if what == "left" else f"{day(since)} 至 {day(until)}",
        "page": page,
        "total": behind.total(),
        "rows": behind.with_sums(page.rows),
        "count": behind.cases.count(),
    }
    return render(request, "reporting/overview/overview_cases.html", context)


def _day(request: Request, name: str, label: str) -> date:
    found = read_day(request.GET.get(name, ""), name, label)
    if found is None:
        raise Refused(f"请填写{label}，例如 2026-01-31。", {name: "请填写日期。"})
    return found


@read_page
def overview_sheet(request: Request) -> HttpResponse:
    """All figures of the page as a workbook."""
    found = asked(request)
    union, user = found.union, exporter(request, found.union)
    span = found.span
    if span is None:
        raise Refused("期间有误，请回到概览改正后再导出。")
    read, by_sector = figures.read(union, span), _by_sector(union, timezone.localdate())
    content = bytes_of(lambda out: sheet.write(union, read, span, by_sector, out))
    note(user, union, span.now, what="overview", since=span.since, until=span.last)
    return attachment(content, f"概览_{union.name}_{span.since:%Y%m%d}-{span.last:%Y%m%d}.xlsx")
