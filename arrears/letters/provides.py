"""What letters give the core of cases and mergers: answers waited for, letters of a merged case."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from arrears.cases.models import Case, Evidence
from arrears.letters.models import Letter, LetterState
from unions.models import User

MOST = 100  # newest first


def unanswered(case: Case) -> list[str]:
    """Sentences on letters not delivered or answered yet, shown to whoever closes the case."""
    rows = case.letters.filter(state__in=[LetterState.APPROVED, LetterState.DELIVERED])
    return [f"{row.number}{row.get_state_display()}" for row in rows]


def issued_letters(case: Case, user: User) -> list[Letter]:
    """Issued letters of a merged case that `user` may see."""
    return list(Letter.objects.visible_to(user).filter(case=case, number__isnull=False).order_by("pk"))


def sent_to_departments(user: User, day: date) -> list[dict[str, Any]]:
    """建议书 in the window of the departments of `user`: each with its paper and enclosures as links. Two queries."""
    letters = list(Letter.objects.addressed_to(user, day).select_related("issuer", "case__employer")[:MOST])
    ids = [pk for letter in letters for pk in letter.enclosures]
    papers = Evidence.objects.in_bulk(ids)
    return [
        {
            "letter": letter,
            "url": reverse("incoming-letter", args=[letter.pk]),
            "papers": [
                (papers[pk].note or papers[pk].name, reverse("incoming-enclosure", args=[letter.pk, pk]))
                for pk in letter.enclosures
            ],
        }
        for letter in letters
    ]


ABSORBED = {"letters": issued_letters}
