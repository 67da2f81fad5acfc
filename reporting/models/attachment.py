"""Where a rulebook holds: attached to a union it holds there and for everything below."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from unions.models import Union, User
from unions.models.union import under


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def approved(self) -> AttachmentQuerySet:
        """Those a second person said yes to; only these count."""
        return self.exclude(approved_at=None)

    def visible_to(self, user: User) -> AttachmentQuerySet:
        """Those of units at or below the reader's own, asked for or in force. What holds is told to everyone on the page."""
        return self.filter(under(user.reach(), "union__path"))


class Attachment(models.Model):
    """One rulebook at one union, for the terms that begin in its days. Rows of a key replace what its file says of itself."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="attachments", verbose_name="适用单位")
    rulebook = models.CharField("规则", max_length=60)
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)  # last day included; null: as long as the notice
    reason = models.CharField("理由", max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="提出人")
    at = models.DateTimeField("提出时间")
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="批准人")
    approved_at = models.DateTimeField("批准时间", null=True)
    # An end somebody asked for; `until` says it once a second person agreed.
    last_day = models.DateField("提出的末日", null=True, blank=True)
    end_reason = models.CharField("停止理由", max_length=200, blank=True)
    end_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="提出停止的人")
    end_at = models.DateTimeField("提出停止的时间", null=True)
    end_approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="批准停止的人")
    end_approved_at = models.DateTimeField("批准停止的时间", null=True)

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
            models.CheckConstraint(
                condition=Q(end_by=None) | Q(end_approved_by=None) | ~Q(end_approved_by=F("end_by")),
                name="attachment_end_needs_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rulebook} → {self.union}"

    def get_absolute_url(self) -> str:
        return reverse("attachment", args=[self.pk])

    @property
    def asked(self) -> str:
        """What waits for a second person: "start", "end" or nothing."""
        if self.approved_at is None:
            return "start"
        return "end" if self.end_at is not None and self.end_approved_at is None else ""

    @property
    def asked_by(self) -> User | None:
        """Whoever asked for what waits."""
        return {"start": self.by, "end": self.end_by}.get(self.asked)

    @property
    def asked_at(self) -> datetime:
        """When it was asked for."""
        return self.end_at if self.asked == "end" and self.end_at else self.at

    @property
    def shown(self) -> str:
        """What an approver saw: who agrees to something else than is asked by now is told so."""
        return f"{self.asked}:{self.asked_at.timestamp()}"

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)
