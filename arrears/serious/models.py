"""Heavy cases (SD-2.4b): what a union above sets on one, with term and responsible persons; and who pays at last (SD-2.4c)."""

from __future__ import annotations

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, Q
from django.urls import reverse

from arrears.models.case import Case
from arrears.models.escalation import acts_at
from unions.models import Union, User
from unions.models.union import under
from unions.rights import Right


class OversightKind(models.TextChoices):
    SUPERVISED = "supervised", "督办"
    LISTED = "listed", "挂牌督办"
    LEADER = "leader", "领导包案"
    TASK_FORCE = "task_force", "专班办理"
    TAKEN_UP = "taken_up", "提级办理"


class OversightStage(models.TextChoices):
    REQUESTED = "requested", "待审批"
    DECLINED = "declined", "未批准"
    WITHDRAWN = "withdrawn", "已撤回"
    IN_FORCE = "in_force", "督办中"
    REPORTED = "reported", "待批准解除"
    LIFTED = "lifted", "已解除"


OVERSEEN = (OversightStage.IN_FORCE, OversightStage.REPORTED)
PENDING = (OversightStage.REQUESTED, *OVERSEEN)


class OversightQuerySet(models.QuerySet["Oversight"]):
    def visible_to(self, user: User) -> OversightQuerySet:
        """Whoever sees the case; what is only asked for or was not approved stays in the unit that asked."""
        seen = self.filter(case__in=Case.objects.visible_to(user).values("pk"))
        inside = under(user.paths(Right.VIEW), field="setter__path")
        return seen.filter(Q(stage__in=[*OVERSEEN, OversightStage.LIFTED]) | inside)

    def awaiting(self, user: User) -> OversightQuerySet:
        """To be set or to be lifted, at units where the reader approves, or at closed ones that these took over."""
        waits = self.filter(stage__in=(OversightStage.REQUESTED, OversightStage.REPORTED))
        return waits.filter(acts_at(user.paths(Right.APPROVE), "setter"))

    def standing(self) -> OversightQuerySet:
        return self.filter(stage__in=OVERSEEN)


def overseen_kinds() -> ArraySubquery:
    """For a queryset of cases: the kinds that stand on each, without a query of its own."""
    return ArraySubquery(Oversight.objects.standing().filter(case=OuterRef("pk")).values("kind"))


def overseen_labels(case: Case) -> list[str]:
    """What is set on a case read with `overseen=overseen_kinds()`, in words; nothing where it was not asked for."""
    return [str(OversightKind(kind).label) for kind in getattr(case, "overseen", ())]


class Oversight(models.Model):
    """Asked for by one person of the union above, approved by another; lifted there upon a report from below."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="oversights", verbose_name="案件")
    kind = models.CharField("方式", max_length=10, choices=OversightKind)
    setter = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="督办单位")
    responsible = models.CharField("责任领导、责任人", max_length=200)
    demand = models.TextField("督办要求")
    due_on = models.DateField("办结期限")
    stage = models.CharField("状态", max_length=10, choices=OversightStage, default=OversightStage.REQUESTED)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    requested_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="审批人")
    decided_at = models.DateTimeField("审批时间", null=True)
    decision = models.TextField("审批意见", blank=True)
    report = models.TextField("解除报告", blank=True)
    reported_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="报告人")
    reported_at = models.DateTimeField("报告时间", null=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="解除审批人")
    lifted_at = models.DateTimeField("解除时间", null=True)
    answer = models.TextField("对解除报告的意见", blank=True)

    objects = OversightQuerySet.as_manager()

    class Meta:
        verbose_name = "督办"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [models.Index(fields=["case", "stage"], name="oversight_case")]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "setter", "kind"], condition=Q(stage__in=PENDING), name="overseen_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.setter}{self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("oversight", args=[self.pk])

    @property
    def stream(self) -> str:
        """The name of its term among the obligations."""
        return f"oversight:{self.pk}"


class FallbackParty(models.Model):
    """兜底责任单位: who pays in the end on a government project or one of a state-owned enterprise."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="fallback", verbose_name="案件")
    name = models.CharField("兜底责任单位", max_length=120)
    person = models.CharField("责任人", max_length=60)
    phone = models.CharField("联系电话", max_length=40, blank=True)
    basis = models.CharField("依据", max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "兜底责任单位"
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
