"""Calls of those who handle a case."""

from django.db import models

from arrears.cases.models import Case
from unions.models import User


class PhoneCall(models.Model):
    case = models.ForeignKey(Case, models.PROTECT, related_name="phone_calls", verbose_name="案件")
    text = models.CharField("通话", max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录人")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "通话"
        default_permissions = ()
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.text
