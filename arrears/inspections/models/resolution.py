"""化解举措 (SD-2.1d): cause, measure, person and unit answering for it, of a key target or a heavy case; followed until done."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from arrears.cases.models import Case, Cause, Employer
from arrears.inspections.models.checklist import KeyTarget
from unions.models import Union, User, under
from unions.people.rights import Right


class ResolutionQuerySet(models.QuerySet["Resolution"]):
    def visible_to(self, user: User) -> ResolutionQuerySet:
        paths = user.paths(Right.VIEW)
        if not paths:
            return self.none()
        return self.filter(under(paths) | Q(case__in=Case.objects.visible_to(user).values("pk")))

    def unfinished(self) -> ResolutionQuerySet:
        return self.filter(done_on=None)


class Resolution(models.Model):
    target = models.ForeignKey(
        KeyTarget, models.PROTECT, null=True, related_name="resolutions", verbose_name="重点对象"
    )
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="resolutions", verbose_name="重大案件")
    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="登记单位")
    path = models.CharField(max_length=160, editable=False)
    causes = ArrayField(models.CharField(max_length=14, choices=Cause), verbose_name="欠薪原因")
    analysis = models.TextField("原因分析")
    measure = models.TextField("针对性举措")
    responsible = models.CharField("化解责任人", max_length=60)
    responsible_unit = models.CharField("化解责任单位", max_length=80)
    due_on = models.DateField("化解期限")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")
    done_on = models.DateField("化解日期", null=True)
    result = models.TextField("化解结果", blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    objects = ResolutionQuerySet.as_manager()

    class Meta:
        verbose_name = "化解举措"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["path"], opclasses=["varchar_pattern_ops"], name="resolution_path"),
            models.Index(fields=["due_on"], condition=Q(done_on=None), name="resolution_open"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(target__isnull=False, case=None) | Q(target=None, case__isnull=False),
                name="resolution_of_one_matter",
            )
        ]

    def __str__(self) -> str:
        return f"{self.about}：{self.measure[:30]}"

    @property
    def stream(self) -> str:
        return f"resolution:{self.pk}"

    @property
    def matter(self) -> KeyTarget | Case:
        found = self.target or self.case
        assert found is not None
        return found

    @property
    def employer(self) -> Employer:
        return self.matter.employer

    @property
    def about(self) -> str:
        """“海风建设有限公司 重点对象”, “… 案件 370202-2026-0001”."""
        return f"{self.employer.name} {f'案件 {self.case}' if self.case else '重点对象'}"

    @property
    def url(self) -> str:
        return self.case.section_url("heavy") if self.case else self.matter.get_absolute_url()

    @property
    def causes_said(self) -> str:
        return Cause.said(self.causes)

    def late(self, today: date) -> bool:
        return (self.done_on or today) > self.due_on


class ResolutionNote(models.Model):
    """How it went on, as of a day. Only grows."""

    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="notes")
    on = models.DateField("日期")
    words = models.CharField("进展", max_length=500)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "化解进展"
        default_permissions = ()
        ordering = ["on", "id"]
