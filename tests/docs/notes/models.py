"""Notes of those who handle a case."""

from django.db import models

from arrears.cases.models import Case
from unions.models import User


class CaseNote(models.Model):
    case = models.ForeignKey(Case, models.PROTECT, related_name="notes", verbose_name="案件")
    text = models.CharField("备注", max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录人")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "备注"
        default_permissions = ()
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.text
