"""Filling a table form: each kind of row is summed in one query, then the figures are laid out and rounded.

Raw values are summed, then rounded; rounded figures are never summed (domain.md §1.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.contrib.postgres.aggregates import BoolOr
from django.db import connection, transaction
from django.db.models import BooleanField, Count, ExpressionWrapper, Q

from arrears.industries import TableRow
from reporting.form_files import UNITS, Column, Form, HeaderCell, Stub
from reporting.measures import MEASURES, Base, Measure, rows_of, table_row_of, total_of
from reporting.scope import Period, Scope, chinese_day

Raw = int | Decimal
ROUNDING_NOTE = "注：表中数字因四舍五入，各行之和与合计可能略有出入。"
DIFFERENT_NOTE = "注：同一用人单位（项目）涉及多行的，在合计中只计一次，各行之和可能大于合计。"


@dataclass(frozen=True)
class Figure:
    """`raw`: people, things or yuan; `shown`: in the column's unit, rounded half up."""

    raw: Raw
    shown: Decimal
    column: Column

    @property
    def text(self) -> str:
        return f"{self.shown:,f}"


@dataclass(frozen=True)
class Line:
    stub: Stub
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Table:
    """A form filled for one scope: what the page shows and the workbook writes."""

    form: Form
    scope: Scope
    lines: tuple[Line, ...]

    @property
    def grid(self) -> list[list[HeaderCell]]:
        return self.form.grid()

    @property
    def notes(self) -> list[str]:
        return [*self.form.notes, *unequal_notes(self)]


def shown(raw: Raw, unit: str) -> Decimal:
    """`raw` in `unit`, rounded half up."""
    rule = UNITS[unit]
    # Plus zero: a rounded −0.00 loses its sign.
    return (Decimal(raw) / rule.scale).quantize(Decimal(1).scaleb(-rule.places), ROUND_HALF_UP) + 0


def tabulate(form: Form, scope: Scope) -> Table:
    """Fill `form` for `scope`, all figures from one moment of the database."""
    names = {column.measure for column in form.columns if column.measure}
    with one_moment():
        raw = compute([MEASURES[name] for name in sorted(names)], form.rows, scope)
    lines = []
    for number, stub in enumerate(form.rows):
        values = [(raw[column.measure][number], column) for column in form.columns if column.measure]
        lines.append(Line(stub, tuple(Figure(value, shown(value, c.unit), c) for value, c in values)))
    return Table(form, scope, tuple(lines))


@contextmanager
def one_moment() -> Iterator[None]:
    """Several queries that see the database as of one moment; inside a transaction already, that one's view."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def compute(measures: list[Measure], stubs: tuple[Stub, ...], scope: Scope) -> dict[str, list[Raw]]:
    """Measure name → its raw value for each row of the table."""
    found: dict[str, list[Raw]] = {}
    for base in Base:
        here = [measure for measure in measures if measure.over == base]
        sums = [measure for measure in here if measure.additive]
        if sums:
            finest = _sums(base, sums, scope)
            for measure in sums:
                parts = finest[measure.name]
                found[measure.name] = [sum((parts[kind] for kind in stub.takes), start=0) for stub in stubs]
        for measure in here:
            if not measure.additive:
                found[measure.name] = _different(measure, stubs, scope)
    return found


def _sums(base: Base, measures: list[Measure], scope: Scope) -> dict[str, dict[TableRow, Raw]]:
    """One query over `base`: measure → finest row of the tables → value."""
    field = table_row_of(base)
    totals: dict[str, Any] = {f"of_{m.name}": total_of(m, m.when(scope)) for m in measures}
    rows = rows_of(base, scope).values(field).annotate(**totals)
    found: dict[str, dict[TableRow, Raw]] = {m.name: dict.fromkeys(TableRow, 0) for m in measures}
    for row in rows:
        for measure in measures:
            found[measure.name][TableRow(row[field])] = row[f"of_{measure.name}"] or 0
    return found


def _different(measure: Measure, stubs: tuple[Stub, ...], scope: Scope) -> list[Raw]:
    """How many different employers (projects) stand in each row of the table: one query, each looked at once."""
    field = table_row_of(measure.over)
    inside = {
        f"in_{number}": BoolOr(
            ExpressionWrapper(Q(**{f"{field}__in": sorted(stub.takes)}), output_field=BooleanField())
        )
        for number, stub in enumerate(stubs)
    }
    each = (
        rows_of(measure.over, scope).filter(measure.when(scope)).values(measure.distinct).annotate(**inside)
    )
    # Counting a column of the inner query, not the key: the key would join the grouping.
    found = each.aggregate(**{f"n_{name}": Count(name, filter=Q(**{name: True})) for name in inside})
    return [found[f"n_in_{number}"] for number in range(len(stubs))]


# ---- when shown rows do not add up to the shown total --------------------------------------------------------------


def unequal_notes(table: Table) -> list[str]:
    """Sentences for a reader who adds up the rows: rounding, and employers that stand in two rows."""
    wrong = {column for stub in table.form.rows for column in _unequal_columns(table, stub)}
    rounded = any(MEASURES[column.measure].additive for column in wrong)
    different = any(not MEASURES[column.measure].additive for column in wrong)
    return [note for note, needed in ((ROUNDING_NOTE, rounded), (DIFFERENT_NOTE, different)) if needed]


def _unequal_columns(table: Table, whole: Stub) -> set[Column]:
    parts = table.form.parts(whole)
    if not parts:
        return set()
    by_stub = {line.stub: line.figures for line in table.lines}
    return {
        figure.column
        for number, figure in enumerate(by_stub[whole])
        if figure.shown != sum(by_stub[part][number].shown for part in parts)
    }


# ---- lines above and below -----------------------------------------------------------------------------------------


def head_lines(form: Form, scope: Scope, made_on: date) -> list[str]:
    words = {
        "union": scope.union.name, "as_of": chinese_day(scope.as_of), "made_on": chinese_day(made_on),
        "period": str(scope.period),
    }  # fmt: skip
    return [line.format(**words) for line in form.head]


def as_of_line(scope: Scope) -> str:
    """What the figures cover, for the foot of every page and sheet."""
    return f"统计范围：{scope.union.name}及所辖各级工会；统计期间：{_span(scope.period)}；数据截至 {chinese_day(scope.as_of)}。"


def _span(period: Period) -> str:
    return f"{period}（按受理日期）" if period.month else str(period)
