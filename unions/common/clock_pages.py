"""Pages by the clock: the most overdue first, as fast on the last page as on the first."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from unions.common.keyset import Page

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
Key = tuple[datetime, int]


def by_clock(found: QuerySet[Any], request: HttpRequest, size: int, column: str = "clock_at") -> Page:
    """The page of `found` by (`column`, id) that `?after=` or `?before=` asks for; one query. `column`: a time that every row has."""
    after, before = _key(request.GET.get("after", "")), _key(request.GET.get("before", ""))
    if before is not None:
        rows = list(found.filter(_side(column, before, "lt")).order_by(f"-{column}", "-pk")[: size + 1])
        more, rows = len(rows) > size, rows[:size][::-1]
        next_ = _address(request, column, "after", rows[-1]) if rows else ""
        return Page(rows, _address(request, column, "before", rows[0]) if more else "", next_)
    if after is not None:
        found = found.filter(_side(column, after, "gt"))
    rows = list(found.order_by(column, "pk")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    previous = _address(request, column, "before", rows[0]) if after is not None and rows else ""
    return Page(rows, previous, _address(request, column, "after", rows[-1]) if more else "")


def _side(column: str, key: Key, way: str) -> Q:
    """Rows beyond `key`; the first part lets the index begin at the right place."""
    at, pk = key
    return Q(**{f"{column}__{way}e": at}) & (Q(**{f"{column}__{way}": at}) | Q(**{f"pk__{way}": pk}))


def _key(text: str) -> Key | None:
    """ "1763596799000000-17": microseconds and id. None: no key, or none we wrote."""
    found = re.fullmatch(r"([0-9]{1,16})-([0-9]{1,18})", text)
    return (EPOCH + int(found[1]) * MICROSECOND, int(found[2])) if found else None


def _address(request: HttpRequest, column: str, name: str, row: Any) -> str:
    query = request.GET.copy()
    for cursor in ("after", "before"):
        query.pop(cursor, None)
    query[name] = f"{(getattr(row, column) - EPOCH) // MICROSECOND}-{row.pk}"
    return f"?{query.urlencode()}"
