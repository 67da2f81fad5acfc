"""The tree of unions: who stands under whom, and who stood there on any day."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse

from unions.common.text import number_key
from unions.people.rights import Right

if TYPE_CHECKING:
    from unions.models.user import User


class UnionKind(models.TextChoices):
    ENTERPRISE = "enterprise", "企业工会"
    FEDERATION = "federation", "区域性/行业性工会联合会"
    TOWNSHIP = "township", "乡镇（街道）工会"
    ZONE = "zone", "开发区（园区）工会"
    DISTRICT = "district", "区市（县）总工会"
    CITY = "city", "市（州）总工会"
    PROVINCE = "province", "省总工会"
    INDUSTRY = "industry", "省级产业工会"
    DIRECT = "direct", "省总直属工会"
    CITY_UNIT = "city_unit", "市直有关单位工会"
    STATIONED = "stationed", "中央、省驻地方单位工会"


# The letter in a unit's code: 370202E0001. Territorial units carry the bare GB/T 2260 code.
CODE_LETTER = {
    UnionKind.ENTERPRISE: "E",
    UnionKind.TOWNSHIP: "T",
    UnionKind.ZONE: "Z",
    UnionKind.FEDERATION: "F",
    UnionKind.INDUSTRY: "I",
    UnionKind.DIRECT: "D",
    UnionKind.CITY_UNIT: "S",
    UnionKind.STATIONED: "C",
}
# Unions of single employers that belong to a city and to none of its counties (QD-0): they report to the city.
BESIDE_COUNTIES = frozenset({UnionKind.CITY_UNIT, UnionKind.STATIONED})
TERRITORIAL = frozenset({UnionKind.PROVINCE, UnionKind.CITY, UnionKind.DISTRICT})
# 地方总工会: only these issue a 建议书 (工会劳动法律监督办法).
GENERAL_UNIONS = TERRITORIAL


def under(paths: Iterable[str], field: str = "path") -> Q:
    """Rows whose stored path lies in one of the subtrees; no path, no rows."""
    query = Q(pk__in=[])
    for path in _outermost(paths):
        query |= Q(**{f"{field}__startswith": path})
    return query


def acts_at(paths: list[str], end: str) -> Q:
    """Rows whose `end` (a foreign key to a unit) is one of these nodes, or closed and taken over by one of them."""
    taken_over = Q(**{f"{end}__valid_until__isnull": False, f"{end}__parent__path__in": paths})
    return Q(**{f"{end}__path__in": paths}) | taken_over


def _outermost(paths: Iterable[str]) -> list[str]:
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return kept


class UnionQuerySet(models.QuerySet["Union"]):
    def below(self, union: Union) -> UnionQuerySet:
        """`union` and everything under it today."""
        return self.filter(path__startswith=union.path)

    def visible_to(self, user: User) -> UnionQuerySet:
        """Units in the subtree of any of the user's appointments."""
        return self.filter(under(user.reach()))

    def searched(self, text: str) -> UnionQuerySet:
        """Units whose name has these words in it, or whose code begins with them, however they are typed."""
        return self.filter(Q(name__reads=text) | Q(code__startswith=number_key(text)))

    def without_duty_officer(self) -> UnionQuerySet:
        """Open units that name nobody who takes reports, or no telephone."""
        return self.filter(Q(duty_officer="") | Q(duty_phone=""), valid_until=None)

    def line(self, union: Union) -> UnionQuerySet:
        """From the root down to `union`, for breadcrumbs."""
        return self.filter(pk__in=union.line_ids()).order_by("depth")


class Union(models.Model):
    """A union organisation (工会). `path` is the stored line of ids from the root, each closed by a dot: "1.7.42."."""

    code = models.CharField("编码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=120)
    kind = models.CharField("类型", max_length=12, choices=UnionKind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级工会"
    )
    path = models.CharField(max_length=160, editable=False)
    depth = models.PositiveSmallIntegerField(editable=False)
    region_code = models.CharField("行政区划代码", max_length=9, null=True, blank=True)
    reports_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reported_by",
        verbose_name="属地上报工会",
        help_text="欠薪按属地上报到的工会；留空时按企业所在地推定。",
    )
    duty_officer = models.CharField("值班人员", max_length=40, blank=True)
    duty_phone = models.CharField("公布电话", max_length=40, blank=True)
    # QH-3f: whom those who report to this unit reach.
    returns_contact = models.CharField("报送联系人", max_length=40, blank=True)
    returns_phone = models.CharField("报送联系电话", max_length=40, blank=True)
    returns_email = models.EmailField("报送电子邮箱", max_length=120, blank=True)
    valid_from = models.DateField("成立日期")
    valid_until = models.DateField("终止日期", null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name="承接工会"
    )

    objects = UnionQuerySet.as_manager()

    class Meta:
        verbose_name = "工会"
        default_permissions = ()
        permissions = [(right.value, right.label) for right in Right]
        indexes = [
            models.Index(fields=["path"], opclasses=["varchar_pattern_ops"], name="union_path"),
            models.Index(fields=["parent", "code"], name="union_children"),
            models.Index(fields=["region_code", "kind"], name="union_region"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("valid_from")),
                name="union_ends_after_it_began",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("union", args=[self.code])

    def line_ids(self) -> list[int]:
        """Ids from the root down to this unit, itself last."""
        return [int(part) for part in self.path.split(".") if part]

    def contains(self, other: Union) -> bool:
        return other.path.startswith(self.path)

    @property
    def is_closed(self) -> bool:
        return self.valid_until is not None

    @property
    def is_general(self) -> bool:
        return self.kind in GENERAL_UNIONS

    def phone_contact(self) -> Union:
        """Return the unit to call about this one: itself, or the nearest above that gives a number."""
        if self.duty_phone:
            return self
        return Union.objects.line(self).exclude(duty_phone="").order_by("-depth").first() or self

    def in_charge(self) -> Union:
        """The unit that acts for this one: itself, or the one that took it over when it closed."""
        unit = self
        while unit.is_closed and unit.parent is not None:
            unit = unit.parent
        return unit


class Placement(models.Model):
    """Where a unit stood, and from when to when. The rows of one unit follow each other without gap."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="placements")
    path = models.CharField(max_length=160)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)  # last day included; null: still

    class Meta:
        indexes = [
            models.Index(fields=["path"], opclasses=["varchar_pattern_ops"], name="placement_path"),
            models.Index(fields=["until"], name="placement_ended", condition=Q(until__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["union"], condition=Q(until__isnull=True), name="one_current_placement")
        ]
