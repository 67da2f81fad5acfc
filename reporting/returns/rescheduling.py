"""New due times of returns not yet sent, after a change of the calendar or an edition; sent ones keep theirs."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import F

from arrears.law.obligations.projection import ProjectionResult, Tools
from arrears.law.rules.workdays import Calendar
from reporting.returns import terms
from reporting.returns.models import Return, ReturnStage
from reporting.returns.schedule import HORIZON, FallingDue, due_between, onward_due
from unions.common.clock import day_of
from unions.log import audit

BEHIND = timedelta(days=62)  # an unsent return older than this keeps its due time
NOT_OVER = [ReturnStage.OPEN, ReturnStage.SIGNED, ReturnStage.RETURNED]


def rebuild_returns(at: datetime, tools: Tools) -> ProjectionResult:
    """Due times first, then what all returns oblige to, a batch per transaction."""
    reschedule(at, tools.calendar)
    kept, ids = ProjectionResult(), Return.objects.order_by("pk").values_list("pk", flat=True)
    left = ids.iterator(chunk_size=terms.BATCH)
    while batch := list(islice(left, terms.BATCH)):
        with transaction.atomic():
            # Locked, so that nobody sends a return between reading it and writing what it owes.
            locked = list(ids.filter(pk__in=batch).select_for_update())
            kept += terms.keep(Return.objects.filter(pk__in=locked), at)
    return kept


def reschedule(at: datetime, calendar: Calendar) -> int:
    """Move the due time of unsent returns whose schedule says otherwise now; how many. Each says so in its own chain."""
    first, last = day_of(at) - BEHIND, day_of(at) + HORIZON
    return sum(_reschedule(wanted, at) for wanted in due_between(first, last, calendar))


@transaction.atomic
def _reschedule(wanted: FallingDue, at: datetime) -> int:
    one, count = wanted.one, 0
    rows = Return.objects.of_period(wanted.book.key, wanted.rule.name, one.period.label).filter(
        submitted_at=None, stage__in=NOT_OVER, path__startswith=wanted.path
    )
    for compiles, due_at in ((False, one.due_at), (True, onward_due(one))):
        moved = rows.filter(compiles=compiles).exclude(due_at=due_at, provisional=one.provisional)
        for row in moved.select_for_update().order_by("pk"):
            Return.objects.filter(pk=row.pk).update(
                due_at=due_at,
                explanation=one.explanation,
                provisional=one.provisional,
                calendar_version=wanted.calendar.version,
                version=F("version") + 1,
                changed_at=at,
            )
            if row.due_at != due_at:
                audit.record(row.stream, "due-moved", None, at, union=row.union, before=row.due_at, after=due_at)
            count += 1
    return count
