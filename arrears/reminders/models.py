"""Reminders: one row per person and matter, written first; what is sent is a `Sending` of that row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from arrears.law.models import Obligation
from unions.models import Job, JobState, User


class ReminderKind(models.TextChoices):
    DIGEST = "digest", "每日提醒"
    IMMEDIATE = "immediate", "即时提醒"
    SILENCE = "silence", "督办提醒"


class Via(models.TextChoices):
    """The ways by which reminders leave."""

    EMAIL = "email", "电子邮件"
    MESSAGE = "message", "短信/企业微信"


class Reminder(models.Model):
    """What one person is told once: `key` names the matter, unique per person, so that nobody is told twice.

    `items` is a list of {"text", "url"}. No text holds a name of a person, an employer or a unit. `in_app` False: the person wants this
    kind by other ways only, and her inbox does not show it.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="reminders", db_index=False)
    kind = models.CharField("类别", max_length=10, choices=ReminderKind)
    key = models.CharField(max_length=60)
    title = models.CharField("标题", max_length=120)
    note = models.CharField("说明", max_length=200, blank=True)
    items: Any = models.JSONField("事项", default=list)
    url = models.CharField(max_length=120)
    in_app = models.BooleanField(default=True)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("已读", null=True)

    class Meta:
        verbose_name = "提醒"
        default_permissions = ()
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["key", "user"], name="reminded_once")]
        indexes = [
            models.Index(fields=["user", "-id"], condition=Q(in_app=True), name="reminder_inbox"),
            models.Index(fields=["user"], condition=Q(in_app=True, read_at=None), name="reminder_unread"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def body(self) -> str:
        """The plain text of an e-mail."""
        lines = [self.title, "", *(f"· {item['text']}" for item in self.items)]
        return "\n".join([*lines, *(["", self.note] if self.note else [])])

    @property
    def short(self) -> str:
        """One line for a telephone."""
        first = f"最近一项：{self.items[0]['short']}。" if self.items else ""
        return f"【薪报】{self.title}。{first}请登录薪报办理。"


class Sending(Job):
    """A reminder on its way out by one way."""

    state_labels = {
        JobState.WAITING: "等待发送",
        JobState.RUNNING: "正在发送",
        JobState.DONE: "已发送",
        JobState.FAILED: "没有发出",
        JobState.UNCERTAIN: "不能确定是否送达",
    }

    reminder = models.ForeignKey(Reminder, models.CASCADE, related_name="sendings", db_index=False)
    via = models.CharField("方式", max_length=10, choices=Via)
    next_at = models.DateTimeField()

    class Meta(Job.Meta):
        verbose_name = "提醒的发送"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["reminder", "via"], name="sent_once")]
        indexes = [
            *Job.Meta.indexes,
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="sending_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.get_via_display()} {self.get_state_display()}"


class MorningRound(models.Model):
    """One per working day, so that two beats make one digest."""

    day = models.DateField(unique=True)
    at = models.DateTimeField()
    told = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        ordering = ["-day"]


class SilenceLevel(models.IntegerChoices):
    APPROVERS = 1, "本单位审批人"
    ABOVE = 2, "上一级工会"


if TYPE_CHECKING:
    KindsArray = ArrayField[list[str], list[str]]
else:
    KindsArray = ArrayField


class KindsField(KindsArray):
    """Kinds of reminder; the default stays in code and out of migrations."""

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.contrib.postgres.fields.ArrayField", args, kwargs | {"default": list}


class SilenceTold(models.Model):
    """That somebody was told of an overdue obligation. With its clock: one extended and overdue again is told again."""

    obligation = models.ForeignKey(Obligation, models.CASCADE, related_name="+", db_index=False)
    level = models.PositiveSmallIntegerField(choices=SilenceLevel)
    clock_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["obligation", "level", "clock_at"], name="silence_told_once")]


def every_kind() -> list[str]:
    return list(ReminderKind.values)


def only_immediate() -> list[str]:
    return [ReminderKind.IMMEDIATE.value]


def _kinds(default: Any) -> Any:
    return KindsField(models.CharField(max_length=10, choices=ReminderKind), default=default)


class ReminderPreference(models.Model):
    """Which kinds reach a person by which way. No row: the defaults. Immediate ones are always in the app."""

    user = models.OneToOneField(User, models.CASCADE, related_name="reminder_preference")
    in_app = _kinds(every_kind)
    email = _kinds(every_kind)
    message = _kinds(only_immediate)
    # 企业微信账号或手机号, as the receiving gateway knows the person.
    message_to = models.CharField("短信/企业微信账号", max_length=64, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(in_app__contains=["immediate"]), name="immediate_reminders_stay_in_the_app"
            )
        ]


class DevMail(models.Model):
    """What an installation without a mail server would have sent; only the embedded mode writes and shows it."""

    # Whom it is for: an address may be written by anybody, and by more than one.
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    message_id = models.CharField(max_length=120, unique=True)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["-id"]
