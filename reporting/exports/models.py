"""An export asked for by a person: the row is the truth, the task only works it off."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from unions.models import Job, JobState, Union, User


class Export(Job):
    """One workbook of one form, or (with `rulebook`, `rule`, `period`) all a unit collected of one period as a zip.

    `versions`: of returns inside the zip.
    """

    state_labels = {JobState.RUNNING: "正在生成", JobState.DONE: "可以下载", JobState.FAILED: "没有生成"}

    form = models.CharField("报表", max_length=60)
    form_digest = models.CharField("格式校验值", max_length=64, blank=True)  # "": asked for before editions were kept
    kind = models.CharField("文件", max_length=4, default="xlsx")  # or "pdf"
    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="统计单位")
    rulebook = models.CharField("规则", max_length=60, blank=True)
    rule = models.CharField(max_length=60, blank=True)
    period = models.CharField("期间", max_length=24, blank=True)
    versions = ArrayField(models.BigIntegerField(), default=list)
    since = models.DateField("起始日期")
    until = models.DateField("截止日期")
    as_of = models.DateField("数据截至")
    by = models.ForeignKey(User, models.PROTECT, related_name="exports", verbose_name="导出人")
    file = models.FileField(upload_to="exports/%Y/%m", blank=True)
    name = models.CharField("文件名", max_length=200, blank=True)
    size = models.PositiveBigIntegerField("大小（字节）", null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    requested_at = models.DateTimeField("申请时间")

    class Meta(Job.Meta):
        verbose_name = "导出"
        indexes = [
            *Job.Meta.indexes,
            models.Index(fields=["by", "-id"], name="export_by"),
            models.Index(fields=["expires_at"], name="export_expiring", condition=Q(state="done")),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.form} {self.since}–{self.until}"

    def get_absolute_url(self) -> str:
        return reverse("export", args=[self.pk])

    @property
    def stream(self) -> str:
        """The name of this export's event chain."""
        return f"export:{self.pk}"

    @property
    def is_bundle(self) -> bool:
        """Whether it is a zip of returns."""
        return bool(self.rulebook)

    @property
    def ending(self) -> str:
        return "zip" if self.is_bundle else self.kind

    def may_be_fetched(self, at: datetime) -> bool:
        return self.state == JobState.DONE and self.expires_at is not None and at < self.expires_at


class Download(models.Model):
    """Who fetched the file, and when."""

    export = models.ForeignKey(Export, models.CASCADE, related_name="downloads")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["id"]
