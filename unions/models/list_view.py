"""How somebody wants to see a list: conditions, order and columns under a name, for herself or for her unit."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from unions.models.appointment import Appointment
from unions.models.union import Union
from unions.models.user import User


class ListViewQuerySet(models.QuerySet["ListView"]):
    def readable_by(self, user: User, day: date) -> ListViewQuerySet:
        """Her own, and what is shared with the people of the units where she is appointed; people of departments are none of them."""
        held = Appointment.objects.in_force(day).filter(user=user, agency=None)
        return self.filter(Q(user=user) | Q(union__in=held.values("union")))


class ListView(models.Model):
    """常用查询. Without a name: the columns this person last left out of the list."""

    user = models.ForeignKey(User, models.CASCADE, related_name="list_views")
    union = models.ForeignKey(Union, models.CASCADE, null=True, related_name="list_views")  # shared with its people
    page = models.CharField(max_length=80)  # name of the URL, and of the tab
    name = models.CharField("名称", max_length=20, blank=True)
    query = models.CharField(max_length=1000, blank=True)
    hidden = models.JSONField(default=list)  # headings of the columns left out

    objects = ListViewQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["id"]
        indexes = [models.Index(fields=["union", "page"], name="list_view_union")]
        constraints = [models.UniqueConstraint(fields=["user", "page", "name"], name="list_view_once")]

    def __str__(self) -> str:
        return self.name
