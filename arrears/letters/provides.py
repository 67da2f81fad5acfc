"""What letters give the core of cases and mergers: answers waited for, letters of a merged case."""

from __future__ import annotations

from arrears.cases.models import Case
from arrears.letters.models import Letter, LetterState
from unions.models import User


def unanswered(case: Case) -> list[str]:
    """Sentences on letters not delivered or answered yet, shown to whoever closes the case."""
    rows = case.letters.filter(state__in=[LetterState.APPROVED, LetterState.DELIVERED])
    return [f"{row.number}{row.get_state_display()}" for row in rows]


def issued_letters(case: Case, user: User) -> list[Letter]:
    """Issued letters of a merged case that `user` may see."""
    return list(Letter.objects.visible_to(user).filter(case=case, number__isnull=False).order_by("pk"))


ABSORBED = {"letters": issued_letters}
