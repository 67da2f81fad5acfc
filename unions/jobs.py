"""Background jobs: run by one task, requeued and expired by the clock (docs/decisions/030).

A kind of job is declared beside its work as a `Kind`; `settings.JOBS` lists where. Whatever is asked for is a row
first: a lost message, a broker that is down or a killed worker loses nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Generic, cast

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from unions.common.refusals import Refused
from unions.models.job import ClaimLost, J, Job, JobQuerySet, JobState

TASK = "unions.tasks.run_job"
Now = Callable[[], datetime]
log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Kind(Generic[J]):
    """How the jobs of one model are run.

    `run(job, now)` checks the rights of whoever asked, does the work and ends with `job.finish`; a Refused becomes the
    job's error. `attempts`: how many workers it may end before it fails with the sentence `gave_up`. `crashed`: the
    sentence of an error nobody foresaw; "" leaves the job to be requeued. `discard` removes the result of an expired job.
    """

    model: type[J]
    run: Callable[[J, Now], None]
    queue: str
    gave_up: str
    attempts: int = 3
    crashed: str = ""
    discard: Callable[[J], None] | None = None

    @property
    def name(self) -> str:
        return str(self.model._meta.model_name)

    @property
    def jobs(self) -> JobQuerySet[J]:
        return cast("JobQuerySet[J]", self.model.objects.all())

    def send(self, pk: int) -> None:
        """Tell a worker once this is committed."""
        transaction.on_commit(lambda: self._deliver(pk), robust=True)

    def _deliver(self, pk: int) -> None:
        try:
            current_app.send_task(TASK, [self.name, pk], queue=self.queue, retry=False)
        except Exception:
            log.warning("%s %s waits for the clock: the broker cannot be reached", self.name, pk)

    def work(self, pk: int, now: Now) -> None:
        """Claim and run a waiting job. Delivered twice, the second finds nothing to do."""
        job = self.jobs.claim(pk, now())
        if job is None:
            return
        try:
            self.run(job, now)
        except ClaimLost:
            return
        except Refused as refusal:
            self._fail(job, refusal.message, now())
        except Exception:
            if self.crashed:
                self._fail(job, self.crashed, now())
            raise

    def _fail(self, job: J, error: str, at: datetime) -> None:
        with suppress(ClaimLost):
            job.fail(error, at)

    def requeue_stale(self, at: datetime) -> int:
        """Send again what nobody works on; how many."""
        ids = self.jobs.requeue_stale(at, self.attempts, self.gave_up)
        for pk in ids:
            self.send(pk)
        return len(ids)

    def expire(self, at: datetime) -> int:
        """Remove the results whose time is over; the rows stay. How many."""
        if self.discard is None:
            return 0
        over = self.jobs.filter(state=JobState.DONE, expires_at__lte=at)
        return sum(self._expire(job) for job in over.iterator())

    @transaction.atomic
    def _expire(self, job: J) -> bool:
        changed = self.jobs.filter(pk=job.pk, state=JobState.DONE).update(state=JobState.EXPIRED)
        if changed and self.discard is not None:
            self.discard(job)
        return changed > 0


@cache
def kinds() -> dict[str, Kind[Any]]:
    """The declared kinds by model name."""
    found: list[Kind[Any]] = [import_string(path) for path in settings.JOBS]
    return {kind.name: kind for kind in found}


def requeue_stale(at: datetime) -> int:
    return sum(kind.requeue_stale(at) for kind in kinds().values())


def expire(at: datetime) -> int:
    return sum(kind.expire(at) for kind in kinds().values())


@contextmanager
def progress_aside(job: Job, now: Now) -> Iterator[Callable[[int], None]]:
    """Progress over a connection of its own: what a long transaction writes nobody sees before its end."""
    aside = connection.copy()
    table, mine = connection.ops.quote_name(job._meta.db_table), "id = %s AND state = 'running' AND attempts = %s"
    sql = f"UPDATE {table} SET done_count = %s, changed_at = %s WHERE {mine}"  # noqa: S608 - no word from outside

    def note(done: int) -> None:
        with aside.cursor() as cursor:
            cursor.execute(sql, [done, now(), job.pk, job.attempts])

    try:
        yield note
    finally:
        aside.close()
