"""预警: signals about an employer, the visit that verified them, what was done about them, and the grade they add up to."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from arrears.cases.models import Case, Employer, Project
from arrears.early_warning.sources import kinds, sources
from unions.common.limits import MONEY_DIGITS
from unions.common.stored_file import StoredFile
from unions.models import Union, User, under
from unions.people.rights import Right

STANDS = Q(withdrawn_at=None)
LEVEL_TONES = {"红": "bad", "橙": "orange", "黄": "busy"}


class Authority(models.TextChoices):
    """YK-1.3: whose projects are pushed to the industry authority."""

    HOUSING = "housing", "住房城乡建设"
    TRANSPORT = "transport", "交通运输"
    WATER = "water", "水利"


class CheckOutcome(models.TextChoices):
    CASE = "case", "确有欠薪，已登记案件"
    MONITORED = "monitored", "暂未欠薪，继续监测"
    UNFOUNDED = "unfounded", "预警信息不属实"


class StepKind(models.TextChoices):
    PLAN = "plan", "制定处置预案"
    MEASURE = "measure", "采取处置措施"
    GUIDANCE = "guidance", "督促指导用人单位"
    GOVERNMENT = "government", "报告本级政府"
    ABOVE = "above", "报告上一级"
    AUTHORITY = "authority", "推送行业主管部门"


class WarningCheck(models.Model):
    """YK-1.2: one visit on the spot that verified the signals open at that moment."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="核实单位")
    path = models.CharField(max_length=160, editable=False)
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="warning_checks")
    on = models.DateField("核实日期")
    outcome = models.CharField("核实结果", max_length=10, choices=CheckOutcome)
    detail = models.TextField("核实情况")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="warning_checks", verbose_name="案件")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="核实人")
    at = models.DateTimeField("记录时间")

    class Meta:
        verbose_name = "实地核实"
        default_permissions = ()
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["employer", "-on"], name="warning_check_employer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="case", case__isnull=False) | ~Q(outcome="case"), name="warning_case_is_named"
            )
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.get_outcome_display()}"


class WarningSignalQuerySet(models.QuerySet["WarningSignal"]):
    def visible_to(self, user: User) -> WarningSignalQuerySet:
        return self.filter(under(user.paths(Right.VIEW)))

    def standing(self) -> WarningSignalQuerySet:
        """Not withdrawn."""
        return self.filter(STANDS)

    def unverified(self) -> WarningSignalQuerySet:
        return self.filter(STANDS, check_made=None)


class WarningSignal(models.Model):
    """One piece of information about one employer, received by one unit (`union`) from a named source."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="warning_signals", verbose_name="接收单位")
    path = models.CharField(max_length=160, editable=False)
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="warning_signals", verbose_name="用人单位")
    project = models.ForeignKey(Project, models.PROTECT, null=True, related_name="+", verbose_name="工程项目")
    authority = models.CharField("行业主管部门", max_length=10, choices=Authority, blank=True)
    source = models.CharField("信息来源", max_length=20)
    kind = models.CharField("信息类别", max_length=20)
    on = models.DateField("发生日期")
    received_on = models.DateField("收到日期")
    amount = models.DecimalField("金额（元）", max_digits=MONEY_DIGITS, decimal_places=2, null=True)
    detail = models.TextField("情况说明", blank=True)
    reference = models.CharField("来文编号", max_length=60, blank=True)
    major = models.BooleanField("重大", default=False)
    # What makes it the same information: a list imported twice changes nothing.
    fingerprint = models.CharField(max_length=64, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")
    check_made = models.ForeignKey(WarningCheck, models.PROTECT, null=True, related_name="signals")
    responded_at = models.DateTimeField("首次响应", null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.CharField("撤回原因", max_length=200, blank=True)

    objects = WarningSignalQuerySet.as_manager()

    class Meta:
        verbose_name = "预警信息"
        default_permissions = ()
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["employer", "-on"], name="warning_employer"),
            models.Index(fields=["path", "-id"], opclasses=["varchar_pattern_ops", "int8_ops"], name="warning_path"),
        ]
        constraints = [models.UniqueConstraint(fields=["union", "fingerprint"], condition=STANDS, name="warning_once")]

    def __str__(self) -> str:
        return f"{self.kind_label} {self.on}"

    @property
    def stream(self) -> str:
        return f"warning:{self.pk}"

    @property
    def kind_label(self) -> str:
        return kinds().get(self.kind, self.kind)

    @property
    def source_label(self) -> str:
        found = sources().get(self.source)
        return found.label if found else self.source


class WarningStepQuerySet(models.QuerySet["WarningStep"]):
    def visible_to(self, user: User) -> WarningStepQuerySet:
        """Steps of the reader's units, and those reported to one of them."""
        paths = user.paths(Right.VIEW)
        return self.filter(under(paths) | under(paths, "receiver__path"))

    def reports_to_answer(self, user: User) -> WarningStepQuerySet:
        """Reports upward that a unit of `user`, or one it took over, has not answered."""
        paths = {*user.paths(Right.RECEIVE), *user.paths(Right.APPROVE)}
        taken_over = Q(receiver__valid_until__isnull=False, receiver__parent__path__in=paths)
        return self.filter(Q(receiver__path__in=paths) | taken_over, kind=StepKind.ABOVE, answered_at=None)


class WarningStep(models.Model):
    """YK-1.3: what was done about a warned employer. Told upward (`receiver`), it waits for the answer that it is known."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="处置单位")
    path = models.CharField(max_length=160, editable=False)
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="warning_steps")
    kind = models.CharField("处置", max_length=10, choices=StepKind)
    on = models.DateField("日期")
    detail = models.TextField("内容")
    addressee = models.CharField("送达部门", max_length=60, blank=True)
    receiver = models.ForeignKey(Union, models.PROTECT, null=True, related_name="+", verbose_name="接收单位")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录人")
    at = models.DateTimeField("记录时间")
    answered_on = models.DateField("回执日期", null=True)
    answer = models.TextField("回执、反馈", blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects = WarningStepQuerySet.as_manager()

    class Meta:
        verbose_name = "预警处置"
        default_permissions = ()
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["employer", "-on"], name="warning_step_employer"),
            models.Index(
                fields=["receiver"], condition=Q(answered_at=None, receiver__isnull=False), name="warning_step_waits"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def awaits_answer(self) -> bool:
        return self.answered_at is None and self.kind in (StepKind.GOVERNMENT, StepKind.ABOVE, StepKind.AUTHORITY)


class WarningStandingQuerySet(models.QuerySet["WarningStanding"]):
    def visible_to(self, user: User) -> WarningStandingQuerySet:
        return self.filter(under(user.paths(Right.VIEW)))


class WarningStanding(models.Model):
    """How an employer stands with one unit: the grade of all signals received there and below. A projection: nobody edits it.

    `rank` 0 is below every level of the rulebook; `reasons` are sentences in the order they weigh.
    """

    union = models.ForeignKey(Union, models.PROTECT, related_name="+")
    path = models.CharField(max_length=160)
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="warning_standings")
    level = models.CharField("预警等级", max_length=10, blank=True)
    rank = models.PositiveSmallIntegerField(default=0)
    score = models.DecimalField("分值", max_digits=7, decimal_places=2, default=0)
    reasons: Any = models.JSONField("理由", default=list)
    signals = models.PositiveIntegerField("预警信息（条）", default=0)
    own = models.PositiveIntegerField("本系统产生（条）", default=0)  # SD-2.1a
    unverified = models.PositiveIntegerField("待核实（条）", default=0)
    major = models.BooleanField(default=False)
    latest_on = models.DateField("最近一条")
    waiting_since = models.DateField(null=True)  # the oldest not verified
    rulebook = models.CharField(max_length=60, blank=True)
    clause = models.CharField(max_length=30, blank=True)
    graded_on = models.DateField("计算日期")

    objects = WarningStandingQuerySet.as_manager()

    class Meta:
        verbose_name = "预警等级"
        default_permissions = ()
        ordering = ["-rank", "-score", "-id"]
        indexes = [
            models.Index(fields=["union", "-rank", "-score", "-id"], name="standing_board"),
            models.Index(fields=["path"], opclasses=["varchar_pattern_ops"], name="standing_path"),
        ]
        constraints = [models.UniqueConstraint(fields=["union", "employer"], name="standing_once")]

    def __str__(self) -> str:
        return f"{self.employer} {self.level}"

    def get_absolute_url(self) -> str:
        return reverse("warning", args=[self.pk])

    @property
    def tone(self) -> str:
        """Of the state badge."""
        return LEVEL_TONES.get(self.level, "neutral")


class ListComparison(models.Model):
    """Two or three lists laid over each other (QP-2.2). `lists` and `matches` are what early_warning.comparing makes of them."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="接收单位")
    by = models.ForeignKey(User, models.PROTECT, related_name="list_comparisons")
    at = models.DateTimeField()
    lists: Any = models.JSONField(default=list)
    matches: Any = models.JSONField(default=list)
    taken: Any = ArrayField(models.PositiveIntegerField(), default=list)  # which matches became signals

    class Meta:
        verbose_name = "名单比对"
        default_permissions = ()
        ordering = ["-id"]


def paper_path(paper: SitePaper, filename: str) -> str:
    # The original name never reaches the disk.
    return f"site/{paper.sha256[:2]}/{paper.sha256}"


class SitePaper(models.Model):
    """A photo or paper brought back from the spot."""

    check_made = models.ForeignKey(WarningCheck, models.PROTECT, null=True, related_name="papers")
    inspection = models.ForeignKey("inspections.Inspection", models.PROTECT, null=True, related_name="papers")
    file = StoredFile(upload_to=paper_path, max_length=200)
    name = models.CharField("文件名", max_length=200)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField("SHA-256", max_length=64)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = "现场材料"
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(check_made__isnull=False, inspection=None) | Q(check_made=None, inspection__isnull=False),
                name="paper_of_one_visit",
            ),
            models.UniqueConstraint(fields=["check_made", "sha256"], name="check_paper_once"),
            models.UniqueConstraint(fields=["inspection", "sha256"], name="inspection_paper_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Rhythm(models.TextChoices):
    WEEK = "week", "每周"
    MONTH = "month", "每月"
    QUARTER = "quarter", "每季度"


class SourceRhythmQuerySet(models.QuerySet["SourceRhythm"]):
    def visible_to(self, user: User) -> SourceRhythmQuerySet:
        return self.filter(under(user.paths(Right.VIEW)))


class SourceRhythm(models.Model):
    """YK-1.1b, 定期收集: how often a unit collects the list of a source, within how many calendar days after the period."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="收集单位")
    path = models.CharField(max_length=160, editable=False)
    source = models.CharField("信息来源", max_length=20)
    every = models.CharField("频次", max_length=7, choices=Rhythm)
    days = models.PositiveSmallIntegerField("期满后几日内", default=10)
    contact = models.CharField("提供部门、联系人", max_length=120)
    since = models.DateField("自何日起")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")
    ended_at = models.DateTimeField("停止时间", null=True)

    objects = SourceRhythmQuerySet.as_manager()

    class Meta:
        verbose_name = "定期收集"
        default_permissions = ()
        ordering = ["path", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "source"], condition=Q(ended_at=None), name="one_rhythm_of_a_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_label}名单"

    @property
    def stream(self) -> str:
        return f"source:{self.pk}"

    @property
    def source_label(self) -> str:
        found = sources().get(self.source)
        return found.label if found else self.source


class SourceList(models.Model):
    """The list of one period, as it was received; `rows` 0: the department says that there is nothing."""

    rhythm = models.ForeignKey(SourceRhythm, models.PROTECT, related_name="lists", verbose_name="定期收集")
    first = models.DateField("期间起日")
    received_on = models.DateField("收到日期")
    rows = models.PositiveIntegerField("预警信息（条）", default=0)
    note = models.CharField("说明", max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "收到的名单"
        default_permissions = ()
        ordering = ["-first"]
        constraints = [models.UniqueConstraint(fields=["rhythm", "first"], name="one_list_a_period")]

    def __str__(self) -> str:
        return f"{self.first} {self.rhythm}"
