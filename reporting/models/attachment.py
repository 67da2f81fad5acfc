"""Where a rulebook holds: attached to a union it holds there and for everything below."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from unions.models import Union, User


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def approved(self) -> AttachmentQuerySet:
        """Those a second person said yes to; only these count."""
        return self.exclude(approved_at=None)


class Attachment(models.Model):
    """One rulebook at one union, for the terms that begin in its days. Rows of a key replace what its file says of itself."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="attachments", verbose_name="适用单位")
    rulebook = models.CharField("规则", max_length=60)
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)  # last day included; null: as long as the notice
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="提出人")
    at = models.DateTimeField("提出时间")
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="批准人")
    approved_at = models.DateTimeField("批准时间", null=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "规则适用"
        default_permissions = ()
        ordering = ["rulebook", "since", "id"]
        constraints = [
            models.UniqueConstraint(fields=["union", "rulebook", "since"], name="attached_once"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="attachment_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=Q(by=None) | Q(approved_by=None) | ~Q(approved_by=F("by")),
                name="attachment_needs_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rulebook} → {self.union}"

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)
