"""A return as on paper: the form's own table or list, from the books or as frozen, each figure with what stands behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from arrears.models import Case
from reporting.asking import query_of
from reporting.form_files import Column, Form
from reporting.listing import SOURCES, VALUES
from reporting.models import Correction, Return, ReturnVersion
from reporting.returns import freezing
from reporting.returns.filling import Filled, figures, may_correct
from reporting.returns.reading import frozen_ids, headings, table_of
from reporting.scope import Scope
from reporting.table_rows import link_key
from reporting.tabulate import Line, Table, as_of_line, head_lines, shown
from reporting.views.forms import PER_PAGE, Pages, Word
from unions.clock import day_of
from unions.models import User

# What signing fills in beside the words of the form's own foot.
SIGNERS = ("单位负责人", "制表人", "填表人", "联系电话")


@dataclass(frozen=True)
class SheetCell:
    """One figure. `mark`: what was corrected by hand, in words; `edit_url`: where the unit may correct it."""

    text: str
    url: str
    label: str
    mark: str = ""
    edit_url: str = ""


Lines = list[tuple[Line, list[SheetCell]]]
Listed = tuple[int, list[Any]]


def drafted(report: Return, filled: Filled, user: User, page: int, *, writes: bool, today: date) -> dict[str, Any]:  # fmt: skip
    """What the return says now. `writes`: the reader may correct figures."""
    form, scope = filled.form, filled.scope
    parts = _frame(form, scope, today)
    if form.is_list:
        return parts | _listed(form, filled.rows, user, page)
    by_hand = _by_place(report.corrections.filter(version=None).select_related("by"))
    books = "" if report.compiles else f"{reverse('form-cell', args=[form.key])}?{query_of(scope, form)}"
    base = books or f"{reverse('return-cell', args=[report.pk])}?"
    edit = f"{reverse('return-correct', args=[report.pk])}?" if writes and not report.compiles else ""
    table = filled.table()
    return parts | {"table": list(_lines(table, base, by_hand, edit)), "notes": table.notes}


def frozen(version: ReturnVersion, user: User, page: int) -> dict[str, Any]:
    """A version as it was signed."""
    form, scope = freezing.form_of_version(version), freezing.scope_of_version(version)
    parts = _frame(form, scope, day_of(version.signed_at))
    if form.is_list:
        rows = list(zip(frozen_ids(version), version.cells["rows"], strict=True))
        return parts | _listed(form, rows, user, page)
    by_hand = _by_place(version.corrections.select_related("by"))
    base = f"{reverse('return-cell', args=[version.report_id])}?version={version.number}&"
    table = table_of(version)
    return parts | {"table": list(_lines(table, base, by_hand, "")), "notes": table.notes}


def _frame(form: Form, scope: Scope, made_on: date) -> dict[str, Any]:
    return {
        "form": form, "scope": scope, "grid": form.grid(), "head": head_lines(form, scope, made_on),
        "as_of_line": as_of_line(scope, form),
    }  # fmt: skip


def own_foot(form: Form) -> list[str]:
    """The foot lines of a form that no signature fills in."""
    return [line for line in form.foot if not line.startswith(SIGNERS)]


# ---- a table ----------------------------------------------------------------------------------------------------------


def _by_place(corrections: Iterable[Correction]) -> dict[tuple[int, int], Correction]:
    return {(one.row, one.column): one for one in corrections}


def _lines(table: Table, base: str, by_hand: dict[tuple[int, int], Correction], edit: str) -> Iterator[tuple[Line, list[SheetCell]]]:  # fmt: skip
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
                    figure.text, f"{base}{'&' if base[-1] not in '?&' else ''}{where}",
                    f"{line.stub.text}，{figure.column.text}",
                    said_by_hand(by_hand[row, column], figure.column) if (row, column) in by_hand else "",
                    f"{edit}{urlencode({'row': row, 'column': column})}" if opens else "",
                )
            )  # fmt: skip
        yield line, cells


def said_by_hand(one: Correction, column: Column) -> str:
    """手工改动：台账数 12.00，由张三改；理由：…"""
    return f"手工改动：台账数为 {shown(one.computed, column.unit):,f} {column.unit}，{one.by.name} 改；理由：{one.reason}"


def written_by_hand(form: Form, corrections: Iterable[Correction]) -> list[dict[str, str]]:
    """Rows for `{% changes %}`: where, what the books say, what the unit says and why."""
    columns, names = figures(form), headings(form)
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
    source, start = SOURCES[form.rows_from], (page - 1) * PER_PAGE
    here = rows[start : start + PER_PAGE]
    kind, ids = source.of, [pk for pk, _ in here]
    seen = set(ids)
    if kind == "case":
        seen = set(Case.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
    shown_rows = [(reverse(kind, args=[pk]), _words(form, cells, pk in seen)) for pk, cells in here]
    return {
        "rows": shown_rows, "notes": form.notes, "nothing": source.nothing,
        "pages": Pages(len(rows), page, len(here)) if len(rows) > PER_PAGE else None,
    }  # fmt: skip


def _words(form: Form, cells: list[Any], visible: bool) -> list[Word]:
    shows = [(VALUES[column.value], column) for column in form.columns]
    return [
        Word(_printed(cell, column), show.opens and visible, show.align == "left")
        for (show, column), cell in zip(shows, cells, strict=True)
    ]


def _printed(cell: Any, column: Column) -> str:
    """Figures of a frozen list are text: written with their separators again."""
    if cell is None:
        return ""
    if column.unit and isinstance(cell, str | Decimal | int):
        try:
            return f"{Decimal(cell):,f}"
        except ArithmeticError:
            return str(cell)
    return str(cell)
