"""Computing a signed version once more from its frozen rows, to prove that its cells are what the ledger said."""

from __future__ import annotations

from typing import Any

from django.db.models import Sum

from arrears.cases.ledger import OWED, RESOLVED
from arrears.cases.models import EntryKind, LedgerEntry
from reporting.forms.files import Form, Stub
from reporting.forms.listing import lists_cases
from reporting.forms.measures import MEASURES, Base, Measure, share, value_of
from reporting.forms.tabulate import Raw, shown
from reporting.returns.filling import FilledReturn, add_up, with_corrections
from reporting.returns.models import FrozenFigure, ReturnVersion
from reporting.returns.versions import BOOKED, cells_of, form_of_version, plain_cell, scope_of_version, stubs_of

# Columns of a list of cases that are sums over the ledger: which entries, which field.
SUMMED: dict[str, tuple[frozenset[EntryKind], str]] = {
    "owed_workers": (frozenset(OWED), "workers"),
    "owed_migrants": (frozenset(OWED), "migrants"),
    "owed_amount": (frozenset(OWED), "amount"),
    "resolved_workers": (frozenset(RESOLVED), "workers"),
    "resolved_amount": (frozenset(RESOLVED), "amount"),
}


def recomputed(version: ReturnVersion) -> dict[str, Any]:
    """The cells computed once more from the frozen rows, to be compared with `version.cells`.

    Sums over the ledger are read from the ledger itself; corrections made by hand are laid over them again.
    """
    form = form_of_version(version)
    if version.sources:
        sources = ReturnVersion.objects.filter(pk__in=version.sources).select_related("report__union")
        below = list(sources.order_by("report__union__code"))
        return cells_of(add_up(form, scope_of_version(version), below))
    if form.is_list:
        return _list_again(version, form)
    rows: dict[str, dict[str, FrozenFigure]] = {}
    for figure in version.figures.all():
        rows.setdefault(figure.measure, {})[figure.row] = figure
    stubs = stubs_of(version, form)
    computed = [[_again(MEASURES[column.measure], stub, rows) for column in form.figure_columns] for stub in stubs]
    lines = with_corrections(form, computed, version.corrections.all())
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
    if not lists_cases(form):
        return version.cells
    ids = version.figures.get(measure="").ids
    sums = _sums_by_case(version.figures.get(measure=BOOKED).ids)
    summed = [(n, column, SUMMED[column.value]) for n, column in enumerate(form.columns) if column.value in SUMMED]
    rows = []
    for pk, cells in zip(ids, version.cells["rows"], strict=True):
        again = list(cells)
        for number, column, (kinds, field) in summed:
            raw = sum((sums[pk, kind][field] for kind in kinds if (pk, kind) in sums), start=0)
            again[number] = plain_cell(shown(raw, column.unit))
        rows.append(again)
    return {"rows": rows}


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
