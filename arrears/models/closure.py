"""One row per closing, so that any past day can be asked whether the case was closed then."""

from django.db import models
from django.db.models import F, Q

from arrears.models.case import Case
from unions.models import User


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
