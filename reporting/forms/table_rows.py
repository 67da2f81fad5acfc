"""Which rows a form has for a scope, and how a row of the books finds its own: by industry and project, or by unit.

A `table` has the rows its file names, made of `unions.common.industries.TableRow`. A `units` table has a row for every unit one
level below the scope's, as the tree stood on its last day; the unit's own books, and what else stands below, are one row each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import F, Func, OuterRef, Q, QuerySet, Subquery, TextField, Value

from arrears.law.scope import Scope
from reporting.forms.files import Form, Stub
from reporting.forms.measures import Base, of_case
from unions.common.industries import TableRow
from unions.models import Placement, UnionKind

OWN, REST, ALL = "own", "rest", "all"
OWN_TEXT, ALL_TEXT = "本级", "合计"
BRANCHES = {
    UnionKind.INDUSTRY: "产业",
    UnionKind.DIRECT: "直属",
    UnionKind.CITY_UNIT: "市直单位",
    UnionKind.STATIONED: "驻地单位",
}


@dataclass(frozen=True)
class TableRows:
    """`stubs`: the rows from top to bottom. `kinds`: the finest, of which stubs are made: names of `TableRow`, or unit codes."""

    stubs: tuple[Stub, ...]
    kinds: tuple[str, ...]
    units: dict[str, str] | None = None  # id of a unit, as the key says it → its code
    own: str = ""  # code of the scope's own unit
    level: int = 0
    moved_on: date | None = None  # the tree has changed since: go by where units stood on this day

    def keyed(self, rows: QuerySet[Any], base: Base) -> QuerySet[Any]:
        """`rows` with `row_key`, to be read with `kind` or compared with `keys`."""
        to = of_case(base)
        if self.units is None:
            return rows.annotate(row_key=F(f"{to}table_row"))
        path: Any = F(f"{to}path")
        if self.moved_on:
            path = Subquery(_placements_on(self.moved_on).filter(union=OuterRef(f"{to}union_id")).values("path")[:1])
        part = Func(path, Value("."), Value(self.level), function="split_part", output_field=TextField())
        return rows.annotate(row_key=part)

    def kind(self, key: str) -> str:
        return key if self.units is None else self.units.get(key, self.own)

    def keys(self, stub: Stub) -> list[str]:
        """The row keys a stub takes in."""
        if self.units is None:
            return sorted(stub.takes)
        keys = {key for key, code in self.units.items() if code in stub.takes}
        return sorted(keys | {""} if self.own in stub.takes else keys)


def units_form(form: Form) -> Form:
    """The same measures in a table with a row for every unit one level below, enterprises together."""
    kinds = tuple(kind.value for kind in UnionKind if kind != UnionKind.ENTERPRISE)
    return replace(form, layout="units", rows=(), unit_kinds=kinds, rank_by="")


def rows_for(form: Form, scope: Scope) -> TableRows:
    """No query for a table; for units, one or two."""
    if not form.by_unit:
        return TableRows(form.rows, tuple(TableRow.values))
    return _by_unit(form, scope)


def _by_unit(form: Form, scope: Scope) -> TableRows:
    day = scope.as_of
    standing = _placements_on(day)
    path = standing.filter(union=scope.union).values_list("path", flat=True).first() or scope.union.path
    below = list(
        standing.filter(path__startswith=path, path__regex=rf"^{path.replace('.', '[.]')}[0-9]+[.]$")
        .select_related("union")
        .order_by("union__code")
    )
    codes = {str(row.union_id): row.union.code for row in below}
    own = scope.union.code
    named = [row.union for row in below if row.union.kind in form.unit_kinds and _open(row.union.valid_until, day)]
    here = {unit.code for unit in named}
    rest = {row.union.code: row.union.kind for row in below if row.union.code not in here}
    stubs = (
        *(Stub(unit.name, frozenset({unit.code}), key=unit.code) for unit in named),
        Stub(OWN_TEXT, frozenset({own}), key=OWN),
        *([Stub(_rest_text(set(rest.values())), frozenset(rest), key=REST)] if rest else []),
        Stub(ALL_TEXT, frozenset({own, *codes.values()}), total=True, key=ALL),
    )
    moved = day if scope.moved_since else None
    return TableRows(stubs, (own, *codes.values()), codes, own, path.count(".") + 1, moved)


def _rest_text(kinds: set[str]) -> str:
    """What the units without a row of their own are."""
    named = [text for kind, text in BRANCHES.items() if kind in kinds]
    branches, more = "、".join(named), bool(kinds - BRANCHES.keys())
    others = "其他单位" if more else "单位" if branches and not branches.endswith("单位") else ""
    return f"{branches}及{others}" if branches and more else f"{branches}{others}"


def _placements_on(day: date) -> QuerySet[Placement]:
    return Placement.objects.filter(Q(until=None) | Q(until__gte=day), since__lte=day)


def _open(valid_until: date | None, day: date) -> bool:
    return valid_until is None or valid_until >= day


def named(rows: TableRows, key: str) -> Stub | None:
    """The row a link names: a unit's code, `rest`, `all`; in a table, its number from 0."""
    if any(stub.key for stub in rows.stubs):
        return next((stub for stub in rows.stubs if stub.key == key), None)
    number = int(key) if key.isascii() and key.isdigit() and len(key) < 4 else len(rows.stubs)
    return rows.stubs[number] if number < len(rows.stubs) else None


def link_key(number: int, stub: Stub) -> str:
    """What `named` finds the row by."""
    return stub.key or str(number)
