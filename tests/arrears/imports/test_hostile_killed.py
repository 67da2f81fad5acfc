"""A worker killed in the middle: nothing half, nothing twice, and the next worker finishes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone
from openpyxl import load_workbook

from arrears.cases.models import Case, Employer
from arrears.imports import uploads
from arrears.imports.models import Upload
from arrears.law.scope import Period, Scope
from config.celery import app
from reporting.exports import actions as exports
from reporting.exports.models import Export
from reporting.forms.files import known
from tests.cast import World, load
from tests.lent import lent
from tests.sheets import GOOD, sheet
from unions.log.audit import broken_links
from unions.models import JobState
from unions.tasks import requeue_jobs, run_job

PROJECT = Path(__file__).resolve().parents[3]
LONG_AGO = timedelta(minutes=10)


@pytest.fixture
def world(cast_database: None, transactional_db: None, settings: Any, tmp_path: Path) -> World:
    settings.MEDIA_ROOT = tmp_path / "files"
    return load()


@pytest.fixture
def worker(database_url: str, redis_url: str, tmp_path: Path) -> Iterator[Callable[[], Any]]:
    """Starts real worker processes over the test's Redis and database."""
    started: list[subprocess.Popen[bytes]] = []
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": "only-for-this-test" * 4,
        "FIELD_KEYS": "only-for-this-test" * 2,
        "MEDIA_ROOT": str(tmp_path / "files"),
        "XINBAO_VAR": str(tmp_path / "var"),
        "TMPDIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "CELERY_SKIP_CHECKS": "1",
    }

    app.control.purge()

    def start() -> subprocess.Popen[bytes]:
        argv = [
            "-m",
            "celery",
            "-A",
            "config",
            "worker",
            "--pool",
            "solo",
            "--loglevel",
            "ERROR",
            "--without-mingle",
            "--without-gossip",
        ]
        started.append(subprocess.Popen([sys.executable, *argv], cwd=PROJECT, env=environment, start_new_session=True))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


@contextmanager
def locked(table: str) -> Iterator[None]:
    """Nobody else reads or writes the table: a worker stands still where it first needs it."""
    holder = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
    try:
        with holder.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield
    finally:
        holder.close()


def until(true: Callable[[], Any], what: str) -> None:
    deadline = time.monotonic() + 40
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def backends_waiting(count: int) -> Callable[[], bool]:
    def ask() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            return bool(cursor.fetchone()[0] == count)

    return ask


def running(job: Any) -> Callable[[], bool]:
    return lambda: bool(type(job).objects.filter(pk=job.pk, state=JobState.RUNNING).exists())


def kill_while_it_stands(start: Callable[[], Any], table: str, begun: Callable[[], bool] = lambda: True) -> None:
    """Start a worker and kill it where it waits for `table`, once it has `begun`."""
    with locked(table):
        process = start()
        until(begun, "the job was never begun")
        until(backends_waiting(1), f"the worker never came to {table}")
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
    until(backends_waiting(0), "the dead worker's transaction never ended")


def test_an_import_killed_in_the_middle_of_writing(world: World, worker: Any, tmp_path: Path) -> None:
    rows = [GOOD | {"原编号": f"A-{number}", "企业名称": f"海风{number}有限公司"} for number in range(30)]
    path = sheet(tmp_path / "a.xlsx", rows)
    sun = world.user("sun")
    upload = uploads.receive(
        SimpleUploadedFile("a.xlsx", path.read_bytes()), world.unions["370202"], sun, timezone.now()
    )
    uploads.JOB.work(upload.pk, timezone.now)
    with transaction.atomic():
        upload.refresh_from_db()
        uploads.confirm(upload, sun, timezone.now())
    kill_while_it_stands(worker, "cases_ledgerentry", running(upload))  # employers and cases are written by then

    upload.refresh_from_db()
    assert (upload.stage, upload.state) == ("writing", "running")
    assert (Case.objects.count(), Employer.objects.count()) == (0, 0)
    requeue_jobs()
    upload.refresh_from_db()
    assert (upload.stage, upload.state) == ("writing", "running"), "it may still be at work"

    Upload.objects.update(changed_at=timezone.now() - LONG_AGO)
    worker()
    requeue_jobs()
    run_job.delay("upload", upload.pk)  # the first message, delivered once more
    until(lambda: Upload.objects.get(pk=upload.pk).stage == "done", "the second worker never finished")
    assert Case.objects.count() == len(rows)
    assert list(broken_links()) == []


def test_an_export_killed_in_the_middle_of_writing(world: World, worker: Any, tmp_path: Path) -> None:
    lent("qinghai-2022-41")
    now = timezone.now()
    form, today = known()["qinghai-annex-2"], timezone.localdate()
    scope = Scope(world.unions["370000"], Period(today.replace(month=1, day=1), today, today))
    export = exports.request(form, scope, world.user("shen"), now)
    kill_while_it_stands(worker, "cases_ledgerentry", running(export))

    export.refresh_from_db()
    assert (export.state, export.attempts, export.file.name) == (JobState.RUNNING, 1, "")
    # What a worker leaves that dies between storing its file and saying so.
    half = export.file.storage.save(f"exports/{export.requested_at:%Y/%m}/{export.pk}-1.xlsx", _half())
    Export.objects.update(changed_at=timezone.now() - LONG_AGO)
    worker()
    requeue_jobs()
    until(lambda: Export.objects.get().state == JobState.DONE, "the second worker never finished")
    export.refresh_from_db()
    assert export.attempts == 2
    with export.file.open("rb") as content:
        assert load_workbook(content).active is not None
    assert not export.file.storage.exists(half)
    stored = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert len(stored) == 1


def _half() -> Any:
    return ContentFile(b"PK\x03\x04half")
