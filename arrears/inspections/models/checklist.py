"""Field inspection point by point (SD-2.1b), its findings with terms, and key targets (SD-2.1c, QP-4.3)."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from arrears.cases.models import Employer, Project
from arrears.inspections.models.inspection import Inspection
from unions.models import Union, User, under
from unions.people.rights import Right

UNSOLVED = Q(closed_on=None)


class CheckPoint(models.TextChoices):
    ACCOUNT = "account", "工资专用账户"
    REAL_NAME = "real_name", "实名制管理"
    DEPOSIT = "deposit", "工资保证金"
    BOARD = "board", "维权告示牌"
    MONTHLY = "monthly", "按月足额支付"
    CONTRACT = "contract", "劳动合同"


class PointAnswer(models.TextChoices):
    YES = "yes", "已落实"
    NO = "no", "未落实"
    NOT_APPLICABLE = "na", "不适用"


class InspectionPoint(models.Model):
    """One line of the checklist, answered on the spot."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="points")
    point = models.CharField("检查项", max_length=10, choices=CheckPoint)
    answer = models.CharField("情况", max_length=3, choices=PointAnswer)

    class Meta:
        default_permissions = ()
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["inspection", "point"], name="point_once")]


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: User) -> FindingQuerySet:
        return self.filter(under(user.paths(Right.VIEW)))

    def unsolved(self) -> FindingQuerySet:
        return self.filter(UNSOLVED)


class Finding(models.Model):
    """A shortcoming with a term; each is closed by itself (逐条销号)."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="found")
    path = models.CharField(max_length=160, editable=False)
    point = models.CharField("检查项", max_length=10, choices=CheckPoint, blank=True)
    detail = models.CharField("问题", max_length=500)
    due_on = models.DateField("整改期限")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")
    closed_on = models.DateField("整改完成", null=True)
    closing = models.CharField("整改情况", max_length=500, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = "检查问题"
        default_permissions = ()
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["due_on", "id"], condition=UNSOLVED, name="finding_unsolved"),
            models.Index(fields=["path"], opclasses=["varchar_pattern_ops"], name="finding_path"),
        ]

    def __str__(self) -> str:
        return self.detail

    def late(self, today: date) -> bool:
        return (self.closed_on or today) > self.due_on


class TargetReason(models.TextChoices):
    ESTATE = "estate", "有风险的房地产企业"
    GOVERNMENT = "government", "政府投资项目"
    SOE = "soe", "国企项目"
    OFFENDER = "offender", "曾发生欠薪"
    UNPAID = "unpaid", "检查发现未足额发放"
    COMPLAINED = "complained", "有投诉举报"
    WARNED = "warned", "预警等级较高"


class KeyTargetQuerySet(models.QuerySet["KeyTarget"]):
    def visible_to(self, user: User) -> KeyTargetQuerySet:
        return self.filter(under(user.paths(Right.VIEW)))

    def current(self) -> KeyTargetQuerySet:
        return self.filter(ended_on=None)


class KeyTarget(models.Model):
    """重点对象: why it is watched, who answers for it, and how often it is inspected."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="key_targets", verbose_name="负责单位")
    path = models.CharField(max_length=160, editable=False)
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="key_targets")
    project = models.ForeignKey(Project, models.PROTECT, null=True, related_name="+")
    reasons = ArrayField(models.CharField(max_length=10, choices=TargetReason), verbose_name="列入原因")
    responsible = models.CharField("责任人", max_length=40)
    risk = models.CharField("风险类别", max_length=20)
    every_days = models.PositiveSmallIntegerField("检查间隔（日）")
    note = models.CharField("说明", max_length=500, blank=True)
    since = models.DateField("列入日期")
    ended_on = models.DateField("移出日期", null=True)
    ended_reason = models.CharField("移出原因", max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = KeyTargetQuerySet.as_manager()

    class Meta:
        verbose_name = "重点对象"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["path", "-id"], opclasses=["varchar_pattern_ops", "int8_ops"], name="target_path")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "employer", "project"],
                condition=Q(ended_on=None),
                nulls_distinct=False,
                name="one_current_target",
            )
        ]

    def __str__(self) -> str:
        return str(self.project or self.employer)

    def get_absolute_url(self) -> str:
        return reverse("key-target", args=[self.pk])

    def next_on(self, last_visit: date | None) -> date:
        """The day by which it must be inspected again."""
        return max(self.since, last_visit or self.since) + timedelta(days=self.rhythm_days)

    @property
    def rhythm_days(self) -> int:
        """The interval chosen, or the shorter one of the employer's risk class (QP-4.3), where it was read with the target."""
        return min(self.every_days, getattr(self, "class_days", None) or self.every_days)

    def reason_labels(self) -> list[str]:
        return [str(TargetReason(one).label) for one in self.reasons]
