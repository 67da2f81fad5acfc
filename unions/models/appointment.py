"""Appointments are the truth about who may do what; django-guardian's rows on the union follow from them."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from guardian.models import UserObjectPermissionBase

from unions.models.agency import Agency
from unions.models.union import Union
from unions.models.user import User
from unions.people.rights import RoleName


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def in_force(self, day: date) -> AppointmentQuerySet:
        return self.filter(since__lte=day).filter(Q(until__isnull=True) | Q(until__gte=day))

    def present(self, day: date) -> AppointmentQuerySet:
        """Those in force whose people can sign in and are not away."""
        return self.in_force(day).filter(user__is_active=True).exclude(away_since__lte=day, away_until__gte=day)


class Appointment(models.Model):
    """任职: a person holds a role at a unit from a day until a day (both included), perhaps acting for another."""

    user = models.ForeignKey(User, models.PROTECT, related_name="appointments", verbose_name="人员")
    union = models.ForeignKey(Union, models.PROTECT, related_name="appointments", verbose_name="单位")
    role = models.CharField("角色", max_length=20, choices=RoleName)
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)
    # 离岗: she keeps what she may, but nobody counts on her in these days (both included).
    away_since = models.DateField("离岗起", null=True, blank=True)
    away_until = models.DateField("离岗止", null=True, blank=True)
    acting_for = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="stand_ins", verbose_name="代理"
    )
    # Whom a person of a department speaks for; it is kept at the unit of the appointment.
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="appointments", verbose_name="部门"
    )
    appointed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="任命人")

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = "任职"
        default_permissions = ()
        ordering = ["union_id", "role", "since"]
        indexes = [models.Index(fields=["user", "since"], name="appointment_user")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="appointment_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=Q(away_since__isnull=True, away_until__isnull=True) | Q(away_until__gte=F("away_since")),
                name="away_from_a_day_until_a_day",
            ),
            models.CheckConstraint(
                condition=Q(acting_for__isnull=True) | ~Q(acting_for=F("user")), name="nobody_stands_in_for_herself"
            ),
            models.CheckConstraint(
                condition=Q(role=RoleName.AGENCY, agency__isnull=False)
                | ~Q(role=RoleName.AGENCY) & Q(agency__isnull=True),
                name="agency_people_have_their_agency",
            ),
        ]

    def __str__(self) -> str:
        label = self.get_role_display()
        if self.agency:
            return f"{self.agency}{label}"
        return f"{label}（代{self.acting_for.name}）" if self.acting_for else label

    def is_away(self, day: date) -> bool:
        return self.away_since is not None and self.away_until is not None and self.away_since <= day <= self.away_until

    def is_in_force(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


class UnionUserObjectPermission(UserObjectPermissionBase):
    """guardian's grant row with a direct foreign key to the union: one index look-up instead of a generic join."""

    id = models.BigAutoField(primary_key=True)
    content_object = models.ForeignKey(Union, models.CASCADE)

    class Meta:
        default_permissions = ()
        unique_together = ["user", "permission", "content_object"]
