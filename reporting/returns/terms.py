"""Terms (办理时限) a return owes: to be sent in time, and a contradicted zero to be cleared up.

Reminders, work lists and calendars read these rows and need not know returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from arrears.law.obligations.derive import Owed
from arrears.law.obligations.local import local
from arrears.law.obligations.projection import ProjectionResult, write, write_new
from reporting.returns.models import Return, ReturnStage
from unions.common.urgency import Urgency
from unions.models import Union

BATCH = 5000
CONTRADICTED = "零报告与台账矛盾"


def keep(returns: QuerySet[Return], at: datetime) -> ProjectionResult:
    """Derive the terms of these returns again, inside the caller's transaction."""
    kept = ProjectionResult()
    for batch in _batches(returns.select_related("union", "receiver")):
        kept += write([row.stream for row in batch], _owed_by(batch), at)
    return kept


def keep_new(new: list[Return]) -> None:
    """Write the terms of returns just opened, inside the caller's transaction."""
    for first in range(0, len(new), BATCH):
        write_new(_owed_by(new[first : first + BATCH]))


def _batches(returns: QuerySet[Return]) -> Iterator[list[Return]]:
    batch: list[Return] = []
    for row in returns.order_by("pk").iterator(chunk_size=BATCH):
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _owed_by(returns: Iterable[Return]) -> Iterator[Owed]:
    for row in returns:
        yield _to_send(row)
        if row.contradicted_at:
            yield from _to_clear(row, row.contradicted_at)


def _to_send(row: Return) -> Owed:
    lifted_at, reason = _lifted(row)
    return Owed(
        subject=row.stream,
        rulebook=row.rulebook,
        rule=row.rule,
        holder_id=row.union_id,
        path=row.path,
        bearer="填报单位",
        clause=row.clause,
        title=f"报送{row.title}（{row.span}）"[:80],
        started_at=_morning(row),
        due_at=row.due_at,
        clock_at=None if row.backfilled else row.due_at,
        met_at=row.submitted_at,
        lifted_at=lifted_at,
        lifted_reason=reason,
        provisional=row.provisional,
        backfilled=row.backfilled,
        calendar_version=row.calendar_version,
        explanation=row.explanation,
    )


def _lifted(row: Return) -> tuple[datetime | None, str]:
    if row.submitted_at:
        return None, ""
    if row.stage == ReturnStage.WAIVED:
        return row.changed_at, "免报"
    if row.implied_zero:
        return row.due_at, "推定零报告"
    return None, ""


def _to_clear(row: Return, since: datetime) -> Iterator[Owed]:
    """Sender and receiver both owe it: the one corrects return or ledger, the other asks."""
    parties: list[tuple[str, Union | None]] = [("填报单位", row.union), ("接收单位", row.receiver)]
    warn_at = since + timedelta(hours=local().contradiction_hours)
    for number, (bearer, unit) in enumerate(parties):
        if unit is None:
            continue
        yield Owed(
            subject=row.stream,
            rulebook=row.rulebook,
            rule=f"{row.rule}:contradicted:{number}",
            holder_id=unit.pk,
            path=unit.path,
            bearer=bearer,
            clause=row.clause,
            title=f"{CONTRADICTED}：{row.title}（{row.span}）"[:80],
            local=True,
            started_at=since,
            due_at=None,
            warn_at=warn_at,
            urgency=Urgency.AT_ONCE,
            clock_at=warn_at,
            provisional=row.provisional,
            calendar_version=row.calendar_version,
            explanation=f"{row.span}报的是零报告，台账却有这一期间的案件；请改报或更正台账。核对时限为本地设置。",
        )


def _morning(row: Return) -> datetime:
    return timezone.make_aware(datetime.combine(row.first, time()))
