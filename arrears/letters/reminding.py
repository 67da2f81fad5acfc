"""Approvers hear at once that a letter waits to be signed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from arrears.letters import actions as steps
from arrears.letters.models import Letter, LetterState
from arrears.reminders.approvals import remind_approvers


def tell_of_letter(sender: Any, letter: Letter, at: datetime, **kwargs: Any) -> None:
    if letter.state != LetterState.SUBMITTED or letter.submitted_at is None:
        return
    title = f"{letter.get_kind_display()}待签发：案件 {letter.case.number}"
    key = f"approve-letter:{letter.pk}:{letter.submitted_at:%Y%m%d%H%M%S}"
    remind_approvers(letter.issuer_id, key, title, letter.get_absolute_url(), letter, steps.barred, at)
