"""转办: a case on its way to another union.

Until that union accepts, the case stays open at the sender (SD-2.2c, YK-2.2).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from arrears.cases.models import Case, State
from unions.models import Union, User, acts_at
from unions.people.rights import Right


class TransferStage(models.TextChoices):
    WAITING = "waiting", "待对方接收"
    ACCEPTED = "accepted", "已接收"
    REFUSED = "refused", "对方退回"
    RECALLED = "recalled", "已撤回"


class TransferQuerySet(models.QuerySet["Transfer"]):
    def waiting(self) -> TransferQuerySet:
        return self.filter(stage=TransferStage.WAITING)

    def arriving_at(self, user: User) -> TransferQuerySet:
        """Transfers waiting to be accepted at units where `user` receives."""
        return self.waiting().filter(acts_at(user.paths(Right.RECEIVE), "receiver"))


class Transfer(models.Model):
    """One step of a case's route between unions.

    Whose books the case is on never changes; who handles it changes with the acceptance.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="transfers", verbose_name="案件")
    sender = models.ForeignKey(Union, models.PROTECT, related_name="sent_transfers", verbose_name="转出单位")
    receiver = models.ForeignKey(Union, models.PROTECT, related_name="received_transfers", verbose_name="接收单位")
    reason = models.TextField("转办理由")
    from_state = models.CharField(max_length=12, choices=State)  # where the case stands again once it is answered
    stage = models.CharField("进度", max_length=10, choices=TransferStage, default=TransferStage.WAITING)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="转办人")
    asked_at = models.DateTimeField("转办时间")
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="答复人")
    answered_at = models.DateTimeField("答复时间", null=True)
    answer = models.TextField("答复意见", blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = "转办"
        default_permissions = ()
        ordering = ["id"]
        indexes = [models.Index(fields=["receiver"], name="transfer_waiting", condition=Q(stage="waiting"))]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(stage="waiting"), name="one_transfer_under_way"),
            models.CheckConstraint(condition=~Q(sender=models.F("receiver")), name="transfer_goes_somewhere_else"),
        ]

    def __str__(self) -> str:
        return f"{self.sender} → {self.receiver}"
