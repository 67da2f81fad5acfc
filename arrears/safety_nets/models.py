"""兜底保障 (QP-1.2, YK-2.3, SD-2.4c): what stands ready to pay wages, and the book of what came in and went out.

A safety net is a wage deposit (deposit.py) or an emergency fund (fund.py); both keep their book here.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import DecimalField, F, Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from arrears.cases.models import Case, LedgerEntry, Project
from unions.common.limits import MONEY_DIGITS
from unions.models import Union, User, under
from unions.people.rights import Right


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
    amount = models.DecimalField("金额（元）", max_digits=MONEY_DIGITS, decimal_places=2)
    on = models.DateField("日期")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="net_entries", verbose_name="案件")
    case_entry = models.OneToOneField(LedgerEntry, models.PROTECT, null=True, related_name="net_entry")
    drawing = models.ForeignKey("safety_nets.Drawing", models.PROTECT, null=True, related_name="entries")
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


class Founder(models.TextChoices):
    UNION = "union", "工会设立"
    GOVERNMENT = "government", "政府设立"


class EmergencyFund(SafetyNet):
    """Its sum is the first entry of its book."""

    founder = models.CharField("设立方", max_length=10, choices=Founder)
    founder_name = models.CharField("设立单位", max_length=120)
    basis = models.CharField("设立依据", max_length=200)
    founded_on = models.DateField("设立日期")

    class Meta:
        verbose_name = "应急周转金"
        default_permissions = ()


class StoredAs(models.TextChoices):
    CASH = "cash", "现金存储"
    GUARANTEE = "guarantee", "银行保函"


class WageDeposit(SafetyNet):
    """One project's deposit. With a guarantee the book holds what the bank answers for."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="deposits", verbose_name="工程项目")
    contract_amount = models.DecimalField("合同额（元）", max_digits=MONEY_DIGITS, decimal_places=2)
    ratio = models.DecimalField("存储比例（%）", max_digits=4, decimal_places=2)
    amount_due = models.DecimalField("应存金额（元）", max_digits=MONEY_DIGITS, decimal_places=2)
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


class DrawingKind(models.TextChoices):
    ADVANCE = "advance", "垫付"
    RETURN = "return", "返还"
    GIVE_BACK = "give_back", "退回"
    ADJUST = "adjust", "调减"
    REVERSE = "reverse", "冲正"


class DrawingStage(models.TextChoices):
    REQUESTED = "requested", "待审批"
    DECLINED = "declined", "未批准"
    WITHDRAWN = "withdrawn", "已撤回"
    ISSUED = "issued", "待银行支付"
    REVOKED = "revoked", "通知书已作废"
    DONE = "done", "已办理"


PENDING = (DrawingStage.REQUESTED, DrawingStage.ISSUED)


class DrawingQuerySet(models.QuerySet["Drawing"]):
    def visible_to(self, user: User) -> DrawingQuerySet:
        """Whoever sees the case, and whoever sees the net it is paid from."""
        of_nets = Q(net__isnull=False) & under(user.paths(Right.VIEW), field="net__path")
        return self.filter(Q(case__in=Case.objects.visible_to(user).values("pk")) | of_nets)

    def with_sums(self) -> Any:
        """`out` (advanced and not cancelled) and `back` (recovered from the employer) in yuan."""

        def counted(kind: NetEntryKind) -> Sum:
            return Sum("entries__amount", filter=Q(entries__counts_as=kind), default=Decimal(0))

        return self.annotate(out=counted(NetEntryKind.ADVANCED) * -1, back=counted(NetEntryKind.RECOVERED))


class Drawing(models.Model):
    """An advance (`case`; out of `net`, else of other money named in `other_source`) or what leaves the net otherwise."""

    kind = models.CharField("事项", max_length=10, choices=DrawingKind)
    net = models.ForeignKey(SafetyNet, models.PROTECT, null=True, related_name="drawings", verbose_name="资金")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="drawings", verbose_name="案件")
    other_source = models.CharField("其他资金来源", max_length=120, blank=True)
    workers = models.PositiveIntegerField("人数（人）", default=0)
    migrants = models.PositiveIntegerField("其中农民工（人）", default=0)
    amount = models.DecimalField("金额（元）", max_digits=MONEY_DIGITS, decimal_places=2)
    notice_on = models.DateField("支付通知书日期", null=True)
    paid_on = models.DateField("支付日期", null=True)
    reason = models.CharField("依据", max_length=200)
    cancels = models.ForeignKey(NetEntry, models.PROTECT, null=True, related_name="+", verbose_name="冲正条目")
    stage = models.CharField("进度", max_length=10, choices=DrawingStage, default=DrawingStage.REQUESTED)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    requested_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="审批人")
    decided_at = models.DateTimeField("审批时间", null=True)
    decision = models.TextField("审批意见", blank=True)
    shown = models.JSONField(default=list, editable=False)  # label and value of each line the approver decided upon
    shown_hash = models.CharField(max_length=64, blank=True)  # of what the approver agreed to
    # The first entry in the case's ledger; a merger undone writes another.
    case_entry = models.OneToOneField(LedgerEntry, models.PROTECT, null=True, related_name="drawing")

    objects = DrawingQuerySet.as_manager()

    class Meta:
        verbose_name = "动用"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["case", "stage"], name="drawing_case"),
            models.Index(fields=["net", "stage"], name="drawing_net"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="advance", case__isnull=False)
                | ~Q(kind="advance") & Q(case__isnull=True, net__isnull=False),
                name="advance_is_for_a_case",
            ),
            models.CheckConstraint(condition=Q(net__isnull=False) | ~Q(other_source=""), name="other_money_is_named"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="drawing_is_of_money"),
            models.CheckConstraint(
                condition=Q(kind="reverse", cancels__isnull=False) | ~Q(kind="reverse") & Q(cancels__isnull=True),
                name="drawing_names_what_it_cancels",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount:,.2f} 元"

    def get_absolute_url(self) -> str:
        return reverse("drawing", args=[self.pk])

    @property
    def from_deposit(self) -> bool:
        return self.net is not None and self.net.kind == NetKind.DEPOSIT

    @property
    def purse(self) -> str:
        """Where the money comes from, in words."""
        return str(self.net) if self.net is not None else f"其他渠道资金：{self.other_source}"

    def standing(self) -> Decimal:
        """Yuan advanced out of the net and not cancelled since."""
        advanced = self.entries.filter(counts_as=NetEntryKind.ADVANCED).aggregate(sum=Sum("amount"))["sum"]
        return -(advanced or Decimal(0))

    def recovered(self) -> Decimal:
        """Yuan recovered from the employer and not cancelled since."""
        back = self.entries.filter(counts_as=NetEntryKind.RECOVERED).aggregate(sum=Sum("amount"))["sum"]
        return back or Decimal(0)
