"""From a form and a scope to the sheet the writer prints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from arrears.law.rules.rates import NOTHING
from arrears.law.scope import Scope, chinese_day
from reporting.forms.files import UNITS, Form, FormColumn
from reporting.forms.listing import VALUES, listing
from reporting.forms.tabulate import TableLine, as_of_line, head_lines, shown, tabulate
from unions.common import xlsx_writer as workbook
from unions.common.xlsx_writer import ColumnLook, Row, Value, WrittenSheet

LIVE = "台账实时数，未经制表人签字、单位负责人审批，不作报送之用；报送以签字审批的版本为准。"


def write(
    form: Form,
    scope: Scope,
    made_on: date,
    out: Path,
    tick: Callable[[int], None] = lambda done: None,
    beside: Sequence[tuple[str, str]] = (),
) -> int:
    """Write the form for the scope as a workbook; the number of its body rows. `beside`: more for 编制说明."""
    return workbook.write(written_sheet(form, scope, made_on, tick, beside), out)


def written_sheet(
    form: Form,
    scope: Scope,
    made_on: date,
    tick: Callable[[int], None] = lambda done: None,
    beside: Sequence[tuple[str, str]] = (),
) -> WrittenSheet:
    """The form filled from the books: on the first sheet the notice's own rows and words, all else on 编制说明."""
    body: list[Row] | Iterator[Row]
    if form.is_list:
        found = listing(form, scope)
        body = (Row(listed_values(form, row)) for row in found.rows())
        nothing, notes = ([] if found.ids else [found.source.nothing]), []
    else:
        table = tabulate(form, scope)
        nothing, notes = [], table.computed_notes
        body = [Row(line_values(form, line), line.stub.total, line.stub.indent) for line in table.lines]
    return WrittenSheet(
        title=form.title,
        name=form.title,
        grid=form.grid(),
        columns=[look_of(column) for column in form.columns],
        rows=body,
        label=short_label(form),
        head=head_lines(form, scope, made_on),
        foot=form.foot,
        notes=[*nothing, *form.notes],
        about=[*about_lines(form, scope, LIVE, notes), ("制表时间", chinese_day(made_on)), *beside],
        tick=tick,
    )


def about_lines(form: Form, scope: Scope, nature: str, notes: Iterable[str]) -> list[tuple[str, str]]:
    """编制说明: what the table is, whose books and which days, and what is to be known of its figures."""
    found = [
        ("报表", form.title),
        ("依据", form.notice),
        ("数据性质", nature),
        ("统计范围", as_of_line(scope, form).removeprefix("统计范围：")),
    ]
    if form.label:
        found.append((form.label, form.label_reason))
    return found + [("说明", note.removeprefix("注：")) for note in notes]


def short_label(form: Form) -> str:
    """（拟制版式）, or nothing; why stands on 编制说明."""
    return f"（{form.label}）" if form.label else ""


def file_name(form: Form, scope: Scope) -> str:
    """欠薪事件线索汇总表_西宁市总工会_2022-10, without its ending."""
    period = scope.period.label or f"{scope.since:%Y%m%d}-{scope.until:%Y%m%d}"
    return f"{form.title}_{scope.union.name}_{period}".replace("/", "_")


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
