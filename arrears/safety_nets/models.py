"""兜底保障 (QP-1.2, YK-2.3, SD-2.4c): what stands ready to pay wages, and the book of what came in and went out.

A safety net is a wage deposit (deposit.py) or an emergency fund (fund.py); both keep their book here.
"""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import DecimalField, F, Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from arrears.models.case import Case
from arrears.models.ledger import LedgerEntry
from unions.models import Union, User
from unions.models.union import under
from unions.rights import Right


class NetKind(models.TextChoices):
    """The values are those of `Fund`: an entry in a case's ledger says the same."""

    DEPOSIT = "deposit", "工资保证金"
    EMERGENCY = "emergency", "应急周转金"


class NetEntryKind(models.TextChoices):
    STORED = "stored", "存入"
    GRANTED = "granted", "拨入"
    ADVANCED = "advanced", "垫付"
    TOPPED_UP = "topped_up", "补足"
    RECOVERED = "recovered", "追偿"
    RETURNED = "returned", "返还"
    GIVEN_BACK = "given_back", "退回"
    ADJUSTED = "adjusted", "调整"
    REVERSED = "reversed", "冲正"


COMES_IN = (NetEntryKind.STORED, NetEntryKind.GRANTED, NetEntryKind.TOPPED_UP, NetEntryKind.RECOVERED)
GOES_OUT = (NetEntryKind.ADVANCED, NetEntryKind.RETURNED, NetEntryKind.GIVEN_BACK)


def _sum(*kinds: NetEntryKind) -> Coalesce:
    """Yuan of the entries of a net that count as `kinds` (all where none is named)."""
    counted = Q(entries__counts_as__in=kinds) if kinds else None
    yuan: DecimalField = DecimalField(max_digits=16, decimal_places=2)
    return Coalesce(Sum("entries__amount", filter=counted), Decimal(0), output_field=yuan)


class SafetyNetQuerySet(models.QuerySet["SafetyNet"]):
    def visible_to(self, user: User) -> SafetyNetQuerySet:
        """Every read of a list begins here: what is kept in the reader's subtree."""
        return self.filter(under(user.paths(Right.VIEW)))

    def with_sums(self) -> SafetyNetQuerySet:
        """`balance`, `used` (advanced and not cancelled), `came_back` (补足 or 追偿) in yuan, of one join."""
        used = _sum(NetEntryKind.ADVANCED) * -1
        back = _sum(NetEntryKind.TOPPED_UP, NetEntryKind.RECOVERED)
        return self.annotate(balance=_sum(), used=used, came_back=back)


class SafetyNet(models.Model):
    """What deposits and funds have in common: who keeps it, and its book. Locked before anything is posted to it."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="safety_nets", verbose_name="管理单位")
    path = models.CharField(max_length=160, editable=False)
    kind = models.CharField("类别", max_length=10, choices=NetKind)
    name = models.CharField("名称", max_length=160)
    closed_on = models.DateField("结清日期", null=True)
    version = models.PositiveIntegerField(default=1, editable=False)  # grows with every change
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    objects = SafetyNetQuerySet.as_manager()

    class Meta:
        verbose_name = "兜底资金"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [models.Index(fields=["path", "-id"], opclasses=["varchar_pattern_ops", "int8_ops"], name="net_path")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.name}"

    def get_absolute_url(self) -> str:
        return reverse(self.kind if self.kind == NetKind.DEPOSIT else "fund", args=[self.pk])

    @property
    def short(self) -> Decimal:
        """Of a deposit read `with_sums`: yuan used and not made good since."""
        return max(self.used - self.came_back, Decimal(0))  # type: ignore[attr-defined]

    @property
    def stream(self) -> str:
        """The name of its event chain."""
        return f"net:{self.pk}"


class NetEntry(models.Model):
    """One dated entry of a net's book. `amount` is its effect on the balance: what comes in is positive, what goes out negative.

    An advance names the entry in the case's ledger it was posted with; the database refuses one that says another sum.
    """

    net = models.ForeignKey(SafetyNet, models.PROTECT, related_name="entries", verbose_name="兜底资金")
    kind = models.CharField("类别", max_length=10, choices=NetEntryKind)
    counts_as = models.CharField(max_length=10, choices=NetEntryKind, editable=False)
    amount = models.DecimalField("金额（元）", max_digits=16, decimal_places=2)
    on = models.DateField("日期")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="net_entries", verbose_name="案件")
    case_entry = models.OneToOneField(LedgerEntry, models.PROTECT, null=True, related_name="net_entry")
    drawing = models.ForeignKey("arrears.Drawing", models.PROTECT, null=True, related_name="entries")
    source = models.CharField("依据", max_length=200, blank=True)
    cancels = models.OneToOneField("self", models.PROTECT, null=True, related_name="cancelled_by", verbose_name="冲正")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记账人")
    at = models.DateTimeField("记账时间")

    class Meta:
        verbose_name = "兜底资金条目"
        default_permissions = ()
        ordering = ["on", "id"]
        indexes = [models.Index(fields=["net"], include=["counts_as", "amount", "on"], name="net_entry_net")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["stored", "granted", "topped_up", "recovered"], amount__gt=0)
                | Q(kind__in=["advanced", "returned", "given_back"], amount__lt=0)
                | Q(kind__in=["adjusted", "reversed"]) & ~Q(amount=0),
                name="net_entry_is_natural",
            ),
            models.CheckConstraint(
                condition=Q(kind="reversed", cancels__isnull=False) | ~Q(kind="reversed") & Q(cancels__isnull=True),
                name="net_reversal_names_its_entry",
            ),
            models.CheckConstraint(
                condition=Q(kind="reversed") | Q(counts_as=F("kind")), name="net_entry_counts_as_its_kind"
            ),
            models.CheckConstraint(
                condition=~Q(counts_as="advanced") | Q(case__isnull=False, case_entry__isnull=False),
                name="net_advance_names_its_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount} 元"

    @property
    def is_cancelled(self) -> bool:
        return hasattr(self, "cancelled_by")
