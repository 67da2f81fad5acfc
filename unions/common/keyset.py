"""Pages by key instead of by number: as fast on the last page as on the first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest, QueryDict


@dataclass(frozen=True)
class Page:
    """Newest first. `previous` and `next` are addresses, empty at an end."""

    rows: list[Any]
    previous: str
    next: str

    @property
    def note(self) -> str:
        return f"本页 {len(self.rows)} 条" if self.rows else ""


def keyset(found: QuerySet[Any], request: HttpRequest, size: int) -> Page:
    """The page of `found` by descending id that `?after=` or `?before=` asks for; one query."""
    after, before = _cursor(request.GET, "after"), _cursor(request.GET, "before")
    if before is not None:
        rows = list(found.filter(pk__gt=before).order_by("pk")[: size + 1])
        more, rows = len(rows) > size, rows[:size][::-1]
        return Page(rows, _at(request, "before", rows[0]) if more and rows else "", _older(request, rows, before))
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found.order_by("-pk")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    newer = _at(request, "before", rows[0]) if after is not None and rows else ""
    return Page(rows, newer, _at(request, "after", rows[-1]) if more else "")


def _older(request: HttpRequest, rows: list[Model], before: int) -> str:
    return _at(request, "after", rows[-1]) if rows else _address(request, "after", before + 1)


def _cursor(query: QueryDict, name: str) -> int | None:
    text = query.get(name, "")
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def _at(request: HttpRequest, name: str, row: Model) -> str:
    return _address(request, name, row.pk)


def _address(request: HttpRequest, name: str, key: int) -> str:
    query = request.GET.copy()
    for cursor in ("after", "before"):
        query.pop(cursor, None)
    query[name] = str(key)
    return f"?{query.urlencode()}"
