"""The overview page, its charts as JSON, and the cases behind a month's figures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from arrears.cases.forms.filters import NO_CAUSE
from arrears.law.obligations.requirements import required
from arrears.law.scope import read_day
from reporting.overview import figures
from unions.common.keyset import keyset
from unions.common.refusals import Refused
from unions.http import Request, read_page
from unions.models import Union, User
from unions.people.rights import Right
from unions.tree.reach import asked_unit

TOP = 15
PER_PAGE = 50
MOST_CHILDREN = 200
SECTORS = "focus-sectors"  # what a notice calls them (vocabulary.REQUIREMENTS)
CHARTS = ("places", "industries", "sectors", "causes", "months")
WHAT = {"recognised": "认定", "resolved": "清偿和垫付", "closed": "办结"}


@read_page
def overview(request: Request) -> HttpResponse:
    union, today = asked_unit(request, "概览"), timezone.localdate()
    read = figures.read(union, today)
    context: dict[str, Any] = {
        "union": union,
        "read": read,
        "today": today,
        "year": today.replace(month=1, day=1),
        "line": _line(union, request.user),
        "children": union.children.filter(valid_until=None).order_by("region_code", "code")[:MOST_CHILDREN],
        "places": [(group, _place_url(group, union)) for group in read.open.places],
        "unverified_url": _cases(union.code, state="clue"),
        "industries": [(group, _cases(union.code, industry=group.key)) for group in read.open.industries],
        "by_sector": SECTORS in required([SECTORS], union.line_ids(), today),
        "sectors": [(group, _cases(union.code, sector=group.key)) for group in read.open.sectors],
        "causes": [(group, _cases(union.code, cause=group.key)) for group in read.open.causes],
        "by_cause": any(group.key != NO_CAUSE for group in read.open.causes),
        "parties": [
            (label, [(group, _cases(union.code, **{name: group.key})) for group in groups[:TOP]], len(groups[TOP:]))
            for name, label in figures.PARTIES.items()
            if (groups := read.open.parties[label])
        ],
        "months": [(month, *_behind(union, month)) for month in reversed(read.months)],
        "open_url": _cases(union.code),
        "closed_url": _entries(union, "closed", today.replace(month=1, day=1), today),
        "resolved_url": _entries(union, "resolved", today.replace(month=1, day=1), today),
        "confirmed_url": f"{reverse('comparison-rows', args=['confirmed-rate'])}?unit={union.code}&period={today.year}",
        **{f"{name}_chart": f"{reverse('overview-chart', args=[name])}?unit={union.code}" for name in CHARTS},
        "empty": not (read.open.all.cases or read.closed or any(m.recognised or m.resolved for m in read.months)),
    }
    return render(request, "reporting/overview/overview.html", context)


def _line(union: Union, user: User) -> list[Union]:
    """From the reader's own unit down to `union`."""
    paths = user.paths(Right.VIEW)
    return [unit for unit in Union.objects.line(union) if any(unit.path.startswith(path) for path in paths)]


def _place_url(group: figures.Group, union: Union) -> str:
    """The cases of a place; of a city's own books and those under it directly, the city's overview, which has them apart."""
    if not group.own:
        return _cases(group.key)
    if group.key == union.code:
        return _cases(group.key, own="on")
    return f"{reverse('overview')}?unit={group.key}"


def _cases(code: str, **more: str) -> str:
    """The list of unfinished cases of a unit."""
    return f"{reverse('cases')}?{urlencode({'state': 'unfinished', 'unit': code} | more)}"


def _behind(union: Union, month: figures.OverviewMonth) -> tuple[str, str]:
    """What stands behind a month's recognised and resolved figures."""
    last = (month.first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return _entries(union, "recognised", month.first, last), _entries(union, "resolved", month.first, last)


def _entries(union: Union, what: str, since: date, until: date) -> str:
    query = {"unit": union.code, "what": what, "since": since.isoformat(), "until": until.isoformat()}
    return f"{reverse('overview-cases')}?{urlencode(query)}"


# ---- charts -----------------------------------------------------------------------------------------------------


@read_page
def chart(request: Request, name: str) -> JsonResponse:
    """An ECharts option: places, industries, focus sectors, causes or months."""
    union = asked_unit(request, "概览")
    read = figures.read(union, timezone.localdate())
    match name:
        case "places":
            rows = [(_short(group), group, _place_url(group, union)) for group in read.open.places[:TOP]]
            return JsonResponse(_bars(rows))
        case "industries":
            rows = [(g.label, g, _cases(union.code, industry=g.key)) for g in read.open.industries[:TOP]]
            return JsonResponse(_bars(rows))
        case "sectors":
            rows = [(g.label, g, _cases(union.code, sector=g.key)) for g in read.open.sectors]
            return JsonResponse(_bars(rows))
        case "causes":
            rows = [(g.label, g, _cases(union.code, cause=g.key)) for g in read.open.causes]
            return JsonResponse(_bars(rows))
        case "months":
            return JsonResponse(_columns(union, read.months))
    raise Http404


def _short(group: figures.Group) -> str:
    return group.label.removesuffix(group.own).removesuffix("总工会") + group.own


def _bars(rows: list[tuple[str, figures.Group, str]]) -> dict[str, Any]:
    """People and money lying, the gravest on top, each against its own axis."""
    return {
        "legend": {},
        "grid": {"left": 8, "right": 24, "top": 64, "bottom": 16, "containLabel": True},
        "yAxis": {"type": "category", "inverse": True, "data": [label for label, _, _ in rows]},
        "xAxis": [
            {"type": "value", "name": "万元", "nameLocation": "end", "position": "bottom", "splitNumber": 3},
            {
                "type": "value",
                "name": "人",
                "nameLocation": "end",
                "position": "top",
                "splitLine": {"show": False},
                "splitNumber": 3,
            },
        ],
        "series": [
            {
                "name": "未解决金额（万元）",
                "type": "bar",
                "xAxisIndex": 0,
                "data": [{"value": in_wan(group.left.amount), "url": url} for _, group, url in rows],
            },
            {
                "name": "未解决人数（人）",
                "type": "bar",
                "xAxisIndex": 1,
                "data": [{"value": group.left.workers, "url": url} for _, group, url in rows],
            },
        ],
    }


def _columns(union: Union, months: list[figures.OverviewMonth]) -> dict[str, Any]:
    """Money recognised and resolved, month beside month."""
    urls = [_behind(union, month) for month in months]
    return {
        "unit": "万元",
        "legend": {},
        "xAxis": {"type": "category", "data": [month.label for month in months]},
        "yAxis": {"type": "value", "name": "万元"},
        "series": [
            {
                "name": "认定",
                "type": "bar",
                "data": [
                    {"value": in_wan(m.recognised.amount), "url": u[0]} for m, u in zip(months, urls, strict=True)
                ],
            },
            {
                "name": "清偿和垫付",
                "type": "bar",
                "data": [{"value": in_wan(m.resolved.amount), "url": u[1]} for m, u in zip(months, urls, strict=True)],
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
    behind = figures.behind(union, what, since, until, own)
    page = keyset(behind.cases.select_related("employer", "union"), request, PER_PAGE)
    context: dict[str, Any] = {
        "union": union,
        "own": own,
        "what": WHAT[what],
        "since": since,
        "until": until,
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
