"""The ledger (台账): every number of people and money, as dated entries that are never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from arrears.cases.models.case import Case
from unions.common.limits import MONEY_DIGITS, MOST_PEOPLE
from unions.models import User


class EntryKind(models.TextChoices):
    RECOGNISED = "recognised", "认定"
    ADJUSTED = "adjusted", "调整"
    PAID = "paid", "清偿"
    ADVANCED = "advanced", "垫付"
    UNTRUE = "untrue", "不属实"
    REVERSED = "reversed", "冲正"


class Fund(models.TextChoices):
    """Where money other than the employer's own came from (SD-2.4c)."""

    DEPOSIT = "deposit", "工资保证金"
    EMERGENCY = "emergency", "应急周转金"
    OTHER = "other", "其他渠道资金"


class LedgerEntry(models.Model):
    """One dated entry. `counts_as` is the column it is summed in: its own kind, or that of the entry it cancels.

    Signs are natural to the column: 清偿 4,000 adds 4,000 to what was paid; the entry that cancels it carries −4,000.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="entries", verbose_name="案件")
    kind = models.CharField("类别", max_length=10, choices=EntryKind)
    counts_as = models.CharField(max_length=10, choices=EntryKind, editable=False)
    workers = models.IntegerField("人数（人）", default=0)
    migrants = models.IntegerField("其中农民工（人）", default=0)
    amount = models.DecimalField("金额（元）", max_digits=MONEY_DIGITS, decimal_places=2, default=0)
    on = models.DateField("日期")
    fund = models.CharField("资金来源", max_length=10, choices=Fund, blank=True)
    source = models.CharField("依据", max_length=200, blank=True)
    cancels = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="cancelled_by", verbose_name="冲正"
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记账人")
    at = models.DateTimeField("记账时间")

    class Meta:
        verbose_name = "台账条目"
        default_permissions = ()
        ordering = ["on", "id"]
        indexes = [
            models.Index(
                fields=["case"], include=["counts_as", "workers", "migrants", "amount", "on"], name="entry_case"
            ),
            models.Index(fields=["on"], include=["case", "counts_as", "workers", "amount"], name="entry_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["adjusted", "reversed"])
                | Q(workers__gte=0, migrants__gte=0, amount__gte=0, migrants__lte=F("workers")),
                name="entry_is_natural",
            ),
            models.CheckConstraint(
                condition=Q(kind="reversed", cancels__isnull=False) | ~Q(kind="reversed") & Q(cancels__isnull=True),
                name="reversal_names_its_entry",
            ),
            models.CheckConstraint(
                condition=Q(kind="reversed") | Q(counts_as=F("kind")), name="entry_counts_as_its_kind"
            ),
            models.CheckConstraint(condition=~Q(counts_as="advanced") | ~Q(fund=""), name="advance_names_its_fund"),
            models.CheckConstraint(
                condition=Q(workers__range=(-MOST_PEOPLE, MOST_PEOPLE), migrants__range=(-MOST_PEOPLE, MOST_PEOPLE)),
                name="entry_of_so_many_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount} 元"
