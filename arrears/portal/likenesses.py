"""Letters of workers by the phone they left: for the search of cases that may be the same matter."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Q

from arrears.cases.models import Case
from arrears.portal.models import LetterStanding, WindowLetter
from unions.models import User


def numbers_of(case: Case) -> tuple[list[str], list[str]]:
    """Return the phone numbers of the letters of a case. One query."""
    return [row.phone.text for row in case.window_letters.only("case", "phone")], []


def by_phone(prints: Collection[str], but: int | None, but_letter: int | None, most: int) -> list[WindowLetter]:
    """Return letters that left a phone with one of these prints, the newest first; nothing is opened."""
    rows = WindowLetter.objects.filter(phone_print__in=prints)
    rows = rows.exclude(pk=but_letter) if but_letter is not None else rows
    rows = rows.filter(Q(case=None) | ~Q(case=but)) if but is not None else rows
    rows = rows.exclude(case=None, standing=LetterStanding.WITHDRAWN).order_by("-pk")
    return list(rows.select_related("union").defer("words", "name", "phone")[:most])


def seen(letters: Sequence[Any], user: User) -> set[int]:
    """Return the ids of those the reader may see."""
    rows = WindowLetter.objects.visible_to(user).filter(pk__in=[row.pk for row in letters])
    return set(rows.order_by().values_list("pk", flat=True))
