"""Approvers hear at once that an oversight waits for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from arrears.reminders.approvals import remind_of_asked
from arrears.serious import oversight as overseeing
from arrears.serious.models import Oversight


def tell_of_oversight(sender: Any, oversight: Oversight, at: datetime, **kwargs: Any) -> None:
    kind = oversight.get_kind_display()
    words = {overseeing.setting: f"{kind}待审批", overseeing.lifting: f"{kind}待审批解除"}
    remind_of_asked(oversight, str(oversight.case.number), "oversight", words, at)
