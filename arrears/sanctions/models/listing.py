"""拖欠农民工工资失信联合惩戒名单 (QP-3.1): from the union's proposal to the department's decision, its term and early removal."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse

from arrears.cases.models import Case, Employer, Evidence
from arrears.law.obligations.local import local
from unions.models import Union, User, under
from unions.people.rights import Right


class ListingStage(models.TextChoices):
    REQUESTED = "requested", "待审批"
    DECLINED = "declined", "未批准"
    WITHDRAWN = "withdrawn", "已撤回"
    PROPOSED = "proposed", "已提请"
    NOTICED = "noticed", "已告知"
    OBJECTED = "objected", "有异议"
    ANSWERED = "answered", "异议已答复"
    LISTED = "listed", "已列入"
    NOT_LISTED = "not_listed", "不予列入"
    REMOVAL_ASKED = "removal_asked", "移出待审批"
    REMOVED = "removed", "已提前移出"


S = ListingStage
BEFORE_THE_DEPARTMENT = (S.PROPOSED, S.NOTICED, S.OBJECTED, S.ANSWERED)
IN_PROCEDURE = (S.REQUESTED, *BEFORE_THE_DEPARTMENT)
ON_THE_LIST = (S.LISTED, S.REMOVAL_ASKED)
# What stays within the unit that asked.
UNSENT = (S.REQUESTED, S.DECLINED, S.WITHDRAWN)


class ListingQuerySet(models.QuerySet["Listing"]):
    def visible_to(self, user: User) -> ListingQuerySet:
        """Whoever sees the case; what was not sent stays in the unit that asked."""
        seen = self.filter(case__in=Case.objects.visible_to(user).values("pk"))
        return seen.filter(~Q(stage__in=UNSENT) | under(user.paths(Right.VIEW), field="union__path"))

    def standing(self, day: date) -> ListingQuerySet:
        """On the list on `day`: from the decision until the term ends by itself or it is taken off."""
        running = Q(until=None) | Q(until__gte=day)
        return self.filter(running, stage__in=ON_THE_LIST, listed_on__lte=day)

    def ending_soon(self, day: date) -> ListingQuerySet:
        """On the list on `day`, and soon no more by itself."""
        return self.standing(day).filter(until__lte=day + timedelta(days=local().listing_soon_days))

    def under_way(self, day: date) -> ListingQuerySet:
        """In procedure, or on the list on `day`: nothing to propose."""
        return self.filter(Q(stage__in=IN_PROCEDURE) | Q(pk__in=self.standing(day).values("pk")))


class Listing(models.Model):
    """One employer on its way to the list. `until` and `removable_from` are copied from the terms the law book gives."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="listings", verbose_name="案件")
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="listings", verbose_name="用人单位")
    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="提请单位")
    department = models.CharField("提请的部门", max_length=120)
    reason = models.TextField("提请理由")
    stage = models.CharField("状态", max_length=14, choices=ListingStage, default=ListingStage.REQUESTED)
    snapshot = models.JSONField("所示内容", default=list)  # as the second person approved it
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    requested_at = models.DateTimeField("提出时间")
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="审批人")
    approved_at = models.DateTimeField("审批时间", null=True)
    opinion = models.TextField("审批意见", blank=True)
    # what the department did, as it told
    notice_on = models.DateField("告知日期", null=True)
    objection_on = models.DateField("提出异议日期", null=True)
    objection = models.TextField("异议内容", blank=True)
    answered_on = models.DateField("答复异议日期", null=True)
    answer = models.TextField("异议答复", blank=True)
    extended = models.BooleanField("决定期限已延长", default=False)
    decided_on = models.DateField("决定日期", null=True)
    number = models.CharField("决定文号", max_length=80, blank=True)
    refusal = models.TextField("不予列入的理由", blank=True)
    listed_on = models.DateField("列入日期", null=True)
    until = models.DateField("列入期满", null=True)
    corrected_on = models.DateField("改正日期", null=True)
    removable_from = models.DateField("可提前移出", null=True)
    removal_on = models.DateField("移出决定日期", null=True)
    removal_number = models.CharField("移出决定文号", max_length=80, blank=True)
    removal_reason = models.TextField("移出理由", blank=True)
    promise = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="+", verbose_name="书面信用承诺")
    removal_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="移出登记人")
    removal_at = models.DateTimeField("移出登记时间", null=True)
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="移出审批人")
    removed_at = models.DateTimeField("移出审批时间", null=True)
    ended_at = models.DateTimeField("程序结束时间", null=True)  # withdrawn after it was sent

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = "失信联合惩戒"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["case"], name="listing_case"),
            models.Index(fields=["stage", "until"], name="listing_stage"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["employer"], condition=Q(stage__in=IN_PROCEDURE), name="one_procedure_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=("listed", "removal_asked", "removed")) | Q(listed_on__isnull=False),
                name="listed_has_its_day",
            ),
            models.CheckConstraint(condition=~Q(stage="not_listed") | ~Q(refusal=""), name="not_listed_for_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.employer.name}失信联合惩戒"

    def get_absolute_url(self) -> str:
        return reverse("listing", args=[self.pk])

    @property
    def stream(self) -> str:
        """The name of its terms among the obligations."""
        return f"listing:{self.pk}"

    def stands_on(self, day: date) -> bool:
        running = self.until is None or self.until >= day
        return self.stage in ON_THE_LIST and self.listed_on is not None and self.listed_on <= day and running

    def expired_on(self, day: date) -> bool:
        return self.stage in ON_THE_LIST and self.until is not None and self.until < day
