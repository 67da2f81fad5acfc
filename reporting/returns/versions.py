"""Versions (第 n 版) of a return: how their cells are stored, read back, and compared with another version or the ledger of today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from arrears.law.scope import Scope
from reporting.forms import editions
from reporting.forms.files import Form, FormColumn, Stub
from reporting.forms.measures import MEASURES
from reporting.forms.tabulate import FormTable, Raw, shown
from reporting.returns.filling import FilledReturn, fill, scope_of, stored_lines, table_of_lines, with_corrections
from reporting.returns.models import Return, ReturnVersion
from unions.log import audit

LISTED = "listed"  # what the ids of a list's first figure are: its cases
BOOKED = "booked"  # and its second: their ledger entries


def cells_of(filled: FilledReturn) -> dict[str, Any]:
    """The cells as stored: raw figures as text, or a list's printed cells. A table by unit keeps which units its rows were."""
    if filled.form.is_list:
        return {"rows": [[plain_cell(cell) for cell in cells] for _, cells in filled.rows]}
    cells: dict[str, Any] = {"lines": [[str(raw) for raw in line] for line in filled.lines]}
    if filled.form.by_unit:
        cells["stubs"] = [_kept_stub(stub) for stub in filled.stubs]
    return cells


def _kept_stub(stub: Stub) -> dict[str, Any]:
    return {"text": stub.text, "takes": sorted(stub.takes), "total": stub.total, "key": stub.key}


def stubs_of(version: ReturnVersion, form: Form) -> tuple[Stub, ...]:
    """The rows of a frozen table: the form's own, or the units that stood below."""
    if "stubs" not in version.cells:
        return form.rows
    return tuple(
        Stub(one["text"], frozenset(one["takes"]), total=one["total"], key=one["key"]) for one in version.cells["stubs"]
    )


def plain_cell(cell: Any) -> Any:
    return str(cell) if isinstance(cell, Decimal | date) else cell


def form_of_version(version: ReturnVersion) -> Form:
    """The very edition it was signed in."""
    return editions.by_digest(version.report.form, version.form_digest)


def words_of(texts: Mapping[str, str], form: Form) -> list[tuple[str, str]]:
    """Heading and words of what is said beside the figures, in the order of the form: as stored they have none."""
    order = {section.heading: number for number, section in enumerate(form.sections)}
    headings = sorted(texts, key=lambda heading: order.get(heading, len(order)))
    return [(heading, texts[heading]) for heading in headings if texts[heading]]


def scope_of_version(version: ReturnVersion) -> Scope:
    return scope_of(version.report, version.as_of)


def ids_behind(version: ReturnVersion, measure: str, takes: Iterable[str]) -> list[int]:
    """The rows frozen behind one figure: pks of what `MEASURES[measure].over` says."""
    rows = version.figures.filter(measure=measure, row__in=list(takes)).values_list("ids", flat=True)
    return sorted({pk for ids in rows for pk in ids})


def differences(older: ReturnVersion, newer: ReturnVersion) -> list[tuple[int, int, str, str]]:
    """Cells in which two versions differ: row, column (both from 0), before, after; as stored. A list compares whole rows
    by their place."""
    key = "lines" if "lines" in newer.cells else "rows"
    before, after = older.cells[key], newer.cells[key]
    return [
        (row, column, _cell(before, row, column), _cell(after, row, column))
        for row in range(max(len(before), len(after)))
        for column in range(max(len(line) for line in (*before[row : row + 1], *after[row : row + 1])))
        if _cell(before, row, column) != _cell(after, row, column)
    ]


def _cell(rows: list[list[Any]], row: int, column: int) -> str:
    line = rows[row] if row < len(rows) else []
    return "" if column >= len(line) or line[column] is None else str(line[column])


def table_of(version: ReturnVersion) -> FormTable:
    """The table of a version as it was signed; not of a list."""
    form = form_of_version(version)
    stubs = stubs_of(version, form)
    return table_of_lines(form, scope_of_version(version), stubs, stored_lines(version))


@dataclass(frozen=True)
class MovedFigure:
    """A figure the books say otherwise now than when it was signed, as printed: a row of `{% changes %}`."""

    label: str
    before: str
    after: str


def moved(report: Return, version: ReturnVersion, day: date) -> list[MovedFigure] | None:
    """Where the return would say something else if it were signed on `day`; None where the layout, or the units in its rows, are others now.

    Of a list, rows that came or went count, as one line.
    """
    filled = fill(report, day)
    if filled.form.digest != version.form_digest:
        return None
    if filled.form.by_unit and filled.stubs != stubs_of(version, filled.form):
        return None
    if filled.form.is_list:
        return _moved_rows(filled.rows, cells_of(filled)["rows"], version)
    now, then = with_corrections(filled.form, filled.computed, version.corrections.all()), stored_lines(version)
    columns = list(zip(filled.form.figure_headings, filled.form.figure_columns, strict=True))
    return [
        MovedFigure(f"{stub.text}，{name}", *_both_printed(then[r][c], now[r][c], column.unit))
        for r, stub in enumerate(filled.stubs)
        for c, (name, column) in enumerate(columns)
        if then[r][c] != now[r][c] and not MEASURES[column.measure].is_share
    ]


def _moved_rows(rows: list[tuple[int, list[Any]]], cells: list[list[Any]], version: ReturnVersion) -> list[MovedFigure]:
    if cells == version.cells["rows"]:
        return []
    return [MovedFigure("清单，行数", str(len(version.cells["rows"])), str(len(rows)))]


def _both_printed(then: Raw, now: Raw, unit: str) -> tuple[str, str]:
    """Two figures in the column's unit; raw where rounding would hide the difference."""
    before, after = (f"{shown(raw, unit):,f}" for raw in (then, now))
    return (before, after) if before != after else (f"{then:,}", f"{now:,}")


def frozen_ids(version: ReturnVersion) -> list[int]:
    """Of a list: whose rows they are, in their order."""
    return version.figures.get(measure="").ids


def versions_of(report: Return, inside: bool) -> QuerySet[ReturnVersion]:
    """The versions a reader may see, the newest first: what was signed and not approved is the unit's own business."""
    rows = report.versions.select_related(
        "signed_by", "signed_for", "approved_by", "approved_for", "answered_by"
    ).order_by("-number")
    return rows if inside else rows.filter(approved_at__isnull=False)


def earlier(version: ReturnVersion) -> ReturnVersion | None:
    """The approved version before."""
    rows = version.report.versions.filter(number__lt=version.number, approved_at__isnull=False)
    return rows.order_by("-number").first()


@dataclass(frozen=True)
class ReturnChange:
    """One cell that differs between two versions: a row of `{% changes %}`. `row`, `column`: as stored, from 0."""

    label: str
    before: str
    after: str
    row: int
    column: int


def changed(older: ReturnVersion, newer: ReturnVersion) -> list[ReturnChange] | None:
    """Cells that differ, in the units of the form; None where the layout is another one, or other units stand in its rows."""
    form = form_of_version(newer)
    if older.form_digest != newer.form_digest or older.cells.get("stubs") != newer.cells.get("stubs"):
        return None
    found = differences(older, newer)
    if form.is_list:
        texts = [column.text for column in form.columns]
        return [ReturnChange(f"第 {r + 1} 行，{texts[c]}", before, after, r, c) for r, c, before, after in found]
    stubs, names, columns = stubs_of(newer, form), form.figure_headings, form.figure_columns
    return [
        ReturnChange(f"{stubs[r].text}，{names[c]}", _figure(before, columns[c]), _figure(after, columns[c]), r, c)
        for r, c, before, after in found
        if not MEASURES[columns[c].measure].is_share  # it follows from the others
    ]


def _figure(text: str, column: FormColumn) -> str:
    return f"{shown(Decimal(text), column.unit):,f}" if text else ""


def seal(version: ReturnVersion) -> str:
    """SHA-256 of everything a signature answers for."""
    return audit.digest(
        [
            version.report_id,
            version.number,
            version.nil,
            version.cells,
            version.texts,
            list(version.sources),
            version.as_of,
            version.form_digest,
            version.rulebook_digest,
            version.calendar_version,
            version.remarks,
            version.explanation,
        ]
    )
