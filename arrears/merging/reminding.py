"""Approvers hear at once that a merger, or its undoing, waits for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from arrears.merging import actions as merging
from arrears.merging.models import Merger, MergerStage
from arrears.reminders.approvals import remind_approvers


def tell_of_merger(sender: Any, merger: Merger, at: datetime, **kwargs: Any) -> None:
    asked = {
        MergerStage.REQUESTED: ("并案待审批", merger.requested_at),
        MergerStage.UNDO_REQUESTED: ("撤销并案待审批", merger.undo_requested_at),
    }.get(MergerStage(merger.stage))
    if asked is None or asked[1] is None:
        return
    words, since = asked
    title = f"{words}：案件 {merger.duplicate.number}"
    key = f"approve-merger:{merger.pk}:{since:%Y%m%d%H%M%S}"
    unit = merger.duplicate.handling_union_id
    remind_approvers(unit, key, title, merger.get_absolute_url(), merger, merging.barred, at)
