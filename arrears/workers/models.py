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
from unions.common.formats import mask_identity, mask_name, mask_phone
from unions.common.identity import IDENTITY, PHONE, identity_key, phone_key
from unions.common.limits import MONEY_DIGITS
from unions.models import User


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
