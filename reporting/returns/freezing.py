"""Freezing a return: its cells and the rows of the books behind them, so that the same cells can be computed again years later.

A figure is a set of rows of the books. Ledger entries never change, so their ids are enough; of rows that people may still
edit (inspections) what each one gave is kept beside its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Sum

from arrears.cases.ledger import OWED, RESOLVED
from arrears.cases.models import EntryKind, LedgerEntry
from arrears.inspections.models import Inspection
from arrears.law.calendar import calendar_at
from arrears.law.scope import Scope
from reporting.forms import editions
from reporting.forms.figures import Gathered
from reporting.forms.files import Form, Stub
from reporting.forms.listing import SOURCES
from reporting.forms.measures import MEASURES, Base, Measure, share, value_of
from reporting.forms.tabulate import Raw, shown
from reporting.returns.filling import FilledReturn, compiled, corrected, figures, scope_of
from reporting.returns.models import FrozenFigure, Return, ReturnVersion
from unions.log import audit
from unions.models import User

LISTED = "listed"  # what the ids of a list's first figure are: its cases
BOOKED = "booked"  # and its second: their ledger entries
# Columns of a list of cases that are sums over the ledger: which entries, which field.
SUMMED: dict[str, tuple[frozenset[EntryKind], str]] = {
    "owed_workers": (frozenset(OWED), "workers"),
    "owed_migrants": (frozenset(OWED), "migrants"),
    "owed_amount": (frozenset(OWED), "amount"),
    "resolved_workers": (frozenset(RESOLVED), "workers"),
    "resolved_amount": (frozenset(RESOLVED), "amount"),
}


def freeze(
    report: Return,
    filled: FilledReturn,
    number: int,
    *,
    nil: bool,
    reason: str,
    by: User,
    acting_for: User | None,
    rulebook_digest: str,
    at: datetime,
) -> ReturnVersion:
    """Write a version with its figures. The caller holds the return and has checked everything."""
    version = ReturnVersion(
        report=report,
        number=number,
        nil=nil,
        cells=cells_of(filled),
        texts=dict(report.texts),
        sources=[source.pk for source in filled.sources],
        as_of=filled.scope.as_of,
        ledger_position=_position(),
        form_digest=filled.form.digest,
        rulebook_digest=rulebook_digest,
        calendar_version=calendar_at().version,
        reason=reason,
        signed_by=by,
        signed_for=acting_for,
        signed_at=at,
    )
    version.hash = seal(version)
    version.save(force_insert=True)
    FrozenFigure.objects.bulk_create(_figures(version, filled), batch_size=500)
    return version


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
        ]
    )


def _position() -> int:
    return LedgerEntry.objects.aggregate(last=Max("pk"))["last"] or 0


def cells_of(filled: FilledReturn) -> dict[str, Any]:
    """The cells as stored: raw figures as text, or a list's printed cells. A table by unit keeps which units its rows were."""
    if filled.form.is_list:
        return {"rows": [[_plain(cell) for cell in cells] for _, cells in filled.rows]}
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


def _plain(cell: Any) -> Any:
    return str(cell) if isinstance(cell, Decimal | date) else cell


# ---- the rows behind ------------------------------------------------------------------------------------------------


def _figures(version: ReturnVersion, filled: FilledReturn) -> Iterator[FrozenFigure]:
    if filled.form.is_list:
        ids = [pk for pk, _ in filled.rows]
        yield FrozenFigure(version=version, over=LISTED, total=len(ids), ids=ids)
        entries = LedgerEntry.objects.filter(case_id__in=ids, on__lte=version.as_of).order_by("pk")
        booked = list(entries.values_list("pk", flat=True)) if _of_cases(filled.form) else []
        yield FrozenFigure(version=version, measure=BOOKED, over=Base.ENTRIES, total=len(booked), ids=booked)
        return
    if filled.gathered is None:
        return
    for name in filled.gathered.cells:
        if not MEASURES[name].is_share:  # a share is computed from its parts
            yield from _of_measure(version, filled.gathered, MEASURES[name])


def _of_measure(version: ReturnVersion, found: Gathered, measure: Measure) -> Iterator[FrozenFigure]:
    for row, ids in found.ids[measure.name].items():
        if not ids:
            continue
        yield FrozenFigure(
            version=version,
            measure=measure.name,
            over=measure.over,
            row=row,
            total=found.cells[measure.name][row],
            ids=ids,
            keys=_keys(measure, found).get(row, []),
            adds=_adds(measure, ids),
        )


def _keys(measure: Measure, found: Gathered) -> dict[str, list[int]]:
    """What is counted once: employers, projects, or the cases acts belong to."""
    if not measure.distinct:
        return {}
    return found.cases[measure.name] if measure.distinct == "case" else found.keys[measure.name]


def _adds(measure: Measure, ids: list[int]) -> list[Decimal]:
    """What each row gave, for sums over rows that may be edited later."""
    if measure.over != Base.INSPECTIONS or not measure.adds:
        return []
    gave = dict(Inspection.objects.filter(pk__in=ids).values_list("pk", measure.adds))
    return [Decimal(gave[pk]) for pk in ids]


# ---- computing again ------------------------------------------------------------------------------------------------


def recomputed(version: ReturnVersion) -> dict[str, Any]:
    """The cells computed once more from the frozen rows, to be compared with `version.cells`.

    Sums over the ledger are read from the ledger itself; corrections made by hand are laid over them again.
    """
    form = form_of_version(version)
    if version.sources:
        sources = ReturnVersion.objects.filter(pk__in=version.sources).select_related("report__union")
        below = list(sources.order_by("report__union__code"))
        return cells_of(compiled(form, scope_of_version(version), below))
    if form.is_list:
        return _list_again(version, form)
    rows: dict[str, dict[str, FrozenFigure]] = {}
    for figure in version.figures.all():
        rows.setdefault(figure.measure, {})[figure.row] = figure
    stubs = stubs_of(version, form)
    computed = [[_again(MEASURES[column.measure], stub, rows) for column in figures(form)] for stub in stubs]
    lines = corrected(form, computed, version.corrections.all())
    return cells_of(FilledReturn(form, scope_of_version(version), stubs, lines))


def _again(measure: Measure, stub: Stub, rows: dict[str, dict[str, FrozenFigure]]) -> Raw:
    if measure.is_share:
        return share(*(_again(MEASURES[name], stub, rows) for name in (measure.part, measure.whole)))
    by_row = rows.get(measure.name, {})
    parts = [by_row[kind] for kind in stub.takes if kind in by_row]
    if not measure.additive:
        return len({key for part in parts for key in part.keys})
    return sum((_sum(measure, part) for part in parts), start=0)


def _sum(measure: Measure, figure: FrozenFigure) -> Raw:
    if measure.over == Base.ENTRIES:
        entries = LedgerEntry.objects.filter(pk__in=figure.ids).order_by()
        value: Raw = entries.aggregate(total=Sum(value_of(measure)))["total"] or 0
        return value
    if figure.adds:
        return int(sum(figure.adds))
    return len(figure.keys) if measure.distinct else len(figure.ids)


def _list_again(version: ReturnVersion, form: Form) -> dict[str, Any]:
    """A list's sums again from its entries of the ledger; its words as they were signed."""
    if not _of_cases(form):
        return version.cells
    ids = version.figures.get(measure="").ids
    sums = _sums_by_case(version.figures.get(measure=BOOKED).ids)
    summed = [(n, column, SUMMED[column.value]) for n, column in enumerate(form.columns) if column.value in SUMMED]
    rows = []
    for pk, cells in zip(ids, version.cells["rows"], strict=True):
        again = list(cells)
        for number, column, (kinds, field) in summed:
            raw = sum((sums[pk, kind][field] for kind in kinds if (pk, kind) in sums), start=0)
            again[number] = _plain(shown(raw, column.unit))
        rows.append(again)
    return {"rows": rows}


def _of_cases(form: Form) -> bool:
    """Whether the rows of a list are cases; a list of employers is kept as it was signed."""
    return SOURCES[form.rows_from].of == "case"


def _sums_by_case(entries: list[int]) -> dict[tuple[int, str], dict[str, Raw]]:
    rows = LedgerEntry.objects.filter(pk__in=entries).order_by().values("case_id", "counts_as")
    summed = rows.annotate(workers=Sum("workers"), migrants=Sum("migrants"), amount=Sum("amount"))
    return {
        (row["case_id"], row["counts_as"]): {
            "workers": row["workers"],
            "migrants": row["migrants"],
            "amount": row["amount"],
        }
        for row in summed
    }


# ---- read back ------------------------------------------------------------------------------------------------------


def form_of_version(version: ReturnVersion) -> Form:
    """The very edition it was signed in."""
    return editions.by_digest(version.report.form, version.form_digest)


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
