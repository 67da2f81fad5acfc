"""An uploaded sheet on its way in, stage by stage. Every step is compared and set, so that a second click, a message
delivered twice or a killed worker brings nothing in twice.

    checking → refused | checked → writing → done | refused       (checking and writing are the work of its job)
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from arrears.imports import run
from arrears.imports.checking import CheckedSheet
from arrears.imports.marked import write_marked
from arrears.imports.models import Upload
from arrears.imports.models import UploadStage as S
from arrears.imports.preview import report_of
from arrears.imports.writing import Author, ImportResult, take_over
from unions import jobs
from unions.common.refusals import Refused, Stale
from unions.jobs import Now
from unions.models import JobState, Union, User


def receive(file: UploadedFile, union: Union, by: User, at: datetime) -> Upload:
    """Keep the file and have it checked."""
    run.check_rights(union, by)
    name = (file.name or "台账.xlsx").replace("\\", "/").rsplit("/", 1)[-1]
    upload = Upload(union=union, by=by, name=name[-200:], at=at, changed_at=at)
    upload.file.save(f"{uuid.uuid4().hex}.xlsx", file, save=False)
    upload.save()
    JOB.send(upload.pk)
    return upload


def confirm(upload: Upload, by: User, at: datetime) -> None:
    """The person has seen the preview and wants it in."""
    run.check_rights(upload.union, by)
    if not Upload.objects.filter(pk=upload.pk, stage=S.CHECKED).restart(at, stage=S.WRITING):
        raise Stale("这份文件已经不在待确认的状态，可能已经点过“确认导入”，请刷新页面查看。")
    JOB.send(upload.pk)


def retry(upload: Upload, by: User, at: datetime) -> None:
    """Check a failed one again from the beginning."""
    run.check_rights(upload.union, by)
    if not Upload.objects.filter(pk=upload.pk, state=JobState.FAILED).restart(at, stage=S.CHECKING, report={}):
        raise Stale("这份文件已经在处理，请刷新页面查看。")
    JOB.send(upload.pk)


# ---- in the worker --------------------------------------------------------------------------------------------------


def _run(upload: Upload, now: Now) -> None:
    try:
        run.check_rights(upload.union, upload.by)
        sheet = (_check if upload.stage == S.CHECKING else _write)(upload, now)
    except Refused as refusal:
        upload.finish(now(), stage=S.REFUSED, report={"failure": refusal.message})
        return
    if sheet.faults:
        _send_back(upload, sheet, now())


def _check(upload: Upload, now: Now) -> CheckedSheet:
    upload.advance(now(), done_count=0)
    with _local(upload) as path:
        sheet, taken = run.look(path, upload.union, now(), lambda done: upload.advance(now(), done_count=done))
    if not sheet.faults:
        _finish(upload, S.CHECKED, sheet, taken, now())
    return sheet


def _write(upload: Upload, now: Now) -> CheckedSheet:
    """Take one confirmed upload over. That it is done and what it wrote are one transaction."""
    at = now()
    upload.advance(at, done_count=0)
    with _local(upload) as path:
        sheet = run.read(path, upload.union, at)
    with jobs.progress_aside(upload, now) as progress, transaction.atomic():
        taken = take_over(sheet, Author(upload.by, at, upload.name, upload.union), progress)
        if not sheet.faults:
            _finish(upload, S.DONE, sheet, taken, at)
    return sheet


def _finish(upload: Upload, stage: S, sheet: CheckedSheet, taken: ImportResult, at: datetime) -> None:
    report = report_of(sheet, taken)
    upload.finish(at, stage=stage, report=report, done_count=sheet.lines, total_count=sheet.lines)


def _send_back(upload: Upload, sheet: CheckedSheet, at: datetime) -> None:
    """The faults for the page, and the bad rows as a workbook."""
    out = BytesIO()
    write_marked(sheet, out)
    upload.marked.save(f"{uuid.uuid4().hex}.xlsx", ContentFile(out.getvalue()), save=False)
    report = report_of(sheet, ImportResult())
    upload.finish(at, stage=S.REFUSED, report=report, marked=upload.marked.name, total_count=sheet.lines)


@contextmanager
def _local(upload: Upload) -> Iterator[Path]:
    """The file on this machine's disk, wherever it is stored."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as copy, upload.file.open("rb") as stored:
        for chunk in stored.chunks():
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name)


JOB = jobs.Kind(
    model=Upload,
    run=_run,
    queue="interactive",
    attempts=2,  # a file that ended a worker is tried once more: the worker may have been ended by something else
    gave_up="处理中断了两次，没有导入任何内容。请把文件分成几份再试；仍不行时请联系系统管理员。",
    crashed="处理时出现意外，没有导入任何内容。请重试；仍不行时请联系系统管理员。",
)
