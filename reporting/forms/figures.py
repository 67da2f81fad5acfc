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

from arrears.law.scope import Scope
from reporting.forms.closing import Parts, parts_between
from reporting.forms.files import Form, Stub
from reporting.forms.listing import SOURCES, listing
from reporting.forms.measures import MEASURES, Base, Condition, Measure, rows_of, share, total_of, with_parts
from reporting.forms.papers import listed_values
from reporting.forms.table_rows import TableRows, rows_for
from reporting.forms.tabulate import Raw, one_moment
from unions.common.xlsx_writer import Value

Ids = dict[str, dict[str, list[int]]]


@dataclass(frozen=True)
class Gathered:
    """What a form says of a scope, down to the finest rows of the table. First key: the measure's name; second: the finest
    row, a `TableRow`, or in a form by unit the unit's code. Every measure has every finest row; nothing found is 0 and [].

    `stubs`: the rows of the table, of which the finest are parts: the form's own, or one per unit with rest and total.
    `cells`: raw values (people, things, yuan; of a share its percentage). `ids`: pks of the rows counted, ascending: inspections,
    cases, ledger entries or acts, by `MEASURES[name].over`; of a share, those of its whole. `cases`: for measures over entries
    and acts, the cases those belong to. `keys`: for measures that count different things, the employers or projects counted.

    `rows`, of a list form alone: (pk, cells as printed in the columns' units), in the order of the list. The pk is a case's,
    or an employer's where `rows_are` says so.
    """

    form: Form
    scope: Scope
    stubs: tuple[Stub, ...] = ()
    cells: dict[str, dict[str, Raw]] = field(default_factory=dict)
    ids: Ids = field(default_factory=dict)
    cases: Ids = field(default_factory=dict)
    keys: Ids = field(default_factory=dict)
    rows: list[tuple[int, list[Value]]] = field(default_factory=list)
    parts: dict[str, Parts] = field(default_factory=dict)  # what closes its sums (reporting/forms/closing.py)

    @property
    def rows_are(self) -> str:
        """ "case" or "employer": whose pks a list's rows carry."""
        return SOURCES[self.form.rows_from].of

    def total(self, name: str, stub: Stub) -> Raw:
        """The raw figure of a row of the table: a sum of its parts, how many different things stand in them, or a share of
        their sums."""
        measure = MEASURES[name]
        if measure.is_share:
            return share(self.total(measure.part, stub), self.total(measure.whole, stub))
        if measure.additive:
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


def _together(by_row: dict[str, list[int]], takes: Iterable[str]) -> list[int]:
    return sorted(set(chain.from_iterable(by_row[kind] for kind in takes)))


def gather(form: Form, scope: Scope) -> Gathered:
    """All figures of `form` for `scope` and the rows behind them, from one moment of the database."""
    scope = scope.counted_from(form.since)
    with one_moment():
        if form.is_list:
            return _gather_list(form, scope)
        rows = rows_for(form, scope)
        found = Gathered(form, scope, rows.stubs)
        measures = [MEASURES[name] for name in sorted({c.measure for c in form.columns if c.measure})]
        for base in Base:
            if here := [measure for measure in with_parts(measures) if measure.over == base]:
                _gather_base(found, rows, base, here)
        found.parts.update(parts_between(form, scope))
    for measure in measures:
        if measure.is_share:
            _derive(found, measure)
    return found


def _gather_list(form: Form, scope: Scope) -> Gathered:
    """The row's own pk beside its cells."""
    found = listing(form, scope)
    of_case = found.source.of == "case"
    rows = [(row.case if of_case else row.pk, listed_values(form, row)) for row in found.rows()]
    return Gathered(form, scope, rows=rows)


def _gather_base(found: Gathered, rows: TableRows, base: Base, measures: list[Measure]) -> None:
    """One query over `base`. Measures of one condition (people and money, say) share its ids."""
    lists = {condition: f"ids_{number}" for number, condition in enumerate({m.when for m in measures})}
    asked: dict[str, Any] = {f"of_{m.name}": total_of(m, m.when(found.scope)) for m in measures}
    for condition, name in lists.items():
        asked |= _id_lists(base, name, condition, found.scope)
    for measure in measures:
        if not measure.additive:
            asked[f"keys_{measure.name}"] = _ids(measure.distinct, measure.when(found.scope))
    _prepare(found, rows, base, measures)
    for row in rows.keyed(rows_of(base, found.scope), base).values("row_key").annotate(**asked):
        _take(found, rows.kind(row["row_key"]), row, measures, lists)


def _ids(column: str, condition: Q) -> ArrayAgg:
    return ArrayAgg(column, filter=condition or None, distinct=True, order_by=column, default=[])


def _id_lists(base: Base, name: str, condition: Condition, scope: Scope) -> dict[str, ArrayAgg]:
    only = condition(scope)
    lists = {name: _ids("pk", only)}
    if base in (Base.ENTRIES, Base.ACTS):
        lists[f"{name}_cases"] = _ids("case_id", only)
    return lists


def _prepare(found: Gathered, rows: TableRows, base: Base, measures: list[Measure]) -> None:
    """An answer for every finest row, whether or not anything stands in it."""
    for measure in measures:
        found.cells[measure.name] = dict.fromkeys(rows.kinds, 0)
        found.ids[measure.name] = {kind: [] for kind in rows.kinds}
        if base in (Base.ENTRIES, Base.ACTS):
            found.cases[measure.name] = {kind: [] for kind in rows.kinds}
        if not measure.additive:
            found.keys[measure.name] = {kind: [] for kind in rows.kinds}


def _take(
    found: Gathered, kind: str, row: dict[str, Any], measures: list[Measure], lists: dict[Condition, str]
) -> None:
    for measure in measures:
        name, ids = measure.name, lists[measure.when]
        found.cells[name][kind] = row[f"of_{name}"] or 0
        found.ids[name][kind] = row[ids]
        if name in found.cases:
            found.cases[name][kind] = row[f"{ids}_cases"]
        if name in found.keys:
            found.keys[name][kind] = row[f"keys_{name}"]


def _derive(found: Gathered, measure: Measure) -> None:
    """A share beside what it was computed from."""
    parts, wholes = found.cells[measure.part], found.cells[measure.whole]
    found.cells[measure.name] = {kind: share(parts[kind], wholes[kind]) for kind in wholes}
    found.ids[measure.name] = found.ids[measure.whole]
    if measure.whole in found.cases:
        found.cases[measure.name] = found.cases[measure.whole]
