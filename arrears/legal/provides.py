"""What proceedings give the core of cases and mergers: a blocker, and what stays with a merged case."""

from __future__ import annotations

from datetime import datetime

from arrears.cases.closing_blockers import Blocker, Lack, has
from arrears.cases.models import Case, LedgerEntry
from arrears.legal.models import RUNNING_STAGES, Proceeding, ProceedingPayment
from unions.models import User


def _lacks(case: Case) -> list[Lack]:
    rows = case.proceedings.running()
    return [
        Lack(
            f"{row.get_kind_display()}（{row.body}）正在进行，请先登记结果，或把另一件并入本案。",
            case.section_url("legal"),
        )
        for row in rows
    ]


RUNNING = Blocker(has("proceedings", stage__in=RUNNING_STAGES), _lacks)


def _all_of(case: Case, user: User) -> list[Proceeding]:
    return list(case.proceedings.all())


ABSORBED = {"proceedings": _all_of}


def follow_repeats(repeats: list[tuple[LedgerEntry, LedgerEntry]], by: User, at: datetime) -> None:
    """Money of cancelled entries that were just written anew (old, new) came in by the same proceedings."""
    anew = {old.pk: new for old, new in repeats}
    ProceedingPayment.objects.bulk_create(
        ProceedingPayment(proceeding_id=row.proceeding_id, entry=anew[row.entry_id])
        for row in ProceedingPayment.objects.filter(entry__in=anew).order_by("pk")
    )
