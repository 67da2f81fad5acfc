"""The stored projection of what the rulebooks demand (design.md §5): one row per term that runs, or ran."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse

from arrears.models import Case
from unions.models import Union, User
from unions.models.union import under
from unions.rights import Right

OPEN = Q(met_at=None, lifted_at=None)
RIGHT = OPEN & Q(sense="ends")
LIFTED = Q(met_at=None, lifted_at__isnull=False)


class ObligationQuerySet(models.QuerySet["Obligation"]):
    def visible_to(self, user: User) -> ObligationQuerySet:
        """Every read of a list begins here: what the units in the reader's subtree owe."""
        return self.filter(under(user.paths(Right.VIEW)))

    def open(self) -> ObligationQuerySet:
        return self.filter(OPEN)

    def overdue(self, now: datetime) -> ObligationQuerySet:
        """Open ones whose term has run out; "at once" duties once the local warning hours are over."""
        return self.open().filter(clock_at__lt=now.replace(microsecond=0))

    def lapsing(self, now: datetime) -> ObligationQuerySet:
        """Rights that may still be used: to sue, to object. Nobody is late with one; it lapses after `due_at`."""
        return self.filter(RIGHT, due_at__gte=now.replace(microsecond=0))


class Obligation(models.Model):
    """What one unit owes (or a right that begins or lapses: `sense`), under which clause, until when, and why.

    Everything but the key follows from the subject's facts, the rulebooks and the calendar; nobody edits a row.
    `clock_at` is what the clock looks for: the due time, or for "at once" the local warning; None where neither is.
    """

    # The key: one row per subject and entry of a rulebook.
    subject = models.CharField(max_length=40)
    rulebook = models.CharField("规则", max_length=60)
    rule = models.CharField(max_length=60)

    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="obligations", verbose_name="案件")
    # Holder and officer have partial indexes below; full ones would double the writing.
    holder = models.ForeignKey(
        Union, models.PROTECT, related_name="obligations", verbose_name="责任单位", db_index=False
    )
    path = models.CharField(max_length=160, editable=False)  # the holder's, copied
    officer = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="obligations", verbose_name="经办人", db_index=False
    )
    bearer = models.CharField("通知所称责任方", max_length=80)
    clause = models.CharField("条款", max_length=30)
    title = models.CharField("事项", max_length=80)
    sense = models.CharField(max_length=5, default="due")
    basis = models.CharField("法律依据", max_length=120, blank=True)
    local = models.BooleanField("期限为本地设置", default=False)
    started_at = models.DateTimeField("起算")
    due_at = models.DateTimeField("期限", null=True)  # null: "at once", elapsed time only
    warn_at = models.DateTimeField("本地提醒", null=True)
    clock_at = models.DateTimeField(null=True, editable=False)
    met_at = models.DateTimeField("完成", null=True)
    lifted_at = models.DateTimeField("解除", null=True)
    lifted_reason = models.CharField("解除原因", max_length=120, blank=True)
    extended = models.BooleanField("已延长", default=False)
    provisional = models.BooleanField("暂定", default=False)
    calendar_version = models.CharField("日历版本", max_length=12)
    explanation = models.TextField("说明")

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = "办理时限"
        default_permissions = ()
        ordering = ["clock_at", "id"]
        constraints = [models.UniqueConstraint(fields=["subject", "rulebook", "rule"], name="obligation_once")]
        indexes = [
            models.Index(
                fields=["path", "clock_at"],
                condition=OPEN,
                name="obligation_open_path",
                opclasses=["varchar_pattern_ops", "timestamptz_ops"],
            ),
            models.Index(fields=["clock_at", "id"], include=["path"], condition=OPEN, name="obligation_open_clock"),
            models.Index(fields=["due_at", "id"], include=["path"], condition=RIGHT, name="obligation_open_right"),
            models.Index(fields=["holder", "clock_at"], condition=OPEN, name="obligation_open_holder"),
            models.Index(fields=["officer", "clock_at"], condition=OPEN, name="obligation_open_officer"),
            models.Index(fields=["path", "-id"], opclasses=["varchar_pattern_ops", "int8_ops"], name="obligation_path"),
            models.Index(fields=["-id"], include=["path"], condition=LIFTED, name="obligation_lifted"),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.clause}）"

    def get_absolute_url(self) -> str:
        return reverse("obligation", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.lifted_at is None

    @property
    def elapsed_only(self) -> bool:
        return self.due_at is None

    @property
    def ended_at(self) -> datetime | None:
        return self.met_at or self.lifted_at

    def late(self, now: datetime) -> bool:
        """Met, lifted, or still open after the last second of its term. "At once" is never late by a number."""
        ended = self.ended_at or now
        return self.sense == "due" and self.due_at is not None and ended.replace(microsecond=0) > self.due_at

    def lapsed(self, now: datetime) -> bool:
        """A right nobody used in time; no longer to be had, and nobody's fault by a number."""
        return (
            self.sense == "ends"
            and self.is_open
            and self.due_at is not None
            and now.replace(microsecond=0) > self.due_at
        )

    def warned(self, now: datetime) -> bool:
        """An open "at once" duty beyond the local warning hours."""
        return self.is_open and self.warn_at is not None and now.replace(microsecond=0) > self.warn_at

    def elapsed(self, now: datetime) -> timedelta:
        """From the start to the end, or to `now`; a day without an hour counts from its first second."""
        return max(timedelta(0), (self.ended_at or now) - self.started_at)


class Step(models.TextChoices):
    REQUESTED = "requested", "待审批"
    APPROVED = "approved", "已批准"
    DECLINED = "declined", "未批准"


class ExtensionKind(models.TextChoices):
    EXTEND = "extend", "延长期限"
    HARD = "hard", "认定为疑难复杂"


class Extension(models.Model):
    """A longer term where the rulebook's entry allows one: asked with a reason, approved by a second person.

    It names the entry and not the row, so that obligations can be derived again from it at any time.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="extensions", verbose_name="案件")
    rulebook = models.CharField(max_length=60)
    rule = models.CharField(max_length=60)
    kind = models.CharField("类别", max_length=8, choices=ExtensionKind)
    step = models.CharField("进度", max_length=10, choices=Step, default=Step.REQUESTED)
    reason = models.TextField("理由")
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    requested_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="审批人")
    decided_at = models.DateTimeField("审批时间", null=True)
    decision = models.TextField("审批意见", blank=True)

    class Meta:
        verbose_name = "期限延长"
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "rulebook", "rule", "kind"], condition=~Q(step="declined"), name="extended_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.rule}"
