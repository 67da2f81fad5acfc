"""集中接访 (SD-2.4d): reception sessions around New Year and the Spring Festival, and the cases taken on the spot."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from arrears.models.case import Case
from unions.models import Union, User
from unions.models.union import under
from unions.rights import Right


class Season(models.TextChoices):
    NEW_YEAR = "new_year", "元旦前后"
    SPRING = "spring", "春节前后"
    OTHER = "other", "其他时段"


class ReceptionQuerySet(models.QuerySet["Reception"]):
    def visible_to(self, user: User) -> ReceptionQuerySet:
        return self.filter(under(user.paths(Right.VIEW)))


class Reception(models.Model):
    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="接访单位")
    path = models.CharField(max_length=160, editable=False)
    on = models.DateField("接访日期")
    season = models.CharField("时段", max_length=10, choices=Season)
    place = models.CharField("地点", max_length=120)
    leader = models.CharField("接访领导", max_length=60)
    post = models.CharField("职务", max_length=60, blank=True)
    visitors = models.PositiveIntegerField("来访人数（人）", default=0)
    summary = models.TextField("接访情况", blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    objects = ReceptionQuerySet.as_manager()

    class Meta:
        verbose_name = "集中接访"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["path", "-id"], opclasses=["varchar_pattern_ops", "int8_ops"], name="reception_path")
        ]
        constraints = [models.UniqueConstraint(fields=["union", "on", "place"], name="received_once")]

    def __str__(self) -> str:
        return f"{self.on} {self.place}"

    def get_absolute_url(self) -> str:
        return reverse("reception", args=[self.pk])

    @property
    def stream(self) -> str:
        return f"reception:{self.pk}"


class ReceptionCase(models.Model):
    """A case taken, or looked at again, at the session."""

    reception = models.ForeignKey(Reception, models.PROTECT, related_name="matters", verbose_name="接访")
    case = models.ForeignKey(Case, models.CASCADE, related_name="receptions", verbose_name="案件")
    taken_on_spot = models.BooleanField("现场受理", default=True)
    result = models.CharField("现场答复", max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "接访事项"
        default_permissions = ()
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["reception", "case"], name="taken_once")]

    def __str__(self) -> str:
        return str(self.case)
