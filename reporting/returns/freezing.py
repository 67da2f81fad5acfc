"""Freezing a return: its cells and the rows of the books behind them, so that the same cells can be computed again years later.

A figure is a set of rows of the books. Ledger entries never change, so their ids are enough; of rows that people may still
edit (inspections) what each one gave is kept beside its id.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.db.models import Max

from arrears.cases.models import LedgerEntry
from arrears.inspections.models import Inspection
from arrears.law.calendar import calendar_at
from reporting.forms.figures import Gathered
from reporting.forms.listing import lists_cases
from reporting.forms.measures import MEASURES, Base, Measure
from reporting.returns.checking import Checked
from reporting.returns.filling import FilledReturn
from reporting.returns.models import FrozenFigure, Return, ReturnVersion
from reporting.returns.versions import BOOKED, LISTED, cells_of, seal
from unions.models import User


def freeze(
    report: Return,
    filled: FilledReturn,
    number: int,
    *,
    nil: bool,
    reason: str,
    checked: Checked,
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
        remarks=[one.stored() for one in checked.remarks],
        explanation=checked.explanation,
        reason=reason,
        signed_by=by,
        signed_for=acting_for,
        signed_at=at,
    )
    version.hash = seal(version)
    version.save(force_insert=True)
    FrozenFigure.objects.bulk_create(_figures(version, filled), batch_size=500)
    return version


def _position() -> int:
    return LedgerEntry.objects.aggregate(last=Max("pk"))["last"] or 0


# ---- the rows behind ------------------------------------------------------------------------------------------------


def _figures(version: ReturnVersion, filled: FilledReturn) -> Iterator[FrozenFigure]:
    if filled.form.is_list:
        ids = [pk for pk, _ in filled.rows]
        yield FrozenFigure(version=version, over=LISTED, total=len(ids), ids=ids)
        entries = LedgerEntry.objects.filter(case_id__in=ids, on__lte=version.as_of).order_by("pk")
        booked = list(entries.values_list("pk", flat=True)) if lists_cases(filled.form) else []
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
