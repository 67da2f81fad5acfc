"""An uploaded workbook on its way in: checked in the background, previewed, then taken over whole or not at all."""

from __future__ import annotations

from django.db import models

from unions.models import Union, User


class UploadStage(models.TextChoices):
    WAITING = "waiting", "排队中"
    CHECKING = "checking", "核对中"
    REFUSED = "refused", "有错误，未导入"
    CHECKED = "checked", "核对无误，待导入"
    CONFIRMED = "confirmed", "待导入"
    WRITING = "writing", "导入中"
    DONE = "done", "已导入"
    FAILED = "failed", "处理中断"


class Upload(models.Model):
    """A row is the truth, the task only works it off: a lost task is queued again by beat."""

    kind = models.CharField(max_length=10, choices=[("cases", "历史台账"), ("unions", "工会组织")])
    union = models.ForeignKey(Union, models.PROTECT, null=True, related_name="+", verbose_name="受理工会")
    by = models.ForeignKey(User, models.PROTECT, related_name="uploads")
    file = models.FileField(upload_to="uploads/%Y/%m")
    name = models.CharField("文件名", max_length=200)
    stage = models.CharField("进度", max_length=10, choices=UploadStage, default=UploadStage.WAITING)
    done_rows = models.PositiveIntegerField(default=0)
    all_rows = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)  # created, unchanged, workers, amount, paid, errors (first ones), sample
    marked = models.FileField(upload_to="uploads/%Y/%m", blank=True)  # the bad rows with their reasons
    at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["-id"]
