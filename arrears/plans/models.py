"""Plans of a case: 偿还计划 in instalments (QD-3), 一企一策、一项目一策 in steps with an owner (SD-2.4a), and the debts owed to the
employer out of which wages are paid first (SD-2.4e)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from arrears.cases.models import Case, LedgerEntry
from arrears.legal.models import Proceeding
from unions.common.limits import MONEY_DIGITS
from unions.models import Union, User


class PlanKind(models.TextChoices):
    REPAYMENT = "repayment", "偿还计划"
    EMPLOYER = "employer", "一企一策"
    PROJECT = "project", "一项目一策"


class PlanBasis(models.TextChoices):
    """What a repayment plan rests on."""

    NEGOTIATION = "negotiation", "协商达成的协议"
    MEDIATION = "mediation", "调解协议"
    CONFIRMATION = "confirmation", "司法确认的调解协议"
    PAYMENT_ORDER = "payment_order", "支付令"
    AWARD = "award", "仲裁裁决、判决"
    PROMISE = "promise", "用人单位书面承诺"


class PlanQuerySet(models.QuerySet["Plan"]):
    def in_force(self) -> PlanQuerySet:
        return self.filter(replaced_at=None)


class Plan(models.Model):
    """One version of one plan; a newer one replaces it and says why. What was agreed is never rewritten.

    `workers`, `amount`: outstanding when it was made; `paid_before`: yuan the ledger had as resolved by then.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="plans", verbose_name="案件")
    kind = models.CharField("类别", max_length=10, choices=PlanKind)
    version = models.PositiveSmallIntegerField("版本")
    basis = models.CharField("依据", max_length=14, choices=PlanBasis, blank=True)
    proceeding = models.ForeignKey(Proceeding, models.PROTECT, null=True, related_name="plans", verbose_name="法律程序")
    agreed_on = models.DateField("签订日期")
    guarantee = models.TextField("保证措施", blank=True)
    gap = models.CharField("与未解决数不一致的原因", max_length=200, blank=True)
    reason = models.CharField("修订原因", max_length=200, blank=True)
    workers = models.PositiveIntegerField("制定时未解决人数", default=0)
    amount = models.DecimalField("制定时未解决金额（元）", max_digits=16, decimal_places=2, default=0)
    paid_before = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    replaced_at = models.DateTimeField("被替代时间", null=True)
    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="制定单位")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = "计划"
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "version"], name="plan_version"),
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(replaced_at=None), name="one_plan_of_a_kind_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}第 {self.version} 版"

    @property
    def stream(self) -> str:
        """Key of its terms."""
        return f"plan:{self.pk}"

    @property
    def is_repayment(self) -> bool:
        return self.kind == PlanKind.REPAYMENT


class PlanStepQuerySet(models.QuerySet["PlanStep"]):
    def broken(self, today: date) -> PlanStepQuerySet:
        """Promises of plans in force that are past their day and not kept."""
        return self.filter(plan__replaced_at=None, done_on=None, due_on__lt=today)


class PlanStep(models.Model):
    """An instalment (`amount` yuan for `workers` people, kept by the ledger) or a step with its owner, done by hand."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField("序号")
    due_on = models.DateField("期限")
    what = models.CharField("措施", max_length=200, blank=True)
    owner = models.CharField("责任人", max_length=60, blank=True)
    workers = models.PositiveIntegerField("结清人数", default=0)
    amount = models.DecimalField("金额（元）", max_digits=MONEY_DIGITS, decimal_places=2, default=0)
    paid = models.DecimalField("已付（元）", max_digits=16, decimal_places=2, default=0)  # as the ledger allots it
    done_on = models.DateField("完成日期", null=True)
    note = models.CharField("完成情况", max_length=200, blank=True)

    objects = PlanStepQuerySet.as_manager()

    class Meta:
        verbose_name = "计划步骤"
        default_permissions = ()
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_step_number")]
        indexes = [models.Index(fields=["plan", "due_on"], name="plan_step_open", condition=Q(done_on=None))]

    def __str__(self) -> str:
        return f"第 {self.number} 期" if self.amount else self.what

    def is_broken(self, today: date) -> bool:
        return self.done_on is None and self.due_on < today

    @property
    def kept_late(self) -> bool:
        return self.done_on is not None and self.done_on > self.due_on

    @property
    def left(self) -> Decimal:
        """Yuan still to be paid of this instalment."""
        return self.amount - self.paid


class ReceivableQuerySet(models.QuerySet["Receivable"]):
    def visible_to(self, user: User) -> ReceivableQuerySet:
        return self.filter(case__in=Case.objects.visible_to(user).values("pk"))

    def outstanding(self) -> ReceivableQuerySet:
        """Those of which something is still owed to the employer, each with `recovered`, yuan that came in so far.

        A subquery, not a join: the rows are counted together with those of other lists.
        """
        of_one = Recovery.objects.filter(receivable=OuterRef("pk")).order_by().values("receivable")
        sums = of_one.annotate(sum=Sum("amount")).values("sum")
        return self.annotate(recovered=Coalesce(Subquery(sums), Decimal(0))).filter(recovered__lt=F("amount"))


class Receivable(models.Model):
    """被欠账款: what somebody owes to the employer of a case; it stands on the plan for that employer or project (SD-2.4e)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="receivables", verbose_name="案件")
    debtor = models.CharField("欠款单位", max_length=120)
    amount = models.DecimalField("欠款金额（元）", max_digits=MONEY_DIGITS, decimal_places=2)
    since = models.DateField("拖欠起始日期")
    basis = models.CharField("依据", max_length=200, blank=True)
    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="登记单位")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    objects = ReceivableQuerySet.as_manager()

    class Meta:
        verbose_name = "用人单位被欠账款"
        default_permissions = ()
        ordering = ["since", "id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="receivable_of_something")]

    def __str__(self) -> str:
        return f"{self.debtor}欠款"


class Recovery(models.Model):
    """What came in of a debt on one day; `entry`: the part of it that paid wages first. Only grows: mistakes are reversed in the ledger."""

    receivable = models.ForeignKey(Receivable, models.PROTECT, related_name="recoveries", verbose_name="账款")
    on = models.DateField("收回日期")
    amount = models.DecimalField("收回金额（元）", max_digits=MONEY_DIGITS, decimal_places=2)
    entry = models.OneToOneField(
        LedgerEntry, models.PROTECT, null=True, related_name="recovery", verbose_name="台账条目"
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "收回账款"
        default_permissions = ()
        ordering = ["on", "id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="recovery_of_something")]

    def __str__(self) -> str:
        return f"{self.on} 收回"

    @property
    def wages(self) -> Decimal:
        """Yuan of it that stand in the ledger as paid."""
        return self.entry.amount if self.entry and not hasattr(self.entry, "cancelled_by") else Decimal(0)
