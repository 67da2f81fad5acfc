"""Where the projection hears of changes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from arrears.cases.models import Case, State
from arrears.law.obligations.projection import BATCH, Tools, keep_cases


def follow_case(sender: Any, case: Case, at: datetime, **kwargs: Any) -> None:
    """In the transaction of the move: the case and what it owes are never seen apart."""
    if case.state != State.DRAFT:
        keep_cases([case.pk], at)


def follow_import(sender: Any, cases: Collection[int], at: datetime, **kwargs: Any) -> None:
    """Unfinished cases of old books owe from now on; closed ones owe nothing (facts.that_owe)."""
    ids = list(cases)
    tools = Tools()
    for first in range(0, len(ids), BATCH):
        keep_cases(ids[first : first + BATCH], at, tools)
