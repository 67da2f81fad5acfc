"""The emergency record of an extreme or mass incident (QD-6.5): plan, who arrived and when, demands heard, outcome."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from arrears.models.case import Case
from unions.models import Union, UnionKind, User


class Level(models.TextChoices):
    """The three levels that have to be on the spot, nearest first."""

    ENTERPRISE = "enterprise", "企业工会"
    TOWNSHIP = "township", "乡镇（街道）工会"
    DISTRICT = "district", "区市工会"


LEVEL_OF: dict[str, Level] = {
    UnionKind.ENTERPRISE: Level.ENTERPRISE,
    UnionKind.FEDERATION: Level.ENTERPRISE,
    UnionKind.DIRECT: Level.ENTERPRISE,
    UnionKind.TOWNSHIP: Level.TOWNSHIP,
    UnionKind.ZONE: Level.TOWNSHIP,
    UnionKind.DISTRICT: Level.DISTRICT,
}


class EmergencyQuerySet(models.QuerySet["Emergency"]):
    def visible_to(self, user: User) -> EmergencyQuerySet:
        return self.filter(case__in=Case.objects.visible_to(user).values("pk"))


class Emergency(models.Model):
    """One incident. What happened meanwhile stands in `EmergencyNote`, which only grows."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="emergencies", verbose_name="案件")
    incident_at = models.DateTimeField("事发时间")
    place = models.CharField("事发地点", max_length=120)
    people = models.PositiveIntegerField("现场人数（人）", default=0)
    plan = models.TextField("处置预案")
    outcome = models.TextField("处置结果", blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    opened_at = models.DateTimeField("登记时间")
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    ended_at = models.DateTimeField("平息时间", null=True, editable=False)

    objects = EmergencyQuerySet.as_manager()

    class Meta:
        verbose_name = "应急处置"
        default_permissions = ()
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="one_emergency_at_a_time"),
            models.CheckConstraint(condition=Q(ended_at=None) | ~Q(outcome=""), name="emergency_ends_with_its_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.case} 应急处置"

    def get_absolute_url(self) -> str:
        return reverse("emergency", args=[self.pk])


class Arrival(models.Model):
    """Who of one level came to the spot, and when; told by that level itself or one above it."""

    emergency = models.ForeignKey(Emergency, models.PROTECT, related_name="arrivals")
    level = models.CharField("层级", max_length=10, choices=Level)
    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="到场单位")
    people = models.CharField("到场人员", max_length=200)
    arrived_at = models.DateTimeField("到场时间")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录人")
    at = models.DateTimeField("记录时间")

    class Meta:
        verbose_name = "到场"
        default_permissions = ()
        ordering = ["arrived_at", "id"]
        constraints = [models.UniqueConstraint(fields=["emergency", "union"], name="arrived_once")]

    def __str__(self) -> str:
        return f"{self.union} 到场"


class NoteKind(models.TextChoices):
    PROGRESS = "progress", "现场情况"
    DEMAND = "demand", "职工诉求"
    STEP = "step", "处置措施"


class EmergencyNote(models.Model):
    """One line of the live log. The table only grows: a mistake is answered by a further line."""

    emergency = models.ForeignKey(Emergency, models.PROTECT, related_name="notes")
    kind = models.CharField("类别", max_length=10, choices=NoteKind)
    text = models.TextField("内容")
    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="记录单位")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录人")
    at = models.DateTimeField("记录时间")

    class Meta:
        verbose_name = "现场记录"
        default_permissions = ()
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.text[:20]}"
