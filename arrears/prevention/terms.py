"""Terms of meetings and campaigns that are planned, and of what they agreed (QP-4.1): each due on the day people set."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from arrears.law.obligations.derive import Owed, end_of_day, start_of_day
from arrears.law.obligations.projection import ProjectionResult, Tools, rebuilt, write
from arrears.law.obligations.requirements import with_clauses
from arrears.law.rules.workdays import named
from arrears.prevention.models import PLANNED, PreventionTask, PreventionWork

BOOK = "prevention"  # in the place of a rulebook: whoever set the day
WITHDRAWN = "已撤销"


def keep_works(ids: Collection[int], at: datetime) -> ProjectionResult:
    """Bring the terms of what was planned into step; what was never planned owes nothing."""
    rows = PreventionWork.objects.filter(pk__in=ids, kind__in=PLANNED, planned_at__isnull=False)
    owed = ((PLANNED[row.kind], _hold(row)) for row in rows.select_related("union__parent"))
    return write([PreventionWork(pk=pk).stream for pk in ids], with_clauses(owed), at)


def keep_tasks(ids: Collection[int], at: datetime) -> ProjectionResult:
    rows = PreventionTask.objects.filter(pk__in=ids).select_related("work__union__parent")
    owed = ((PLANNED[row.work.kind], _carry_out(row)) for row in rows)
    return write([PreventionTask(pk=pk).stream for pk in ids], with_clauses(owed), at)


def _hold(row: PreventionWork) -> Owed:
    assert row.planned_at is not None
    holder, due_at = row.union.in_charge(), end_of_day(row.on)
    met_at = None if row.is_plan else start_of_day(row.on)
    gone = row.withdrawn_at if met_at is None else None
    return Owed(
        subject=row.stream,
        rulebook=BOOK,
        rule="hold",
        holder_id=holder.pk,
        path=holder.path,
        officer_id=row.by_id,
        bearer="开展单位",
        title=f"{row.get_kind_display()}：{row.title}"[:80],
        started_at=row.planned_at,
        due_at=due_at,
        clock_at=due_at,
        met_at=met_at,
        lifted_at=gone,
        lifted_reason=WITHDRAWN if gone else "",
        explanation=f"{row.union}安排于{named(row.on)}，登记开展情况后核销",
    )


def _carry_out(row: PreventionTask) -> Owed:
    holder, due_at = row.work.union.in_charge(), end_of_day(row.due_on)
    met_at = _begin(row.done_on)
    gone = row.work.withdrawn_at if met_at is None else None
    return Owed(
        subject=row.stream,
        rulebook=BOOK,
        rule="carry-out",
        holder_id=holder.pk,
        path=holder.path,
        officer_id=row.by_id,
        bearer=row.responsible[:40],
        title=f"落实议定事项：{row.what}"[:80],
        started_at=row.at,
        due_at=due_at,
        clock_at=due_at,
        met_at=met_at,
        lifted_at=gone,
        lifted_reason=WITHDRAWN if gone else "",
        explanation=f"{named(row.work.on)}“{row.work.title}”议定，由{row.responsible}落实，限 {row.due_on} 前",
    )


def _begin(day: date | None) -> datetime | None:
    return start_of_day(day) if day else None


def rebuild(at: datetime, tools: Tools) -> ProjectionResult:
    """Every one's term again."""
    kept = rebuilt(PreventionWork.objects.filter(planned_at__isnull=False), lambda ids: keep_works(ids, at))
    kept += rebuilt(PreventionTask.objects.all(), lambda ids: keep_tasks(ids, at))
    return kept
