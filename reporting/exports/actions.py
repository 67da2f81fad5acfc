"""Exports as background jobs: asked for, written, fetched, gone after a while."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import transaction

from arrears.law.scope import Period, Scope
from reporting.exports.models import Download, Export
from reporting.forms import papers
from reporting.forms.concern import FormSeats
from reporting.forms.editions import NoSuchForm, by_digest, form_for
from reporting.forms.files import Form
from reporting.forms.listing import listing
from reporting.forms.table_rows import rows_for
from reporting.returns import bundles
from reporting.returns.collection import ReturnCollection, collection_of
from reporting.returns.models import Return, ReturnVersion
from reporting.returns.reported import reported_lines
from unions import jobs
from unions.common import xlsx_writer as workbook
from unions.common.clock import day_of
from unions.common.pdf import PATIENCE_OF_JOBS, pdf_of_sheet
from unions.common.refusals import Forbidden, Refused
from unions.jobs import Now
from unions.log import audit
from unions.models import JobState, Union, User
from unions.models.job import ClaimLost
from unions.people.rights import Right


class Gone(Refused):
    """The file was here and is not any more."""

    status = 410


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
    return Export.objects.under_way().filter(by=by, **wish).first()


@transaction.atomic
def request(form: Form, scope: Scope, by: User, at: datetime, kind: str = "xlsx") -> Export:
    """Ask for a workbook, or a PDF (`kind` "pdf"). The same one already under way is returned instead of a second.

    Raises Forbidden, NoSuchForm where the form does not concern the unit.
    """
    check_right(scope.union, by)
    FormSeats([form]).check(form, scope.union)
    wish: dict[str, Any] = {
        "form": form.key,
        "form_digest": form.digest,
        "kind": kind,
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
    JOB.send(export.pk)
    return export


@transaction.atomic
def request_bundle(found: ReturnCollection, by: User, at: datetime) -> Export:
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
    JOB.send(export.pk)
    return export


def check_right(union: Union, by: User) -> None:
    """Raises Forbidden."""
    if not by.may(Right.EXPORT, union):
        raise Forbidden(f"您没有导出“{union}”报表的权限，请联系本单位的统计员或经办人。")


def cancel(export: Export, by: User, at: datetime) -> None:
    """Stop an export under way; the run notices at its next step."""
    if not export.cancel(at):
        raise Refused("这份导出已经结束，无需再取消。")
    with transaction.atomic():
        audit.record(export.stream, "cancel", by, at, union=export.union)


@transaction.atomic
def fetch(export: Export, by: User, at: datetime) -> Export:
    """Note that `by` downloads the file. Raises Gone when it has expired, Refused when it was never there."""
    if export.state == JobState.EXPIRED or (export.expires_at and export.expires_at <= at):
        raise Gone(f"这份文件已过期（保存 {settings.EXPORT_LIFETIME_HOURS} 小时），请重新导出。")
    if not export.may_be_fetched(at):
        raise Refused(f"这份导出{export.get_state_display()}，没有可下载的文件。")
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


def _run(export: Export, now: Now) -> None:
    _sweep(export)
    check_right(export.union, export.by)  # the requester may have been dismissed since
    (_write_bundle if export.is_bundle else _write)(export, now)


def _sweep(export: Export) -> None:
    """Delete what earlier attempts stored and never lived to say."""
    for attempt in range(1, export.attempts):
        export.file.storage.delete(_place(export, attempt))


def _place(export: Export, attempt: int) -> str:
    """Where an attempt stores its file: by the month of the request, so that the next one knows."""
    return f"exports/{export.requested_at:%Y/%m}/{export.pk}-{attempt}.{export.ending}"


def _write(export: Export, now: Now) -> None:
    scope, form = scope_of(export), form_of(export)
    if form is None:
        raise Refused("这张报表的格式文件已经撤下，不能再导出。")
    total = len(listing(form, scope).ids) if form.is_list else len(rows_for(form, scope).stubs)
    export.advance(now(), done_count=0, total_count=total)
    with tempfile.TemporaryDirectory(prefix="xinbao-export-") as folder:
        path = Path(folder) / f"export.{export.kind}"
        sheet = papers.written_sheet(
            form,
            scope,
            day_of(now()),
            tick=lambda done: export.advance(now(), done_count=done),
            beside=reported_lines(form, scope),
        )
        if export.kind == "pdf":
            path.write_bytes(pdf_of_sheet(sheet, patience=PATIENCE_OF_JOBS))
            count = total
        else:
            count = workbook.write(sheet, path)
        _hand_over(export, path, f"{papers.file_name(form, scope)}.{export.kind}", count, now)


def _write_bundle(export: Export, now: Now) -> None:
    found = collection_of(export.union, export.rulebook, export.rule, export.period, now())
    if found is None:
        raise Refused("这一期间已经没有应报的报表，不能打包。")
    export.advance(now(), done_count=0, total_count=len(found.rows))
    with tempfile.TemporaryDirectory(prefix="xinbao-export-") as folder:
        path = Path(folder) / "bundle.zip"
        inside = bundles.write(found, path, now(), tick=lambda done: export.advance(now(), done_count=done))
        _hand_over(export, path, bundles.file_name(found), len(inside), now, versions=inside)


def _hand_over(export: Export, path: Path, name: str, count: int, now: Now, **facts: object) -> None:
    """Store the file and say so; a run that has lost its row takes its file away again."""
    with path.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        content.seek(0)
        stored = export.file.storage.save(_place(export, export.attempts), File(content))
    at = now()
    try:
        export.finish(
            at,
            file=stored,
            name=name[:200],
            size=path.stat().st_size,
            sha256=sha256,
            done_count=count,
            total_count=count,
            expires_at=at + timedelta(hours=settings.EXPORT_LIFETIME_HOURS),
            **facts,
        )
    except ClaimLost:
        export.file.storage.delete(stored)
        raise


def _discard(export: Export) -> None:
    """Delete the file of an expired export."""
    export.file.delete(save=False)
    export.save(update_fields=["file"])


JOB = jobs.Kind(
    model=Export,
    run=_run,
    queue="export",
    gave_up="生成时多次中断，请稍后重新导出；仍不成功请联系系统管理员。",
    discard=_discard,
)
