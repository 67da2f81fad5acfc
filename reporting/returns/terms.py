"""Terms (办理时限) a return owes: to be sent in time, and a contradicted zero to be cleared up.

Reminders, work lists and calendars read these rows and need not know returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from arrears.law.obligations.derive import Owed
from arrears.law.obligations.projection import ProjectionResult, write, write_new
from reporting.returns.models import Return, ReturnStage
from unions.models import Union

BATCH = 5000
CLEARED_WITHIN = timedelta(hours=24)  # 本地设置: no notice gives a number for clearing up a contradiction
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
    return _owed(
        row,
        row.rule,
        row.union_id,
        row.path,
        title=f"报送{row.title}（{row.period}）",
        bearer="填报单位",
        started_at=_morning(row),
        due_at=row.due_at,
        met_at=row.submitted_at,
        lifted_at=lifted_at,
        reason=reason,
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
    for number, (bearer, unit) in enumerate(parties):
        if unit is None:
            continue
        yield _owed(
            row,
            f"{row.rule}:contradicted:{number}",
            unit.pk,
            unit.path,
            bearer=bearer,
            local=True,
            title=f"{CONTRADICTED}：{row.title}（{row.period}）",
            started_at=since,
            warn_at=since + CLEARED_WITHIN,
            explanation=f"{row.period}报的是零报告，台账却有这一期间的案件；请改报或更正台账。核对时限为本地设置。",
        )


def _owed(
    row: Return,
    rule: str,
    holder: int,
    path: str,
    *,
    bearer: str,
    title: str,
    started_at: datetime,
    explanation: str,
    due_at: datetime | None = None,
    warn_at: datetime | None = None,
    met_at: datetime | None = None,
    lifted_at: datetime | None = None,
    reason: str = "",
    local: bool = False,
) -> Owed:
    return Owed(
        subject=row.stream,
        rulebook=row.rulebook,
        rule=rule,
        case_id=None,
        holder_id=holder,
        path=path,
        officer_id=None,
        bearer=bearer,
        clause=row.clause,
        title=title[:80],
        sense="due",
        basis="",
        local=local,
        started_at=started_at,
        due_at=due_at,
        warn_at=warn_at,
        clock_at=due_at or warn_at,
        met_at=met_at,
        lifted_at=lifted_at,
        lifted_reason=reason,
        extended=False,
        provisional=row.provisional,
        calendar_version=row.calendar_version,
        explanation=explanation,
    )


def _morning(row: Return) -> datetime:
    return timezone.make_aware(datetime.combine(row.first, time()))
