"""The register of letters: what was issued, and how many of those handed over were answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from arrears.letters.models import LetterQuerySet, LetterState


@dataclass(frozen=True)
class Rates:
    """Letters issued (void ones among them), handed over or refused, answered, overdue; numbers of letters."""

    issued: int
    void: int
    reached: int
    answered: int
    refused: int
    overdue: int

    @property
    def reply_rate(self) -> int | None:
        """Whole percent of the letters handed over or refused that were answered; None where there are none."""
        return round(self.answered * 100 / self.reached) if self.reached else None


def rates(letters: LetterQuerySet, now: datetime) -> Rates:
    """One query."""
    reached = Q(delivered_on__isnull=False) & ~Q(state=LetterState.VOID)
    row = letters.order_by().aggregate(
        issued=Count("pk", filter=Q(number__isnull=False)),
        void=Count("pk", filter=Q(state=LetterState.VOID)),
        reached=Count("pk", filter=reached),
        answered=Count("pk", filter=reached & Q(answered_on__isnull=False)),
        refused=Count("pk", filter=reached & Q(delivery="")),
        overdue=Count("pk", filter=Q(state=LetterState.DELIVERED, reply_due_at__lt=now.replace(microsecond=0))),
    )
    return Rates(**row)
