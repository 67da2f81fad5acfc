"""工会劳动法律监督委员会 and 劳动法律监督员 of a unit, each with its term (QD-7b): who may be named in letters, visits and rounds."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from unions.models.union import Union, under
from unions.models.user import User

STANDS = Q(ended_on=None)


class SupervisionCommittee(models.Model):
    """The committee of a unit for one term. `until`: the last day of the term; `ended_on`: dissolved before."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="supervision_committees", verbose_name="所属工会")
    name = models.CharField("名称", max_length=120)
    since = models.DateField("成立、换届日期")
    until = models.DateField("届满日期")
    ended_on = models.DateField("撤销日期", null=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "劳动法律监督委员会"
        default_permissions = ()
        ordering = ["-since", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="committee_ends_after_it_began"),
            models.UniqueConstraint(fields=["union", "since"], name="committee_once_a_term"),
        ]

    def __str__(self) -> str:
        return self.name


class SupervisorPost(models.TextChoices):
    CHAIR = "chair", "委员会主任"
    DEPUTY = "deputy", "委员会副主任"
    MEMBER = "member", "委员会委员"
    SUPERVISOR = "supervisor", "监督员"


class SupervisorQuerySet(models.QuerySet["Supervisor"]):
    def in_term(self, day: date) -> SupervisorQuerySet:
        return self.filter(STANDS | Q(ended_on__gt=day), since__lte=day, until__gte=day)

    def expired(self, day: date) -> SupervisorQuerySet:
        """Not released, but the term is over: to be appointed anew or released."""
        return self.filter(STANDS, until__lt=day)

    def at_hand(self, unit: Union) -> SupervisorQuerySet:
        """Those of the line from `unit` upward: supervisors of a unit look after the employers below it."""
        return self.filter(union__in=unit.line_ids())

    def within(self, paths: list[str]) -> SupervisorQuerySet:
        return self.filter(under(paths, "union__path"))


class Supervisor(models.Model):
    """A supervisor with the number of the certificate. `until`: the last day of the term."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="supervisors", verbose_name="所属工会")
    name = models.CharField("姓名", max_length=40)
    post = models.CharField("职务", max_length=10, choices=SupervisorPost, default=SupervisorPost.SUPERVISOR)
    certificate = models.CharField("监督员证号", max_length=40)
    since = models.DateField("任期起")
    until = models.DateField("任期止")
    ended_on = models.DateField("免职日期", null=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    objects = SupervisorQuerySet.as_manager()

    class Meta:
        verbose_name = "劳动法律监督员"
        default_permissions = ()
        ordering = ["union_id", "id"]
        indexes = [models.Index(fields=["union", "until"], name="supervisor_union")]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="supervisor_ends_after_it_began"),
            models.UniqueConstraint(
                fields=["union", "certificate"], condition=STANDS, name="supervisor_certificate_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def expired_on(self, day: date) -> bool:
        return self.ended_on is None and self.until < day
