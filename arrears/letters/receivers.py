"""Where the terms of letters hear of them and of their cases; and where letters ask what terms to state."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from arrears.cases.models import Case
from arrears.letters.models import Letter
from arrears.letters.terms import keep_letters

# Moves by which a case ends or begins anew: its letters want no answer any more, or again.
ENDS_OR_REOPENS = frozenset({"close", "dismiss", "reopen"})


def follow_letter(sender: Any, letter: Letter, at: datetime, **kwargs: Any) -> None:
    """In the transaction of the step: a letter and its term are never seen apart."""
    if letter.is_issued:
        keep_letters([letter.pk], at)


def follow_case(sender: Any, case: Case, verb: str, at: datetime, **kwargs: Any) -> None:
    if verb in ENDS_OR_REOPENS:
        keep_letters(list(case.letters.issued().values_list("pk", flat=True)), at)
