"""Bulk work as a task: the row is the truth. Each case goes through the one door in a transaction of its own, which also
writes what became of it; so a killed worker goes on where it stopped, and nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, QuerySet

from arrears import assigning
from arrears.models import BulkJob, BulkKind, BulkRow, BulkStage, Case, RowStage
from arrears.models.bulk import UNDER_WAY
from unions import audit
from unions.models import User
from unions.refusals import Refused

MOST = 2000  # cases in one request
BATCH = 50
# A run that shows no progress for so long is taken for dead; a row that waits so long is sent again.
SILENCE, PATIENCE = timedelta(minutes=5), timedelta(minutes=1)
ATTEMPTS = 5
Now = Callable[[], datetime]


@transaction.atomic
def request(
    kind: BulkKind, cases: Collection[int], officer: User | None, reason: str, token: UUID, by: User, at: datetime
) -> tuple[BulkJob, bool]:
    """The job, and whether it is new: the same form sent twice is one job.

    `cases`: ids the person sees; rights are checked row by row when they are worked off. Refused: none, too many, no reason.
    """
    User.objects.select_for_update().get(pk=by.pk)  # two clicks at once see each other
    if same := BulkJob.objects.filter(by=by, token=token).first():
        return same, False
    _check(kind, cases, officer, reason)
    job = BulkJob.objects.create(
        kind=kind,
        officer=officer if kind != BulkKind.URGE else None,
        reason=reason.strip(),
        token=token,
        by=by,
        requested_at=at,
        changed_at=at,
    )
    BulkRow.objects.bulk_create((BulkRow(job=job, case_id=pk) for pk in sorted(set(cases))), batch_size=1000)
    audit.record(
        job.stream,
        "request",
        by,
        at,
        kind=job.get_kind_display(),
        rows=len(set(cases)),
        reason=job.reason,
        officer=job.officer_id,
    )
    return job, True


def _check(kind: BulkKind, cases: Collection[int], officer: User | None, reason: str) -> None:
    if not cases:
        raise Refused("请先选择案件。", {"cases": "请先选择案件。"})
    if len(cases) > MOST:
        text = f"一次最多办理 {MOST} 件，现选 {len(cases)} 件，请缩小范围。"
        raise Refused(text, {"cases": text})
    if kind != BulkKind.URGE and officer is None:
        raise Refused("请选择新经办人。", {"officer": "请选择新经办人。"})
    if not reason.strip():
        raise Refused("请写明原因。", {"reason": "请写明原因。"})


def stop(job: BulkJob, by: User, at: datetime) -> None:
    """No further row is begun; what is done stays done."""
    changed = BulkJob.objects.filter(pk=job.pk, stage__in=UNDER_WAY).update(
        stage=BulkStage.STOPPED, changed_at=at, finished_at=at
    )
    if not changed:
        raise Refused("这次批量办理已经结束，不必再停止。")
    with transaction.atomic():
        audit.record(job.stream, "stop", by, at)


def counts(job: BulkJob) -> dict[str, int]:
    """Rows by what became of them: waiting, done, refused."""
    found = dict(job.rows.order_by().values_list("stage").annotate(n=Count("pk")))
    return {stage.value: found.get(stage.value, 0) for stage in RowStage}


# ---- in the worker --------------------------------------------------------------------------------------------------


def work_off(pk: int, now: Now) -> None:
    """Work off a job that waits. Delivered twice, the second finds nothing to do."""
    claimed = BulkJob.objects.filter(pk=pk, stage=BulkStage.WAITING).update(
        stage=BulkStage.RUNNING, attempt=F("attempt") + 1, changed_at=now()
    )
    if not claimed:
        return
    job = BulkJob.objects.select_related("by", "officer").get(pk=pk)
    while rows := list(job.rows.filter(stage=RowStage.WAITING).values_list("pk", flat=True)[:BATCH]):
        for row in rows:
            if not _one(job, row, now()):
                return
    _mine(job).update(stage=BulkStage.DONE, changed_at=(at := now()), finished_at=at)


@transaction.atomic
def _one(job: BulkJob, row_pk: int, at: datetime) -> bool:
    """One row; False when the job is no longer this run's: stopped, or given to another."""
    if not _mine(job).update(changed_at=at):
        return False
    row = BulkRow.objects.select_for_update(of=("self",)).select_related("case").get(pk=row_pk)
    if row.stage != RowStage.WAITING:
        return True
    row.stage, row.why = _carried_out(job, row.case, at)
    row.save(update_fields=["stage", "why"])
    return True


def _carried_out(job: BulkJob, case: Case, at: datetime) -> tuple[RowStage, str]:
    by = User.objects.get(pk=job.by_id)  # without remembered rights: she may have been dismissed since
    try:
        with transaction.atomic():
            if not Case.objects.visible_to(by).filter(pk=case.pk).exists():
                return RowStage.REFUSED, "您已看不到这件案件。"
            if job.kind == BulkKind.URGE:
                assigning.urge(case, job.reason, by, at)
            else:
                assert job.officer_id is not None
                assigning.assign(case, User.objects.get(pk=job.officer_id), job.reason, by, at)
    except Refused as refusal:
        return RowStage.REFUSED, refusal.message[:200]
    return RowStage.DONE, ""


def _mine(job: BulkJob) -> QuerySet[BulkJob]:
    return BulkJob.objects.filter(pk=job.pk, stage=BulkStage.RUNNING, attempt=job.attempt)


# ---- by the clock ---------------------------------------------------------------------------------------------------


def stranded(at: datetime) -> list[int]:
    """Jobs nobody works on, ready to be sent again; one that broke five times is given up."""
    silent = BulkJob.objects.filter(stage=BulkStage.RUNNING, changed_at__lt=at - SILENCE)
    silent.filter(attempt__gte=ATTEMPTS).update(stage=BulkStage.FAILED, changed_at=at, finished_at=at)
    long_ago = at - PATIENCE
    silent.update(stage=BulkStage.WAITING, changed_at=long_ago - timedelta(seconds=1))
    waiting = BulkJob.objects.filter(stage=BulkStage.WAITING, changed_at__lt=long_ago)
    found = list(waiting.values_list("pk", flat=True))
    BulkJob.objects.filter(pk__in=found, stage=BulkStage.WAITING).update(changed_at=at)
    return found
