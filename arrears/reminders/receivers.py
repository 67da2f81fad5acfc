"""Where reminders hear of cases: after the obligations of a move are in the table."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from arrears.reminders.immediate import remind_of

if TYPE_CHECKING:
    from arrears.cases.models import Case


def tell_at_once(sender: Any, case: Case, at: datetime, **kwargs: Any) -> None:
    remind_of(case, at)
