"""Where the terms of oversight and public opinion hear of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from arrears.cases.models import Case
from arrears.serious.models import OVERSEEN, Opinion, Oversight
from arrears.serious.terms import keep_opinions, keep_oversights

# By these the case has another officer or another unit: its oversight is owed by those.
HANDED_ON = frozenset({"accept_transfer", "escalate.receive", "edit"})


def follow_oversight(sender: Any, oversight: Oversight, at: datetime, **kwargs: Any) -> None:
    """In the transaction of the step: an oversight and its term are never seen apart."""
    keep_oversights([oversight.pk], at)


def follow_case(sender: Any, case: Case, verb: str, at: datetime, **kwargs: Any) -> None:
    """What is overseen goes with the case to whoever handles it."""
    if verb not in HANDED_ON:
        return
    standing = case.oversights.filter(stage__in=OVERSEEN).values_list("pk", flat=True)
    keep_oversights(list(standing), at)


def follow_opinion(sender: Any, opinion: Opinion, at: datetime, **kwargs: Any) -> None:
    keep_opinions([opinion.pk], at)
