"""What each union owes the one above (报表): one row per unit, entry of a rulebook and period, opened before anyone asks.

Not yet reported is a row, not an absence. Late and missing are never stored: the due time and the clock say so.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from arrears.law.scope import chinese_day, span_in_words
from unions.common.clock import day_of
from unions.models import Union, User, under
from unions.people.rights import Right


class ReturnStage(models.TextChoices):
    OPEN = "open", "待填报"
    SIGNED = "signed", "待审批"
    SUBMITTED = "submitted", "待接收"
    RECEIVED = "received", "已接收"
    RETURNED = "returned", "已退回"
    AMENDING = "amending", "更正中"
    IMPLIED = "implied", "推定零报告"
    WAIVED = "waived", "免报"


# Where the unit itself may still write.
IN_HAND = (ReturnStage.OPEN, ReturnStage.RETURNED, ReturnStage.AMENDING, ReturnStage.IMPLIED)
# Where something stands that the unit answers for.
SENT = (ReturnStage.SUBMITTED, ReturnStage.RECEIVED)
# An implied zero stands until something else is approved in its place.
IMPLIED_ZERO = Q(stage="implied") | Q(stage="signed", before="implied")
NOT_SENT = Q(submitted_at=None) & ~Q(stage="waived") & ~IMPLIED_ZERO
SIGNED_ZERO = Q(submitted_at__isnull=False, current__nil=True)
SAYS_ZERO = IMPLIED_ZERO | Q(current__nil=True)
# What was expected (应报: not waived) is one of these: with figures, signed as zero, taken for zero, not sent.
WITH_FIGURES = Q(submitted_at__isnull=False) & ~Q(stage="waived") & ~Q(current__nil=True)
SENT_LATE = Q(submitted_at__gte=F("due_at") + timedelta(seconds=1), backfilled=False)


def is_missing(now: datetime) -> Q:
    """Of returns whose due time is over, and of which nothing was sent."""
    return NOT_SENT & Q(due_at__lt=now.replace(microsecond=0), backfilled=False)


def is_awaited(now: datetime) -> Q:
    """Of returns that were not sent and are not missing: not yet due, or due before anyone here could know."""
    return NOT_SENT & (Q(due_at__gte=now.replace(microsecond=0)) | Q(backfilled=True))


class ReturnQuerySet(models.QuerySet["Return"]):
    def visible_to(self, user: User) -> ReturnQuerySet:
        """Every read begins here: returns of the units in the reader's subtree."""
        return self.filter(under(user.paths(Right.VIEW)))

    def missing(self, now: datetime) -> ReturnQuerySet:
        """The due time is over and nothing was sent."""
        return self.filter(is_missing(now))

    def sent_late(self) -> ReturnQuerySet:
        """First sent after the last second of the term."""
        return self.filter(SENT_LATE)

    def of_period(self, rulebook: str, rule: str, period: str) -> ReturnQuerySet:
        return self.filter(rulebook=rulebook, rule=rule, period=period)


class Waiver(models.Model):
    """免报: an exception from one return for a while, asked with a reason, approved by a second person of the unit above."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="填报单位")
    rulebook = models.CharField("规则", max_length=60)
    rule = models.CharField(max_length=60)
    reason = models.TextField("理由")
    until = models.DateField("有效期至")  # periods that end by this day need not be reported
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    requested_at = models.DateTimeField("提出时间")
    approved = models.BooleanField("批准", null=True)  # null: not yet decided
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="审批人")
    decided_at = models.DateTimeField("审批时间", null=True)
    decision = models.TextField("审批意见", blank=True)

    class Meta:
        verbose_name = "免报"
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "rulebook", "rule"], condition=Q(approved=None), name="waiver_asked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.union} 免报至 {self.until}"

    def get_absolute_url(self) -> str:
        return reverse("waiver", args=[self.pk])


class Return(models.Model):
    """One return. The key: rulebook, entry, period, union. `first`…`last` is what it reports, both days included.

    `receiver` null: it leaves the system (`receiver_name`: 中华全国总工会). `compiles`: its figures are the sums of what the
    units below sent. `backfilled`: due before its rulebook was entered, so nobody is late with it. `current`: the version that stands; a draft has none. `texts`: what the unit writes beside the figures,
    by heading.
    """

    rulebook = models.CharField("规则", max_length=60)
    rule = models.CharField(max_length=60)
    period = models.CharField("期间", max_length=24)
    union = models.ForeignKey(Union, models.PROTECT, related_name="returns", verbose_name="填报单位")

    path = models.CharField(max_length=160, editable=False)  # the unit's, copied
    receiver = models.ForeignKey(
        Union, models.PROTECT, null=True, related_name="returns_to_receive", verbose_name="接收单位", db_index=False
    )
    receiver_name = models.CharField("报送至", max_length=80, blank=True)
    clause = models.CharField("条款", max_length=30)
    title = models.CharField("报表", max_length=80)
    form = models.CharField("表式", max_length=60)
    first = models.DateField("期间起")
    last = models.DateField("期间止")
    due_at = models.DateTimeField("报送期限")
    explanation = models.TextField("期限说明")
    calendar_version = models.CharField("日历版本", max_length=12)
    provisional = models.BooleanField("暂定", default=False)
    silence_is_zero = models.BooleanField("未报视为零报告", default=False)
    compiles = models.BooleanField("由下级报表汇总", default=False)
    backfilled = models.BooleanField("补录", default=False)

    stage = models.CharField("状态", max_length=10, choices=ReturnStage, default=ReturnStage.OPEN)
    before = models.CharField(max_length=10, choices=ReturnStage, blank=True)  # the stage it was signed from
    version = models.PositiveIntegerField(default=0)  # counts every change: a stale page is refused
    texts = models.JSONField("文字说明", default=dict)
    amend_reason = models.TextField("更正原因", blank=True)
    current = models.ForeignKey("ReturnVersion", models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField("首次报出", null=True)
    contradicted_at = models.DateTimeField("零报告与台账矛盾", null=True)
    waiver = models.ForeignKey(Waiver, models.PROTECT, null=True, related_name="returns")
    opened_at = models.DateTimeField("建立时间")
    changed_at = models.DateTimeField("最近变动")

    objects = ReturnQuerySet.as_manager()

    class Meta:
        verbose_name = "报表"
        default_permissions = ()
        ordering = ["-due_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["rulebook", "rule", "period", "union"], name="return_once"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="return_period_in_order"),
        ]
        indexes = [
            models.Index(
                fields=["path", "-due_at"], opclasses=["varchar_pattern_ops", "timestamptz_ops"], name="return_path"
            ),
            models.Index(fields=["union", "-due_at"], name="return_union"),
            models.Index(fields=["receiver", "stage", "-due_at"], name="return_receiver"),
            models.Index(fields=["due_at"], condition=Q(stage="open", silence_is_zero=True), name="return_silent"),
        ]

    def __str__(self) -> str:
        return f"{self.union} {self.title} {self.span}"

    def get_absolute_url(self) -> str:
        return reverse("return", args=[self.pk])

    @property
    def stream(self) -> str:
        """The name of this return's event chain."""
        return f"return:{self.pk}"

    @property
    def span(self) -> str:
        """Its days as people call them: 2022年10月24日—30日, 2022年10月."""
        return span_in_words(self.first, self.last)

    @property
    def in_hand(self) -> bool:
        return self.stage in IN_HAND

    @property
    def to(self) -> str:
        return self.receiver_name or str(self.receiver)

    @property
    def implied_zero(self) -> bool:
        """As `IMPLIED_ZERO`."""
        stage = self.before if self.stage == ReturnStage.SIGNED else self.stage
        return stage == ReturnStage.IMPLIED

    @property
    def says_zero(self) -> bool:
        """Signed or implied; as `SAYS_ZERO`."""
        return self.implied_zero or (self.current is not None and self.current.nil)

    @property
    def signed_zero(self) -> bool:
        """As `SIGNED_ZERO`."""
        return self.submitted_at is not None and self.current is not None and self.current.nil

    @property
    def expects_something(self) -> bool:
        """Nothing was sent, and nothing stands for it; as `NOT_SENT`."""
        return not (self.submitted_at or self.implied_zero or self.stage == ReturnStage.WAIVED)

    def late(self) -> bool:
        """Sent, but after the last second of the term."""
        sent = self.submitted_at
        return sent is not None and sent.replace(microsecond=0) > self.due_at and not self.backfilled

    def missing(self, now: datetime) -> bool:
        """The due time is over and nothing was sent; an implied zero and a waiver are not missing."""
        return self.expects_something and now.replace(microsecond=0) > self.due_at and not self.backfilled


class ReturnVersion(models.Model):
    """What was signed, frozen: figures with the rows behind them, and everything needed to compute them again.

    `cells`: {"lines": [[raw]]} of a table (raw as text: people, things, yuan; the form's rows by its columns) or {"rows":
    [[printed]]} of a list. `as_of`: what was dated later is not in it. `ledger_position`: the newest entry of the books then.
    Approved, a row changes no more (a database trigger holds it); the next version stands beside it.
    """

    report = models.ForeignKey(Return, models.PROTECT, related_name="versions", verbose_name="报表")
    number = models.PositiveSmallIntegerField("版本")
    nil = models.BooleanField("零报告", default=False)
    cells = models.JSONField("数据")
    texts = models.JSONField("文字说明", default=dict)
    sources = ArrayField(models.BigIntegerField(), default=list)  # versions below that were added up
    as_of = models.DateField("数据截至")
    ledger_position = models.BigIntegerField("台账位置")
    form_digest = models.CharField("表式校验值", max_length=64)
    rulebook_digest = models.CharField("规则校验值", max_length=64)
    calendar_version = models.CharField("日历版本", max_length=12)
    hash = models.CharField("校验值", max_length=64)
    remarks = models.JSONField("审核情况", default=list)  # what was to be said of it (reporting/returns/checking.py)
    explanation = models.TextField("情况说明", blank=True)  # why it was signed all the same
    reason = models.TextField("更正原因", blank=True)  # of a second version: why it was needed

    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="制表人")
    signed_for = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="被代理的制表人")
    signed_at = models.DateTimeField("制表时间")
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="单位负责人")
    approved_for = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="被代理的负责人")
    approved_at = models.DateTimeField("审批时间", null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="接收人")
    answered_at = models.DateTimeField("接收或退回时间", null=True)
    sent_back = models.TextField("退回原因", blank=True)

    class Meta:
        verbose_name = "报表版本"
        default_permissions = ()
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="return_version_once")]

    def __str__(self) -> str:
        return f"{self.report} 第 {self.number} 版"

    @property
    def signature(self) -> str:
        """制表人 as printed: 甲, or 甲代乙."""
        return signature(self.signed_by, self.signed_for)

    @property
    def approval(self) -> str:
        """单位负责人 as printed; empty until approved."""
        return signature(self.approved_by, self.approved_for) if self.approved_by else ""

    @property
    def sealed_on(self) -> str:
        """2022年10月10日, the day under the seal; empty until approved."""
        return chinese_day(day_of(self.approved_at)) if self.approved_at else ""


def signature(by: User, acting_for: User | None) -> str:
    return f"{by.name}代{acting_for.name}" if acting_for else by.name


class FrozenFigure(models.Model):
    """One figure of a version in one of the finest rows of the table: its rows of the books by id.

    `over`: what the ids are (reporting.forms.measures.Base). `keys`: of measures that count different employers or projects,
    which. `adds`: what each row gave, where the row itself may be edited later (inspections); else empty: entries never
    change. Of a list: one row without measure, ids are the cases in their order.
    """

    version = models.ForeignKey(ReturnVersion, models.CASCADE, related_name="figures")
    measure = models.CharField(max_length=40, blank=True)
    over = models.CharField(max_length=12)
    row = models.CharField(max_length=24, blank=True)
    total = models.DecimalField(max_digits=20, decimal_places=2)
    ids = ArrayField(models.BigIntegerField())
    keys = ArrayField(models.BigIntegerField(), default=list)
    adds = ArrayField(models.DecimalField(max_digits=16, decimal_places=2), default=list)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["version", "measure", "row"], name="frozen_figure_once")]


class Correction(models.Model):
    """A figure the unit corrected by hand, in a column whose form allows it: from what the books say to what she says, and why.

    `row` and `column` count from 0: the form's rows, and its columns without the stub. Raw values.
    """

    report = models.ForeignKey(Return, models.PROTECT, related_name="corrections")
    version = models.ForeignKey(ReturnVersion, models.PROTECT, null=True, related_name="corrections")
    row = models.PositiveSmallIntegerField()
    column = models.PositiveSmallIntegerField()
    computed = models.DecimalField("台账数", max_digits=20, decimal_places=2)
    given = models.DecimalField("填报数", max_digits=20, decimal_places=2)
    reason = models.CharField("理由", max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="修改人")
    at = models.DateTimeField("修改时间")

    class Meta:
        verbose_name = "手工改动"
        default_permissions = ()
        ordering = ["row", "column"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "row", "column"], condition=Q(version=None), name="corrected_once_per_draft"
            )
        ]


class Urge(models.Model):
    """催报: the unit above asked where the return is."""

    report = models.ForeignKey(Return, models.CASCADE, related_name="urges")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "催报"
        default_permissions = ()
        ordering = ["-at"]
