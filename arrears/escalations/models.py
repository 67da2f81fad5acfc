"""Escalation (上报) of a case to the level above, and the acknowledgements an immediate one demands."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone

from arrears.cases.models import Case
from arrears.cases.models.case import immediate
from arrears.cases.second_person import at_work
from unions.common.clauses import in_brackets
from unions.models import Union, User, acts_at, under
from unions.people.holders import ASKED_ON, EXCLUDED, ids_of, nearest_above
from unions.people.rights import Right


class Stage(models.TextChoices):
    REQUESTED = "requested", "待审批"
    DECLINED = "declined", "审批退回"
    WITHDRAWN = "withdrawn", "已撤回"
    SENT = "sent", "已上报待接收"
    RECEIVED = "received", "已接收"
    RETURNED = "returned", "上级退回"


UNDER_WAY = (Stage.REQUESTED, Stage.SENT)
# What the level above sees: nothing before a second person has approved it.
ABOVE_SEES = (Stage.SENT, Stage.RECEIVED, Stage.RETURNED)


# Who does not approve a report (bigint[]), and since when it waits: EscalationApproval says the same of one row.
EXCLUDED_FROM_REPORT = {EXCLUDED: ids_of(F("requested_by"), *at_work("case")), ASKED_ON: TruncDate("requested_at")}

# Reports that go before all others.
AT_ONCE = Q(immediate=True) | immediate("case__")


class EscalationQuerySet(models.QuerySet["Escalation"]):
    def visible_to(self, user: User) -> EscalationQuerySet:
        """Approved reports for the levels above either end; others for the sender, whoever asked and whoever decides in its place."""
        paths = user.paths(Right.VIEW)
        above = under(paths, "sender__path") | under(paths, "receiver__path")
        own = acts_at(paths, "sender") | Q(requested_by=user) | Q(decided_by=user)
        if approves := user.paths(Right.APPROVE):
            in_place = nearest_above(approves, "sender", [Right.APPROVE], timezone.localdate())
            waiting = Escalation.objects.filter(stage=Stage.REQUESTED).alias(**EXCLUDED_FROM_REPORT)
            own |= Q(pk__in=waiting.filter(in_place).order_by().values("pk"))
        return self.filter(own | above & Q(stage__in=ABOVE_SEES)) if paths else self.none()

    def awaiting_receipt_by(self, user: User) -> EscalationQuerySet:
        return self.filter(acts_at(user.paths(Right.RECEIVE), "receiver"), stage=Stage.SENT)


class OnGround(models.Model):
    """A ground as it was worded on the day, so that a report outlives its notice.

    `clause`: empty where no notice named it.
    """

    ground = models.CharField("上报依据", max_length=60)
    ground_label = models.CharField("上报依据", max_length=80)
    clause = models.CharField("条款", max_length=30, blank=True)

    class Meta:
        abstract = True

    @property
    def ground_words(self) -> str:
        return f"{self.ground_label}{in_brackets(self.clause)}"


class Escalation(OnGround):
    """One step up: requested by one person, approved by another, received or returned by the level above."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="escalations", verbose_name="案件")
    sender = models.ForeignKey(Union, models.PROTECT, related_name="sent_escalations", verbose_name="上报单位")
    receiver = models.ForeignKey(Union, models.PROTECT, related_name="received_escalations", verbose_name="接收单位")
    quotation = models.TextField("条款原文", blank=True)
    immediate = models.BooleanField("即时", default=False)
    reason = models.TextField("上报说明", blank=True)
    stage = models.CharField("进度", max_length=10, choices=Stage, default=Stage.REQUESTED)
    # What the requester saw when asking, and what the approver saw when approving.
    snapshot = models.JSONField(default=dict)
    snapshot_hash = models.CharField(max_length=64)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="审批人")
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField("审批意见", blank=True)
    # The unit above whose approver decided, where the sender had none.
    decided_above = models.ForeignKey(
        Union, models.PROTECT, null=True, related_name="+", verbose_name="代为审批的上级", db_index=False
    )
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="接收人")
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField("接收意见", blank=True)
    taken_over = models.BooleanField("由接收单位承办", default=False)

    objects = EscalationQuerySet.as_manager()

    class Meta:
        verbose_name = "上报"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["sender", "stage"], name="escalation_sender"),
            models.Index(fields=["receiver", "stage"], name="escalation_receiver"),
            models.Index(fields=["sender"], name="escalation_requested", condition=Q(stage="requested")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "sender"], condition=Q(stage__in=["requested", "sent"]), name="one_escalation_under_way"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sender} → {self.receiver}"

    def get_absolute_url(self) -> str:
        return reverse("escalation", args=[self.pk])


class AcknowledgementQuerySet(models.QuerySet["Acknowledgement"]):
    def owed_by(self, user: User) -> AcknowledgementQuerySet:
        """Acknowledgements that a unit of `user`, or one it took over, still owes."""
        paths = {*user.paths(Right.RECEIVE), *user.paths(Right.APPROVE)}
        taken_over = Q(union__valid_until__isnull=False, union__parent__path__in=paths)
        return self.filter(Q(union__path__in=paths) | taken_over, at=None)


class Acknowledgement(OnGround):
    """One level's word that it knows of an immediate report, with its own clock (QD-4.1d, QH-3d-50)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="acknowledgements")
    union = models.ForeignKey(Union, models.PROTECT, related_name="acknowledgements")
    opened_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    objects = AcknowledgementQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["case_id", "-union__depth"]
        constraints = [models.UniqueConstraint(fields=["case", "union", "ground"], name="acknowledged_once")]
        indexes = [models.Index(fields=["union"], name="unacknowledged", condition=Q(at__isnull=True))]

    def elapsed(self, now: datetime) -> timedelta:
        """Return the time from opening to the acknowledgement, or to `now` while there is none."""
        return (self.at or now) - self.opened_at
