"""What the page shows of a checked sheet: figures, a sample of rows as they were understood, the first faults."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from arrears.cases.models import Channel
from arrears.imports.checking import CheckedSheet, ImportRow
from arrears.imports.writing import ImportResult
from unions.common.industries import ANNEX_1_NAMES, ANNEX_1_OTHER, annex_1_name

SAMPLE = 20
SHOWN_FAULTS = 200


def report_of(sheet: CheckedSheet, taken: ImportResult) -> dict[str, Any]:
    """JSON for `Upload.report`; money as text in yuan."""
    return {
        "created": taken.created,
        "unchanged": taken.unchanged,
        "lines": sheet.lines,
        "workers": sheet.workers,
        "amount": str(sheet.amount),
        "paid": str(sheet.paid),
        "closed": sum(row.closed for row in sheet.rows),
        "warnings": sheet.warnings,
        "error_count": len(sheet.faults),
        "error_rows": len({fault.row for fault in sheet.faults}),
        "errors": [fault._asdict() for fault in sheet.faults[:SHOWN_FAULTS]],
        "industries": _industries(sheet.rows),
        "sample": [_sample(row) for row in sheet.rows[:SAMPLE]],
    }


def _industries(rows: list[ImportRow]) -> list[dict[str, Any]]:
    """By the names of Annex 1, in its order."""
    sums: dict[str, list[Any]] = {name: [0, 0, Decimal(0)] for name in (*ANNEX_1_NAMES.values(), ANNEX_1_OTHER)}
    for row in rows:
        line = sums[annex_1_name(row.industry)]
        line[0], line[1], line[2] = line[0] + 1, line[1] + row.workers, line[2] + row.amount
    return [
        {"label": name, "cases": cases, "workers": workers, "amount": str(amount)}
        for name, (cases, workers, amount) in sums.items()
    ]


def _sample(row: ImportRow) -> dict[str, Any]:
    return {
        "row": row.number,
        "number": row.original_number,
        "union": row.union.name,
        "employer": row.employer,
        "accepted_on": row.accepted_on.isoformat(),
        "industry": annex_1_name(row.industry),
        "channel": Channel(row.channel).label,
        "workers": row.workers,
        "amount": str(row.amount),
        "resolved_amount": str(row.resolved_amount),
        "closed": row.closed,
    }
