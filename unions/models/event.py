"""The event log: one hash chain per subject, sealed as a whole at intervals. Append-only by database trigger."""

from __future__ import annotations

from django.db import models

from unions.models.union import Union
from unions.models.user import User


class Event(models.Model):
    """What was done. `stream` names the subject ("case:17", "union:5"); `seq` counts from 1 within it.

    `hash` covers the previous event's hash and everything here, so no event can be changed, dropped or slipped in
    without `verify_audit` naming it.
    """

    stream = models.CharField(max_length=60)
    seq = models.PositiveIntegerField()
    verb = models.CharField(max_length=40)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # null: the system itself
    union = models.ForeignKey(Union, models.PROTECT, null=True, related_name="+")  # where she acted
    at = models.DateTimeField()
    data = models.JSONField(default=dict)
    prev = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()
        ordering = ["stream", "seq"]
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="event_once")]
        indexes = [models.Index(fields=["at"], name="event_at")]

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq} {self.verb}"


class Seal(models.Model):
    """A digest over all events up to `last_event_id`, chained to the seal before: a dropped stream shows too."""

    last_event_id = models.BigIntegerField(unique=True)
    events = models.PositiveIntegerField()  # how many since the seal before
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()
        ordering = ["id"]
