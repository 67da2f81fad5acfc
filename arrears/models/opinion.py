"""Public-opinion events (SD-3.3): seen, first response, handled, each with its time; and the cases they are about."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from arrears.models.case import Case
from unions.models import Union, User
from unions.models.union import under
from unions.rights import Right


class OpinionSource(models.TextChoices):
    SHORT_VIDEO = "short_video", "短视频平台"
    MICROBLOG = "microblog", "微博、论坛"
    PRESS = "press", "新闻媒体"
    BOARD = "board", "领导留言板"
    OTHER = "other", "其他"


class OpinionQuerySet(models.QuerySet["Opinion"]):
    def visible_to(self, user: User) -> OpinionQuerySet:
        return self.filter(under(user.paths(Right.VIEW)))


class Opinion(models.Model):
    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="发现单位")
    path = models.CharField(max_length=160, editable=False)
    title = models.CharField("舆情事项", max_length=120)
    source = models.CharField("来源", max_length=12, choices=OpinionSource)
    where = models.CharField("出处", max_length=300, blank=True)
    heavy = models.BooleanField("重大舆情", default=False)
    seen_at = models.DateTimeField("发现时间")
    answered_at = models.DateTimeField("首次回应时间", null=True, blank=True)
    answer = models.TextField("首次回应", blank=True)
    handled_at = models.DateTimeField("处置完毕时间", null=True, blank=True)
    outcome = models.TextField("处置结果", blank=True)
    cases = models.ManyToManyField(Case, related_name="opinions", verbose_name="关联案件")
    version = models.PositiveIntegerField(default=1, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = "欠薪舆情"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["path", "-id"], opclasses=["varchar_pattern_ops", "int8_ops"], name="opinion_path")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(answered_at__gte=F("seen_at")), name="answered_after_seen"
            ),
            models.CheckConstraint(
                condition=Q(handled_at=None) | Q(handled_at__gte=F("answered_at")), name="handled_after_answered"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("opinion", args=[self.pk])

    @property
    def stream(self) -> str:
        return f"opinion:{self.pk}"
