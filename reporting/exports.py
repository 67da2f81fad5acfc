"""Exports as tasks: asked for, written in the background, fetched, gone after a while.

A killed worker, a broker that was down, a message delivered twice: the row decides. Whoever changes its stage does so
only from the stage (and the attempt) it saw.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import F, QuerySet

from reporting import papers
from reporting.editions import NoSuchForm, by_digest, form_for
from reporting.form_files import Form
from reporting.listing import listing
from reporting.models import Download, Export, ExportStage, Return, ReturnVersion
from reporting.models.export import UNDER_WAY
from reporting.returns import bundles
from reporting.returns.compiling import Collected, collected
from reporting.scope import Period, Scope
from unions import audit
from unions.clock import day_of
from unions.models import Union, User
from unions.refusals import Forbidden, Refused
from unions.rights import Right

QUEUE, TASK = "export", "reporting.tasks.write_export"
# A run that shows no progress for so long is taken for dead; a row that waits so long is sent again.
SILENCE, PATIENCE = timedelta(minutes=5), timedelta(minutes=2)
ATTEMPTS = 3
Now = Callable[[], datetime]


class Gone(Refused):
    """The file was here and is not any more."""

    status = 410


class _Stopped(Exception):
    """The row is no longer this run's: cancelled, or given to another."""


def scope_of(export: Export) -> Scope:
    return Scope(export.union, Period(export.since, export.until, export.as_of))


def form_of(export: Export) -> Form | None:
    """The edition it was asked for in, or None when its file has been taken away since."""
    try:
        if export.form_digest:
            return by_digest(export.form, export.form_digest)
        return form_for(export.form, export.until)
    except NoSuchForm:
        return None


def _asked_already(by: User, **wish: Any) -> Export | None:
    """The same one under way. The person is held, so that two requests at once see each other."""
    User.objects.select_for_update().get(pk=by.pk)
    return Export.objects.filter(by=by, stage__in=UNDER_WAY, **wish).first()


@transaction.atomic
def request(form: Form, scope: Scope, by: User, at: datetime) -> Export:
    """Ask for a workbook. The same one already under way is returned instead of a second."""
    check_right(scope.union, by)
    wish: dict[str, Any] = {
        "form": form.key,
        "form_digest": form.digest,
        "union": scope.union,
        "since": scope.since,
        "until": scope.until,
        "as_of": scope.as_of,
        "rulebook": "",
    }
    if same := _asked_already(by, **wish):
        return same
    export = Export.objects.create(**wish, by=by, requested_at=at, changed_at=at)
    audit.record(
        export.stream,
        "request",
        by,
        at,
        union=scope.union,
        form=form.key,
        since=scope.since,
        until=scope.until,
        as_of=scope.as_of,
    )
    _send(export.pk)
    return export


@transaction.atomic
def request_bundle(found: Collected, by: User, at: datetime) -> Export:
    """Ask for everything a unit collected of one period as a zip."""
    check_right(found.receiver, by)
    one = found.one
    wish: dict[str, Any] = {
        "form": one.form,
        "union": found.receiver,
        "since": one.first,
        "until": one.last,
        "rulebook": found.rulebook,
        "rule": found.rule,
        "period": found.period,
    }
    if same := _asked_already(by, **wish):
        return same
    export = Export.objects.create(**wish, as_of=day_of(at), by=by, requested_at=at, changed_at=at)
    told = {name: wish[name] for name in ("form", "rulebook", "rule", "period")}
    audit.record(export.stream, "request", by, at, union=found.receiver, **told)
    _send(export.pk)
    return export


def check_right(union: Union, by: User) -> None:
    """Raises Forbidden."""
    if not by.may(Right.EXPORT, union):
        raise Forbidden(f"您没有导出「{union}」报表的权限，请联系本单位的统计员或经办人。")


def _send(pk: int) -> None:
    """Tell a worker once this is committed. A broker that is down loses nothing: the clock sends again."""
    transaction.on_commit(lambda: current_app.send_task(TASK, [pk], queue=QUEUE, retry=False), robust=True)


def cancel(export: Export, by: User, at: datetime) -> None:
    """Stop an export under way; the run notices at its next step."""
    changed = Export.objects.filter(pk=export.pk, stage__in=UNDER_WAY).update(
        stage=ExportStage.CANCELLED, changed_at=at, finished_at=at
    )
    if not changed:
        raise Refused("这份导出已经结束，不必再取消。")
    with transaction.atomic():
        audit.record(export.stream, "cancel", by, at, union=export.union)


@transaction.atomic
def fetch(export: Export, by: User, at: datetime) -> Export:
    """Note that `by` downloads the file. Raises Gone when it has expired, Refused when it was never there."""
    if export.stage == ExportStage.EXPIRED or (export.expires_at and export.expires_at <= at):
        raise Gone(f"这份文件已过期（保存 {settings.EXPORT_LIFETIME_HOURS} 小时），请重新导出。")
    if not export.may_be_fetched(at):
        raise Refused(f"这份导出{ExportStage(export.stage).label}，没有可下载的文件。")
    check_right(export.union, by)
    if not export.file.storage.exists(str(export.file.name)):
        raise Gone("这份文件已不在服务器上，请重新导出。")
    Download.objects.create(export=export, by=by, at=at)
    audit.record(export.stream, "download", by, at, union=export.union, form=export.form, sha256=export.sha256)
    inside = ReturnVersion.objects.filter(pk__in=export.versions).select_related("report").order_by("report")
    for version in inside:
        note_download(version.report, version, export.name, by, at)
    return export


def note_download(report: Return, version: ReturnVersion | None, name: str, by: User, at: datetime) -> None:
    """The event in the return's own chain; a draft has no version."""
    told = {"version": version.number, "sha256": version.hash} if version else {}
    audit.record(report.stream, "download", by, at, union=report.union, file=name, **told)


# ---- in the worker --------------------------------------------------------------------------------------------------


def work_off(pk: int, now: Now) -> None:
    """Write the file of an export that waits. Delivered twice, the second finds nothing to do."""
    claimed = Export.objects.filter(pk=pk, stage=ExportStage.WAITING).update(
        stage=ExportStage.RUNNING, attempt=F("attempt") + 1, changed_at=now(), done_rows=0
    )
    if not claimed:
        return
    export = Export.objects.select_related("union", "by").get(pk=pk)
    _sweep(export)
    try:
        (_write_bundle if export.is_bundle else _write)(export, now)
    except _Stopped:
        return
    except Refused as refusal:
        _step(export, now, stage=ExportStage.FAILED, fault=refusal.message[:200], finished_at=now())


def _sweep(export: Export) -> None:
    """Delete what earlier attempts stored and never lived to say."""
    for attempt in range(1, export.attempt):
        export.file.storage.delete(_place(export, attempt))


def _place(export: Export, attempt: int) -> str:
    """Where an attempt stores its file: by the month of the request, so that the next one knows."""
    ending = "zip" if export.is_bundle else "xlsx"
    return f"exports/{export.requested_at:%Y/%m}/{export.pk}-{attempt}.{ending}"


def _write(export: Export, now: Now) -> None:
    scope, form = scope_of(export), form_of(export)
    if form is None:
        raise Refused("这张报表的格式文件已经撤下，不能再导出。")
    check_right(export.union, export.by)  # the requester may have been dismissed since
    _step(export, now, all_rows=len(listing(form, scope).ids) if form.is_list else len(form.rows))
    with tempfile.TemporaryDirectory(prefix="xinbao-export-") as folder:
        path = Path(folder) / "export.xlsx"
        count = papers.write(form, scope, day_of(now()), path, tick=lambda done: _step(export, now, done_rows=done))
        _hand_over(export, path, papers.file_name(form, scope), count, now)


def _write_bundle(export: Export, now: Now) -> None:
    check_right(export.union, export.by)
    found = collected(export.union, export.rulebook, export.rule, export.period, now())
    if found is None:
        raise Refused("这一期间已经没有应报的报表，不能打包。")
    _step(export, now, all_rows=len(found.rows))
    with tempfile.TemporaryDirectory(prefix="xinbao-export-") as folder:
        path = Path(folder) / "bundle.zip"
        inside = bundles.write(found, path, now(), tick=lambda done: _step(export, now, done_rows=done))
        _hand_over(export, path, bundles.file_name(found), len(inside), now, versions=inside)


def _hand_over(export: Export, path: Path, name: str, count: int, now: Now, **facts: object) -> None:
    """Store the file and say so; a run that has lost its row takes its file away again."""
    with path.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        content.seek(0)
        stored = export.file.storage.save(_place(export, export.attempt), File(content))
    at = now()
    try:
        _step(
            export,
            now,
            stage=ExportStage.DONE,
            file=stored,
            name=name[:200],
            size=path.stat().st_size,
            sha256=sha256,
            done_rows=count,
            all_rows=count,
            finished_at=at,
            expires_at=at + timedelta(hours=settings.EXPORT_LIFETIME_HOURS),
            **facts,
        )
    except _Stopped:
        export.file.storage.delete(stored)
        raise


def _step(export: Export, now: Now, **facts: object) -> None:
    mine = Export.objects.filter(pk=export.pk, stage=ExportStage.RUNNING, attempt=export.attempt)
    if not mine.update(changed_at=now(), **facts):
        raise _Stopped


# ---- by the clock ---------------------------------------------------------------------------------------------------


def send_stale_again(at: datetime) -> int:
    """Rows nobody works on are sent (again); a row that broke three times is given up. How many were sent."""
    silent = Export.objects.filter(stage=ExportStage.RUNNING, changed_at__lt=at - SILENCE)
    silent.filter(attempt__gte=ATTEMPTS).update(
        stage=ExportStage.FAILED,
        fault="生成时多次中断，请稍后重新导出；仍不成功请联系系统管理员。",
        finished_at=at,
        changed_at=at,
    )
    long_ago = at - PATIENCE
    silent.update(stage=ExportStage.WAITING, changed_at=long_ago - timedelta(seconds=1))
    waiting = Export.objects.filter(stage=ExportStage.WAITING, changed_at__lt=long_ago)
    sent = list(waiting.values_list("pk", flat=True))
    Export.objects.filter(pk__in=sent, stage=ExportStage.WAITING).update(changed_at=at)
    for pk in sent:
        _send(pk)
    return len(sent)


def expire(at: datetime) -> int:
    """Delete the files whose time is over; the rows stay. How many."""
    over: QuerySet[Export] = Export.objects.filter(stage=ExportStage.DONE, expires_at__lte=at)
    count = 0
    for export in over.iterator():
        if Export.objects.filter(pk=export.pk, stage=ExportStage.DONE).update(stage=ExportStage.EXPIRED, file=""):
            export.file.delete(save=False)
            count += 1
    return count
