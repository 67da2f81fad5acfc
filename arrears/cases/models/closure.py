"""One row per closing, so that any past day can be asked whether the case was closed then."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from arrears.cases.models.case import Case
from unions.common.stored_file import StoredFile
from unions.models import Union, User


class Closure(models.Model):
    case = models.ForeignKey(Case, models.PROTECT, related_name="closures")
    on = models.DateField("办结日期")
    conclusion = models.CharField("结论", max_length=30)
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reopened_on = models.DateField("重新办理日期", null=True, blank=True)
    motive = models.TextField("重新办理原因", blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["id"]
        indexes = [models.Index(fields=["on", "case"], name="closure_day")]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(reopened_on__isnull=True), name="closed_once"),
            models.CheckConstraint(
                condition=Q(reopened_on__isnull=True) | Q(reopened_on__gte=F("on")), name="reopened_after_closing"
            ),
        ]


def evidence_path(evidence: Evidence, filename: str) -> str:
    # The original name never reaches the disk.
    return f"evidence/{evidence.sha256[:2]}/{evidence.sha256}"


class Evidence(models.Model):
    case = models.ForeignKey(Case, models.PROTECT, related_name="evidence", verbose_name="案件")
    file = StoredFile(upload_to=evidence_path, max_length=200)
    name = models.CharField("文件名", max_length=200)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField("SHA-256", max_length=64)
    note = models.CharField("说明", max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = "证据"
        default_permissions = ()
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["case", "sha256"], name="evidence_once")]

    def __str__(self) -> str:
        return self.name


class Involvement(models.Model):
    case = models.ForeignKey(Case, models.CASCADE, related_name="involvements")
    union = models.ForeignKey(Union, models.PROTECT, related_name="+")
    path = models.CharField(max_length=160)
    since = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["case", "union"], name="involved_once")]
        indexes = [models.Index(fields=["path"], opclasses=["varchar_pattern_ops"], name="involvement_path")]
