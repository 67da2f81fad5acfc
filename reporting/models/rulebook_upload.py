"""A rulebook brought in by a province: tried against old cases first, put in force by a second person, never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from unions.models import Job, JobState, Union, User


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


class RulebookUpload(Job):
    """One edition of one rulebook; its job is the trial. In force on the days `active_from`…`active_until` (null: still)."""

    state_labels = {JobState.WAITING: "等待试算", JobState.RUNNING: "正在试算", JobState.FAILED: "试算中断"}

    key = models.CharField("规则", max_length=60)
    title = models.CharField("名称", max_length=200)
    content = models.TextField("规则文件")
    notice_text = models.TextField("通知全文", blank=True)
    sha256 = models.CharField(max_length=64)
    office = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="省总工会")
    attached_to = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="适用单位")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")
    stage = models.CharField("阶段", max_length=10, choices=TrialStage, default=TrialStage.TRIAL)
    since = models.DateField("试算起")
    until = models.DateField("试算止")
    result = models.JSONField("试算结果", default=dict)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="决定人")
    decided_at = models.DateTimeField("决定时间", null=True)
    reason = models.CharField("作废理由", max_length=200, blank=True)
    active_from = models.DateField("启用日", null=True)
    active_until = models.DateField("停用前最后一日", null=True)

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

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("rulebook-trial", args=[self.pk])

    def get_state_display(self) -> str:
        return super().get_state_display() if self.stage == TrialStage.TRIAL else TrialStage(self.stage).label

    @property
    def tone(self) -> str:
        return STAGE_TONES.get(TrialStage(self.stage)) or super().tone

    @property
    def stream(self) -> str:
        """The name of this rulebook's event chain: all editions of a key stand in one."""
        return f"rulebook:{self.key}"


class CalendarFeed(models.Model):
    """The address of a person's iCal feed. Only the digest is kept: who reads the database cannot read the feed."""

    user = models.OneToOneField(User, models.CASCADE, related_name="calendar_feed")
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField("生成时间")

    class Meta:
        default_permissions = ()
