"""抽调: who is sent to which task force (工作专班), from when to when (QH-2d)."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from unions.models import Union, User, under
from unions.people.rights import Right


class SecondmentQuerySet(models.QuerySet["Secondment"]):
    def visible_to(self, user: User) -> SecondmentQuerySet:
        return self.filter(under(user.paths(Right.VIEW)))

    def serving(self, day: date) -> SecondmentQuerySet:
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)


class Secondment(models.Model):
    union = models.ForeignKey(Union, models.PROTECT, related_name="secondments", verbose_name="派出单位")
    path = models.CharField(max_length=160, editable=False)
    person = models.CharField("抽调人员", max_length=40)
    post = models.CharField("职务", max_length=60, blank=True)
    task_force = models.CharField("工作专班", max_length=120)
    task = models.CharField("承担的工作", max_length=200)
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)  # last day included; null: still there
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    objects = SecondmentQuerySet.as_manager()

    class Meta:
        verbose_name = "专班抽调"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["path", "-id"], opclasses=["varchar_pattern_ops", "int8_ops"], name="secondment_path")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="secondment_ends_after_it_began"
            ),
            models.UniqueConstraint(fields=["union", "person", "task_force", "since"], name="seconded_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person}（{self.task_force}）"

    def get_absolute_url(self) -> str:
        return f"{reverse('rounds')}#secondment-{self.pk}"

    @property
    def stream(self) -> str:
        return f"secondment:{self.pk}"
