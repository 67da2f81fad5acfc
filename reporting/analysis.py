"""统计分析: what its pages share: the unit and the days asked for, which go along from one to the other, and what is remembered."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.http import urlencode

from arrears.cases.models import Closure, State
from arrears.cases.models.case import UNFINISHED
from arrears.law.scope import Period, days_of, label_of, read_day, read_label
from unions.common.refusals import Refused
from unions.http import Request
from unions.models import Event, Union
from unions.navigation import left_out
from unions.people.rights import Right

# An event of a slow transaction may become visible behind a later one: nothing is kept longer than this.
KEPT_SECONDS = 60
MOST_CHILDREN = 200
YEARS, QUARTERS, MONTHS = 3, 6, 13  # offered to choose from
BETWEEN = "~"  # in a period of any days: 2026-01-05~2026-03-01
KEPT = ("period", "since", "until")  # what every page of the analysis understands
ASKED = (*KEPT, "kind", "measure", "when", "sort", "book")  # what one of them does


def last_event() -> int | None:
    """Figures are remembered while this stands: every act leaves an event."""
    return Event.objects.order_by("-id").values_list("id", flat=True).first()


def closings(since: date, until: date) -> QuerySet[Closure]:
    """Closings of these days whose cases were not reopened since."""
    return Closure.objects.filter(on__range=(since, until), reopened_on=None)


# ---- what was left on a day -------------------------------------------------------------------------------------------


def left_on(day: date, to: str = "") -> Q:
    """Cases that were not finished at the end of `day`, as known today. `to` leads to the case."""
    open_ = Q(**{f"{to}state__in": UNFINISHED}) | Q(**{f"{to}state": State.CLOSED, f"{to}closed_on__gt": day})
    return open_ & Q(**{f"{to}accepted_on__lte": day})


def entries_left_on(day: date) -> Q:
    """Their entries up to that day: 未解决 is their sum."""
    return left_on(day, "case__") & Q(on__lte=day)


# ---- which unit -------------------------------------------------------------------------------------------------------


def place_of(request: Request, union: Union) -> dict[str, Any]:
    """What the head of every page of the analysis shows: the line from the reader's own unit, the units next below, and the
    other pages with the same unit and days. One query."""
    user, above = request.user, union.line_ids()
    paths = user.paths(Right.VIEW)
    found = Union.objects.filter(Q(pk__in=above) | Q(parent=union, valid_until=None))
    # By depth: the line comes first, however many stand below.
    units = list(found.order_by("depth", "region_code", "code")[: MOST_CHILDREN + len(above)])
    seen = [unit for unit in units if unit.pk in above and any(unit.path.startswith(path) for path in paths)]
    below = [unit for unit in units if unit.pk not in above]
    return {
        "union": union,
        "line": seen,
        "children": below,
        "may_export": user.may(Right.EXPORT, union),
        "along": kept_query(request.GET, KEPT, unit=union.code),
        "days": [(name, request.GET[name]) for name in KEPT if name in request.GET],
        "judges": "evaluation" not in left_out(request),
        "asked_sort": request.GET.get("sort", ""),
    }


def kept_query(data: QueryDict, names: tuple[str, ...] = ASKED, **more: Any) -> str:
    """The part of an address that asks for the same, with more; None takes a part away."""
    asked = {name: str(data[name]).strip() for name in names if name in data} | more
    return urlencode({name: value for name, value in asked.items() if value})


# ---- which days -------------------------------------------------------------------------------------------------------


def periods_offered(today: date) -> list[Any]:
    """Years, quarters and months up to `today`, the newest first, as choices of a select."""
    quarters = [months_before(today, 3 * ago) for ago in range(QUARTERS)]
    months = [months_before(today, ago) for ago in range(MONTHS)]
    return [
        ("年", [_choice("year", date(today.year - ago, 1, 1)) for ago in range(YEARS)]),
        ("季度", [_choice("quarter", day) for day in quarters]),
        ("月份", [_choice("month", day) for day in months]),
    ]


def _choice(rhythm: str, day: date) -> tuple[str, str]:
    label = label_of(rhythm, day)
    return label, period_words(label)


def months_before(day: date, months: int) -> date:
    """The first day of the month `months` before that of `day`."""
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def period_words(label: str) -> str:
    """2026年, 2026年第3季度, 2026年10月: of a label that can be read."""
    since, until = days_asked(label)
    return str(Period(since, until, until))


def days_asked(label: str) -> tuple[date, date]:
    """First and last day of a period by its label, or of any days (`BETWEEN`). Raises Refused."""
    if BETWEEN not in label:
        return days_of(*read_label(label))
    first, last = (read_day(part, "period", "日期") for part in label.split(BETWEEN, 1))
    if first is None or last is None or last < first:
        raise Refused(f"期间“{label}”不对，止日不能早于起日。", {"period": "期间不对。"})
    return first, last


def year_before(day: date) -> date:
    """The same day a year before; of February 29th, the 28th."""
    return date(day.year - 1, day.month, min(day.day, 28) if day.month == 2 else day.day)


def same_of_last_year(since: date, last: date, whole: bool) -> tuple[date, date]:
    """The same days a year before. `whole`: `last` is the last day of a whole period, which February may end a day later."""
    until = year_before(last)
    if whole and (last + timedelta(days=1)).day == 1:
        until = year_before(last + timedelta(days=1)) - timedelta(days=1)
    return year_before(since), until


def one_before(since: date, last: date, rhythm: str) -> tuple[date, date] | None:
    """The month, quarter or week before, as far as this one is known; as many days before any days; None before a year, where it
    is the same of last year."""
    if rhythm == "year":
        return None
    until = since - timedelta(days=1)
    if not rhythm:
        return since - (last - since) - timedelta(days=1), until
    first, end = days_of(rhythm, until)
    whole = days_of(rhythm, since)[1] == last
    return first, end if whole else min(end, first + (last - since))
