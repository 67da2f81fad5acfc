"""The worker list (职工名单) of a case: who is owed what since when, and what each has been paid."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from arrears.cases.models import Case, Evidence, LedgerEntry
from unions.common import encryption as cipher
from unions.common.encrypted_fields import PrivateField
from unions.common.formats import mask_identity, mask_name, mask_phone, yuan
from unions.common.identity import IDENTITY, PHONE, identity_key, phone_key
from unions.common.limits import MONEY_DIGITS
from unions.common.receipts import in_groups
from unions.models import Job, User


class WorkerQuerySet(models.QuerySet["Worker"]):
    def listed(self) -> WorkerQuerySet:
        """Those who stand on the list today."""
        return self.filter(removed_at=None)

    def with_paid(self) -> WorkerQuerySet:
        """Annotated with `paid` (yuan): payments whose entry still stands."""
        stands = Q(payments__entry__cancelled_by=None)
        return self.annotate(paid=Coalesce(Sum("payments__amount", filter=stands), Decimal(0)))

    def for_sums(self) -> WorkerQuerySet:
        """`with_paid`, without the private words: nothing is opened to add figures up."""
        # The case is named, or every row would be asked for it again.
        return self.with_paid().only("case", "owed", "migrant")

    def unpaid(self) -> WorkerQuerySet:
        """`with_paid`, those who have something left to get."""
        return self.with_paid().filter(Q(paid__lt=F("owed")))

    def visible_to(self, user: User) -> WorkerQuerySet:
        return self.filter(case__in=Case.objects.visible_to(user).values("pk"))

    def like(self, phones: set[str], identities: set[str]) -> WorkerQuerySet:
        """Listed workers with one of these prints."""
        return self.listed().filter(Q(phone_print__in=phones) | Q(identity_print__in=identities))


class Worker(models.Model):
    """One worker of one case. `owed` is what is owed to this worker in all, in yuan."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="workers", verbose_name="案件")
    name = PrivateField("姓名")
    phone = PrivateField("手机号", blank=True)
    phone_print = models.CharField(max_length=64, blank=True, editable=False)
    identity = PrivateField("身份证号", blank=True)
    identity_print = models.CharField(max_length=64, blank=True, editable=False)
    job = models.CharField("班组、工种", max_length=60, blank=True)
    migrant = models.BooleanField("农民工", default=False)
    owed_from = models.DateField("欠薪起始", null=True, blank=True)
    owed_until = models.DateField("欠薪截止", null=True, blank=True)
    owed = models.DecimalField("欠薪金额（元）", max_digits=MONEY_DIGITS, decimal_places=2)
    agreed_on = models.DateField(
        "同意接收短信", null=True, blank=True
    )  # the day it was noted; None: no consent (SD-2.2d)
    version = models.PositiveIntegerField(default=1, editable=False)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    added_at = models.DateTimeField("登记时间")
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="移出人")
    removed_at = models.DateTimeField("移出时间", null=True)

    objects = WorkerQuerySet.as_manager()

    class Meta:
        verbose_name = "职工"
        default_permissions = ()
        ordering = ["id"]
        indexes = [
            models.Index(fields=["phone_print"], name="worker_phone", condition=~Q(phone_print="")),
            models.Index(fields=["identity_print"], name="worker_identity", condition=~Q(identity_print="")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(owed__gt=0), name="worker_is_owed"),
            models.CheckConstraint(
                condition=Q(owed_until__isnull=True) | Q(owed_from__isnull=True) | Q(owed_until__gte=F("owed_from")),
                name="worker_end_after_begin",
            ),
        ]

    def __str__(self) -> str:
        return f"职工 {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.make_prints()
        super().save(*args, **kwargs)

    def make_prints(self) -> Worker:
        """Fill what equal numbers are found by; bulk writers call it themselves."""
        self.phone_print = cipher.print_of(PHONE, phone_key(self.phone.text))
        self.identity_print = cipher.print_of(IDENTITY, identity_key(self.identity.text))
        return self

    @property
    def masked_name(self) -> str:
        return mask_name(self.name.text)

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone.text)

    @property
    def masked_identity(self) -> str:
        return mask_identity(self.identity.text)


class WorkerPayment(models.Model):
    """What one worker received out of one 清偿 or 垫付 of the ledger, whose day and fund it shares. It stands while the
    entry stands: a reversed entry was not paid to anybody."""

    worker = models.ForeignKey(Worker, models.PROTECT, related_name="payments", verbose_name="职工")
    entry = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="payments", verbose_name="台账条目")
    amount = models.DecimalField("金额（元）", max_digits=MONEY_DIGITS, decimal_places=2)
    evidence = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="payments", verbose_name="银行回单")

    class Meta:
        verbose_name = "职工清偿"
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["worker", "entry"], name="paid_once_by_an_entry"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_is_something"),
        ]


class PaymentSlip(models.Model):
    """到账确认单: the number and code with which one worker, without an account, answers for what she was paid.

    A slip drawn later replaces it.
    """

    worker = models.ForeignKey(Worker, models.CASCADE, related_name="slips", verbose_name="职工")
    number = models.CharField("编号", max_length=12, unique=True)  # random: one says nothing of the next
    code = models.CharField(max_length=64, editable=False)  # a keyed print
    valid = models.BooleanField("有效", default=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="打印人")
    at = models.DateTimeField("打印时间")

    class Meta:
        verbose_name = "到账确认单"
        default_permissions = ()
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["worker"], condition=Q(valid=True), name="one_valid_slip")]

    @property
    def shown_number(self) -> str:
        return in_groups(self.number)


class ArrivalAnswer(models.TextChoices):
    """What a worker says of a payment. Silence is no answer."""

    RECEIVED = "received", "已足额收到"
    LESS = "less", "只收到一部分"
    NOTHING = "nothing", "没有收到"


class ArrivalFinding(models.TextChoices):
    """What the unit found about a payment its worker contradicted."""

    ARRIVED = "arrived", "核实已到账"
    UNPAID = "unpaid", "核实未到账"


class PaymentAnswerQuerySet(models.QuerySet["PaymentAnswer"]):
    def standing(self) -> PaymentAnswerQuerySet:
        """The last answers, of payments whose entry still stands."""
        return self.filter(last=True, payment__entry__cancelled_by=None)

    def contradicting(self) -> PaymentAnswerQuerySet:
        """Standing answers that say less was received, unless the unit found that it had arrived."""
        return self.standing().exclude(answer=ArrivalAnswer.RECEIVED).exclude(finding=ArrivalFinding.ARRIVED)


class PaymentAnswer(models.Model):
    """到账确认: what a worker said of one payment, and what the unit found where she contradicted it."""

    payment = models.ForeignKey(WorkerPayment, models.PROTECT, related_name="answers", verbose_name="职工清偿")
    last = models.BooleanField(default=True, editable=False)  # she may answer again
    answer = models.CharField("职工答复", max_length=10, choices=ArrivalAnswer)
    received = models.DecimalField("实收（元）", max_digits=MONEY_DIGITS, decimal_places=2, null=True)
    words = PrivateField("职工说明", blank=True)
    at = models.DateTimeField("答复时间")
    finding = models.CharField("核实结果", max_length=10, choices=ArrivalFinding, blank=True)
    detail = models.CharField("核实说明", max_length=500, blank=True)
    found_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="核实人")
    found_at = models.DateTimeField("核实时间", null=True)

    objects = PaymentAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "到账确认"
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["payment"], condition=Q(last=True), name="one_last_answer"),
            models.CheckConstraint(
                condition=Q(answer="less", received__gt=0) | ~Q(answer="less") & Q(received=None),
                name="less_says_how_much",
            ),
        ]

    def __str__(self) -> str:
        said = (
            f"{self.get_answer_display()}（{yuan(self.received)} 元）" if self.received else self.get_answer_display()
        )
        return f"本人答复：{said}"


class MessageKind(models.TextChoices):
    RIGHTS = "rights", "维权短信"
    ARRIVAL = "arrival", "到账确认短信"


class WorkerMessage(Job):
    """One short message to one worker (SD-2.2d), a job of its own: written first, then sent. Its words are made when it leaves."""

    worker = models.ForeignKey(Worker, models.CASCADE, related_name="messages", verbose_name="职工")
    kind = models.CharField("类别", max_length=8, choices=MessageKind)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="发送人")
    at = models.DateTimeField("提交时间")

    class Meta(Job.Meta):
        verbose_name = "职工短信"
