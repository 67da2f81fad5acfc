"""What is published of employers: offenders (QP-3.3, YK-3) and honest ones (YK-3b), the list of a period and its rows, and who was put forward."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse

from arrears.cases.models import Case, Employer
from arrears.sanctions.models.listing import Listing, ListingStage
from arrears.sanctions.models.sanction import Sanction
from unions.models import Union, User, under
from unions.people.rights import Right


class Grounds(models.TextChoices):
    """YK-3: what makes arrears fit to be put forward."""

    LARGE = "large", "数额大"
    LONG = "long", "时间长"
    VILE = "vile", "性质恶劣"


class PutForwardQuerySet(models.QuerySet["PutForward"]):
    def visible_to(self, user: User) -> PutForwardQuerySet:
        return self.filter(case__in=Case.objects.visible_to(user).values("pk"))

    def standing(self) -> PutForwardQuerySet:
        return self.filter(ended_at=None)


class PutForward(models.Model):
    """A member body asks that the employer of a case be published (YK-3)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="put_forward", verbose_name="案件")
    body = models.CharField("提请的成员单位", max_length=120)
    grounds = ArrayField(models.CharField(max_length=5, choices=Grounds), verbose_name="情形")
    reason = models.TextField("提请理由")
    on = models.DateField("提请日期")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")
    ended_at = models.DateTimeField("撤回时间", null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="撤回人")
    end_reason = models.TextField("撤回原因", blank=True)

    objects = PutForwardQuerySet.as_manager()

    class Meta:
        verbose_name = "提请公布"
        default_permissions = ()
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "body"], condition=Q(ended_at__isnull=True), name="put_forward_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.body}提请公布"

    @property
    def grounds_text(self) -> str:
        return "、".join(str(Grounds(ground).label) for ground in self.grounds)


class PublicationStage(models.TextChoices):
    DRAFT = "draft", "拟制中"
    SUBMITTED = "submitted", "待审批"
    PUBLISHED = "published", "已公布"
    WITHDRAWN = "withdrawn", "已撤下"
    DISCARDED = "discarded", "已作废"


class PublicationKind(models.TextChoices):
    """Offenders, and their opposite (YK-3b: “加强对无欠薪诚信企业的宣传力度”)."""

    OFFENDERS = "offenders", "重大欠薪违法行为"
    HONEST = "honest", "无欠薪诚信企业"


OVER = (PublicationStage.WITHDRAWN, PublicationStage.DISCARDED)


def period_words(label: str) -> str:
    """2026Q3 → 2026年第3季度; 2026H1 → 2026年上半年."""
    year, kind, nth = label[:4], label[4:5], label[5:]
    return f"{year}年第{nth}季度" if kind == "Q" else f"{year}年{'上' if nth == '1' else '下'}半年"


class PublicationQuerySet(models.QuerySet["Publication"]):
    def visible_to(self, user: User) -> PublicationQuerySet:
        return self.filter(under(user.paths(Right.VIEW)))


class Publication(models.Model):
    """The list of one unit, kind and period. `period`: 2026Q4, at a province 2026H2. `frozen`: the rows as approved, with their `hash`."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="公布单位")
    path = models.CharField(max_length=160, editable=False)
    kind = models.CharField("名单", max_length=9, choices=PublicationKind, default=PublicationKind.OFFENDERS)
    period = models.CharField("期间", max_length=8)
    first = models.DateField("起")
    last = models.DateField("止")
    until = models.DateField("公布至")
    stage = models.CharField("状态", max_length=10, choices=PublicationStage, default=PublicationStage.DRAFT)
    version = models.PositiveIntegerField(default=1, editable=False)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="拟制人")
    drafted_at = models.DateTimeField("拟制时间")
    # Everybody who had a hand in the rows: none of them approves.
    editors = ArrayField(models.BigIntegerField(), default=list, editable=False)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="送审人")
    submitted_at = models.DateTimeField("送审时间", null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="审批人")
    decided_at = models.DateTimeField("审批时间", null=True)
    opinion = models.TextField("审批意见", blank=True)
    published_on = models.DateField("公布日期", null=True)
    frozen = models.JSONField("公布内容", default=list, editable=False)
    hash = models.CharField("内容校验值", max_length=64, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="撤下人")
    withdrawn_at = models.DateTimeField("撤下时间", null=True)
    withdrawal = models.TextField("撤下原因", blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = "公布名单"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["path", "-id"], opclasses=["varchar_pattern_ops", "int8_ops"], name="publication_path")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "kind", "period"], condition=~Q(stage__in=OVER), name="one_publication_a_period"
            ),
            models.CheckConstraint(
                condition=~Q(stage="published") | Q(published_on__isnull=False) & ~Q(hash=""),
                name="published_is_frozen",
            ),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="publication_period_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.union}{self.period_words}{self.list_name}"

    def get_absolute_url(self) -> str:
        return reverse("publication", args=[self.pk])

    @property
    def period_words(self) -> str:
        return period_words(self.period)

    @property
    def is_honest(self) -> bool:
        return self.kind == PublicationKind.HONEST

    @property
    def list_name(self) -> str:
        return "无欠薪诚信企业名单" if self.is_honest else "公布名单"

    @property
    def stream(self) -> str:
        return f"publication:{self.pk}"


def owing() -> QuerySet[Case]:
    """Verified arrears that are not resolved, those on their way to another union among them."""
    return Case.objects.unfinished().filter(verified_on__isnull=False)


class PublishedQuerySet(models.QuerySet["PublicationRow"]):
    def shown_on(self, day: date) -> PublishedQuerySet:
        """What the public sees on `day`: approved, not withdrawn, its term not over, the decision behind it standing.

        Of honest employers: not those that owe wages, nor those of a name that owes without a code to tell them apart, or are listed
        for joint punishment now (decision 057).
        """
        alike = owing().filter(employer__name_key=OuterRef("employer__name_key"))
        fallen = Q(employer__in=owing().values("employer")) | Q(Exists(alike.filter(employer__uscc=None)))
        fallen |= Q(Exists(alike), employer__uscc=None)
        fallen |= Q(employer__in=Listing.objects.standing(day).values("employer"))
        gone = Q(sanctions__voided_at__isnull=False) | Q(listing__stage=ListingStage.REMOVED)
        ended = Q(listing__until__isnull=False, listing__until__lt=day)
        return (
            self.filter(
                publication__stage=PublicationStage.PUBLISHED,
                publication__published_on__lte=day,
                publication__until__gte=day,
                out=False,
                withdrawn_at=None,
            )
            .exclude(gone)
            .exclude(ended)
            .exclude(fallen, publication__kind=PublicationKind.HONEST)
            .exclude(pk__in=PublicationRow.objects.taken_back().values("pk"))
        )

    def taken_back(self) -> PublishedQuerySet:
        """Rows on nothing but the word of a member body that has taken it back."""
        asked = self.filter(sanctions=None, listing=None, decided_on=F("put_forward__on"))
        return asked.filter(put_forward__ended_at__isnull=False)


class PublicationRow(models.Model):
    """One employer of a list: published facts only, and the decisions they rest on.

    Of an honest one `violation` is why it is an example, `decision` how that was checked, `decided_on` the day of the check; it has
    no case.
    """

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="rows", verbose_name="名单")
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="published", verbose_name="用人单位")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+", verbose_name="案件")
    name = models.CharField("用人单位名称", max_length=120)
    code = models.CharField("统一社会信用代码", max_length=40, blank=True)
    address = models.CharField("单位地址", max_length=200, blank=True)
    representative = models.CharField("法定代表人（负责人）", max_length=40, blank=True)
    violation = models.TextField("主要违法事实", max_length=1000)
    decision = models.TextField("处理情况", max_length=2000)
    decided_on = models.DateField("决定日期")
    workers = models.PositiveIntegerField("涉及人数（人）", default=0)
    amount = models.DecimalField("涉及金额（元）", max_digits=16, decimal_places=2, default=0)
    sanctions = models.ManyToManyField(Sanction, related_name="published", verbose_name="处理处罚")
    listing = models.ForeignKey(Listing, models.PROTECT, null=True, related_name="published")
    put_forward = models.ForeignKey(PutForward, models.PROTECT, null=True, related_name="published")
    out = models.BooleanField("本期不公布", default=False)
    out_reason = models.CharField("不公布的理由", max_length=300, blank=True)
    withdrawn_at = models.DateTimeField("撤下时间", null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="撤下人")
    withdrawal = models.CharField("撤下原因", max_length=300, blank=True)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        verbose_name = "公布对象"
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "employer"], name="published_once_a_period"),
            models.CheckConstraint(condition=Q(out=False) | ~Q(out_reason=""), name="left_out_for_a_reason"),
        ]

    def __str__(self) -> str:
        return self.name
