"""Bulk work as a background job. Each case is moved in a transaction of its own, which also
writes what became of it; so a killed worker goes on where it stopped, and nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F

from arrears.bulk.models import BulkJob, BulkKind, BulkRow, RowStage
from arrears.cases import assigning
from arrears.cases.models import Case
from unions import jobs
from unions.common.refusals import Refused
from unions.jobs import Now
from unions.log import audit
from unions.models import User

MOST = 2000  # cases in one request
BATCH = 50


@transaction.atomic
def request(
    kind: BulkKind, cases: Collection[int], officer: User | None, reason: str, token: UUID, by: User, at: datetime
) -> tuple[BulkJob, bool]:
    """Create the job and return it with whether it is new: a form sent twice is one job.

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
        total_count=len(set(cases)),
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
    JOB.send(job.pk)
    return job, True


def _check(kind: BulkKind, cases: Collection[int], officer: User | None, reason: str) -> None:
    if not cases:
        raise Refused.for_field("cases", "请先选择案件。")
    if len(cases) > MOST:
        text = f"一次最多办理 {MOST} 件，现选 {len(cases)} 件，请缩小范围。"
        raise Refused(text, {"cases": text})
    if kind != BulkKind.URGE and officer is None:
        raise Refused.for_field("officer", "请选择新经办人。")
    if not reason.strip():
        raise Refused.for_field("reason", "请写明原因。")


def stop(job: BulkJob, by: User, at: datetime) -> None:
    """Stop a job: no further row is begun; what is done stays done."""
    if not job.cancel(at):
        raise Refused("这次批量办理已经结束，无需再停止。")
    with transaction.atomic():
        audit.record(job.stream, "stop", by, at)


def counts(job: BulkJob) -> dict[str, int]:
    """Count the rows of a job by stage: waiting, done, refused."""
    found = dict(job.rows.order_by().values_list("stage").annotate(n=Count("pk")))
    return {stage.value: found.get(stage.value, 0) for stage in RowStage}


# ---- in the worker --------------------------------------------------------------------------------------------------


def _run(job: BulkJob, now: Now) -> None:
    """Begin where an earlier run stopped. Each row asks for the rights of that moment."""
    while rows := list(job.rows.filter(stage=RowStage.WAITING).values_list("pk", flat=True)[:BATCH]):
        for row in rows:
            _one(job, row, now())
    job.finish(now())


@transaction.atomic
def _one(job: BulkJob, row_pk: int, at: datetime) -> None:
    """One row, once. Raises ClaimLost when the job has been stopped, or given to another."""
    job.advance(at, done_count=F("done_count") + 1)
    row = BulkRow.objects.select_for_update(of=("self",)).select_related("case").get(pk=row_pk)
    if row.stage == RowStage.WAITING:
        row.stage, row.why = _carried_out(job, row.case, at)
        row.save(update_fields=["stage", "why"])


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


JOB = jobs.Kind(model=BulkJob, run=_run, queue="interactive", attempts=5, gave_up="多次中断，没有办完。")
