"""A case, how often it was closed, the evidence kept with it, and who reads it from elsewhere."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from arrears.cases.models.employer import Employer, Project
from arrears.law.rules.vocabulary import CHANNELS
from unions.common.industries import Industry, Nature, TableRow, table_row_sql
from unions.common.limits import MONEY_DIGITS, MOST_PEOPLE
from unions.common.stored_file import StoredFile
from unions.common.text import number_key
from unions.models import Union, User
from unions.models.union import under
from unions.people.rights import Right
from unions.tree import actions as tree


class Series(models.Model):
    """Serial numbers without gaps: per scope (a unit and a kind) and year."""

    scope = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["scope", "year"], name="series_once")]

    @staticmethod
    def take(scope: str, year: int, count: int = 1) -> range:
        """The next `count` numbers. Runs in the caller's transaction: rolled back, they are given again."""
        Series.objects.bulk_create([Series(scope=scope, year=year)], ignore_conflicts=True)
        Series.objects.filter(scope=scope, year=year).update(last=F("last") + count)
        last = Series.objects.get(scope=scope, year=year).last
        return range(last - count + 1, last + 1)


class State(models.TextChoices):
    DRAFT = "draft", "草稿"
    CLUE = "clue", "线索待核"
    OPEN = "open", "办理中"
    TRANSFERRING = "transferring", "转办中"
    LEGAL = "legal", "司法程序"
    SETTLED = "settled", "待办结审批"
    CLOSED = "closed", "已办结"
    DISMISSED = "dismissed", "不属欠薪"
    MERGED = "merged", "已并案"


UNFINISHED = frozenset({State.CLUE, State.OPEN, State.TRANSFERRING, State.LEGAL, State.SETTLED})
# Nothing is promised or pursued any more, or not yet.
NO_MORE = frozenset({State.DRAFT, State.CLOSED, State.DISMISSED, State.MERGED})


class Channel(models.TextChoices):
    """受理渠道: the words are those rulebooks may use."""

    REPORT = "report", CHANNELS["report"]
    FIELD = "field", CHANNELS["field"]
    HOTLINE = "hotline", CHANNELS["hotline"]
    VISIT = "visit", CHANNELS["visit"]
    WINDOW = "window", CHANNELS["window"]
    PETITION = "petition", CHANNELS["petition"]
    MONITORING = "monitoring", CHANNELS["monitoring"]
    APP = "app", CHANNELS["app"]
    WECHAT = "wechat", CHANNELS["wechat"]
    SHARED = "shared", CHANNELS["shared"]
    MEDIA = "media", CHANNELS["media"]
    PLATFORM = "platform", CHANNELS["platform"]  # of the State Council and of the province (SD-2.2c, QP-4.2)
    AGENCIES = "agencies", CHANNELS["agencies"]  # QH-2b
    LEGACY = "legacy", CHANNELS["legacy"]


# What a worker told, herself or by a hotline or platform.
FROM_WORKERS = frozenset(
    {Channel.HOTLINE, Channel.VISIT, Channel.WINDOW, Channel.PETITION, Channel.APP, Channel.WECHAT, Channel.PLATFORM}
)


def immediate(at: str = "") -> Q:
    """Cases that cannot wait (QD-4.1d: 极端讨薪, 群体性事件). `at`: the way to the case from a row ("case__")."""
    return Q(**{f"{at}extreme": True}) | Q(**{f"{at}mass": True})


class Cause(models.TextChoices):
    """欠薪原因 (SD-2.3f): a case has several; the first four are what the industry authority stops and corrects."""

    ILLEGAL_AWARD = "illegal_award", "违法发包"
    PASSED_ON = "passed_on", "转包"
    ILLEGAL_SUBLET = "illegal_sublet", "违法分包"
    AFFILIATED = "affiliated", "挂靠"
    WORKS_UNPAID = "works_unpaid", "拖欠工程款"
    DIFFICULTY = "difficulty", "经营困难"
    FEWER_ORDERS = "fewer_orders", "订单减少"
    FLED = "fled", "逃匿"
    MALICIOUS = "malicious", "恶意欠薪"
    OTHER = "other", "其他"

    @classmethod
    def said(cls, keys: Collection[str]) -> str:
        """“转包、拖欠工程款”, in the order of the list; "" of none."""
        return "、".join(one.label for one in cls if one in keys)


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: User) -> CaseQuerySet:
        """Every read begins here. Drafts: their unit alone, or the one that took it over (and whoever typed them).
        Filed: everyone above, and the units a report drew in from elsewhere."""
        paths = user.paths(Right.VIEW)
        # What a closed unit left behind is its successor's, under which it stands.
        left = Union.objects.filter(parent__path__in=paths, valid_until__isnull=False).values("pk")
        drafts = Q(state=State.DRAFT) & (Q(path__in=paths) | Q(filed_by=user) | Q(union__in=left))
        drawn_in = Involvement.objects.filter(under(paths)).values("case_id")
        filed = ~Q(state=State.DRAFT) & (under(paths) | Q(pk__in=drawn_in))
        return self.filter(drafts | filed) if paths else self.none()

    def under(self, union: Union, on: date | None = None) -> CaseQuerySet:
        """Cases on the books of `union` and everything below it, as the tree stood on day `on` (None: today)."""
        if on is not None and tree.changed_after(on):
            return self.filter(union_id__in=tree.units_below_on(union, on))
        return self.filter(path__startswith=union.path)

    def filed(self) -> CaseQuerySet:
        return self.exclude(state=State.DRAFT)

    def unfinished(self) -> CaseQuerySet:
        return self.filter(state__in=UNFINISHED)

    def searched(self, text: str) -> CaseQuerySet:
        """By number of the case or the clue, number in the old books, or part of the employer's name."""
        named = Employer.objects.named(text).values("pk")
        in_old_books = ~Q(original_number="") & Q(original_number__reads_as=text)
        numbered = Q(number__startswith=number_key(text)) | Q(clue_number__startswith=number_key(text))
        return self.filter(numbered | in_old_books | Q(employer__in=named))

    def closed_by(self, day: date) -> CaseQuerySet:
        """Closed on or before `day` and not reopened by then."""
        shut = Closure.objects.filter(on__lte=day).filter(Q(reopened_on=None) | Q(reopened_on__gt=day))
        return self.filter(pk__in=shut.values("case_id"))


class Case(models.Model):
    """One employer's arrears. Fields stand in the order of the 欠薪报告 (QD-3); money and people: see the ledger."""

    number = models.CharField("案件编号", max_length=30, unique=True, null=True, editable=False)
    # A clue counts in a series of its own, whatever becomes of it (QP-1.3).
    clue_number = models.CharField("线索编号", max_length=30, unique=True, null=True, editable=False)
    state = models.CharField("状态", max_length=12, choices=State, default=State.DRAFT, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)  # grows with every change: stale tabs show

    # 单位名称及地址
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="cases", verbose_name="用人单位")
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name="工程项目"
    )
    industry = models.CharField("所属行业", max_length=1, choices=Industry)
    on_project = models.BooleanField("是否工程建设项目", default=False)
    nature = models.CharField("项目性质", max_length=10, choices=Nature, blank=True)
    table_row = models.GeneratedField(
        expression=table_row_sql(), output_field=models.CharField(max_length=13, choices=TableRow), db_persist=True
    )
    # 涉及人数及金额: as stated when filed; from then on the ledger speaks.
    stated_workers = models.PositiveIntegerField("欠薪涉及人数（人）", default=0)
    stated_migrants = models.PositiveIntegerField("其中农民工（人）", default=0)
    stated_amount = models.DecimalField("欠薪金额（元）", max_digits=MONEY_DIGITS, decimal_places=2, default=0)
    # 欠薪起止日期
    owed_from = models.DateField("欠薪起始日期", null=True, blank=True)
    owed_until = models.DateField("欠薪截止日期", null=True, blank=True)
    causes = ArrayField(
        models.CharField(max_length=14, choices=Cause), verbose_name="欠薪原因", default=list, blank=True, db_default=[]
    )
    # 生产经营和财务状况；单位工会（职代会）意见；偿还计划和保证措施
    condition = models.TextField("生产经营和财务状况", blank=True)
    union_opinion = models.TextField("单位工会（职代会）意见", blank=True)
    repayment_plan = models.TextField("偿还计划和保证措施", blank=True)
    remark = models.TextField("情况说明", blank=True)

    # QD-4.3: what was found when the clue was verified, by whom and how.
    verification = models.CharField("核实情况", max_length=300, blank=True, db_default="")
    verified_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)

    # Where it came from, and the dates that start clocks.
    channel = models.CharField("受理渠道", max_length=12, choices=Channel, default=Channel.REPORT)
    original_number = models.CharField("原编号", max_length=60, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)  # of an imported row
    discovered_on = models.DateField("发现日期", null=True, blank=True)
    accepted_on = models.DateField("受理日期", null=True, blank=True)
    negotiation_failed_on = models.DateField("协商失败日期", null=True, blank=True)
    ordered_to_pay_by = models.DateField("责令支付期限", null=True, blank=True)
    transferred_at = models.DateTimeField("转办时间", null=True, editable=False)
    verified_on = models.DateField("查实日期", null=True, editable=False)
    closed_on = models.DateField("办结日期", null=True, editable=False)
    extreme = models.BooleanField("极端讨薪", default=False)
    mass = models.BooleanField("群体性事件", default=False)
    escalating = models.BooleanField("有升级迹象", default=False, db_default=False)  # YK-2.1

    # Whose it is.
    union = models.ForeignKey(Union, models.PROTECT, related_name="cases", verbose_name="立案单位")
    path = models.CharField(max_length=160, editable=False)  # the union's, copied: scope without a join
    handling_union = models.ForeignKey(Union, models.PROTECT, related_name="handled_cases", verbose_name="承办单位")
    officer = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name="经办人"
    )
    filed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    last_edited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    conclusion = models.CharField("办结结论", max_length=30, blank=True, editable=False)
    created_at = models.DateTimeField("登记时间")
    changed_at = models.DateTimeField("最近变动")

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = "欠薪案件"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["path", "-id"], opclasses=["varchar_pattern_ops", "int8_ops"], name="case_path"),
            models.Index(
                fields=["state", "-id"], name="case_unfinished", condition=~Q(state__in=["closed", "dismissed"])
            ),
            models.Index(fields=["handling_union", "state"], name="case_handling"),
            models.Index(fields=["accepted_on"], name="case_accepted"),
            models.Index(Coalesce("accepted_on", Value(date.max, models.DateField())), name="case_by_acceptance"),
            models.Index(fields=["employer", "accepted_on"], name="case_employer"),
            models.Index(fields=["number"], opclasses=["varchar_pattern_ops"], name="case_number"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "original_number"], condition=~Q(original_number=""), name="case_by_original_number"
            ),
            models.UniqueConstraint(fields=["union", "fingerprint"], condition=~Q(fingerprint=""), name="case_by_row"),
            models.CheckConstraint(
                condition=Q(owed_until__isnull=True) | Q(owed_from__isnull=True) | Q(owed_until__gte=F("owed_from")),
                name="arrears_end_after_they_began",
            ),
            models.CheckConstraint(condition=Q(stated_migrants__lte=F("stated_workers")), name="migrants_are_workers"),
            models.CheckConstraint(condition=Q(stated_workers__lte=MOST_PEOPLE), name="case_of_so_many_people"),
            models.CheckConstraint(condition=Q(state="draft") | Q(number__isnull=False), name="filed_has_number"),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_on__isnull=False), name="closed_has_its_day"
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"草稿 {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.pk])

    def section_url(self, section: str) -> str:
        """Where a section of its page is (arrears.desk.case_page.SECTIONS): the tab that holds it, opened there."""
        return f"{self.get_absolute_url()}?tab={section}#{section}"

    @property
    def stream(self) -> str:
        """The name of this case's event chain."""
        return f"case:{self.pk}"

    @property
    def causes_said(self) -> str:
        return Cause.said(self.causes)

    @property
    def is_immediate(self) -> bool:
        """QD-4.1d: 极端讨薪 or 群体性事件 goes up at once."""
        return self.extreme or self.mass


class Closure(models.Model):
    """One closing of a case: any past day can be asked whether the case was closed then."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="closures")
    on = models.DateField("办结日期")
    conclusion = models.CharField("结论", max_length=30)
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reopened_on = models.DateField("重新办理日期", null=True, blank=True)
    motive = models.TextField("重新办理原因", blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["id"]
        indexes = [models.Index(fields=["on", "case"], name="closure_day")]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(reopened_on__isnull=True), name="closed_once"),
            models.CheckConstraint(
                condition=Q(reopened_on__isnull=True) | Q(reopened_on__gte=F("on")), name="reopened_after_closing"
            ),
        ]


class EvidenceKind(models.TextChoices):
    PAYROLL = "payroll", "工资表"
    CONTRACT = "contract", "劳动合同"
    IOU = "iou", "欠条"
    ATTENDANCE = "attendance", "考勤"
    BANK = "bank", "银行流水／回单"
    AGREEMENT = "agreement", "协议书"
    MEDIA = "media", "照片录像"
    OTHER = "other", "其他"


def evidence_path(evidence: Evidence, filename: str) -> str:
    # The original name never reaches the disk.
    return f"evidence/{evidence.sha256[:2]}/{evidence.sha256}"


class Evidence(models.Model):
    """A file kept with a case, once under its SHA-256."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="evidence", verbose_name="案件")
    file = StoredFile(upload_to=evidence_path, max_length=200)
    kind = models.CharField("材料类别", max_length=10, choices=EvidenceKind, default=EvidenceKind.OTHER)
    name = models.CharField("文件名", max_length=200)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField("SHA-256", max_length=64)
    note = models.CharField("说明", max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = "证据"
        default_permissions = ()
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["case", "sha256"], name="evidence_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")


class Involvement(models.Model):
    """A union elsewhere that a report drew in: it reads the case from `since` on."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="involvements")
    union = models.ForeignKey(Union, models.PROTECT, related_name="+")
    path = models.CharField(max_length=160)
    since = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["case", "union"], name="involved_once")]
        indexes = [models.Index(fields=["path"], opclasses=["varchar_pattern_ops"], name="involvement_path")]
