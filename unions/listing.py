"""What every list page can do: order by a heading, leave out columns, keep a view by name, print and export what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import DateField, F, Model, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from unions.common.keyset import NEWEST_FIRST, Page, conditions, keyset
from unions.common.ordering import by_name
from unions.common.refusals import Forbidden, Refused
from unions.http import Request
from unions.log import audit
from unions.models import ListView, User, under
from unions.people.rights import Right

MOST_COPIED = 2_000  # rows of a list on paper, and of the workbook of what is shown
PRINT, WORKBOOK = "print", "xlsx"
NO_DAY = Value(date.max, DateField())  # where a row has no day: after every day
# Where a row's unit is, if its list does not say: the columns are tried in this order.
PATHS = ("path", "union__path", "case__path")


@dataclass
class Listing:
    """One list as its reader asked for it."""

    request: Request
    sorts: Mapping[str, str]  # heading → column
    headings: list[str] = field(default_factory=list)  # as they were drawn
    views_drawn: bool = False
    drawn: bool = False
    more: bool = False  # a copy does not hold all rows

    most = f"{MOST_COPIED:,}"

    @property
    def key(self) -> str:
        """Of the page and its tab: what views and columns are kept by."""
        match = self.request.resolver_match
        name, tab = match.url_name if match else "", self.request.GET.get("list", "")[:30]
        return f"{name}:{tab}" if tab else str(name)

    @property
    def copy(self) -> str:
        """PRINT, WORKBOOK or nothing."""
        asked = self.request.GET.get("copy", "")
        return asked if asked in (PRINT, WORKBOOK) else ""

    @property
    def sort(self) -> str:
        """The column asked for, "-" before it if it descends; nothing where it is none of the list."""
        asked = self.request.GET.get("sort", "")
        return asked if asked.removeprefix("-") in self.sorts.values() else ""

    @cached_property
    def kept(self) -> list[ListView]:
        """Views of this list: the reader's, and those of the units where she is appointed."""
        return list(ListView.objects.readable_by(self.request.user, timezone.localdate()).filter(page=self.key))

    @property
    def views(self) -> list[ListView]:
        return [view for view in self.kept if view.name]

    @property
    def view(self) -> ListView | None:
        asked = self.request.GET.get("view", "")
        return next((view for view in self.views if str(view.pk) == asked), None)

    @property
    def hidden(self) -> list[str]:
        """Headings that are left out: by the view, else as the reader left them."""
        own = next((view for view in self.kept if not view.name and view.user_id == self.request.user.pk), None)
        chosen = self.view or own
        return list(chosen.hidden) if chosen else []

    @property
    def hidden_places(self) -> list[int]:
        """The columns left out, counted from 1, as they were drawn."""
        return [nth for nth, heading in enumerate(self.headings, 1) if heading and heading in self.hidden]

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """(heading, whether it is shown) of every column that has a heading; the first always is."""
        return [(one, one not in self.hidden) for one in self.headings if one]

    @property
    def address(self) -> str:
        """The page with its conditions, on its first rows."""
        return conditions(self.request.GET)

    @property
    def may_export(self) -> bool:
        return bool(self.request.user.paths(Right.EXPORT))

    def may_change(self, view: ListView) -> bool:
        """Shown to whoever administers a unit; the act asks for the unit of the view."""
        return view.user_id == self.request.user.pk or bool(self.request.user.paths(Right.PEOPLE))


def listed(
    found: QuerySet[Any],
    request: Request,
    size: int,
    order: tuple[str, ...] = NEWEST_FIRST,
    sorts: Mapping[str, str] | None = None,
    path: str = "",
) -> Page:
    """The page of `found`: by the heading that was asked for, else by `order`; a copy has all rows up to MOST_COPIED.

    `sorts`: heading → column that every row has. `path`: the column with the path of a row's unit.
    """
    listing = Listing(request, sorts or {})
    found, order = _sorted(found, order, listing.sort)
    page = _copied(found, listing, order, path) if listing.copy else keyset(found, request, size, order)
    page.listing = request.listing = listing  # type: ignore[attr-defined]
    return page


def _sorted(found: QuerySet[Any], order: tuple[str, ...], sort: str) -> tuple[QuerySet[Any], tuple[str, ...]]:
    if not sort:
        return found, order
    column, way = sort.removeprefix("-"), "-" if sort.startswith("-") else ""
    if column == "pk":
        return found, (f"{way}pk",)
    if _may_lack_a_day(found.model, column):
        found, column = found.annotate(sorted_by=Coalesce(column, NO_DAY)), "sorted_by"
    elif "__" in column or _is_name(found.model, column):
        found = found.annotate(sorted_by=by_name(column) if column.endswith("name") else F(column))
        column = "sorted_by"
    return found, (f"{way}{column}", "-pk")


def _may_lack_a_day(model: type[Model], column: str) -> bool:
    field = next((one for one in model._meta.get_fields() if one.name == column), None)
    return type(field) is DateField and field.null


def _is_name(model: type[Model], column: str) -> bool:
    return column.endswith("name") and column in {one.name for one in model._meta.get_fields()}


def _copied(found: QuerySet[Any], listing: Listing, order: tuple[str, ...], path: str) -> Page:
    """All rows, of a workbook only those of units whose rows the reader may export. Raises Refused: too many, Forbidden."""
    request, user, now = listing.request, listing.request.user, timezone.now()
    if listing.copy == WORKBOOK:
        if not listing.may_export:
            raise Forbidden("您的任职不包含导出，请联系本单位的统计员或经办人。")
        found, request.left_out = within_export(found, user, path)  # type: ignore[attr-defined]
    rows = list(found.order_by(*order)[: MOST_COPIED + 1])
    listing.more = len(rows) > MOST_COPIED
    if listing.more and listing.copy == WORKBOOK:
        raise Refused(f"符合条件的超过 {MOST_COPIED:,} 行，请增加筛选条件，分批导出。")
    if listing.copy == PRINT:
        asked = request.GET.urlencode()[:500]
        with transaction.atomic():
            audit.record(f"user:{user.pk}", "print-list", user, now, title=listing.key, asked=asked)
    return Page(rows[:MOST_COPIED], "", "")


def within_export(found: QuerySet[Any], user: User, path: str = "") -> tuple[QuerySet[Any], int]:
    """The rows of units whose rows the reader may export, and how many others there are (071). Rows without a unit are her own."""
    path = path or next((one for one in PATHS if _has(found.model, one)), "")
    if not path:
        return found, 0
    inside = under(user.paths(Right.EXPORT), path)
    return found.filter(inside), found.order_by().exclude(inside).count()


def _has(model: type[Model], column: str) -> bool:
    first, _, rest = column.partition("__")
    field = next((one for one in model._meta.get_fields() if one.name == first), None)
    if field is None or not rest:
        return field is not None
    return bool(field.many_to_one and field.related_model and _has(field.related_model, rest))
