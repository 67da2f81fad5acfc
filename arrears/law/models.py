"""The table of days off and make-up days the province keeps (docs/decisions/011): it goes before every library."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from arrears.law.uploaded_edition import UploadedEdition
from unions.common.clauses import in_brackets
from unions.common.urgency import Urgency
from unions.models import Event, Job, JobState, Union, User, under
from unions.people.rights import Right


class HolidayKind(models.TextChoices):
    OFF = "off", "放假"
    WORK = "work", "调休上班"


class HolidayQuerySet(models.QuerySet["Holiday"]):
    def standing(self, at: datetime | None = None) -> HolidayQuerySet:
        """The rows that held at `at` (None: that hold now), so that any past calendar can be built again."""
        if at is None:
            return self.filter(withdrawn_at=None)
        return self.filter(entered_at__lte=at).filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=at))


class Holiday(models.Model):
    """One decreed day. A row is never changed: a correction withdraws it and enters another."""

    day = models.DateField("日期")
    kind = models.CharField("类别", max_length=4, choices=HolidayKind)
    name = models.CharField("名称", max_length=40)
    notice = models.CharField("依据", max_length=120)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    entered_at = models.DateTimeField("登记时间")
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="撤销人")
    withdrawn_at = models.DateTimeField("撤销时间", null=True)

    objects = HolidayQuerySet.as_manager()

    class Meta:
        verbose_name = "节假日"
        default_permissions = ()
        ordering = ["day", "id"]
        constraints = [
            models.UniqueConstraint(fields=["day"], condition=Q(withdrawn_at=None), name="one_holiday_per_day"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__gte=models.F("entered_at"), withdrawn_by__isnull=False),
                name="withdrawn_by_someone_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.get_kind_display()}"


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
    `backfilled`: it was due before its rulebook was entered; it is still owed, has no clock, and nobody is late with it.
    """

    # The key: one row per subject and entry of a rulebook.
    subject = models.CharField(max_length=40)
    rulebook = models.CharField("规则", max_length=60)
    rule = models.CharField(max_length=60)

    case = models.ForeignKey("cases.Case", models.CASCADE, null=True, related_name="obligations", verbose_name="案件")
    # Holder and officer have partial indexes below; full ones would double the writing.
    holder = models.ForeignKey(
        Union, models.PROTECT, related_name="obligations", verbose_name="责任单位", db_index=False
    )
    path = models.CharField(max_length=160, editable=False)  # the holder's, copied
    officer = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="obligations", verbose_name="经办人", db_index=False
    )
    bearer = models.CharField("通知规定的责任主体", max_length=80)
    clause = models.CharField("条款", max_length=30)
    title = models.CharField("事项", max_length=80)
    sense = models.CharField(max_length=5, default="due")
    basis = models.CharField("法律依据", max_length=120, blank=True)
    local = models.BooleanField("期限为本地设置", default=False)
    started_at = models.DateTimeField("起算")
    due_at = models.DateTimeField("期限", null=True)  # null: "at once", elapsed time only
    warn_at = models.DateTimeField("本地提醒", null=True)
    urgency = models.PositiveSmallIntegerField(default=Urgency.ROUTINE, editable=False)
    clock_at = models.DateTimeField(null=True, editable=False)
    met_at = models.DateTimeField("完成", null=True)
    lifted_at = models.DateTimeField("解除", null=True)
    lifted_reason = models.CharField("解除原因", max_length=120, blank=True)
    extended = models.BooleanField("已延长", default=False)
    provisional = models.BooleanField("暂定", default=False)
    backfilled = models.BooleanField("补录", default=False)
    calendar_version = models.CharField("日历版本", max_length=12)
    explanation = models.TextField("说明")

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = "办理时限"
        default_permissions = ()
        ordering = ["urgency", "clock_at", "id"]
        constraints = [models.UniqueConstraint(fields=["subject", "rulebook", "rule"], name="obligation_once")]
        indexes = [
            models.Index(
                fields=["path", "clock_at"],
                condition=OPEN,
                name="obligation_open_path",
                opclasses=["varchar_pattern_ops", "timestamptz_ops"],
            ),
            models.Index(
                fields=["urgency", "clock_at", "id"], include=["path"], condition=OPEN, name="obligation_open_clock"
            ),
            models.Index(fields=["due_at", "id"], include=["path"], condition=RIGHT, name="obligation_open_right"),
            models.Index(fields=["holder", "clock_at"], condition=OPEN, name="obligation_open_holder"),
            models.Index(fields=["officer", "clock_at"], condition=OPEN, name="obligation_open_officer"),
            models.Index(fields=["path", "-id"], opclasses=["varchar_pattern_ops", "int8_ops"], name="obligation_path"),
            models.Index(fields=["-id"], include=["path"], condition=LIFTED, name="obligation_lifted"),
        ]

    def __str__(self) -> str:
        return f"{self.title}{in_brackets(self.clause, self.rulebook)}"

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
        counted = self.sense == "due" and not self.backfilled
        return counted and self.due_at is not None and ended.replace(microsecond=0) > self.due_at

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
        return (
            self.is_open
            and not self.backfilled
            and self.warn_at is not None
            and now.replace(microsecond=0) > self.warn_at
        )

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

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="extensions", verbose_name="案件")
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

    def get_absolute_url(self) -> str:
        return reverse("extension", args=[self.pk])


class Recomputation(Job):
    """That what is owed is counted again: after a rulebook's act (`event`), or for whoever keeps the calendar."""

    event = models.OneToOneField(Event, models.PROTECT, null=True, related_name="+")
    office = models.ForeignKey(Union, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta(Job.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(event__isnull=False) | Q(office__isnull=False, by__isnull=False),
                name="recomputation_has_a_reason",
            )
        ]


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def approved(self) -> AttachmentQuerySet:
        """Those a second person said yes to; only these count."""
        return self.exclude(approved_at=None)

    def visible_to(self, user: User) -> AttachmentQuerySet:
        """Those of units at or below the reader's own, asked for or in force. What holds is told to everyone on the page."""
        return self.filter(under(user.reach(), "union__path"))


class Attachment(models.Model):
    """One rulebook at one union, for the terms that begin in its days. Rows of a key replace what its file says of itself."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="attachments", verbose_name="适用单位")
    rulebook = models.CharField("规则", max_length=60)
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)  # last day included; null: as long as the notice
    reason = models.CharField("理由", max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="提出人")
    at = models.DateTimeField("提出时间")
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="批准人")
    approved_at = models.DateTimeField("批准时间", null=True)
    # An end somebody asked for; `until` says it once a second person agreed.
    last_day = models.DateField("提出的末日", null=True, blank=True)
    end_reason = models.CharField("停止理由", max_length=200, blank=True)
    end_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="提出停止的人")
    end_at = models.DateTimeField("提出停止的时间", null=True)
    end_approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="批准停止的人")
    end_approved_at = models.DateTimeField("批准停止的时间", null=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "规则适用"
        default_permissions = ()
        ordering = ["rulebook", "since", "id"]
        constraints = [
            models.UniqueConstraint(fields=["union", "rulebook", "since"], name="attached_once"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="attachment_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=Q(by=None) | Q(approved_by=None) | ~Q(approved_by=F("by")),
                name="attachment_needs_second_person",
            ),
            models.CheckConstraint(
                condition=Q(end_by=None) | Q(end_approved_by=None) | ~Q(end_approved_by=F("end_by")),
                name="attachment_end_needs_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rulebook} → {self.union}"

    def get_absolute_url(self) -> str:
        return reverse("attachment", args=[self.pk])

    @property
    def asked(self) -> str:
        """What waits for a second person: "start", "end" or nothing."""
        if self.approved_at is None:
            return "start"
        return "end" if self.end_at is not None and self.end_approved_at is None else ""

    @property
    def asked_by(self) -> User | None:
        """Whoever asked for what waits."""
        return {"start": self.by, "end": self.end_by}.get(self.asked)

    @property
    def asked_at(self) -> datetime:
        """When it was asked for."""
        return self.end_at if self.asked == "end" and self.end_at else self.at

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


class TrialStage(models.TextChoices):
    TRIAL = "trial", "试算"
    TRIED = "tried", "待启用"
    ACTIVE = "active", "已启用"
    RETIRED = "retired", "已被新版替换"
    DISCARDED = "discarded", "已作废"


STANDING = (TrialStage.ACTIVE, TrialStage.RETIRED)
STAGE_TONES = {
    TrialStage.TRIED: "busy",
    TrialStage.ACTIVE: "good",
    TrialStage.RETIRED: "done",
    TrialStage.DISCARDED: "neutral",
}


class RulebookUpload(UploadedEdition, Job):
    """One edition of one rulebook; its job is the trial. In force on the days `active_from`…`active_until` (null: still)."""

    state_labels = {JobState.WAITING: "等待试算", JobState.RUNNING: "正在试算", JobState.FAILED: "试算中断"}

    stages = TrialStage
    standing = STANDING
    log_name = "rulebook"

    notice_text = models.TextField("通知全文", blank=True)
    attached_to = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="适用单位")
    stage = models.CharField("阶段", max_length=10, choices=TrialStage, default=TrialStage.TRIAL)
    since = models.DateField("试算起")
    until = models.DateField("试算止")
    result = models.JSONField("试算结果", default=dict)

    class Meta(Job.Meta):
        verbose_name = "上传的规则"
        indexes = [*Job.Meta.indexes, models.Index(fields=["office", "-id"], name="rulebook_upload_office")]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(stage="active"), name="one_active_rulebook_per_key"),
            models.CheckConstraint(
                condition=~Q(stage__in=["active", "retired"]) | Q(active_from__isnull=False, decided_by__isnull=False),
                name="active_rulebook_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(stage__in=["active", "retired"]) | ~Q(decided_by=F("by")),
                name="rulebook_needs_second_person",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("rulebook-trial", args=[self.pk])

    def get_state_display(self) -> str:
        return Job.get_state_display(self) if self.stage == TrialStage.TRIAL else super().get_state_display()

    @property
    def tone(self) -> str:
        return STAGE_TONES.get(TrialStage(self.stage)) or super().tone


class CalendarFeed(models.Model):
    """The address of a person's iCal feed. Only the digest is kept: who reads the database cannot read the feed."""

    user = models.OneToOneField(User, models.CASCADE, related_name="calendar_feed")
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField("生成时间")

    class Meta:
        default_permissions = ()
