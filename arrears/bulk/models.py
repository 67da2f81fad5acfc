"""Work asked for upon many cases at once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from arrears.cases.models import Case
from unions.models import Job, JobState, User


class BulkKind(models.TextChoices):
    DISTRIBUTE = "distribute", "分派"
    REASSIGN = "reassign", "交接"
    URGE = "urge", "催办"


class BulkJob(Job):
    """One request. `token`: of the form, so that sent twice is once."""

    state_labels = {JobState.DONE: "已办完", JobState.CANCELLED: "已停止", JobState.FAILED: "多次中断"}

    kind = models.CharField("办理", max_length=10, choices=BulkKind)
    officer = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="新经办人")
    reason = models.CharField("原因", max_length=200)
    token = models.UUIDField(editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="bulk_jobs", verbose_name="提出人")
    requested_at = models.DateTimeField("提出时间")

    class Meta(Job.Meta):
        verbose_name = "批量办理"
        constraints = [models.UniqueConstraint(fields=["by", "token"], name="bulk_sent_once")]

    def __str__(self) -> str:
        return f"批量{self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("bulk", args=[self.pk])

    @property
    def stream(self) -> str:
        """The name of its event chain."""
        return f"bulk:{self.pk}"


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
