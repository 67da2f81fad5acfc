"""Inspections (集中排查, QH-2a): one visit to one employer or project on one day."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from arrears.cases.models import Employer, Project
from unions.common.industries import Industry, Nature, TableRow, table_row_sql
from unions.models import Union, User, under
from unions.people.rights import Right


class InspectionQuerySet(models.QuerySet["Inspection"]):
    def visible_to(self, user: User) -> InspectionQuerySet:
        return self.filter(under(user.paths(Right.VIEW)))


class Inspection(models.Model):
    union = models.ForeignKey(Union, models.PROTECT, related_name="inspections", verbose_name="检查单位")
    path = models.CharField(max_length=160, editable=False)
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="inspections", verbose_name="用人单位")
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="inspections", verbose_name="工程项目"
    )
    industry = models.CharField("所属行业", max_length=1, choices=Industry)
    on_project = models.BooleanField("是否工程建设项目", default=False)
    nature = models.CharField("项目性质", max_length=10, choices=Nature, blank=True)
    table_row = models.GeneratedField(
        expression=table_row_sql(), output_field=models.CharField(max_length=13, choices=TableRow), db_persist=True
    )
    on = models.DateField("检查日期")
    workers = models.PositiveIntegerField("涉及职工人数（人）")
    migrants = models.PositiveIntegerField("其中农民工（人）", default=0)
    supervisors = ArrayField(models.CharField(max_length=40), verbose_name="劳动法律监督员", default=list, blank=True)
    findings = models.TextField("检查情况", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = "排查"
        default_permissions = ()
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["path", "on"], opclasses=["varchar_pattern_ops", "date_ops"], name="inspection_path"),
            models.Index(fields=["employer", "-on"], name="inspection_employer"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(migrants__lte=F("workers")), name="inspected_migrants_are_workers")
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.employer}"

    def get_absolute_url(self) -> str:
        return reverse("inspection", args=[self.pk])
