"""The table of days off and make-up days the province keeps (domain.md §3): it goes before every library."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from unions.models import User


class HolidayKind(models.TextChoices):
    OFF = "off", "放假"
    WORK = "work", "调休上班"


class HolidayQuerySet(models.QuerySet["Holiday"]):
    def standing(self, at: datetime | None = None) -> HolidayQuerySet:
        """The rows that held at `at` (None: that hold now), so that any past calendar can be built again."""
        if at is None:
            return self.filter(withdrawn_at=None)
        return self.filter(entered_at__lte=at).filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=at))


class Holiday(models.Model):
    """One decreed day. A row is never changed: a correction withdraws it and enters another."""

    day = models.DateField("日期")
    kind = models.CharField("类别", max_length=4, choices=HolidayKind)
    name = models.CharField("名称", max_length=40)
    notice = models.CharField("依据", max_length=120)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    entered_at = models.DateTimeField("登记时间")
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="撤销人")
    withdrawn_at = models.DateTimeField("撤销时间", null=True)

    objects = HolidayQuerySet.as_manager()

    class Meta:
        verbose_name = "节假日"
        default_permissions = ()
        ordering = ["day", "id"]
        constraints = [
            models.UniqueConstraint(fields=["day"], condition=Q(withdrawn_at=None), name="one_holiday_per_day"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__gte=models.F("entered_at"), withdrawn_by__isnull=False),
                name="withdrawn_by_someone_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.get_kind_display()}"
