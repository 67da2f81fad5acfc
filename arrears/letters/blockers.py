"""Letters sent out that nobody has answered: shown to whoever closes the case."""

from __future__ import annotations

from arrears.cases.models import Case
from arrears.letters.models import LetterState


def unanswered(case: Case) -> list[str]:
    rows = case.letters.filter(state__in=[LetterState.APPROVED, LetterState.DELIVERED])
    return [f"{row.number}{row.get_state_display()}" for row in rows]
