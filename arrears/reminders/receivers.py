"""Where reminders hear of changes.

Read after reporting.obligations.listening: the obligations of a move are in the table before anybody is told.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from arrears.cases.models import Case
from arrears.portal.models import WindowLetter
from arrears.reminders.immediate import remind_of
from arrears.reminders.worker_letters import remind_of_letter


def tell_at_once(sender: Any, case: Case, at: datetime, **kwargs: Any) -> None:
    remind_of(case, at)


def tell_of_letter(sender: Any, letter: WindowLetter, at: datetime, **kwargs: Any) -> None:
    remind_of_letter(letter, at)
