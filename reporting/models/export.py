"""An export asked for by a person: the row is the truth, the task only works it off."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from unions.models import Union, User


class ExportStage(models.TextChoices):
    WAITING = "waiting", "排队中"
    RUNNING = "running", "正在生成"
    DONE = "done", "可以下载"
    FAILED = "failed", "没有生成"
    CANCELLED = "cancelled", "已取消"
    EXPIRED = "expired", "已过期"


UNDER_WAY = (ExportStage.WAITING, ExportStage.RUNNING)


class Export(models.Model):
    """One workbook of one form, or (with `rulebook`, `rule`, `period`) all a unit collected of one period as a zip.

    `attempt` numbers the runs: only the newest may write to the row. `versions`: of returns inside the zip.
    """

    form = models.CharField("报表", max_length=60)
    form_digest = models.CharField("格式校验值", max_length=64, blank=True)  # "": asked for before editions were kept
    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="统计单位")
    rulebook = models.CharField("规则", max_length=60, blank=True)
    rule = models.CharField(max_length=60, blank=True)
    period = models.CharField("期间", max_length=24, blank=True)
    versions = ArrayField(models.BigIntegerField(), default=list)
    since = models.DateField("起始日期")
    until = models.DateField("截止日期")
    as_of = models.DateField("数据截至")
    by = models.ForeignKey(User, models.PROTECT, related_name="exports", verbose_name="导出人")
    stage = models.CharField("进度", max_length=10, choices=ExportStage, default=ExportStage.WAITING)
    attempt = models.PositiveSmallIntegerField(default=0)
    done_rows = models.PositiveIntegerField(default=0)
    all_rows = models.PositiveIntegerField(default=0)  # 0: not yet counted
    fault = models.CharField("原因", max_length=200, blank=True)
    file = models.FileField(upload_to="exports/%Y/%m", blank=True)
    name = models.CharField("文件名", max_length=200, blank=True)
    size = models.PositiveBigIntegerField("大小（字节）", null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    requested_at = models.DateTimeField("申请时间")
    changed_at = models.DateTimeField("最近进展")
    finished_at = models.DateTimeField("完成时间", null=True)
    expires_at = models.DateTimeField("过期时间", null=True)

    class Meta:
        verbose_name = "导出"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["by", "-id"], name="export_by"),
            models.Index(fields=["changed_at"], name="export_under_way", condition=Q(stage__in=["waiting", "running"])),
            models.Index(fields=["expires_at"], name="export_expiring", condition=Q(stage="done")),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.form} {self.since}–{self.until}"

    def get_absolute_url(self) -> str:
        return reverse("export", args=[self.pk])

    @property
    def state(self) -> str:
        """For the state badge."""
        return {ExportStage.WAITING: "queued", ExportStage.DONE: "ready"}.get(ExportStage(self.stage), self.stage)

    def get_state_display(self) -> str:
        return ExportStage(self.stage).label

    @property
    def stream(self) -> str:
        """The name of this export's event chain."""
        return f"export:{self.pk}"

    @property
    def is_bundle(self) -> bool:
        """Whether it is a zip of returns."""
        return bool(self.rulebook)

    @property
    def under_way(self) -> bool:
        return self.stage in UNDER_WAY

    def may_be_fetched(self, at: datetime) -> bool:
        return self.stage == ExportStage.DONE and self.expires_at is not None and at < self.expires_at


class Download(models.Model):
    """Who fetched the file, and when."""

    export = models.ForeignKey(Export, models.CASCADE, related_name="downloads")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["id"]
