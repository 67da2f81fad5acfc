"""Everything behind a form at once: each figure of its finest rows with the ids it was made of.

For freezing a return and for comparing what was submitted with the books as they are now. `drilldown` opens one figure
page by page; this reads all of them, one query for each kind of row (`Base`), however many measures the form has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q

from arrears.industries import TableRow
from reporting.form_files import Form, Stub
from reporting.listing import listed_cases, rows
from reporting.measures import MEASURES, Base, Condition, Measure, rows_of, table_row_of, total_of
from reporting.papers import listed_values
from reporting.scope import Scope
from reporting.tabulate import Raw, one_moment
from reporting.workbook import Value

Ids = dict[str, dict[TableRow, list[int]]]


@dataclass(frozen=True)
class Gathered:
    """What a form says of a scope, down to the finest rows of the table; first key: the measure's name.

    `cells`: raw values (people, things, yuan). `ids`: pks of the rows counted, ascending: inspections, cases, ledger
    entries or acts, by `MEASURES[name].over`. `cases`: for measures over entries and acts, the cases those belong to.
    `keys`: for measures that count different things (`not additive`), the employers or projects counted.
    Every measure of the form has every `TableRow`; nothing found is 0 and []. `rows`, of a list form alone: the case's pk
    and its cells as printed, in the columns' units, in the order of the list.
    """

    form: Form
    scope: Scope
    cells: dict[str, dict[TableRow, Raw]] = field(default_factory=dict)
    ids: Ids = field(default_factory=dict)
    cases: Ids = field(default_factory=dict)
    keys: Ids = field(default_factory=dict)
    rows: list[tuple[int, list[Value]]] = field(default_factory=list)

    def total(self, name: str, stub: Stub) -> Raw:
        """The raw figure of a row of the table: a sum of its parts, or how many different things stand in them."""
        if MEASURES[name].additive:
            return sum((self.cells[name][kind] for kind in stub.takes), start=0)
        return len(_together(self.keys[name], stub.takes))

    def ids_of(self, name: str, stub: Stub) -> list[int]:
        """Pks of all rows behind the figure of `stub`, ascending."""
        return _together(self.ids[name], stub.takes)

    def cases_of(self, name: str, stub: Stub) -> list[int]:
        """Pks of all cases behind the figure of `stub`, ascending; none for inspections."""
        over = MEASURES[name].over
        if over == Base.INSPECTIONS:
            return []
        return _together((self.ids if over == Base.CASES else self.cases)[name], stub.takes)


def _together(by_row: dict[TableRow, list[int]], takes: Iterable[TableRow]) -> list[int]:
    return sorted(set(chain.from_iterable(by_row[kind] for kind in takes)))


def gather(form: Form, scope: Scope) -> Gathered:
    """All figures of `form` for `scope` and the rows behind them, from one moment of the database."""
    found = Gathered(form, scope)
    with one_moment():
        if form.is_list:
            found.rows.extend(
                (row.pk, listed_values(form, row)) for row in rows(listed_cases(scope), scope.as_of)
            )
            return found
        measures = [MEASURES[name] for name in sorted({c.measure for c in form.columns if c.measure})]
        for base in Base:
            if here := [measure for measure in measures if measure.over == base]:
                _gather_base(found, base, here)
    return found


def _gather_base(found: Gathered, base: Base, measures: list[Measure]) -> None:
    """One query over `base`. Measures of one condition (people and money, say) share its ids."""
    kind = table_row_of(base)
    lists = {condition: f"ids_{number}" for number, condition in enumerate({m.when for m in measures})}
    asked: dict[str, Any] = {f"of_{m.name}": total_of(m, m.when(found.scope)) for m in measures}
    for condition, name in lists.items():
        asked |= _id_lists(base, name, condition, found.scope)
    for measure in measures:
        if not measure.additive:
            asked[f"keys_{measure.name}"] = _ids(measure.distinct, measure.when(found.scope))
    _prepare(found, base, measures)
    for row in rows_of(base, found.scope).values(kind).annotate(**asked):
        _take(found, TableRow(row[kind]), row, measures, lists)


def _ids(column: str, condition: Q) -> ArrayAgg:
    return ArrayAgg(column, filter=condition or None, distinct=True, order_by=column, default=[])


def _id_lists(base: Base, name: str, condition: Condition, scope: Scope) -> dict[str, ArrayAgg]:
    only = condition(scope)
    lists = {name: _ids("pk", only)}
    if base in (Base.ENTRIES, Base.ACTS):
        lists[f"{name}_cases"] = _ids("case_id", only)
    return lists


def _prepare(found: Gathered, base: Base, measures: list[Measure]) -> None:
    """An answer for every row of the table, whether or not anything stands in it."""
    for measure in measures:
        found.cells[measure.name] = dict.fromkeys(TableRow, 0)
        found.ids[measure.name] = {kind: [] for kind in TableRow}
        if base in (Base.ENTRIES, Base.ACTS):
            found.cases[measure.name] = {kind: [] for kind in TableRow}
        if not measure.additive:
            found.keys[measure.name] = {kind: [] for kind in TableRow}


def _take(
    found: Gathered, kind: TableRow, row: dict[str, Any], measures: list[Measure], lists: dict[Condition, str]
) -> None:
    for measure in measures:
        name, ids = measure.name, lists[measure.when]
        found.cells[name][kind] = row[f"of_{name}"] or 0
        found.ids[name][kind] = row[ids]
        if name in found.cases:
            found.cases[name][kind] = row[f"{ids}_cases"]
        if name in found.keys:
            found.keys[name][kind] = row[f"keys_{name}"]
