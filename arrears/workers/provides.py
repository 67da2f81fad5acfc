"""What worker lists give other apps: facts for the one-worker threshold (QD-4.1c), names, equal numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from arrears.cases.facts import CaseContext
from arrears.cases.models import Case
from arrears.law.rules.facts import OwedWorker
from arrears.law.rules.workdays import full_months
from arrears.workers.models import Worker


def add_worker_facts(around: CaseContext) -> None:
    """Add to `around` what is owed to each listed worker of its cases, and for how many months."""
    around.listed |= {
        case: tuple(OwedWorker(row.owed, Decimal(full_months(row.owed_from, row.owed_until))) for row in rows)
        for case, rows in one_worker_facts(around.ids).items()
    }


@dataclass(frozen=True)
class OneWorkerOwed:
    """Yuan owed to one worker, and the first and last unpaid day (QD-4.1c)."""

    owed: Decimal
    owed_from: date
    owed_until: date


def one_worker_facts(case_ids: Iterable[int]) -> dict[int, list[OneWorkerOwed]]:
    """Return case id → its listed workers whose arrears have both days; cases without a list are left out.

    Nobody's months are guessed: where the threshold could depend on workers without days it stays 待核.
    """
    ids = list(case_ids)
    listed = Worker.objects.listed().filter(case__in=ids).order_by("pk")
    found: dict[int, list[OneWorkerOwed]] = {}
    for case, owed, first, last in listed.values_list("case_id", "owed", "owed_from", "owed_until"):
        of_case = found.setdefault(case, [])
        if first and last:
            of_case.append(OneWorkerOwed(owed, first, last))
    return found


def names_of(employer: int) -> Iterator[str]:
    """Yield the names of all workers listed in cases of the employer, opened one by one."""
    rows = Worker.objects.filter(case__employer=employer).only("name")
    return (row.name.text for row in rows.iterator(chunk_size=1000))


def numbers_of(case: Case) -> tuple[list[str], list[str]]:
    """Return the phone and identity numbers of the list. One query."""
    listed = list(case.workers.listed().only("case", "phone", "identity"))
    return [row.phone.text for row in listed], [row.identity.text for row in listed]


def cases_sharing(phones: set[str], identities: set[str], but: int | None) -> Counter[int]:
    """Return case id → how many listed workers have a number with one of these prints; `but` left out."""
    rows = Worker.objects.like(phones, identities).exclude(case=but)
    return Counter(rows.order_by().values_list("case_id", flat=True))
