"""What departments and courts decided against an employer: orders to pay, handling decisions, penalties, credit grades (SD-2.3b),
orders to rectify and preserved assets (YK-2.5).

The department decides; the union keeps what was decided, who entered it and what became of it.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.urls import reverse

from arrears.cases.models import Act, Case, Evidence
from unions.common.limits import MONEY_DIGITS
from unions.models import Union, User


class SanctionKind(models.TextChoices):
    ORDER = "order", "责令限期支付"
    HANDLING = "handling", "行政处理决定"
    PENALTY = "penalty", "行政处罚决定"
    GRADE = "grade", "信用等级评价"
    RECTIFY = "rectify", "整改指令"
    PRESERVE = "preserve", "财产保全"


class CreditGrade(models.TextChoices):
    A = "A", "A 级（守法诚信）"
    B = "B", "B 级（偶有违法）"
    C = "C", "C 级（重点监管）"


class SanctionOutcome(models.TextChoices):
    PENDING = "pending", "等待履行"
    PAID = "paid", "已支付"
    PARTLY = "partly", "部分支付"
    UNPAID = "unpaid", "逾期未支付"
    ENFORCED = "enforced", "已申请强制执行"
    RECTIFIED = "rectified", "已整改"
    IGNORED = "ignored", "逾期未整改"
    REALISED = "realised", "已变现，用于支付工资"
    RELEASED = "released", "已解除保全"


R = SanctionOutcome
# What may become of each kind; of the others, whether it was paid.
OUTCOMES: dict[str, tuple[SanctionOutcome, ...]] = {
    SanctionKind.RECTIFY: (R.RECTIFIED, R.IGNORED),
    SanctionKind.PRESERVE: (R.PAID, R.REALISED, R.RELEASED),
}
PAYING = (R.PAID, R.PARTLY, R.UNPAID, R.ENFORCED)
NOT_TO_PAY = frozenset({SanctionKind.RECTIFY, SanctionKind.PRESERVE})
UNDONE = (R.PENDING, R.IGNORED)  # of these two
# What Shandong's column 行政处理处罚 counts.
DECIDED = frozenset({SanctionKind.HANDLING, SanctionKind.PENALTY})
# By these the employer was told to pay by a day.
TELLS_TO_PAY = frozenset({SanctionKind.ORDER, SanctionKind.HANDLING})


def unpaid(day: date) -> Q:
    """Told to pay by a day that is over, and not known to have done so."""
    to_pay = Q(voided_at=None, pay_by__lt=day) & ~Q(kind__in=NOT_TO_PAY)
    return to_pay & ~Q(outcome=SanctionOutcome.PAID)


def late(day: date) -> Q:
    """Past its term without its result; of one row: `Sanction.late_on`."""
    over = Q(held_until__lt=day) | Q(held_until=None, pay_by__lt=day)
    return unpaid(day) | over & Q(voided_at=None, kind__in=NOT_TO_PAY, outcome__in=UNDONE)


class SanctionQuerySet(models.QuerySet["Sanction"]):
    def visible_to(self, user: User) -> SanctionQuerySet:
        return self.filter(case__in=Case.objects.visible_to(user).values("pk"))

    def standing(self) -> SanctionQuerySet:
        return self.filter(voided_at=None)

    def unpaid_on(self, day: date) -> SanctionQuerySet:
        return self.filter(unpaid(day))

    def with_lateness(self, day: date) -> SanctionQuerySet:
        """Each with `late`, whether it is on `day`."""
        return self.annotate(late=ExpressionWrapper(late(day), models.BooleanField()))


class Sanction(models.Model):
    """One decision of a department in one case. A mistaken or revoked one is voided and stays on record."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="sanctions", verbose_name="案件")
    kind = models.CharField("种类", max_length=10, choices=SanctionKind)
    department = models.CharField("作出决定的部门", max_length=120)
    number = models.CharField("文号", max_length=80)
    decided_on = models.DateField("决定日期")
    pay_by = models.DateField("支付、整改期限", null=True, blank=True)
    held_from = models.DateField("保全起日", null=True, blank=True)
    held_until = models.DateField("保全止日", null=True, blank=True)
    amount = models.DecimalField("金额（元）", max_digits=MONEY_DIGITS, decimal_places=2, null=True, blank=True)
    grade = models.CharField("信用等级", max_length=1, choices=CreditGrade, blank=True)
    detail = models.TextField("决定内容", blank=True)
    paper = models.ForeignKey(
        Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="决定文书"
    )
    outcome = models.CharField("履行情况", max_length=10, choices=SanctionOutcome, default="pending")
    outcome_on = models.DateField("履行情况日期", null=True, blank=True)
    outcome_note = models.TextField("履行情况说明", blank=True)
    outcome_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="登记人")
    outcome_at = models.DateTimeField("登记时间", null=True)
    # The act the official tables count; orders and grades have none.
    act = models.OneToOneField(Act, models.PROTECT, null=True, related_name="sanction", verbose_name="办理")
    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="登记单位")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")
    voided_on = models.DateField("撤销日期", null=True)
    voided_at = models.DateTimeField("撤销登记时间", null=True)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="撤销登记人")
    void_reason = models.TextField("撤销原因", blank=True)

    objects = SanctionQuerySet.as_manager()

    class Meta:
        verbose_name = "处理处罚"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["case", "kind"], name="sanction_case"),
            models.Index(fields=["pay_by"], name="sanction_unpaid", condition=Q(voided_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind", "number"], condition=Q(voided_at__isnull=True), name="sanctioned_once"
            ),
            models.CheckConstraint(condition=~Q(kind="order") | Q(pay_by__isnull=False), name="an_order_has_its_term"),
            models.CheckConstraint(
                condition=~Q(kind="preserve") | Q(held_from__isnull=False, held_until__gte=F("held_from")),
                name="assets_are_held_from_to",
            ),
            models.CheckConstraint(condition=~Q(kind="grade") | ~Q(grade=""), name="a_grade_is_given"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("sanction", args=[self.pk])

    @property
    def stream(self) -> str:
        """The name of its term among the obligations."""
        return f"sanction:{self.pk}"

    @property
    def paid_in_full(self) -> bool:
        return self.outcome == SanctionOutcome.PAID

    def late_on(self, day: date) -> bool:
        """Past its term without its result: not paid; of an order to rectify or preserved assets, nothing noted."""
        undone = self.outcome in UNDONE if self.kind in NOT_TO_PAY else not self.paid_in_full
        return undone and self.voided_at is None and self.term is not None and self.term < day

    @property
    def term(self) -> date | None:
        """The last day to pay or to rectify, or of the preservation."""
        return self.held_until or self.pay_by

    @property
    def outcomes(self) -> tuple[SanctionOutcome, ...]:
        return OUTCOMES.get(self.kind, PAYING)

    @property
    def summary(self) -> str:
        """As lists and publications write it: what, by whom, under which number, when."""
        grade = f" {self.get_grade_display()}" if self.grade else ""
        return f"{self.get_kind_display()}{grade}（{self.department} {self.number}，{self.decided_on}）"
