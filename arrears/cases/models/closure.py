"""Evidence files (证据), kept under their SHA-256."""

from __future__ import annotations

from django.db import models

from arrears.models.case import Case
from unions.models import User


def evidence_path(evidence: Evidence, filename: str) -> str:
    # The original name never reaches the disk.
    return f"evidence/{evidence.sha256[:2]}/{evidence.sha256}"


class Evidence(models.Model):
    case = models.ForeignKey(Case, models.PROTECT, related_name="evidence", verbose_name="案件")
    file = models.FileField(upload_to=evidence_path, max_length=200)
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
