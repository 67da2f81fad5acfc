"""An uploaded workbook on its way in: checked in the background, previewed, then taken over whole or not at all."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from unions.models import Job, JobState, Union, User


class UploadStage(models.TextChoices):
    """What is asked of the sheet (checking, writing), or what came of it."""

    CHECKING = "checking", "核对中"
    REFUSED = "refused", "有错误，未导入"
    CHECKED = "checked", "核对无误，待导入"
    WRITING = "writing", "导入中"
    DONE = "done", "已导入"


STAGE_TONES = {UploadStage.REFUSED: "bad", UploadStage.CHECKED: "good", UploadStage.DONE: "done"}


class Upload(Job):
    """A sheet of old cases. Its job checks it first, and takes it over once the person has confirmed."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="受理工会")
    by = models.ForeignKey(User, models.PROTECT, related_name="uploads")
    file = models.FileField(upload_to="uploads/%Y/%m")
    name = models.CharField("文件名", max_length=200)
    stage = models.CharField("阶段", max_length=10, choices=UploadStage, default=UploadStage.CHECKING)
    report = models.JSONField(default=dict)  # created, unchanged, workers, amount, paid, errors (first ones), sample
    marked = models.FileField(upload_to="uploads/%Y/%m", blank=True)  # the bad rows with their reasons
    at = models.DateTimeField()

    class Meta(Job.Meta):
        pass

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("case-import-upload", args=[self.pk])

    def get_state_display(self) -> str:
        if self.state == JobState.WAITING:
            return "待导入" if self.stage == UploadStage.WRITING else "排队中"
        return "处理中断" if self.state == JobState.FAILED else UploadStage(self.stage).label

    @property
    def tone(self) -> str:
        return STAGE_TONES[UploadStage(self.stage)] if self.state == JobState.DONE else super().tone
