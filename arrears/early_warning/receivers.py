"""Where terms and standings hear of signals and findings."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from arrears.early_warning.standings import keep_standings
from arrears.early_warning.terms import keep_findings, keep_signals


def follow_warnings(
    sender: Any, signals: Collection[int], employers: Collection[int], at: datetime, **kwargs: Any
) -> None:
    """In the transaction of the act: a signal, what it owes and the grade are never seen apart."""
    keep_signals(signals, at)
    keep_standings(employers, at)


def follow_findings(sender: Any, findings: Collection[int], at: datetime, **kwargs: Any) -> None:
    keep_findings(findings, at)
