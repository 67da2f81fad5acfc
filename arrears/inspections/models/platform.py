"""Whether a project stands in the provincial wage-payment platform and what its warnings came to (SD-2.3c): one row per look."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from arrears.cases.models import Project
from unions.models import Union, User, under
from unions.people.rights import Right

UNMENDED = Q(due_on__isnull=False, closed_on=None)


class PlatformCheckQuerySet(models.QuerySet["PlatformCheck"]):
    def visible_to(self, user: User) -> PlatformCheckQuerySet:
        return self.filter(under(user.paths(Right.VIEW)))

    def unmended(self) -> PlatformCheckQuerySet:
        return self.filter(UNMENDED)


class PlatformCheck(models.Model):
    """What one look into the platform showed. What was amiss carries a term to rectify, closed with how."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="platform_checks")
    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="核查单位")
    path = models.CharField(max_length=160, editable=False)
    on = models.DateField("核查日期")
    checker = models.CharField("核查人", max_length=40)
    listed = models.BooleanField("已纳入平台")
    listed_since = models.DateField("纳入日期", null=True)
    warnings = models.PositiveIntegerField("平台预警（条）", default=0)
    unhandled = models.PositiveIntegerField("其中未处置（条）", default=0)
    note = models.CharField("说明", max_length=500, blank=True)
    due_on = models.DateField("整改期限", null=True)
    closed_on = models.DateField("整改完成", null=True)
    closing = models.CharField("整改情况", max_length=500, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    objects = PlatformCheckQuerySet.as_manager()

    class Meta:
        verbose_name = "平台核查"
        default_permissions = ()
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["project", "-on", "-id"], name="platform_project"),
            models.Index(fields=["path"], opclasses=["varchar_pattern_ops"], name="platform_path"),
            models.Index(fields=["due_on", "id"], condition=UNMENDED, name="platform_unmended"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(unhandled__lte=F("warnings")), name="unhandled_are_warnings"),
            models.CheckConstraint(
                condition=Q(listed=True, unhandled=0, due_on=None)
                | (Q(due_on__isnull=False) & (Q(listed=False) | Q(unhandled__gt=0))),
                name="amiss_has_a_term",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.project}"

    @property
    def stream(self) -> str:
        return f"platform:{self.pk}"

    @property
    def amiss(self) -> str:
        """What is to be rectified, in words; "" where nothing is."""
        if not self.listed:
            return "未纳入平台"
        return f"平台预警 {self.unhandled} 条未处置" if self.unhandled else ""

    def late(self, today: date) -> bool:
        return self.due_on is not None and (self.closed_on or today) > self.due_on
