"""The fields and verbs of a background job. The row decides; a broker's message only says "look".

Whoever changes the state does so only from the state, and within a run only from the attempt, it saw. So a message
delivered twice, a killed worker or two workers at once do the work once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import F, Q

# A run that shows no progress for so long is taken for dead; a row that waits so long is sent again.
SILENCE, PATIENCE = timedelta(minutes=5), timedelta(minutes=1)


class JobState(models.TextChoices):
    """`UNCERTAIN`: the run broke off, and nobody can say whether its work was done."""

    WAITING = "waiting", "排队中"
    RUNNING = "running", "正在办理"
    DONE = "done", "已完成"
    FAILED = "failed", "没有完成"
    CANCELLED = "cancelled", "已取消"
    EXPIRED = "expired", "已过期"
    UNCERTAIN = "uncertain", "不能确定"


TONES = {JobState.WAITING: "info", JobState.RUNNING: "busy", JobState.DONE: "good", JobState.FAILED: "bad"}
UNDER_WAY = (JobState.WAITING, JobState.RUNNING)
J = TypeVar("J", bound="Job")


class ClaimLost(Exception):
    """The job is no longer this run's: cancelled, or given to another worker."""


class JobQuerySet(models.QuerySet[J]):
    def under_way(self) -> Self:
        return self.filter(state__in=UNDER_WAY)

    def silent(self, at: datetime) -> Self:
        """Runs without progress for so long that their workers are taken for dead."""
        return self.filter(state=JobState.RUNNING, changed_at__lt=at - SILENCE)

    def claim(self, pk: int, at: datetime) -> J | None:
        """Take a waiting job for one run; None when there is nothing to take."""
        claimed = self.filter(pk=pk, state=JobState.WAITING).update(
            state=JobState.RUNNING, attempts=F("attempts") + 1, changed_at=at
        )
        return self.get(pk=pk) if claimed else None

    def restart(self, at: datetime, **facts: Any) -> bool:
        """Put jobs that are over in line again, with `facts`; whether there were any."""
        over = self.exclude(state__in=UNDER_WAY)
        fresh = {"attempts": 0, "done_count": 0, "error": "", "finished_at": None}
        return over.update(state=JobState.WAITING, changed_at=at, **fresh, **facts) > 0

    def requeue_stale(self, at: datetime, attempts: int, gave_up: str) -> list[int]:
        """Ids to send again; a job that ended `attempts` workers fails with the sentence `gave_up`."""
        silent, long_ago = self.silent(at), at - PATIENCE
        silent.filter(attempts__gte=attempts).update(
            state=JobState.FAILED, error=gave_up, finished_at=at, changed_at=at
        )
        silent.update(state=JobState.WAITING, changed_at=long_ago - timedelta(seconds=1))
        waiting = self.filter(state=JobState.WAITING, changed_at__lt=long_ago)
        ids = list(waiting.values_list("pk", flat=True))
        self.filter(pk__in=ids, state=JobState.WAITING).update(changed_at=at)
        return ids


class Job(models.Model):
    """One piece of background work. `attempts` numbers the runs: only the newest may write to the row.

    `state_labels`: Chinese words of a kind where those of `JobState` do not fit. `total_count` 0: not yet counted.
    """

    state_labels: ClassVar[Mapping[JobState, str]] = {}

    state = models.CharField("进度", max_length=10, default=JobState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_count = models.PositiveIntegerField(default=0)
    total_count = models.PositiveIntegerField(default=0)
    error = models.CharField("原因", max_length=200, blank=True)
    changed_at = models.DateTimeField("最近进展")
    finished_at = models.DateTimeField("结束时间", null=True)
    expires_at = models.DateTimeField("过期时间", null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        abstract = True
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["changed_at"], name="%(class)s_under_way", condition=Q(state__in=["waiting", "running"])
            )
        ]

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY

    def get_state_display(self) -> str:
        state = JobState(self.state)
        return self.state_labels.get(state, state.label)

    @property
    def tone(self) -> str:
        """The tone of its state badge."""
        return TONES.get(JobState(self.state), "neutral")

    def advance(self, at: datetime, **facts: Any) -> None:
        """Write progress and other `facts` of this run. Raises ClaimLost."""
        mine = type(self).objects.filter(pk=self.pk, state=JobState.RUNNING, attempts=self.attempts)
        if not mine.update(changed_at=at, **facts):
            raise ClaimLost

    def finish(self, at: datetime, **facts: Any) -> None:
        """End this run well. Raises ClaimLost."""
        self.advance(at, state=JobState.DONE, finished_at=at, error="", **facts)

    def fail(self, error: str, at: datetime) -> None:
        """End this run with the reason. Raises ClaimLost."""
        self.advance(at, state=JobState.FAILED, finished_at=at, error=error[:200])

    def cancel(self, at: datetime) -> bool:
        """Stop a job under way, whose run notices at its next step; False when it was over."""
        mine = type(self).objects.filter(pk=self.pk).under_way()
        return mine.update(state=JobState.CANCELLED, changed_at=at, finished_at=at) > 0
