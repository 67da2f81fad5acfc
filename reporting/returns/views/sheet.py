"""A return as on paper: the form's own table or list, from the books or as frozen, each figure with what stands behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from arrears.cases.models import Case
from arrears.law.scope import Scope
from reporting.forms.files import Form, FormColumn
from reporting.forms.listing import SOURCES, VALUES
from reporting.forms.measures import MEASURES
from reporting.forms.request import query_of
from reporting.forms.table_rows import link_key
from reporting.forms.tabulate import FormTable, Raw, TableLine, as_of_line, head_lines, shown
from reporting.forms.views.forms import ListedCell
from reporting.returns import versions
from reporting.returns.filling import FilledReturn, may_correct, table_of_lines
from reporting.returns.filling import draft_corrections as corrections_of
from reporting.returns.models import Correction, Return, ReturnVersion
from reporting.returns.versions import frozen_ids, table_of
from unions.common.clock import day_of
from unions.common.numbered_pages import PER_PAGE, NumberedPages, start_of
from unions.common.xlsx_writer import HeaderCell
from unions.models import User

# What signing fills in beside the words of the form's own foot.
SIGNERS = ("单位负责人", "制表人", "填表人", "联系电话")


NOBODY_LISTS = "已报出的报表里没有列出一条，或还没有单位报出。"


@dataclass(frozen=True)
class SheetCell:
    """One figure. `mark`: what was corrected by hand, in words; `edit_url`: where the unit may correct it."""

    text: str
    url: str
    label: str
    mark: str = ""
    edit_url: str = ""


Lines = list[tuple[TableLine, list[SheetCell]]]
Listed = tuple[int, list[Any]]


def draft_sheet(
    report: Return, filled: FilledReturn, user: User, page: int, *, writes: bool, today: date
) -> dict[str, Any]:
    """What the return says now. `writes`: the reader may correct figures."""
    form, scope = filled.form, filled.scope
    parts = _frame(form, scope, today)
    if form.is_list:
        return parts | _listed(form, filled.rows, user, page)
    by_hand = _by_place(corrections_of(report, form))
    books = "" if report.compiles else f"{reverse('form-cell', args=[form.key])}?{query_of(scope, form)}"
    base = books or f"{reverse('return-cell', args=[report.pk])}?"
    edit = f"{reverse('return-correct', args=[report.pk])}?" if writes and not report.compiles else ""
    table = filled.table()
    return parts | {"table": list(_lines(table, base, by_hand, edit)), "notes": table.notes}


def version_sheet(version: ReturnVersion, user: User, page: int) -> dict[str, Any]:
    """A version as it was signed."""
    form, scope = versions.form_of_version(version), versions.scope_of_version(version)
    parts = _frame(form, scope, day_of(version.signed_at))
    if form.is_list:
        rows = list(zip(frozen_ids(version), version.cells["rows"], strict=True))
        return parts | _listed(form, rows, user, page)
    by_hand = _by_place(version.corrections.select_related("by"))
    base = f"{reverse('return-cell', args=[version.report_id])}?version={version.number}&"
    table = table_of(version)
    return parts | {"table": list(_lines(table, base, by_hand, "")), "notes": table.notes}


def sum_sheet(filled: FilledReturn, base: str, user: User, page: int, today: date) -> dict[str, Any]:
    """The sum of what several units sent. Each figure opens `base` with its row and column; each row of a list says whose it is."""
    form = filled.form
    parts = _frame(form, filled.scope, today)
    parts["as_of_line"] = f"汇总自 {len(filled.sources)} 个单位报出的现行版本，各以其签字时的数据为准。"
    if form.is_list:
        return parts | _owned(form, parts["grid"], _listed(form, filled.rows, user, page), _owners(filled), page)
    table = filled.table()
    return parts | {"table": list(_lines(table, base, {}, "")), "notes": table.notes}


def _owners(filled: FilledReturn) -> list[str]:
    """Of every row of a list, the unit that sent it."""
    return [source.report.union.name for source in filled.sources for _ in source.cells["rows"]]


def _owned(
    form: Form, grid: list[list[HeaderCell]], listed: dict[str, Any], owners: list[str], page: int
) -> dict[str, Any]:
    """A list with the unit of each row before it, unless the form names it itself."""
    if not owners:
        return listed | {"nothing": NOBODY_LISTS}
    if any(column.value == "union" for column in form.columns):
        return listed
    here = owners[start_of(page) :]
    head = HeaderCell("填报单位", 0, 0, len(grid), 1)
    rows = [
        (url, [ListedCell(owner, False, True), *cells])
        for owner, (url, cells) in zip(here, listed["rows"], strict=False)
    ]
    return listed | {"grid": [[head, *grid[0]], *grid[1:]], "rows": rows}


def difference_sheet(filled: FilledReturn, differences: list[list[Raw]], base: str, today: date) -> dict[str, Any]:
    """How much more the books say than what was sent, figure by figure. A figure that differs leads to its place in the list
    below the table; the others open `base`."""
    form, columns = filled.form, filled.form.figure_columns
    table = _apart(table_of_lines(form, filled.scope, filled.stubs, differences))
    parts = _frame(form, filled.scope, today)
    parts["as_of_line"] = "各格为台账实时数减已报汇总数；0 表示一致。"
    return parts | {
        "notes": (),
        "table": [
            (line, _signed(line, cells, r, differences, columns))
            for r, (line, cells) in enumerate(_lines(table, base, {}, ""))
        ],
    }


def _apart(table: FormTable) -> FormTable:
    """Of a share, too, by how many points the two differ: it is no rate of anything."""
    lines = (replace(line, figures=tuple(replace(one, rate=None) for one in line.figures)) for line in table.lines)
    return replace(table, lines=tuple(lines))


def _signed(
    line: TableLine, cells: list[SheetCell], r: int, differences: list[list[Raw]], columns: list[FormColumn]
) -> list[SheetCell]:
    found = []
    for c, (cell, column) in enumerate(zip(cells, columns, strict=True)):
        by = differences[r][c]
        if by > 0:
            cell = replace(cell, text=f"+{cell.text}")
        if by and not MEASURES[column.measure].is_share:
            cell = replace(cell, url=f"#gap-{r}-{c}", mark="与台账不同")
        found.append(cell)
    return found


def _frame(form: Form, scope: Scope, made_on: date) -> dict[str, Any]:
    return {
        "form": form,
        "scope": scope,
        "grid": form.grid(),
        "head": head_lines(form, scope, made_on),
        "as_of_line": as_of_line(scope, form),
    }


def own_foot(form: Form) -> list[str]:
    """The foot lines of a form that no signature fills in."""
    return [line for line in form.foot if not line.startswith(SIGNERS)]


# ---- a table ----------------------------------------------------------------------------------------------------------


def _by_place(corrections: Iterable[Correction]) -> dict[tuple[int, int], Correction]:
    return {(one.row, one.column): one for one in corrections}


def _lines(
    table: FormTable, base: str, by_hand: dict[tuple[int, int], Correction], edit: str
) -> Iterator[tuple[TableLine, list[SheetCell]]]:
    form = table.form
    for number, line in enumerate(table.lines):
        row = form.rows.index(line.stub) if line.stub in form.rows else number
        key = link_key(row, line.stub)
        cells = []
        for column, figure in enumerate(line.figures):
            where = urlencode({"row": key, "column": figure.column.measure})
            opens = edit and may_correct(form, row, column)
            cells.append(
                SheetCell(
                    figure.text,
                    f"{base}{'&' if base[-1] not in '?&' else ''}{where}",
                    f"{line.stub.text}，{figure.column.text}",
                    correction_in_words(by_hand[row, column], figure.column) if (row, column) in by_hand else "",
                    f"{edit}{urlencode({'row': row, 'column': column})}" if opens else "",
                )
            )
        yield line, cells


def correction_in_words(one: Correction, column: FormColumn) -> str:
    """手工改动：台账数 12.00，由张三改；理由：…"""
    return (
        f"手工改动：台账数为 {shown(one.computed, column.unit):,f} {column.unit}，{one.by.name} 改；理由：{one.reason}"
    )


def correction_rows(form: Form, corrections: Iterable[Correction]) -> list[dict[str, str]]:
    """Rows for `{% changes %}`: where, what the books say, what the unit says and why."""
    columns, names = form.figure_columns, form.figure_headings
    return [
        {
            "label": f"{form.rows[one.row].text}，{names[one.column]}（{one.by.name}：{one.reason}）",
            "before": f"{shown(one.computed, columns[one.column].unit):,f}",
            "after": f"{shown(one.given, columns[one.column].unit):,f}",
        }
        for one in corrections
    ]


# ---- a list -----------------------------------------------------------------------------------------------------------


def _listed(form: Form, rows: list[Listed], user: User, page: int) -> dict[str, Any]:
    source, start = SOURCES[form.rows_from], start_of(page)
    here = rows[start : start + PER_PAGE]
    kind, ids = source.of, [pk for pk, _ in here]
    seen = set(ids)
    if kind == "case":
        seen = set(Case.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
    shown_rows = [(reverse(kind, args=[pk]), _words(form, cells, pk in seen)) for pk, cells in here]
    return {
        "rows": shown_rows,
        "notes": form.notes,
        "nothing": source.nothing,
        "pages": NumberedPages(len(rows), page, len(here)) if len(rows) > PER_PAGE else None,
    }


def _words(form: Form, cells: list[Any], visible: bool) -> list[ListedCell]:
    shows = [(VALUES[column.value], column) for column in form.columns]
    return [
        ListedCell(_printed(cell, column), show.opens and visible, show.align == "left")
        for (show, column), cell in zip(shows, cells, strict=True)
    ]


def _printed(cell: Any, column: FormColumn) -> str:
    """Figures of a frozen list are text: written with their separators again."""
    if cell is None:
        return ""
    if column.unit and isinstance(cell, str | Decimal | int):
        try:
            return f"{Decimal(cell):,f}"
        except ArithmeticError:
            return str(cell)
    return str(cell)
