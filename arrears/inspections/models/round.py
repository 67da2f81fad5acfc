"""排查计划: a round of inspections, whom it lists, and who goes there. Whether somebody went is read from the inspections."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from arrears.cases.models import Employer, Project
from unions.models import Union, User, under
from unions.people.rights import Right


class RoundKind(models.TextChoices):
    FOCUSED = "focused", "集中排查"
    MONTHLY = "monthly", "月度专项检查"
    SPECIAL = "special", "专项检查"
    OVERSIGHT = "oversight", "专项督查"


# Offered only where a notice asks for it → the step (vocabulary.REQUIREMENTS).
ASKED_FOR: dict[str, str] = {RoundKind.OVERSIGHT: "round-oversight"}


STANDS = Q(called_off_at=None)


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: User) -> RoundQuerySet:
        """Those planned in the reader's reach, and those that send one of her units somewhere."""
        reach = under(user.paths(Right.VIEW))
        return self.filter(reach | Q(pk__in=RoundTarget.objects.filter(reach).values("round")))

    def standing(self) -> RoundQuerySet:
        return self.filter(STANDS)


class Round(models.Model):
    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="组织单位")
    path = models.CharField(max_length=160, editable=False)
    name = models.CharField("计划名称", max_length=120)
    kind = models.CharField("类别", max_length=10, choices=RoundKind)
    since = models.DateField("起")
    until = models.DateField("止")
    places = models.CharField("范围、地点", max_length=200, blank=True)
    members = models.CharField("参加人员", max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="制定人")
    at = models.DateTimeField("制定时间")
    called_off_at = models.DateTimeField("取消时间", null=True)
    called_off_because = models.CharField("取消原因", max_length=200, blank=True)
    report = models.TextField("督查报告", blank=True)  # of 专项督查: what was found and what is done about it
    reported_at = models.DateTimeField("报告登记时间", null=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = "排查计划"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["path", "-id"], opclasses=["varchar_pattern_ops", "int8_ops"], name="round_path")
        ]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="round_ends_after_it_began"),
            models.UniqueConstraint(
                fields=["union", "since"], condition=STANDS & Q(kind="monthly"), name="one_monthly_round"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("round", args=[self.pk])

    @property
    def stream(self) -> str:
        return f"round:{self.pk}"

    def stage(self, today: date) -> str:
        """waiting, running, over or called_off."""
        if self.called_off_at is not None:
            return "called_off"
        if today < self.since:
            return "waiting"
        return "running" if today <= self.until else "over"


class RoundTargetQuerySet(models.QuerySet["RoundTarget"]):
    def visible_to(self, user: User) -> RoundTargetQuerySet:
        return self.filter(under(user.paths(Right.VIEW)))


class RoundTarget(models.Model):
    """One employer (or one of its projects) that a unit goes to. `path` is that unit's, always below the round's."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="targets")
    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="检查单位")
    path = models.CharField(max_length=160, editable=False)
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, models.PROTECT, null=True, related_name="+")
    why = models.CharField("列入原因", max_length=120)

    objects = RoundTargetQuerySet.as_manager()

    class Meta:
        verbose_name = "计划检查对象"
        default_permissions = ()
        ordering = ["id"]
        indexes = [
            models.Index(fields=["path"], opclasses=["varchar_pattern_ops"], name="round_target_path"),
            models.Index(fields=["employer"], name="round_target_employer"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "employer", "project"], nulls_distinct=False, name="listed_once_in_a_round"
            )
        ]

    def __str__(self) -> str:
        return str(self.project or self.employer)
