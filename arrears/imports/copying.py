"""New rows by COPY, with keys reserved beforehand so that other rows can name them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from unions.common.pg_copy import copy_rows

Facts = dict[str, Any]
_IN_ARRAY = str.maketrans({"\\": "\\\\", '"': '\\"'})


def reserve(model: type[models.Model], count: int) -> Iterator[int]:
    """The next `count` primary keys of `model`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return iter([pk for (pk,) in cursor.fetchall()])


def copy_in(model: type[models.Model], rows: Iterable[Facts]) -> None:
    """Insert `rows` (attribute name such as "case_id" → value) in the running transaction; what a row leaves out has the
    field's default. All rows name the same attributes.

    Making 160,000 model objects would take as long as the rest of an import. `save()` and signals are passed by, as
    with bulk_create; whoever calls fills what `save()` would.
    """
    left = iter(rows)
    if (first := next(left, None)) is None:
        return
    fields = [
        field
        for field in model._meta.concrete_fields
        # A generated column is the database's own; so is a key nobody reserved.
        if not getattr(field, "generated", False) and (not field.primary_key or field.attname in first)
    ]
    names = [str(field.attname) for field in fields]
    if unknown := first.keys() - set(names):
        raise ValueError(f"{model.__name__} has no {sorted(unknown)}")
    defaults = {str(field.attname): field.get_default() for field in fields}
    arrays = [place for place, field in enumerate(fields) if isinstance(field, ArrayField)]
    copy_rows(model, names, (_line(defaults | row, names, arrays) for row in chain([first], left)))


def facts_of(row: models.Model) -> Facts:
    """A model object as `copy_in` takes it."""
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


def _line(row: Facts, names: list[str], arrays: list[int]) -> list[Any]:
    values = [row[name] for name in names]
    for place in arrays:
        values[place] = "{" + ",".join(f'"{str(item).translate(_IN_ARRAY)}"' for item in values[place]) + "}"
    return values
