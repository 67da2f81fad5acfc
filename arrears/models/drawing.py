"""动用: money that leaves, or a correction of a net's book. Asked by one person, approved by another, then posted."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q, Sum
from django.urls import reverse

from arrears.models.case import Case
from arrears.models.escalation import acts_at
from arrears.models.ledger import LedgerEntry
from arrears.models.safety_net import NetEntry, NetEntryKind, NetKind, SafetyNet
from unions.models import User
from unions.models.union import under
from unions.rights import Right


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

    def awaiting(self, user: User) -> DrawingQuerySet:
        """What waits for a decision at units where the reader approves."""
        paths = user.paths(Right.APPROVE)
        by_net = acts_at(paths, "net__union")
        by_case = Q(net=None) & acts_at(paths, "case__handling_union")
        return self.filter(by_net | by_case, stage=DrawingStage.REQUESTED)


class Drawing(models.Model):
    """An advance (`case`; out of `net`, else of other money named in `other_source`) or what leaves the net otherwise."""

    kind = models.CharField("事项", max_length=10, choices=DrawingKind)
    net = models.ForeignKey(SafetyNet, models.PROTECT, null=True, related_name="drawings", verbose_name="资金")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="drawings", verbose_name="案件")
    other_source = models.CharField("其他资金来源", max_length=120, blank=True)
    workers = models.PositiveIntegerField("人数（人）", default=0)
    migrants = models.PositiveIntegerField("其中农民工（人）", default=0)
    amount = models.DecimalField("金额（元）", max_digits=16, decimal_places=2)
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
