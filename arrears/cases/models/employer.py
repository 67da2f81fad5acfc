"""用人单位 and 工程项目."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse

from arrears.cases.names import SHORTEST_INITIALS, grams, initial_grams, initials, name_key, query_grams
from unions.common.industries import FocusSector, Industry, Nature


class NoCode(models.TextChoices):
    """Why an employer has no 统一社会信用代码."""

    CONTRACTOR = "contractor", "自然人（包工头）"
    UNREGISTERED = "unregistered", "未办理登记"
    UNKNOWN = "unknown", "暂未查明"


class Ownership(models.TextChoices):
    STATE = "state", "国有"
    COLLECTIVE = "collective", "集体"
    PRIVATE = "private", "民营"
    FOREIGN = "foreign", "外资及港澳台资"
    SOLE = "sole", "个体工商户"
    OTHER = "other", "其他"


class EmployerQuerySet(models.QuerySet["Employer"]):
    def named(self, text: str) -> EmployerQuerySet:
        """Employers whose name contains `text` (two characters are enough), or whose initials do (three); served by the GIN index."""
        if not (key := name_key(text)):
            return self.none()
        named = Q(grams__contains=query_grams(text), name_key__contains=key)
        if len(key) >= SHORTEST_INITIALS and key.isascii() and key.isalpha():
            named |= Q(grams__contains=initial_grams(key), initials__contains=key)
        return self.filter(named)

    def perhaps(self, employer: Employer) -> EmployerQuerySet:
        """This employer, and all of its name from which no code tells it apart: the books may know it twice, in another county."""
        alike = Q(name_key=employer.name_key)
        return self.filter(Q(pk=employer.pk) | (alike & Q(uscc=None) if employer.uscc else alike))


class Employer(models.Model):
    """One employer, told apart by its 统一社会信用代码, else by normalised name and county."""

    name = models.CharField("单位名称", max_length=120)
    name_key = models.CharField(max_length=120, editable=False)
    initials = models.CharField("拼音首字母", max_length=120, editable=False)
    grams = ArrayField(models.CharField(max_length=3), editable=False, default=list)
    uscc = models.CharField("统一社会信用代码", max_length=18, null=True, blank=True, unique=True)
    no_code = models.CharField("无代码原因", max_length=12, choices=NoCode, blank=True)
    region_code = models.CharField("所在区县", max_length=9, blank=True)
    address = models.CharField("单位地址", max_length=200, blank=True)
    industry = models.CharField("所属行业", max_length=1, choices=Industry, blank=True)
    focus_sector = models.CharField("重点行业", max_length=13, choices=FocusSector, blank=True)
    ownership = models.CharField("单位性质", max_length=10, choices=Ownership, blank=True)
    workforce = models.PositiveIntegerField("职工人数（人）", null=True, blank=True)
    has_union = models.BooleanField("已建工会", null=True, blank=True)

    objects = EmployerQuerySet.as_manager()

    class Meta:
        verbose_name = "用人单位"
        default_permissions = ()
        indexes = [GinIndex(fields=["grams"], name="employer_grams")]
        constraints = [
            models.UniqueConstraint(
                fields=["name_key", "region_code"], condition=Q(uscc__isnull=True), name="employer_by_name_and_county"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.index_name()
        super().save(*args, **kwargs)

    def index_name(self) -> Employer:
        """Fill what is searched and compared by; bulk writers call it themselves."""
        self.name_key, self.initials = name_key(self.name), initials(self.name)
        self.grams = grams(self.name) + initial_grams(self.initials)
        self.uscc = self.uscc or None
        return self


CHAIN = {"developer": "建设单位", "contractor": "总承包单位", "subcontractor": "分包单位", "crew": "班组"}


class Project(models.Model):
    """工程项目: nature, the industry authority that answers for it, and whether the platform watches it (SD-2.3c)."""

    name = models.CharField("项目名称", max_length=160)
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="projects", verbose_name="施工单位")
    nature = models.CharField("项目性质", max_length=10, choices=Nature, default=Nature.OTHER)
    authority = models.CharField("行业主管部门", max_length=60, blank=True)
    # 建设单位–总承包–分包–班组 (SD-2.3f); of several subcontractors or crews all, joined by 、.
    developer = models.CharField(CHAIN["developer"], max_length=120, blank=True)
    contractor = models.CharField(CHAIN["contractor"], max_length=120, blank=True)
    subcontractor = models.CharField(CHAIN["subcontractor"], max_length=200, blank=True)
    crew = models.CharField(CHAIN["crew"], max_length=200, blank=True)
    on_platform = models.BooleanField("已纳入农民工工资支付监管平台", null=True, blank=True)

    class Meta:
        verbose_name = "工程项目"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["employer", "name"], name="project_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.pk])

    @property
    def chain(self) -> list[tuple[str, str]]:
        """Who stands where in 建设单位–总承包–分包–班组: (label, name), those that are known."""
        return [(label, said) for name, label in CHAIN.items() if (said := getattr(self, name))]
