"""Pages by key instead of by number: as fast on the last page as on the first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.timezone import is_naive

CURSORS = ("after", "before")
# Of the address of a list: where one is in it, how it is taken and by which kept view; the rest is what was asked for.
BESIDE = (*CURSORS, "page", "copy", "view")
NEWEST_FIRST = ("-pk",)
LONGEST = 400  # characters of a cursor


@dataclass
class Page:
    """In the order asked for. `previous` and `next` are addresses, empty at an end."""

    rows: list[Any]
    previous: str
    next: str
    listing: Any = None  # unions.listing.Listing: what its reader asked for

    @property
    def note(self) -> str:
        return f"本页 {len(self.rows)} 条" if self.rows else ""


def keyset(found: QuerySet[Any], request: HttpRequest, size: int, order: tuple[str, ...] = NEWEST_FIRST) -> Page:
    """The page of `found` that `?after=` or `?before=` asks for; one query.

    `order`: columns of the model or annotations that every row has, "-" before those that descend; the last is the primary key. A cursor that
    cannot be read asks for the first page.
    """
    after, before = (_read(found, order, request.GET.get(name, "")) for name in CURSORS)

    def at(name: str = "", row: Model | None = None) -> str:
        query = request.GET.copy()
        for cursor in CURSORS:
            query.pop(cursor, None)
        if row:
            query[name] = _written(row, order)
        return f"?{query.urlencode(safe=',')}"

    if before is not None:
        back = _reversed(order)
        rows = list(found.filter(_beyond(back, before)).order_by(*back)[: size + 1])
        more, rows = len(rows) > size, rows[:size][::-1]
        return Page(rows, at("before", rows[0]) if more else "", at("after", rows[-1]) if rows else at())
    if after is not None:
        found = found.filter(_beyond(order, after))
    rows = list(found.order_by(*order)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    previous = at("before", rows[0]) if after is not None and rows else ""
    return Page(rows, previous, at("after", rows[-1]) if more else "")


def conditions(query: QueryDict, *but: str) -> str:
    """The address of the same list on its first rows, without `but`."""
    rest = query.copy()
    for name in (*but, *BESIDE):
        rest.pop(name, None)
    return f"?{rest.urlencode()}"


def _reversed(order: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name[1:] if name.startswith("-") else f"-{name}" for name in order)


def _beyond(order: tuple[str, ...], key: list[Any]) -> Q:
    """Rows that come after `key`; the bound of the first column lets an index begin at the right place."""
    column, way = order[0].removeprefix("-"), "lt" if order[0].startswith("-") else "gt"
    further = Q(**{f"{column}__{way}": key[0]})
    if len(order) == 1:
        return further
    return Q(**{f"{column}__{way}e": key[0]}) & (further | _beyond(order[1:], key[1:]))


def _written(row: Model, order: tuple[str, ...]) -> str:
    """The key of `row`: "3,5.12,17"; times as 20261130T103000.000000Z."""
    return ",".join(_text(getattr(row, name.removeprefix("-"))) for name in order)


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    return str(value).replace("%", "%25").replace(",", "%2C")


def _read(found: QuerySet[Any], order: tuple[str, ...], text: str) -> list[Any] | None:
    """None: no key, or none we wrote."""
    parts = text.split(",")
    if len(parts) != len(order) or len(text) > LONGEST:
        return None
    try:
        return [_value(_field(found, name), unquote(part)) for name, part in zip(order, parts, strict=True)]
    except ValidationError:
        return None


def _field(found: QuerySet[Any], name: str) -> Field[Any, Any]:
    name, model = name.removeprefix("-"), found.model
    if name in found.query.annotations:
        field = found.query.annotations[name].output_field
    else:
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    assert isinstance(field, Field)
    return field


def _value(field: Field[Any, Any], text: str) -> Any:
    """`text` as the field keeps it; what the database could not compare is refused."""
    value = field.to_python(text)
    field.run_validators(value)
    if value is None or "\x00" in text or (isinstance(value, datetime) and is_naive(value)):
        raise ValidationError("no key of ours")
    return value
