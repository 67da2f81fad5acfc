"""The construction authority's own list of offenders, received as a copy (QP-3.1): kept as it came, never mixed into ours."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from arrears.cases.models import Employer
from unions.models import Union, User, under
from unions.people.rights import Right


class CopiedListQuerySet(models.QuerySet["CopiedList"]):
    def visible_to(self, user: User) -> CopiedListQuerySet:
        """Received in the reader's reach, or at a unit above hers: the office's copy is for everybody below."""
        paths = user.paths(Right.VIEW)
        above = {int(part) for path in paths for part in path.split(".") if part}
        return self.filter(under(paths, "union__path") | Q(union__in=above)) if paths else self.none()


class CopiedList(models.Model):
    """One file as it was received. Only grows."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="接收单位")
    source = models.CharField("来文部门", max_length=120)
    reference = models.CharField("来文文号", max_length=80, blank=True)
    received_on = models.DateField("收到日期")
    file_name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("文件校验值", max_length=64)
    count = models.PositiveIntegerField("户数", default=0)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    objects = CopiedListQuerySet.as_manager()

    class Meta:
        verbose_name = "住建名单抄送件"
        default_permissions = ()
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["union", "sha256"], name="copied_once")]

    def __str__(self) -> str:
        return f"{self.source}名单（{self.received_on}）"

    def get_absolute_url(self) -> str:
        return reverse("copied-list", args=[self.pk])

    @property
    def stream(self) -> str:
        return f"copied-list:{self.pk}"


class CopiedRow(models.Model):
    """One row of it. `row`: its number as Excel shows it. `because`: why we think it is that employer, or why nobody. Only grows."""

    copy = models.ForeignKey(CopiedList, models.PROTECT, related_name="rows", verbose_name="名单")
    row = models.PositiveIntegerField("行号")
    name = models.CharField("单位名称", max_length=120)
    code = models.CharField("统一社会信用代码", max_length=40, blank=True)
    project = models.CharField("项目名称", max_length=200, blank=True)
    decision = models.CharField("决定", max_length=500, blank=True)
    decided_on = models.DateField("决定日期", null=True)
    employer = models.ForeignKey(
        Employer, models.PROTECT, null=True, related_name="copied_rows", verbose_name="对应的用人单位"
    )
    because = models.CharField("对应的依据", max_length=200)

    class Meta:
        verbose_name = "住建名单条目"
        default_permissions = ()
        ordering = ["copy_id", "row"]
        constraints = [models.UniqueConstraint(fields=["copy", "row"], name="copied_row_once")]

    def __str__(self) -> str:
        return self.name
