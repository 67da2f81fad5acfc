"""Work asked for upon many cases at once: the row is the truth, the task only works it off."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from arrears.models.case import Case
from unions.models import User


class BulkKind(models.TextChoices):
    DISTRIBUTE = "distribute", "分派"
    REASSIGN = "reassign", "交接"
    URGE = "urge", "催办"


class BulkStage(models.TextChoices):
    WAITING = "waiting", "排队中"
    RUNNING = "running", "正在办理"
    DONE = "done", "已办完"
    STOPPED = "stopped", "已停止"
    FAILED = "failed", "多次中断"


UNDER_WAY = (BulkStage.WAITING, BulkStage.RUNNING)


class BulkJob(models.Model):
    """One request. `attempt` numbers the runs: only the newest may work on. `token`: of the form, so that sent twice is once."""

    kind = models.CharField("办理", max_length=10, choices=BulkKind)
    officer = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="新经办人")
    reason = models.CharField("原因", max_length=200)
    token = models.UUIDField(editable=False)
    stage = models.CharField("进度", max_length=10, choices=BulkStage, default=BulkStage.WAITING)
    attempt = models.PositiveSmallIntegerField(default=0)
    by = models.ForeignKey(User, models.PROTECT, related_name="bulk_jobs", verbose_name="提出人")
    requested_at = models.DateTimeField("提出时间")
    changed_at = models.DateTimeField("最近进展")
    finished_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        verbose_name = "批量办理"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["changed_at"], name="bulk_under_way", condition=Q(stage__in=["waiting", "running"]))
        ]
        constraints = [models.UniqueConstraint(fields=["by", "token"], name="bulk_sent_once")]

    def __str__(self) -> str:
        return f"批量{self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("bulk", args=[self.pk])

    @property
    def stream(self) -> str:
        """The name of its event chain."""
        return f"bulk:{self.pk}"

    @property
    def under_way(self) -> bool:
        return self.stage in UNDER_WAY


class RowStage(models.TextChoices):
    WAITING = "waiting", "未办"
    DONE = "done", "已办"
    REFUSED = "refused", "不能办"


class BulkRow(models.Model):
    """One case of a job; what became of it is written in the transaction that did it."""

    job = models.ForeignKey(BulkJob, models.CASCADE, related_name="rows")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    stage = models.CharField(max_length=10, choices=RowStage, default=RowStage.WAITING)
    why = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["job", "case"], name="bulk_row_once")]
        indexes = [models.Index(fields=["job", "id"], name="bulk_row_waiting", condition=Q(stage="waiting"))]
