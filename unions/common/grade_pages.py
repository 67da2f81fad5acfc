"""Pages by grade: the gravest first, as fast on the last page as on the first."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from unions.common.keyset import Page

Key = tuple[int, Decimal, int]


def by_weight(found: QuerySet[Any], request: HttpRequest, size: int) -> Page:
    """The page of `found` by (`rank`, `score`, id), all descending, that `?after=` or `?before=` asks for; one query."""
    after, before = _key(request.GET.get("after", "")), _key(request.GET.get("before", ""))
    if before is not None:
        rows = list(found.filter(_beyond(before, "gt")).order_by("rank", "score", "pk")[: size + 1])
        more, rows = len(rows) > size, rows[:size][::-1]
        next_ = _address(request, "after", rows[-1]) if rows else ""
        return Page(rows, _address(request, "before", rows[0]) if more else "", next_)
    if after is not None:
        found = found.filter(_beyond(after, "lt"))
    rows = list(found.order_by("-rank", "-score", "-pk")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    previous = _address(request, "before", rows[0]) if after is not None and rows else ""
    return Page(rows, previous, _address(request, "after", rows[-1]) if more else "")


def _beyond(key: Key, way: str) -> Q:
    rank, score, pk = key
    same = Q(rank=rank)
    return (
        Q(**{f"rank__{way}": rank})
        | same & Q(**{f"score__{way}": score})
        | same & Q(score=score) & Q(**{f"pk__{way}": pk})
    )


def _key(text: str) -> Key | None:
    """ "3-512-17": rank, hundredths of a point, id. None: no key, or none we wrote."""
    found = re.fullmatch(r"([0-9]{1,4})-([0-9]{1,9})-([0-9]{1,18})", text)
    return (int(found[1]), Decimal(found[2]) / 100, int(found[3])) if found else None


def _address(request: HttpRequest, name: str, row: Any) -> str:
    query = request.GET.copy()
    for cursor in ("after", "before"):
        query.pop(cursor, None)
    query[name] = f"{row.rank}-{int(row.score * 100)}-{row.pk}"
    return f"?{query.urlencode()}"
