"""Before arrears arise: the prevention log (QD-7), risk classes of employers (QP-4.3), and the 以案定补 list (QP-1.3)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from arrears.cases.models import Case, Employer
from arrears.inspections.models.inspection import Inspection
from unions.common.stored_file import StoredFile
from unions.models import Union, User, under
from unions.people.rights import Right

STANDS = Q(withdrawn_at=None)


class PreventionKind(models.TextChoices):
    """What is written down here. 检查 is not among them: inspections have books of their own and are counted from there."""

    UNION_BUILDING = "union_building", "建会入会"
    VISIT = "visit", "走访"
    PUBLICITY = "publicity", "普法宣传"
    CHECKUP = "checkup", "法治体检"
    CONTRACT = "contract", "劳动合同指导"
    BARGAINING = "bargaining", "工资集体协商"
    MEETING = "meeting", "联席会议"
    CAMPAIGN = "campaign", "专题宣传"
    JOINT = "joint", "联合督导"
    LEGAL_SERVICE = "legal_service", "公益法律服务行动"


# What is planned before it is done, and only where a notice asks for it → the step it asks for (vocabulary.REQUIREMENTS).
PLANNED: dict[str, str] = {
    PreventionKind.MEETING: "joint-meeting",
    PreventionKind.CAMPAIGN: "yearly-campaign",
    PreventionKind.JOINT: "joint-supervision",
}

# Of these figures tell how many of the things agreed were carried out.
AGREEING = frozenset({PreventionKind.MEETING, PreventionKind.JOINT})


class PreventionWorkQuerySet(models.QuerySet["PreventionWork"]):
    def visible_to(self, user: User) -> PreventionWorkQuerySet:
        return self.filter(under(user.paths(Right.VIEW)))

    def standing(self) -> PreventionWorkQuerySet:
        """Not withdrawn."""
        return self.filter(STANDS)

    def carried_out(self) -> PreventionWorkQuerySet:
        """What counts: neither withdrawn nor only planned so far."""
        return self.standing().exclude(done="")

    def with_tasks(self) -> PreventionWorkQuerySet:
        """Annotated with `agreed` (how many things were) and `unfinished` of them."""
        unfinished = models.Count("tasks", filter=Q(tasks__done_on=None))
        return self.annotate(agreed=models.Count("tasks"), unfinished=unfinished)


class PreventionWork(models.Model):
    """One piece of prevention on one day: whom it reached and what was done.

    `firms` counts employers reached, named or not; `employers` are those that are known by name; `cases` those a joint supervision
    (QD-6.4b) is about, whose employers are among `employers`. A meeting, a campaign or a joint supervision (`PLANNED`) may be planned first: as long as `done` is empty it is not carried out, and `on` is the day meant for it.
    """

    union = models.ForeignKey(Union, models.PROTECT, related_name="prevention_works", verbose_name="开展单位")
    path = models.CharField(max_length=160, editable=False)
    kind = models.CharField("类别", max_length=14, choices=PreventionKind)
    on = models.DateField("日期")
    title = models.CharField("事项", max_length=120)
    employers = models.ManyToManyField(Employer, related_name="prevention_works", verbose_name="用人单位")
    cases = models.ManyToManyField(Case, related_name="prevention_works", verbose_name="案件")
    firms = models.PositiveIntegerField("用人单位（户）", default=0)
    projects = models.PositiveIntegerField("工程项目（个）", default=0)
    people = models.PositiveIntegerField("覆盖人数（人）", default=0)
    place = models.CharField("地点", max_length=120, blank=True)
    helpers = models.PositiveIntegerField("服务人员（人）", default=0)  # lawyers, volunteers, officers on the spot
    agenda = models.TextField("议题、方案", blank=True)
    partners = models.CharField("参加单位", max_length=300, blank=True)
    done = models.TextField(
        "做了什么、有什么结果", blank=True
    )  # of a meeting its minutes, of a joint supervision what was agreed
    planned_at = models.DateTimeField("安排时间", null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.CharField("撤销原因", max_length=200, blank=True)

    objects = PreventionWorkQuerySet.as_manager()

    class Meta:
        verbose_name = "预防工作"
        default_permissions = ()
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["path", "on"], opclasses=["varchar_pattern_ops", "date_ops"], name="prevention_path"),
            models.Index(fields=["union", "on"], name="prevention_union"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("prevention-work", args=[self.pk])

    @property
    def stream(self) -> str:
        return f"prevention:{self.pk}"

    @property
    def is_plan(self) -> bool:
        return not self.done


def paper_path(paper: PreventionPaper, filename: str) -> str:
    # The original name never reaches the disk.
    return f"prevention/{paper.sha256[:2]}/{paper.sha256}"


class PreventionPaper(models.Model):
    """A photo or paper of one piece of work."""

    work = models.ForeignKey(PreventionWork, models.PROTECT, related_name="papers")
    file = StoredFile(upload_to=paper_path, max_length=200)
    name = models.CharField("文件名", max_length=200)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField("SHA-256", max_length=64)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = "预防工作材料"
        default_permissions = ()
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["work", "sha256"], name="prevention_paper_once")]

    def __str__(self) -> str:
        return self.name


class PreventionTask(models.Model):
    """议定事项: what a meeting agreed that somebody does by a day, and what came of it."""

    work = models.ForeignKey(PreventionWork, models.PROTECT, related_name="tasks")
    what = models.CharField("议定事项", max_length=300)
    responsible = models.CharField("落实单位、责任人", max_length=120)
    due_on = models.DateField("落实期限")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")
    done_on = models.DateField("落实日期", null=True)
    result = models.CharField("落实情况", max_length=500, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "议定事项"
        default_permissions = ()
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return self.what

    @property
    def stream(self) -> str:
        return f"prevention-task:{self.pk}"

    def late(self, today: date) -> bool:
        return (self.done_on or today) > self.due_on


# ---- risk classes ---------------------------------------------------------------------------------------------------


class RiskChangeStage(models.TextChoices):
    REQUESTED = "requested", "待审批"
    APPROVED = "approved", "已生效"
    DECLINED = "declined", "未同意"
    WITHDRAWN = "withdrawn", "已撤回"
    ENDED = "ended", "已提前终止"


class RiskChangeQuerySet(models.QuerySet["RiskChange"]):
    def in_force(self, day: date) -> RiskChangeQuerySet:
        return self.filter(stage=RiskChangeStage.APPROVED, until__gte=day)


class RiskChange(models.Model):
    """A class set by hand: asked with a reason and a last day, agreed to by a second person. Afterwards the rule speaks again."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="分类单位")
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="risk_changes")
    label = models.CharField("调整为", max_length=20)
    reason = models.CharField("理由", max_length=500)
    until = models.DateField("有效期至")
    stage = models.CharField("进度", max_length=10, choices=RiskChangeStage, default=RiskChangeStage.REQUESTED)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    asked_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="审批人")
    decided_at = models.DateTimeField("审批时间", null=True)
    opinion = models.CharField("意见", max_length=500, blank=True)

    objects = RiskChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "风险类别调整"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [models.Index(fields=["union"], condition=Q(stage="requested"), name="risk_change_waits")]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "employer"], condition=Q(stage__in=["requested", "approved"]), name="one_risk_change"
            )
        ]

    def __str__(self) -> str:
        return f"{self.employer} {self.label}"

    @property
    def stream(self) -> str:
        return f"risk-change:{self.pk}"


# What speaks against an employer → how the reason is said.
WEIGHED = ("warned", "arrears", "unfinished", "findings", "workforce")


class EmployerRiskQuerySet(models.QuerySet["EmployerRisk"]):
    def visible_to(self, user: User) -> EmployerRiskQuerySet:
        """Rows of the reader's general unions; to those below one, what it says of employers on their own books."""
        paths = user.paths(Right.VIEW)
        above = {int(part) for path in paths for part in path.rstrip(".").split(".")[:-1] if part}
        if not above:
            return self.filter(under(paths))
        own = Q(employer__in=Case.objects.filter(under(paths)).values("employer"))
        own |= Q(employer__in=Inspection.objects.filter(under(paths)).values("employer"))
        return self.filter(under(paths) | (Q(union__in=above) & own))


class EmployerRisk(models.Model):
    """The risk class of an employer at the general union that knows it: a projection of one SQL pass, nobody edits it.

    `rank` counts the classes from 1, the mildest; `score` adds up what speaks against it and only orders equals. `reached` names
    the facts that reach the class. `rule_label`, `rule_rank`: what the rule gives where a change by hand stands (`change`).
    """

    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="分类单位")
    path = models.CharField(max_length=160)
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="risks")
    label = models.CharField("风险类别", max_length=20)
    rank = models.PositiveSmallIntegerField()
    score = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    every_days = models.PositiveSmallIntegerField("检查间隔（日）", null=True)
    service = models.CharField("监管服务", max_length=200, blank=True)
    rule_label = models.CharField(max_length=20)
    rule_rank = models.PositiveSmallIntegerField()
    change = models.ForeignKey(RiskChange, models.SET_NULL, null=True, related_name="+")
    warned = models.PositiveSmallIntegerField(default=0)
    warned_level = models.CharField(max_length=10, blank=True)
    arrears = models.PositiveIntegerField(default=0)
    unfinished = models.PositiveIntegerField(default=0)
    findings = models.PositiveIntegerField(default=0)
    workforce = models.PositiveIntegerField(default=0)
    years = models.PositiveSmallIntegerField(default=0)
    reached: Any = ArrayField(models.CharField(max_length=12), default=list)
    rulebook = models.CharField(max_length=60)
    clause = models.CharField(max_length=30)
    since = models.DateField("首次分类")
    at = models.DateTimeField("计算时间")

    objects = EmployerRiskQuerySet.as_manager()

    class Meta:
        verbose_name = "企业风险分类"
        default_permissions = ()
        ordering = ["-rank", "-score", "-id"]
        indexes = [
            models.Index(fields=["union", "-rank", "-score", "-id"], name="risk_board"),
            models.Index(fields=["path"], opclasses=["varchar_pattern_ops"], name="risk_path"),
            models.Index(fields=["-rank", "-score", "-id"], name="risk_order"),
        ]
        constraints = [models.UniqueConstraint(fields=["union", "employer"], name="risk_once")]

    def __str__(self) -> str:
        return f"{self.employer} {self.label}"

    def get_absolute_url(self) -> str:
        return reverse("risk-class", args=[self.pk])

    @property
    def by_hand(self) -> bool:
        return self.change_id is not None

    def next_on(self, last_visit: date | None) -> date | None:
        """The day by which it must be inspected again; None where its class sets no rhythm."""
        if self.every_days is None:
            return None
        return max(self.since, last_visit or self.since) + timedelta(days=self.every_days)

    def reasons(self) -> list[tuple[str, bool]]:
        """What is known against it, and whether that is what its class comes from."""
        said = {
            "warned": f"预警等级 {self.warned_level}" if self.warned else "",
            "arrears": f"{self.years} 年内查实欠薪 {self.arrears} 件" if self.arrears else "",
            "unfinished": f"未结案件 {self.unfinished} 件" if self.unfinished else "",
            "findings": f"未整改的检查问题 {self.findings} 个" if self.findings else "",
            "workforce": f"职工 {self.workforce:,} 人" if "workforce" in self.reached else "",
        }
        return [(said[name], name in self.reached) for name in WEIGHED if said[name]]


# ---- 以案定补 ---------------------------------------------------------------------------------------------------------


class SubsidyStage(models.TextChoices):
    DRAFTED = "drafted", "待确认"
    CONFIRMED = "confirmed", "已确认"
    DECLINED = "declined", "未同意"
    WITHDRAWN = "withdrawn", "已撤回"


class SubsidyListQuerySet(models.QuerySet["SubsidyList"]):
    def visible_to(self, user: User) -> SubsidyListQuerySet:
        return self.filter(under(user.paths(Right.VIEW)))


class SubsidyList(models.Model):
    """One quarter's 以案定补 list of a unit, frozen: `rows` are what the second person confirmed, `hash` binds her to them."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="单位")
    path = models.CharField(max_length=160, editable=False)
    quarter = models.CharField("季度", max_length=6)  # 2026Q3
    rows: Any = models.JSONField(default=list)
    per_case = models.DecimalField("每件（元）", max_digits=10, decimal_places=2, null=True)
    hash = models.CharField(max_length=64)
    stage = models.CharField("进度", max_length=10, choices=SubsidyStage, default=SubsidyStage.DRAFTED)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    drafted_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="确认人")
    decided_at = models.DateTimeField("确认时间", null=True)
    opinion = models.CharField("意见", max_length=500, blank=True)

    objects = SubsidyListQuerySet.as_manager()

    class Meta:
        verbose_name = "以案定补清单"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["path", "-id"], opclasses=["varchar_pattern_ops", "int8_ops"], name="subsidy_path")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "quarter"], condition=Q(stage__in=["drafted", "confirmed"]), name="one_subsidy_list"
            )
        ]

    def __str__(self) -> str:
        return f"{self.quarter[:4]}年第{self.quarter[-1]}季度"

    def get_absolute_url(self) -> str:
        return reverse("subsidy", args=[self.pk])

    @property
    def stream(self) -> str:
        return f"subsidy:{self.pk}"
