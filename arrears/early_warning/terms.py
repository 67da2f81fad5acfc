"""Terms of warning signals: verify on the spot (YK-1.2), respond (YK-1.3)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from arrears.early_warning.collecting import keep_sources
from arrears.early_warning.models import SourceRhythm, WarningSignal
from arrears.early_warning.standings import keep_standings
from arrears.law.obligations.projection import ProjectionResult, Tools, batches, keep, rebuilt
from arrears.law.obligations.subject import End, Place, Places, Subject
from arrears.law.rules.facts import Facts, Moment
from unions.common.features import provided

WITHDRAWN = "预警信息已撤回"


def keep_signals(ids: Collection[int], at: datetime, tools: Tools | None = None) -> ProjectionResult:
    """Bring the obligations of these signals into step; inside the caller's transaction."""
    if not ids:
        return ProjectionResult()
    rows = WarningSignal.objects.filter(pk__in=ids).select_related("employer", "check_made")
    places = Places()
    subjects = [_subject(row, places.line(row.path)) for row in rows]
    return keep([f"warning:{pk}" for pk in ids], subjects, at, tools or Tools())


def _subject(signal: WarningSignal, line: tuple[Place, ...]) -> Subject:
    moments: dict[str, Moment] = {"signal_received_on": signal.received_on}
    if signal.check_made is not None:
        moments["signal_verified_on"] = signal.check_made.on
    if signal.responded_at is not None:
        moments["signal_responded_on"] = signal.responded_at
    facts = Facts(subject="warning", moments=moments, union_kind=line[-1].kind, region=signal.employer.region_code)
    ended = End(signal.withdrawn_at, WITHDRAWN) if signal.withdrawn_at else None
    return Subject(key=signal.stream, facts=facts, line=line, handling=line[-1], ended=ended)


def follow_warnings(signals: Collection[int], employers: Collection[int], at: datetime) -> None:
    """Derive terms and grades after an act upon signals, in its transaction.

    Then apps that declare "after warnings" (functions of employers and moment) read the grades just written.
    """
    keep_signals(signals, at)
    keep_standings(employers, at)
    for follow in provided("after warnings"):
        follow(employers, at)


def rebuild(at: datetime, tools: Tools) -> ProjectionResult:
    """Derive the terms of every signal again."""
    kept = ProjectionResult()
    for ids in batches(WarningSignal.objects.all()):
        kept += keep_signals(ids, at, tools)
    kept += rebuilt(SourceRhythm.objects.all(), lambda ids: keep_sources(ids, at))
    return kept
