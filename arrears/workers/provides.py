"""What obligations know of a case's workers, for the one-worker threshold (QD-4.1c)."""

from __future__ import annotations

from decimal import Decimal

from arrears.cases.facts import Around
from arrears.law.rules.facts import OwedWorker
from arrears.law.rules.workdays import full_months
from arrears.workers.actions import one_worker_facts


def add_workers(around: Around) -> None:
    around.listed |= {
        case: tuple(OwedWorker(row.owed, Decimal(full_months(row.owed_from, row.owed_until))) for row in rows)
        for case, rows in one_worker_facts(around.ids).items()
    }
