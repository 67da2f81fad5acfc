"""协作部门: the departments a union works with at its level and place, and the people there one can ring (YK-3)."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Case as DbCase
from django.db.models import F, Q, When
from django.urls import reverse

from unions.models.union import Union, under
from unions.models.user import User
from unions.people.rights import Right


class AgencyKind(models.TextChoices):
    """The member bodies the notices name, 人社 first."""

    HR = "hr", "人力资源社会保障"
    POLICE = "police", "公安"
    PROCURATORATE = "procuratorate", "检察院"
    COURT = "court", "法院"
    JUSTICE = "justice", "司法行政（法律援助）"
    HOUSING = "housing", "住房城乡建设"
    TRANSPORT = "transport", "交通运输"
    WATER = "water", "水利"
    MARKET = "market", "市场监管"
    BANK = "bank", "人民银行"
    TAX = "tax", "税务"
    PETITION = "petition", "信访"
    PLANNING = "planning", "发展改革"
    ASSETS = "assets", "国有资产监管"
    FINANCE = "finance", "财政"
    EMERGENCY = "emergency", "应急管理"
    OTHER = "other", "其他部门"


# YK-1.3: the departments in charge of an industry with engineering projects.
INDUSTRY_AUTHORITIES = frozenset({AgencyKind.HOUSING, AgencyKind.TRANSPORT, AgencyKind.WATER})


class AgencyQuerySet(models.QuerySet["Agency"]):
    def visible_to(self, user: User) -> AgencyQuerySet:
        """Kept at a unit in the reader's reach, or above one: whoever files below may ring the district's department."""
        paths = user.paths(Right.VIEW) + user.paths(Right.PEOPLE)
        above = {int(part) for path in paths for part in path.split(".") if part}
        return self.filter(under(paths, "union__path") | Q(union__in=above))

    def in_being(self) -> AgencyQuerySet:
        return self.filter(ended_on=None)

    def at_hand(self, union: Union) -> AgencyQuerySet:
        """Those kept on the line from `union` upward, its own level first; of one level, those of its own place first."""
        of_its_place = DbCase(When(region_code=F("union__region_code"), then=0), default=1)
        rows = self.in_being().filter(union__in=union.line_ids())
        return rows.order_by("-union__depth", "kind", of_its_place, "id")

    def of(self, user: User, day: date) -> AgencyQuerySet:
        """The departments `user` answers for on `day`."""
        return self.filter(appointments__in=user.appointments.in_force(day)).distinct()


class Agency(models.Model):
    """One department as the union of its level and place knows it."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="agencies", verbose_name="对应工会")
    kind = models.CharField("类别", max_length=14, choices=AgencyKind)
    name = models.CharField("名称", max_length=120)
    region_code = models.CharField("行政区划代码", max_length=9, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    phone = models.CharField("办公电话", max_length=40, blank=True)
    ended_on = models.DateField("停用日期", null=True, blank=True)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = "协作部门"
        default_permissions = ()
        ordering = ["union_id", "kind", "id"]
        indexes = [models.Index(fields=["union", "kind"], name="agency_union_kind")]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "name"], condition=Q(ended_on__isnull=True), name="agency_named_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("agency", args=[self.pk])

    @property
    def stream(self) -> str:
        return f"agency:{self.pk}"


class Liaison(models.Model):
    """联络员: whom to ring at the department. Official contacts; one who leaves keeps her row with the day."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="liaisons", verbose_name="部门")
    name = models.CharField("姓名", max_length=40)
    position = models.CharField("职务", max_length=60, blank=True)
    phone = models.CharField("电话", max_length=40)
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)

    class Meta:
        verbose_name = "联络员"
        default_permissions = ()
        ordering = ["until", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="liaison_ends_after_it_began"
            )
        ]

    def __str__(self) -> str:
        return self.name
