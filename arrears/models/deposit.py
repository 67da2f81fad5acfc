"""工资保证金 (QP-1.2; 人社部发〔2021〕65号): what a contractor keeps at a bank, or has a bank answer for, per project."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from arrears.models.employer import Project
from arrears.models.safety_net import SafetyNet


class StoredAs(models.TextChoices):
    CASH = "cash", "现金存储"
    GUARANTEE = "guarantee", "银行保函"


class WageDeposit(SafetyNet):
    """One project's deposit. With a guarantee the book holds what the bank answers for."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="deposits", verbose_name="工程项目")
    contract_amount = models.DecimalField("合同额（元）", max_digits=16, decimal_places=2)
    ratio = models.DecimalField("存储比例（%）", max_digits=4, decimal_places=2)
    amount_due = models.DecimalField("应存金额（元）", max_digits=16, decimal_places=2)
    stored_as = models.CharField("形式", max_length=10, choices=StoredAs)
    bank = models.CharField("经办银行", max_length=80)
    guarantee_number = models.CharField("保函编号", max_length=60, blank=True)
    guarantee_until = models.DateField("保函到期日", null=True)
    # 项目完工后的返还公示
    return_notice_on = models.DateField("返还公示日期", null=True)
    return_notice_place = models.CharField("公示地点", max_length=120, blank=True)

    class Meta:
        verbose_name = "工资保证金"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(ratio__gte=1, ratio__lte=3), name="deposit_ratio_by_law"),
            models.CheckConstraint(
                condition=Q(stored_as="cash") | Q(guarantee_until__isnull=False) & ~Q(guarantee_number=""),
                name="guarantee_has_number_and_end",
            ),
        ]

    @property
    def is_guarantee(self) -> bool:
        return self.stored_as == StoredAs.GUARANTEE
