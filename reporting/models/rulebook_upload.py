"""A rulebook brought in by a province: tried against old cases first, put in force by a second person, never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from unions.models import Union, User


class TrialStage(models.TextChoices):
    WAITING = "waiting", "等待试算"
    RUNNING = "running", "正在试算"
    TRIED = "tried", "待启用"
    FAILED = "failed", "试算中断"
    ACTIVE = "active", "已启用"
    RETIRED = "retired", "已被新版替换"
    DISCARDED = "discarded", "已作废"


TRIAL_UNDER_WAY = (TrialStage.WAITING, TrialStage.RUNNING)
STANDING = (TrialStage.ACTIVE, TrialStage.RETIRED)


class RulebookUpload(models.Model):
    """One edition of one rulebook. In force on the days `active_from`…`active_until` (null: still), once activated.

    `attempt` numbers the runs of the trial: only the newest may write to the row.
    """

    key = models.CharField("规则", max_length=60)
    title = models.CharField("名称", max_length=200)
    content = models.TextField("规则文件")
    notice_text = models.TextField("通知全文", blank=True)
    sha256 = models.CharField(max_length=64)
    office = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="省总工会")
    attached_to = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="适用单位")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")
    stage = models.CharField("进度", max_length=10, choices=TrialStage, default=TrialStage.WAITING)
    since = models.DateField("试算起")
    until = models.DateField("试算止")
    attempt = models.PositiveSmallIntegerField(default=0)
    done_cases = models.PositiveIntegerField(default=0)
    all_cases = models.PositiveIntegerField(default=0)
    result = models.JSONField("试算结果", default=dict)
    fault = models.CharField("原因", max_length=200, blank=True)
    changed_at = models.DateTimeField("最近进展")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="决定人")
    decided_at = models.DateTimeField("决定时间", null=True)
    reason = models.CharField("作废理由", max_length=200, blank=True)
    active_from = models.DateField("启用日", null=True)
    active_until = models.DateField("停用前最后一日", null=True)

    class Meta:
        verbose_name = "上传的规则"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["changed_at"], name="trial_under_way", condition=Q(stage__in=["waiting", "running"])),
            models.Index(fields=["office", "-id"], name="rulebook_upload_office"),
        ]
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

    @property
    def state(self) -> str:
        """For the state badge."""
        return {
            TrialStage.WAITING: "queued",
            TrialStage.TRIED: "requested",
            TrialStage.RETIRED: "closed",
            TrialStage.DISCARDED: "cancelled",
        }.get(TrialStage(self.stage), self.stage)

    def get_state_display(self) -> str:
        return TrialStage(self.stage).label

    @property
    def stream(self) -> str:
        """The name of this rulebook's event chain: all editions of a key stand in one."""
        return f"rulebook:{self.key}"

    @property
    def under_way(self) -> bool:
        return self.stage in TRIAL_UNDER_WAY


class CalendarFeed(models.Model):
    """The address of a person's iCal feed. Only the digest is kept: who reads the database cannot read the feed."""

    user = models.OneToOneField(User, models.CASCADE, related_name="calendar_feed")
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField("生成时间")

    class Meta:
        default_permissions = ()
