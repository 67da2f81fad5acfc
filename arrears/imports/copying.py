"""New objects by COPY, with keys reserved beforehand so that other rows can name them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, TypeVar

from django.db import connection, models

from unions.copying import copy_rows

M = TypeVar("M", bound=models.Model)
_IN_ARRAY = str.maketrans({"\\": "\\\\", '"': '\\"'})


def reserve(model: type[models.Model], count: int) -> Iterator[int]:
    """The next `count` primary keys of `model`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return iter([pk for (pk,) in cursor.fetchall()])


def copy_in(model: type[M], objects: Iterable[M]) -> None:
    """Insert `objects`, in the running transaction: all with a reserved key, or all without.

    `save()` and signals are passed by, as with bulk_create; whoever calls fills what `save()` would.
    """
    left = iter(objects)
    if (first := next(left, None)) is None:
        return
    names = [
        str(field.attname)
        for field in model._meta.concrete_fields
        # A generated column is the database's own; so is a key nobody reserved.
        if not getattr(field, "generated", False) and (first.pk is not None or not field.primary_key)
    ]
    copy_rows(model, names, ([_value(getattr(row, name)) for name in names] for row in chain([first], left)))


def _value(value: Any) -> Any:
    """An array in PostgreSQL's own writing; everything else as it is."""
    if not isinstance(value, list):
        return value
    return "{" + ",".join(f'"{str(item).translate(_IN_ARRAY)}"' for item in value) + "}"
