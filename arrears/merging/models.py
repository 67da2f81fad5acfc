"""Two cases of one matter: a link between them, and the merging (并案) of a duplicate into the case that remains."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse

from arrears.cases.models import Case
from unions.models import User


class CaseLink(models.Model):
    """同一事项: both cases stay; each page names the other."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="links", verbose_name="案件")
    other = models.ForeignKey(Case, models.PROTECT, related_name="linked_from", verbose_name="关联案件")
    note = models.CharField("说明", max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "案件关联"
        default_permissions = ()
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "other"], condition=Q(ended_at__isnull=True), name="linked_once"),
            # The lower number first: a pair has one row, whoever links it.
            models.CheckConstraint(condition=Q(case__lt=models.F("other")), name="link_lower_first"),
        ]


class SetApart(models.Model):
    """不是重复: somebody who works on one of them looked at both. Never changed; what the pair had in common then is kept beside it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="set_apart", verbose_name="案件")
    other = models.ForeignKey(Case, models.PROTECT, related_name="set_apart_from", verbose_name="另一案件")
    common = models.JSONField("当时相同之处", default=list)  # keys of duplicates.Likeness.common
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "不是重复"
        default_permissions = ()
        ordering = ["-id"]
        constraints = [
            # The lower number first, as of links.
            models.CheckConstraint(condition=Q(case__lt=models.F("other")), name="apart_lower_first")
        ]
        indexes = [models.Index(fields=["other"], name="set_apart_other")]


class MergerStage(models.TextChoices):
    REQUESTED = "requested", "待审批并案"
    DECLINED = "declined", "未批准并案"
    WITHDRAWN = "withdrawn", "已撤回"
    MERGED = "merged", "已并案"
    UNDO_REQUESTED = "undo_requested", "待审批撤销并案"
    UNDONE = "undone", "已撤销并案"


IN_FORCE = (MergerStage.MERGED, MergerStage.UNDO_REQUESTED)


class MergerQuerySet(models.QuerySet["Merger"]):
    def visible_to(self, user: User) -> MergerQuerySet:
        """Whoever sees both cases."""
        seen = Case.objects.visible_to(user)
        return self.filter(duplicate__in=seen.values("pk"), into__in=seen.values("pk"))

    def duplicates_on(self, day: date) -> QuerySet[Merger, int]:
        """Ids of the cases that were merged into others as of `day`: they count there, not for themselves."""
        undone_later = Q(undone_on__isnull=True) | Q(undone_on__gt=day)
        return self.filter(undone_later, merged_on__lte=day).values_list("duplicate_id", flat=True)


class Merger(models.Model):
    """A duplicate case merged into another: asked by one person, decided by another, undone the same way."""

    duplicate = models.ForeignKey(Case, models.PROTECT, related_name="mergers", verbose_name="重复的案件")
    into = models.ForeignKey(Case, models.PROTECT, related_name="absorbed", verbose_name="并入的案件")
    stage = models.CharField("进度", max_length=14, choices=MergerStage, default=MergerStage.REQUESTED)
    reason = models.TextField("并案理由")
    snapshot_hash = models.CharField(max_length=64)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="审批人")
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField("审批意见", blank=True)
    merged_on = models.DateField(null=True)
    answered = models.JSONField(default=list)  # ids of the entries of the duplicate that the merging cancelled
    # What went along: {"letters": ids of letters of workers, "plans": ids of plans copied to the case that remains, …}.
    carried = models.JSONField(default=dict, editable=False)
    undo_reason = models.TextField("撤销理由", blank=True)
    undo_requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undo_requested_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_on = models.DateField(null=True)

    objects = MergerQuerySet.as_manager()

    class Meta:
        verbose_name = "并案"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [models.Index(fields=["merged_on"], name="merger_day", condition=Q(merged_on__isnull=False))]
        constraints = [
            models.UniqueConstraint(
                fields=["duplicate"],
                condition=Q(stage__in=["requested", "merged", "undo_requested"]),
                name="merged_into_one",
            ),
            models.CheckConstraint(condition=~Q(duplicate=models.F("into")), name="merged_into_another"),
        ]

    def __str__(self) -> str:
        return f"{self.duplicate} → {self.into}"

    def get_absolute_url(self) -> str:
        return reverse("merger", args=[self.pk])
