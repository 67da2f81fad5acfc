"""Approvers hear at once that a letter waits to be signed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from arrears.letters import actions as steps
from arrears.letters.models import Letter
from arrears.reminders.approvals import remind_of_asked


def tell_of_letter(sender: Any, letter: Letter, at: datetime, **kwargs: Any) -> None:
    words = {steps.approval: f"{letter.get_kind_display()}待签发"}
    remind_of_asked(letter, str(letter.case.number), "letter", words, at)
