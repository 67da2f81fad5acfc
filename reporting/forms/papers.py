"""From a form and a scope to the sheet the writer prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from arrears.law.rules.rates import NOTHING
from arrears.law.scope import Scope
from reporting.forms.files import UNITS, Form, FormColumn
from reporting.forms.listing import VALUES, listing
from reporting.forms.tabulate import TableLine, as_of_line, head_lines, shown, tabulate
from unions.common import xlsx_writer as workbook
from unions.common.xlsx_writer import ColumnLook, Row, Value, WrittenSheet


def write(form: Form, scope: Scope, made_on: date, out: Path, tick: Callable[[int], None] = lambda done: None) -> int:
    """Write the form for the scope as a workbook; the number of its body rows."""
    body: list[Row] | Iterator[Row]
    if form.is_list:
        found = listing(form, scope)
        body = (Row(listed_values(form, row)) for row in found.rows())
        notes = [*([] if found.ids else [found.source.nothing]), *form.notes]
    else:
        table = tabulate(form, scope)
        notes = table.notes
        body = [Row(line_values(form, line), line.stub.total, line.stub.indent) for line in table.lines]
    sheet = WrittenSheet(
        title=form.title,
        name=form.title,
        grid=form.grid(),
        columns=[look_of(column) for column in form.columns],
        rows=body,
        label=label_line(form),
        head=head_lines(form, scope, made_on),
        foot=form.foot,
        notes=[*notes, as_of_line(scope, form)],
        tick=tick,
    )
    return workbook.write(sheet, out)


def label_line(form: Form) -> str:
    """（拟制版式：why）, or nothing."""
    return f"（{form.label}：{form.label_reason}）" if form.label else ""


def file_name(form: Form, scope: Scope) -> str:
    """欠薪事件线索汇总表_西宁市总工会_2022-10.xlsx"""
    period = scope.period.label or f"{scope.since:%Y%m%d}-{scope.until:%Y%m%d}"
    return f"{form.title}_{scope.union.name}_{period}.xlsx".replace("/", "_")


def line_values(form: Form, line: TableLine) -> list[Value]:
    """One line of a table as the columns of the form show it."""
    figures = iter(line.figures)
    return [
        line.stub.text if column.stub else rank_of(line) if column.rank else next(figures).cell
        for column in form.columns
    ]


def rank_of(line: TableLine) -> int | str:
    """The place of a unit; — for one that has too little to be ranked."""
    return line.rank or (NOTHING if line.stub.is_unit else "")


def listed_values(form: Form, row: Any) -> list[Value]:
    """One listed row as the columns of the form show it, figures in the columns' units."""
    return [_in_unit(column, VALUES[column.value].read(row)) for column in form.columns]


def _in_unit(column: FormColumn, value: Value) -> Value:
    if not column.unit or isinstance(value, str | date) or value is None:
        return value
    return shown(value, column.unit)


def look_of(column: FormColumn) -> ColumnLook:
    if column.stub:
        return ColumnLook(column.width, align="left")
    if column.rank:
        return ColumnLook(column.width)
    if column.unit:
        return ColumnLook(column.width, UNITS[column.unit].number_format)
    return ColumnLook(column.width, align=VALUES[column.value].align)
