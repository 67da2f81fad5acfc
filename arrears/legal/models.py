"""Legal steps of a case that have a course of their own (QD-6.3, SD-2.3d, SD-2.3e): applied for, accepted, ended with a result."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from arrears.cases.models import Case, LedgerEntry
from unions.models import Union, User


class ProceedingKind(models.TextChoices):
    """Each is an `ActKind` too: what happens in it stands among the acts of the case."""

    MEDIATION = "mediation", "调解"
    ARBITRATION = "arbitration", "劳动仲裁"
    LITIGATION = "litigation", "诉讼"
    CONFIRMATION = "confirmation", "司法确认"
    PAYMENT_ORDER = "payment_order", "支付令"
    LEGAL_AID = "legal_aid", "法律援助"
    ENFORCEMENT = "enforcement", "强制执行"
    SUPPORT = "support", "支持起诉"


class ProceedingStage(models.TextChoices):
    APPLIED = "applied", "已申请"
    ACCEPTED = "accepted", "已受理"
    REFUSED = "refused", "不予受理"
    ENDED = "ended", "已有结果"


RUNNING_STAGES = (ProceedingStage.APPLIED, ProceedingStage.ACCEPTED)


class ProceedingQuerySet(models.QuerySet["Proceeding"]):
    def visible_to(self, user: User) -> ProceedingQuerySet:
        return self.filter(case__in=Case.objects.visible_to(user).values("pk"))

    def running(self) -> ProceedingQuerySet:
        return self.filter(stage__in=RUNNING_STAGES)

    def with_received(self) -> ProceedingQuerySet:
        """Each with `received`, yuan it brought in without what was cancelled. A subquery: the rows are counted together with those of other lists."""
        paid = ProceedingPayment.objects.standing().filter(proceeding=OuterRef("pk")).order_by().values("proceeding")
        return self.annotate(received=Coalesce(Subquery(paid.values(sum=Sum("entry__amount"))), Decimal(0)))


class Proceeding(models.Model):
    """One course through one body. Its dates start and end the terms of the law (《劳动争议调解仲裁法》)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="proceedings", verbose_name="案件")
    kind = models.CharField("程序", max_length=14, choices=ProceedingKind)
    stage = models.CharField(max_length=10, choices=ProceedingStage, default=ProceedingStage.APPLIED)
    body = models.CharField("受理机构", max_length=80)
    number = models.CharField("案号", max_length=60, blank=True)
    request = models.TextField("请求事项", blank=True)
    applied_on = models.DateField("申请日期")
    accepted_on = models.DateField("受理日期", null=True)
    extended = models.BooleanField("已延期", default=False)  # the award, by fifteen days
    # Of legal aid (SD-2.3e): whether precedence was asked for, the days of 审查 and 指派, and who was assigned.
    priority = models.BooleanField("优先办理", default=False)
    reviewed_on = models.DateField("审查通过日期", null=True)
    assigned_on = models.DateField("指派日期", null=True)
    assigned_to = models.CharField("承办机构、承办人", max_length=120, blank=True)
    # The paper reached whom its term binds: the award the worker, the payment order the employer.
    served_on = models.DateField("文书送达日期", null=True)
    ended_on = models.DateField("结束日期", null=True)
    result = models.CharField("结果", max_length=20, blank=True)  # a key of arrears.legal.actions.RESULTS
    detail = models.TextField("结果说明", blank=True)
    ended_at = models.DateTimeField(null=True)
    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="办理单位")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    objects = ProceedingQuerySet.as_manager()

    class Meta:
        verbose_name = "法律程序"
        default_permissions = ()
        ordering = ["applied_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_on=None) | Q(accepted_on__gte=F("applied_on")),
                name="accepted_after_it_was_applied_for",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("applied_on")), name="proceeding_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=Q(served_on=None) | Q(served_on__gte=F("applied_on")), name="served_after_it_was_applied_for"
            ),
            models.CheckConstraint(
                condition=Q(assigned_on=None) | Q(assigned_on__gte=F("reviewed_on")), name="assigned_after_the_review"
            ),
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=Q(stage__in=["applied", "accepted"]),
                name="one_proceeding_of_a_kind_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}（{self.body}）"

    @property
    def stream(self) -> str:
        """Key of its terms."""
        return f"proceeding:{self.pk}"

    @property
    def is_running(self) -> bool:
        return self.stage in RUNNING_STAGES


class ProceedingPaymentQuerySet(models.QuerySet["ProceedingPayment"]):
    def standing(self) -> ProceedingPaymentQuerySet:
        """Those whose entry was not cancelled."""
        return self.filter(entry__cancelled_by=None)


class ProceedingPayment(models.Model):
    """Money that came in by a proceeding (SD-2.3g): 执行到位. The ledger alone says how much, here stands by what."""

    proceeding = models.ForeignKey(Proceeding, models.PROTECT, related_name="payments")
    entry = models.OneToOneField(LedgerEntry, models.PROTECT, related_name="proceeding_payment")

    objects = ProceedingPaymentQuerySet.as_manager()

    class Meta:
        verbose_name = "执行到账"
        default_permissions = ()
        ordering = ["id"]
