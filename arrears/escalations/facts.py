"""What obligations and trials of rulebooks know of a case's reports upward."""

from __future__ import annotations

from datetime import datetime

from arrears.cases.facts import Around
from arrears.escalations.models import Escalation, Stage
from arrears.law.obligations.subject import ReportUpward

STANDS = (Stage.REQUESTED, Stage.SENT, Stage.RECEIVED)
COUNTS = (*STANDS, Stage.RETURNED)
NEVER_SENT = (Stage.DECLINED, Stage.WITHDRAWN)


def add_reports(around: Around) -> None:
    rows = (
        Escalation.objects.filter(case__in=around.ids, stage__in=COUNTS)
        .order_by("id")
        .values_list("case_id", "immediate", "sender_id", "requested_at", "decided_at", "stage")
    )
    for case, immediate, sender, asked_at, decided_at, stage in rows:
        sent_at = None if stage == Stage.REQUESTED else decided_at
        report = ReportUpward(immediate, sender, asked_at, sent_at, stage in STANDS)
        around.reports.setdefault(case, []).append(report)


def first_sent(ids: list[int]) -> dict[int, datetime]:
    """When each case first went up: an immediate report when it was asked for (decision 003), another when approved."""
    found: dict[int, datetime] = {}
    rows = Escalation.objects.filter(case__in=ids).exclude(stage__in=NEVER_SENT)
    for case, immediate, asked_at, decided_at in rows.values_list("case_id", "immediate", "requested_at", "decided_at"):
        at = asked_at if immediate else decided_at
        if at and (case not in found or at < found[case]):
            found[case] = at
    return found
