"""An uploaded sheet on its way in, stage by stage. The row is the truth: every step is compared and set, so that a task
delivered twice, a killed worker or a second click brings nothing in twice.

    waiting → checking → refused | checked → confirmed → writing → done        (any of them → failed)
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction

from arrears.imports import run
from arrears.imports.checking import Progress, Sheet
from arrears.imports.marked import write_marked
from arrears.imports.preview import report_of
from arrears.imports.writing import Author, Taken, take_over
from arrears.models import Upload
from arrears.models.upload import UploadStage as S
from unions.models import Union, User
from unions.refusals import Refused, Stale

# A running step that has said nothing for so long belongs to a worker that is gone.
SILENT = timedelta(minutes=5)
# A waiting one that nobody took: its message was lost, or the broker was down.
UNFETCHED = timedelta(minutes=1)
# A file that ended a worker is tried once more: the worker may have been ended by something else.
MOST_ATTEMPTS = 2
RUNNING = {S.CHECKING: S.WAITING, S.WRITING: S.CONFIRMED}
GIVEN_UP = "处理中断了两次，没有导入任何内容。请把文件分成几份再试；仍不行时请联系系统管理员。"


def receive(file: UploadedFile, union: Union, by: User, at: datetime) -> Upload:
    """Keep the file and put it in line for checking."""
    run.check_rights(union, by)
    name = (file.name or "台账.xlsx").replace("\\", "/").rsplit("/", 1)[-1]
    upload = Upload(kind="cases", union=union, by=by, name=name[-200:], at=at, changed_at=at)
    upload.file.save(f"{uuid.uuid4().hex}.xlsx", file, save=False)
    upload.save()
    return upload


def confirm(upload: Upload, by: User, at: datetime) -> None:
    """The person has seen the preview and wants it in."""
    run.check_rights(_union(upload), by)
    if not _step(upload.pk, S.CHECKED, S.CONFIRMED, at):
        raise Stale("这份文件已经不在待确认的状态，可能已经点过「确认导入」，请刷新页面查看。")


def retry(upload: Upload, by: User, at: datetime) -> None:
    """Check a failed one again from the beginning."""
    run.check_rights(_union(upload), by)
    if not _step(upload.pk, S.FAILED, S.WAITING, at, report={}):
        raise Stale("这份文件已经在处理，请刷新页面查看。")


def check(pk: int, at: datetime) -> None:
    """Work off the checking of one upload, if it still waits for it."""
    if not _step(pk, S.WAITING, S.CHECKING, at, done_rows=0):
        return
    upload = Upload.objects.select_related("union", "by").get(pk=pk)
    try:
        run.check_rights(_union(upload), upload.by)
        with _local(upload) as path:
            sheet, taken = run.look(path, _union(upload), at, _noted(pk))
    except Refused as refusal:
        _refuse(upload, S.CHECKING, at, refusal)
        return
    if sheet.faults:
        _send_back(upload, S.CHECKING, sheet, at)
    else:
        report = report_of(sheet, taken)
        _step(pk, S.CHECKING, S.CHECKED, at, report=report, done_rows=sheet.lines, all_rows=sheet.lines)


def write(pk: int, at: datetime) -> None:
    """Take one confirmed upload over. That it is done and what it wrote are one transaction."""
    if not _step(pk, S.CONFIRMED, S.WRITING, at, done_rows=0):
        return
    upload = Upload.objects.select_related("union", "by").get(pk=pk)
    union = _union(upload)
    try:
        run.check_rights(union, upload.by)
        with _local(upload) as path:
            sheet = run.read(path, union, at)
        with _aside(pk) as progress, transaction.atomic():
            taken = take_over(sheet, Author(upload.by, at, upload.name, union), progress)
            if not sheet.faults:
                _finish(upload, sheet, taken, at)
    except Refused as refusal:
        _refuse(upload, S.WRITING, at, refusal)
        return
    if sheet.faults:
        _send_back(upload, S.WRITING, sheet, at)


def fail(pk: int, at: datetime) -> None:
    """Something nobody foresaw: say so instead of running for ever."""
    for stage in RUNNING:
        _step(
            pk,
            stage,
            S.FAILED,
            at,
            report={"failure": "处理时出现意外，没有导入任何内容。请重试；仍不行时请联系系统管理员。"},
        )


def stranded(at: datetime) -> Iterator[tuple[int, str]]:
    """(id, stage to work off) of uploads that nobody works on: a killed worker's, or ones whose message was lost."""
    for upload in Upload.objects.filter(kind="cases", stage__in=RUNNING, changed_at__lt=at - SILENT):
        attempts = upload.report.get("attempts", 1) + 1
        stage = S.FAILED if attempts > MOST_ATTEMPTS else RUNNING[S(upload.stage)]
        report = upload.report | {"attempts": attempts} | ({"failure": GIVEN_UP} if stage == S.FAILED else {})
        same = Upload.objects.filter(pk=upload.pk, stage=upload.stage, changed_at=upload.changed_at)
        same.update(stage=stage, report=report)
    waiting = Upload.objects.filter(kind="cases", stage__in=RUNNING.values(), changed_at__lt=at - UNFETCHED)
    yield from waiting.values_list("pk", "stage")


# ---- steps --------------------------------------------------------------------------------------------------------


def _union(upload: Upload) -> Union:
    assert upload.union is not None, "an upload of cases names its union"
    return upload.union


def _step(pk: int, seen: S, to: S, at: datetime, **facts: Any) -> bool:
    """Compare and set; False when it is no longer at `seen`."""
    return Upload.objects.filter(pk=pk, stage=seen).update(stage=to, changed_at=at, **facts) == 1


def _finish(upload: Upload, sheet: Sheet, taken: Taken, at: datetime) -> None:
    report = report_of(sheet, taken)
    if not _step(upload.pk, S.WRITING, S.DONE, at, report=report, done_rows=sheet.lines, all_rows=sheet.lines):
        # Taken for dead and given to another worker, which finishes it.
        raise Stale("这份文件正由另一个任务处理。")


def _send_back(upload: Upload, seen: S, sheet: Sheet, at: datetime) -> None:
    """The faults for the page, and the bad rows as a workbook."""
    out = BytesIO()
    write_marked(sheet, out)
    upload.marked.save(f"{uuid.uuid4().hex}.xlsx", ContentFile(out.getvalue()), save=False)
    report = report_of(sheet, Taken())
    _step(upload.pk, seen, S.REFUSED, at, report=report, marked=upload.marked.name, all_rows=sheet.lines)


def _refuse(upload: Upload, seen: S, at: datetime, refusal: Refused) -> None:
    _step(upload.pk, seen, S.REFUSED, at, report={"failure": refusal.message})


@contextmanager
def _local(upload: Upload) -> Iterator[Path]:
    """The file on this machine's disk, wherever it is stored."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as copy, upload.file.open("rb") as stored:
        for chunk in stored.chunks():
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name)


def _noted(pk: int) -> Progress:
    from django.utils import timezone

    def note(done: int) -> None:
        Upload.objects.filter(pk=pk).update(done_rows=done, changed_at=timezone.now())

    return note


@contextmanager
def _aside(pk: int) -> Iterator[Progress]:
    """Progress told over a connection of its own: what the writing transaction says nobody sees until its end."""
    from django.utils import timezone

    aside = connection.copy()
    sql = "UPDATE arrears_upload SET done_rows = %s, changed_at = %s WHERE id = %s AND stage = 'writing'"

    def note(done: int) -> None:
        with aside.cursor() as cursor:
            cursor.execute(sql, [done, timezone.now(), pk])

    try:
        yield note
    finally:
        aside.close()
