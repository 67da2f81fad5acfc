"""Approvers hear at once that an oversight waits for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from arrears.reminders.approvals import remind_approvers
from arrears.serious import oversight as overseeing
from arrears.serious.models import Oversight, OversightStage


def tell_of_oversight(sender: Any, oversight: Oversight, at: datetime, **kwargs: Any) -> None:
    """Asked for, or reported upon and to be lifted: each asking by itself, never twice."""
    asked = {
        OversightStage.REQUESTED: ("待审批", oversight.requested_at),
        OversightStage.REPORTED: ("待审批解除", oversight.reported_at),
    }.get(OversightStage(oversight.stage))
    if asked is None or asked[1] is None:
        return
    words, since = asked
    title = f"{oversight.get_kind_display()}{words}：案件 {oversight.case.number}"
    key = f"approve-oversight:{oversight.pk}:{since:%Y%m%d%H%M%S}"
    url = oversight.get_absolute_url()
    remind_approvers(oversight.setter_id, key, title, url, oversight, overseeing.barred, at)
