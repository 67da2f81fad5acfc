"""Celery tasks of this app. A message carries an id; the row in the database is the truth.

They wait in the default queue, that of what a person waits for; what beat sends, in the timetable's.
"""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from arrears import once
from arrears.bulk import jobs

log = logging.getLogger(__name__)


@shared_task
def drop_old_submissions() -> None:
    """Beat, nightly."""
    once.drop_old(timezone.now())


@shared_task
def work_off_bulk(pk: int) -> None:
    jobs.work_off(pk, timezone.now)


@shared_task
def requeue_bulk() -> None:
    """Beat: jobs of a killed worker, or whose message was lost, go on."""
    for pk in jobs.stranded(timezone.now()):
        send_bulk(pk)


def send_bulk(pk: int) -> None:
    """Queue a job once the transaction is through."""
    transaction.on_commit(lambda: _deliver(work_off_bulk, pk), robust=True)


def _deliver(task: Any, pk: int) -> None:
    try:
        task.apply_async([pk], retry=False)
    except Exception:
        log.warning("row %s waits for the clock: the broker cannot be reached", pk)
