"""The letters of a case on its page, with what may be issued next."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from arrears.cases import ledger
from arrears.cases.models import Case
from arrears.letters import rules
from arrears.letters.models import Letter, LetterKind, LetterState
from arrears.letters.views.letter import TONES
from unions.models import User


def letters_tab(case: Case, user: User, balance: ledger.Balance, request: HttpRequest) -> dict[str, Any]:
    """Letters as (row, overdue, tone of its state, kind that may follow or None); kinds that can be begun."""
    now = timezone.now()
    units = rules.issuing_units(case, user)
    allowed = {kind for unit in units for kind in rules.kinds_of(unit)}
    rows = Letter.objects.visible_to(user).filter(case=case)
    rows = rows.select_related("issuer", "drafted_by", "decided_by", "follows").order_by("id")
    followed = set(rules.in_force(Letter.objects.filter(follows__case=case)).values_list("follows_id", flat=True))
    letters = []
    for row in rows:
        follow = rules.next_kind(row, now, row.pk in followed)
        may = follow if follow in allowed else None
        letters.append((row, row.is_overdue(now), TONES[LetterState(row.state)], may))
    return {
        "letters": letters,
        "new_kinds": [kind for kind in LetterKind if kind in allowed and kind != LetterKind.SUGGESTION],
    }
