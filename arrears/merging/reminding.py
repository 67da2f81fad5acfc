"""Approvers hear at once that a merger, or its undoing, waits for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from arrears.merging import actions as merging
from arrears.merging.models import Merger
from arrears.reminders.approvals import remind_of_asked


def tell_of_merger(sender: Any, merger: Merger, at: datetime, **kwargs: Any) -> None:
    words = {merging.merging: "并案待审批", merging.parting: "撤销并案待审批"}
    remind_of_asked(merger, str(merger.duplicate.number), "merger", words, at)
