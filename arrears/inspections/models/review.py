"""Looks of one unit at another (SD-3.2): 市际互查, third-party audit, 专项检查; what they found and how it was put right."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from unions.models import Union, User, under
from unions.people.rights import Right

UNSETTLED = Q(closed_at=None)


class ReviewKind(models.TextChoices):
    PEER = "peer", "市际互查"
    THIRD_PARTY = "third_party", "第三方审计"
    SPECIAL = "special", "专项检查"


class WeakSpot(models.TextChoices):
    """What a finding is about, so that the weak spots can be counted."""

    ACCOUNT = "account", "工资专用账户"
    REAL_NAME = "real_name", "实名制管理"
    DEPOSIT = "deposit", "工资保证金"
    BOARD = "board", "维权告示牌"
    PLATFORM = "platform", "监管平台"
    CLUES = "clues", "线索核实处置"
    LEDGER = "ledger", "台账与销号"
    REPORTS = "reports", "信息报送"
    OTHER = "other", "其他"


def _seen(user: User, before: str = "") -> Q:
    """The union above, whoever inspects, and whoever is inspected."""
    paths = user.paths(Right.VIEW)
    return (
        under(paths, f"{before}planner__path")
        | under(paths, f"{before}inspector__path")
        | under(paths, f"{before}inspected__path")
    )


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: User) -> ReviewQuerySet:
        return self.filter(_seen(user))

    def standing(self) -> ReviewQuerySet:
        return self.filter(called_off_at=None)


class Review(models.Model):
    planner = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="组织单位")
    kind = models.CharField("方式", max_length=12, choices=ReviewKind)
    name = models.CharField("名称", max_length=120)
    inspector = models.ForeignKey(
        Union, models.PROTECT, null=True, related_name="+", verbose_name="检查单位"
    )  # none: an office outside the unions, `outsider`
    outsider = models.CharField("第三方机构", max_length=120, blank=True)
    inspected = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="被检查单位")
    leader = models.CharField("带队人", max_length=60)
    since = models.DateField("起")
    until = models.DateField("止")
    scope = models.TextField("检查内容", blank=True)
    visited_on = models.DateField("到场日期", null=True)
    people = models.CharField("参加人员", max_length=300, blank=True)
    summary = models.TextField("检查情况", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="制定人")
    at = models.DateTimeField("制定时间")
    called_off_at = models.DateTimeField("取消时间", null=True)
    called_off_because = models.CharField("取消原因", max_length=200, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "互查审计"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [models.Index(fields=["inspected", "-id"], name="review_inspected")]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="review_ends_after_it_began"),
            models.CheckConstraint(
                condition=Q(inspector__isnull=False, outsider="") | (Q(inspector=None) & ~Q(outsider="")),
                name="somebody_inspects",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("review", args=[self.pk])

    @property
    def stream(self) -> str:
        return f"review:{self.pk}"

    @property
    def inspecting_unit(self) -> Union:
        """The unit that speaks for the look: the inspector, or the union above where an outsider looks."""
        return (self.inspector or self.planner).in_charge()

    @property
    def inspects(self) -> str:
        """Who inspects, by name."""
        return self.inspector.name if self.inspector else self.outsider


class ReviewFindingQuerySet(models.QuerySet["ReviewFinding"]):
    def visible_to(self, user: User) -> ReviewFindingQuerySet:
        return self.filter(_seen(user, "review__"))

    def unsettled(self) -> ReviewFindingQuerySet:
        return self.filter(UNSETTLED)


class ReviewFinding(models.Model):
    """Addressed to the inspected unit, answered by it, closed singly by whoever inspected or by the union above."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="found")
    spot = models.CharField("薄弱环节", max_length=10, choices=WeakSpot)
    detail = models.CharField("问题", max_length=500)
    due_on = models.DateField("整改期限")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")
    answer = models.TextField("整改情况", blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField("答复时间", null=True)
    sent_back = models.CharField("退回原因", max_length=300, blank=True)
    closing = models.CharField("销号意见", max_length=300, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField("销号时间", null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReviewFindingQuerySet.as_manager()

    class Meta:
        verbose_name = "互查审计问题"
        default_permissions = ()
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["due_on", "id"], condition=UNSETTLED, name="review_finding_unsettled")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(answered_at__isnull=False), name="answered_before_closed"
            )
        ]

    def __str__(self) -> str:
        return self.detail

    def get_absolute_url(self) -> str:
        return reverse("review-finding", args=[self.pk])

    @property
    def stream(self) -> str:
        return f"review-finding:{self.pk}"

    def late(self, today: date) -> bool:
        """Not answered, and the term is over."""
        return self.answered_at is None and self.due_on < today
