"""Notes on a case (备注): what people of its units tell one another about it. No paper, export or figure knows them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from arrears.cases.models.case import Case
from unions.models import Union, User


class CaseNote(models.Model):
    """Never changed; its writer may withdraw it, and it stays as 已撤回."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notes", verbose_name="案件")
    text = models.CharField("备注", max_length=1000)
    colleague = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="提醒同事")
    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="填写单位")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="填写人")
    at = models.DateTimeField("填写时间")
    withdrawn_at = models.DateTimeField("撤回时间", null=True)

    class Meta:
        verbose_name = "案件备注"
        default_permissions = ()
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(colleague=models.F("by")), name="note_tells_another")]

    def __str__(self) -> str:
        return f"备注 {self.pk}"
