"""公告: what a unit tells everybody at it and below it, from a day until a day."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from unions.models.appointment import Appointment
from unions.models.union import Union
from unions.models.user import User
from unions.people.rights import RoleName


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def in_force(self, day: date) -> AnnouncementQuerySet:
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day), since__lte=day, until__gte=day)

    def told(self, user: User, day: date) -> AnnouncementQuerySet:
        """Those of her units and of every unit above them. People of departments are told nothing."""
        posts = Appointment.objects.in_force(day).filter(user=user).exclude(role=RoleName.AGENCY)
        return self.filter(Exists(posts.filter(union__path__startswith=OuterRef("union__path"))))

    def unseen(self, user: User) -> AnnouncementQuerySet:
        return self.exclude(Exists(AnnouncementDismissal.objects.filter(announcement=OuterRef("pk"), user=user)))


class Announcement(models.Model):
    """`until`: the last day on which it is shown; `ended_on`: from this day it is shown no more, though it was to be."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="announcements", verbose_name="发布单位")
    title = models.CharField("标题", max_length=60)
    text = models.TextField("内容", max_length=1000)
    since = models.DateField("起")
    until = models.DateField("止")
    ended_on = models.DateField("提前结束", null=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="发布人")
    at = models.DateTimeField("发布时间")

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = "公告"
        default_permissions = ()
        ordering = ["-since", "-id"]
        indexes = [models.Index(fields=["until"], name="announcement_until")]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="announcement_ends_after_it_began")
        ]

    def __str__(self) -> str:
        return self.title


class AnnouncementDismissal(models.Model):
    """She has read it: it leaves her desk and stays listed under 帮助."""

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="dismissals")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["announcement", "user"], name="dismissed_once")]
