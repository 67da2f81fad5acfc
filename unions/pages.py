"""The list page: its filters, one page of rows, sums of all rows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db.models import Aggregate, Func, IntegerField, QuerySet, Subquery
from django.db.models.functions import Coalesce

from unions.common.keyset import NEWEST_FIRST
from unions.filters import ListFilter
from unions.http import Request
from unions.listing import listed
from unions.models import User
from unions.navigation import is_asked_for

Tab = tuple[str, str, bool, int]


def list_page(
    request: Request,
    found: QuerySet[Any],
    size: int,
    filters: ListFilter | None = None,
    order: tuple[str, ...] = NEWEST_FIRST,
) -> dict[str, Any]:
    """The context of a list: `page`, `filtered`, and the `form` of its filters.

    `found`: what the filters leave, with whatever is shown of each row.
    """
    if filters:
        filters.leave_out(partial(is_asked_for, request))
    context: dict[str, Any] = {
        "page": listed(
            found, request, size, order, filters.sorts if filters else None, filters.unit_path if filters else ""
        ),
        "filtered": bool(filters and filters.filled),
    }
    return context | {"form": filters.form} if filters else context


def sums(found: QuerySet[Any], **columns: Aggregate) -> dict[str, Any]:
    """Sums over all pages, 0 where there is nothing to add; one query."""
    return {name: value or 0 for name, value in found.order_by().aggregate(**columns).items()}


def chosen_list(
    request: Request, offered: Mapping[str, str], waiting: Mapping[str, QuerySet[Any]] | None = None
) -> tuple[str, list[Tab]]:
    """The key of the list that `?list=` asks for, and the tabs.

    `offered`: key → label; where none is asked for, the first in which something waits, else the first.
    `waiting`: lists of what waits for the reader, whose number is said.
    A tab: label, address, whether it is chosen, its number (0 where nobody counts). One query where something is counted.
    """
    asked = request.GET.get("list", "")
    counts = count_each(request.user, {one: rows for one, rows in (waiting or {}).items() if one in offered})
    key = asked if asked in offered else next((one for one in offered if counts.get(one)), next(iter(offered)))
    return key, [(label, f"?list={one}", one == key, counts.get(one, 0)) for one, label in offered.items()]


def count_each(user: User, rows: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """Count all of these querysets in one query."""
    if not rows:
        return {}
    counts = User.objects.filter(pk=user.pk).values_list(*map(_count, rows.values())).get()
    # A right that is held nowhere asks nothing and answers None.
    return dict(zip(rows, (count or 0 for count in counts), strict=True))


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().annotate(n=Func("pk", function="COUNT", output_field=IntegerField()))
    return Coalesce(Subquery(counted.values("n")), 0)  # nothing is asked where the reader decides nowhere
