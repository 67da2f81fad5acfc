"""Filling a table form: each kind of row is summed in one query, then the figures are laid out and rounded.

Raw values are summed, then rounded; rounded figures are never summed (docs/decisions/006).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.contrib.postgres.aggregates import BoolOr
from django.db import connection, transaction
from django.db.models import BooleanField, Count, ExpressionWrapper, Q

from arrears.law.rules.rates import Rate
from arrears.law.scope import Scope, chinese_day
from reporting.forms.closing import Parts, closing_notes, parts_between
from reporting.forms.files import UNITS, Form, FormColumn, Stub, parts_of
from reporting.forms.listing import SOURCES
from reporting.forms.measures import MEASURES, Base, Measure, rows_of, share, total_of, with_parts
from reporting.forms.table_rows import TableRows, rows_for
from unions.common.xlsx_writer import HeaderCell

Raw = int | Decimal
ROUNDING_NOTE = "注：表中数字因四舍五入，各行之和与合计可能略有出入。"
DIFFERENT_NOTE = "注：同一用人单位（项目）涉及多行的，在合计中只计一次，各行之和可能大于合计。"


@dataclass(frozen=True)
class Figure:
    """`raw`: people, things or yuan; `shown`: in the column's unit, rounded half up. `rate`: of a share, what it is made of."""

    raw: Raw
    shown: Decimal
    column: FormColumn
    rate: Rate | None = None

    @property
    def text(self) -> str:
        return f"{self.shown:,f}" if self.rate is None else self.rate.text(UNITS[self.column.unit].places)

    @property
    def cell(self) -> Decimal | str:
        """As a workbook holds it."""
        return self.shown if self.rate is None else self.rate.cell(UNITS[self.column.unit].places)

    @property
    def ranks(self) -> bool:
        return self.rate is None or self.rate.ranks


@dataclass(frozen=True)
class TableLine:
    """`rank`: the place of a unit in a table that ranks them, from 1; None for other rows, and with too little to be ranked."""

    stub: Stub
    figures: tuple[Figure, ...]
    rank: int | None = None


@dataclass(frozen=True)
class FormTable:
    """A form filled for one scope: what the page shows and the workbook writes."""

    form: Form
    scope: Scope
    lines: tuple[TableLine, ...]
    parts: Mapping[str, Parts] | None = None  # what closes its sums; None: not known

    @property
    def grid(self) -> list[list[HeaderCell]]:
        return self.form.grid()

    @property
    def notes(self) -> list[str]:
        return [*self.form.notes, *self.computed_notes]

    @property
    def computed_notes(self) -> list[str]:
        """What is to be known of its figures, and is not printed in the notice."""
        return [*closing_notes(self.form, self.lines, self.parts), *unequal_notes(self)]


def shown(raw: Raw, unit: str) -> Decimal:
    """`raw` in `unit`, rounded half up."""
    rule = UNITS[unit]
    # Plus zero: a rounded −0.00 loses its sign.
    return (Decimal(raw) / rule.scale).quantize(Decimal(1).scaleb(-rule.places), ROUND_HALF_UP) + 0


def tabulate(form: Form, scope: Scope) -> FormTable:
    """Fill `form` for `scope`, all figures from one moment of the database."""
    scope = scope.counted_from(form.since)
    names = sorted({column.measure for column in form.columns if column.measure})
    with one_moment():
        rows = rows_for(form, scope)
        raw = compute([MEASURES[name] for name in names], rows, scope)
        parts = parts_between(form, scope)
    return replace(laid_out(form, scope, rows.stubs, lambda name, number: raw[name][number]), parts=parts)


def laid_out(form: Form, scope: Scope, stubs: Sequence[Stub], raw: Callable[[str, int], Raw]) -> FormTable:
    """The table of raw figures: `raw(measure, number of the stub)`. Ranked and put in order where the form ranks."""
    lines = [
        TableLine(stub, line_figures(form, [raw(column.measure, number) for column in form.figure_columns]))
        for number, stub in enumerate(stubs)
    ]
    return FormTable(form, scope, tuple(ranked(form, lines)))


def line_figures(form: Form, raws: Sequence[Raw]) -> tuple[Figure, ...]:
    """The raw figures of one row as they are shown; a share is told by its parts, which stand in the same row."""
    columns = form.figure_columns
    by_name = {column.measure: raw for column, raw in zip(columns, raws, strict=True)}
    return tuple(
        Figure(raw, shown(raw, column.unit), column, _rate(MEASURES[column.measure], by_name))
        for column, raw in zip(columns, raws, strict=True)
    )


def _rate(measure: Measure, by_name: dict[str, Raw]) -> Rate | None:
    return Rate(int(by_name[measure.part]), int(by_name[measure.whole])) if measure.is_share else None


def ranked(form: Form, lines: list[TableLine]) -> list[TableLine]:
    """Lines of units by place: the greatest figure of the ranking column first, equal ones share their place. Then units whose
    rate has too few events to rank."""
    if not form.rank_by:
        return lines
    values = {id(line): _figure(line, form.rank_by).raw for line in lines}
    units = [line for line in lines if line.stub.is_unit]
    enough = [line for line in units if _figure(line, form.rank_by).ranks]
    few = sorted((line for line in units if line not in enough), key=lambda line: line.stub.key)
    places = [replace(line, rank=1 + sum(values[id(o)] > values[id(line)] for o in enough)) for line in enough]
    places.sort(key=lambda line: (line.rank, line.stub.key))
    return [*places, *few, *(line for line in lines if not line.stub.is_unit)]


def _figure(line: TableLine, measure: str) -> Figure:
    return next(figure for figure in line.figures if figure.column.measure == measure)


def with_shares(form: Form, figures: Sequence[Raw]) -> list[Raw]:
    """The raw figures of one row, in the order of the columns, with each share computed from its parts in that row.

    For rows that were added up or corrected: shares themselves are never added. A form with a share has its parts as columns.
    """
    columns = [column for column in form.columns if column.measure]
    by_name = {column.measure: figure for column, figure in zip(columns, figures, strict=True)}
    return [
        share(by_name[measure.part], by_name[measure.whole]) if measure.is_share else by_name[measure.name]
        for measure in (MEASURES[column.measure] for column in columns)
    ]


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


def compute(measures: list[Measure], rows: TableRows, scope: Scope) -> dict[str, list[Raw]]:
    """Measure name → its raw value for each row of the table."""
    found: dict[str, list[Raw]] = {}
    summed = with_parts(measures)
    for base in Base:
        here = [measure for measure in summed if measure.over == base]
        sums = [measure for measure in here if measure.additive]
        if sums:
            finest = _sums(base, sums, rows, scope)
            for measure in sums:
                parts = finest[measure.name]
                found[measure.name] = [sum((parts[kind] for kind in stub.takes), start=0) for stub in rows.stubs]
        for measure in here:
            if not measure.additive:
                found[measure.name] = _different(measure, rows, scope)
    for measure in measures:
        if measure.is_share:
            pairs = zip(found[measure.part], found[measure.whole], strict=True)
            found[measure.name] = [share(part, whole) for part, whole in pairs]
    return found


def _sums(base: Base, measures: list[Measure], rows: TableRows, scope: Scope) -> dict[str, dict[str, Raw]]:
    """One query over `base`: measure → finest row of the table → value."""
    totals: dict[str, Any] = {f"of_{m.name}": total_of(m, m.when(scope)) for m in measures}
    found: dict[str, dict[str, Raw]] = {m.name: dict.fromkeys(rows.kinds, 0) for m in measures}
    for row in rows.keyed(rows_of(base, scope), base).values("row_key").annotate(**totals):
        for measure in measures:
            found[measure.name][rows.kind(row["row_key"])] += row[f"of_{measure.name}"] or 0
    return found


def _different(measure: Measure, rows: TableRows, scope: Scope) -> list[Raw]:
    """How many different employers (projects) stand in each row of the table: one query, each looked at once."""
    inside = {
        f"in_{number}": BoolOr(ExpressionWrapper(Q(row_key__in=rows.keys(stub)), output_field=BooleanField()))
        for number, stub in enumerate(rows.stubs)
    }
    counted = rows.keyed(rows_of(measure.over, scope), measure.over).filter(measure.when(scope))
    each = counted.values(measure.distinct).annotate(**inside)
    # Counting a column of the inner query, not the key: the key would join the grouping.
    found = each.aggregate(**{f"n_{name}": Count(name, filter=Q(**{name: True})) for name in inside})
    return [found[f"n_in_{number}"] for number in range(len(rows.stubs))]


# ---- when shown rows do not add up to the shown total --------------------------------------------------------------


def unequal_notes(table: FormTable) -> list[str]:
    """Sentences for a reader who adds up the rows: rounding, and employers that stand in two rows."""
    wrong = {column for line in table.lines for column in _unequal_columns(table, line.stub)}
    rounded = any(MEASURES[column.measure].additive for column in wrong)
    different = any(MEASURES[column.measure].distinct and not MEASURES[column.measure].additive for column in wrong)
    return [note for note, needed in ((ROUNDING_NOTE, rounded), (DIFFERENT_NOTE, different)) if needed]


def _unequal_columns(table: FormTable, whole: Stub) -> set[FormColumn]:
    parts = parts_of([line.stub for line in table.lines], whole)
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
        "union": scope.union.name,
        "as_of": chinese_day(scope.as_of),
        "made_on": chinese_day(made_on),
        "period": str(scope.period),
        "days_left": str(days_left(form, scope)),
    }
    return [line.format(**words) for line in form.head]


def days_left(form: Form, scope: Scope) -> int:
    """Whole days from the last day counted to the end of the form's campaign; 0 when it is over."""
    return max(0, (form.until - scope.last).days) if form.until else 0


def as_of_line(scope: Scope, form: Form | None = None) -> str:
    """What the figures cover, and what a list leaves out, for the foot of every page and sheet: the one line that is not the
    notice's, so that official cells stay where they are."""
    source = SOURCES[form.rows_from] if form and form.is_list else None
    by, left_out = (source.counted_by, source.left_out_in_words(scope)) if source else ("", "")
    span = f"{scope.period}（{by}）" if by and scope.period.rhythm else str(scope.period)
    return (
        f"统计范围：{scope.union.name}及所辖各级工会；统计期间：{span}；数据截至 {chinese_day(scope.as_of)}。{left_out}"
    )
