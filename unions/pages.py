"""The list page: its filters, one page of rows, sums of all rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Aggregate, QuerySet

from unions.common.keyset import NEWEST_FIRST, keyset
from unions.filters import ListFilter
from unions.http import Request

Tab = tuple[str, str, bool]


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
    context: dict[str, Any] = {
        "page": keyset(found, request, size, order),
        "filtered": bool(filters and filters.filled),
    }
    return context | {"form": filters.form} if filters else context


def sums(found: QuerySet[Any], **columns: Aggregate) -> dict[str, Any]:
    """Sums over all pages, 0 where there is nothing to add; one query."""
    return {name: value or 0 for name, value in found.order_by().aggregate(**columns).items()}


def chosen_list(request: Request, offered: Mapping[str, str]) -> tuple[str, list[Tab]]:
    """The key of the list that `?list=` asks for, and the tabs.

    `offered`: key → label; the first where none is asked for. A tab: label, address, whether it is chosen.
    """
    asked = request.GET.get("list", "")
    key = asked if asked in offered else next(iter(offered))
    return key, [(label, f"?list={one}", one == key) for one, label in offered.items()]
