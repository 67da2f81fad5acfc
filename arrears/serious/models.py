"""Emergencies and standing plans for them (QD-6.5), oversights (SD-2.4b), public opinion (SD-3.3) with the duty roster that
watches it (SD-3.3b), receptions (SD-2.4d), and units called to account (SD-3.4b)."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, F, Max, OuterRef, Q
from django.urls import reverse

from arrears.cases.models import Case
from unions.models import Union, UnionKind, User, under
from unions.people.rights import Right


class Level(models.TextChoices):
    """The three levels that have to be on the spot, nearest first."""

    ENTERPRISE = "enterprise", "企业工会"
    TOWNSHIP = "township", "乡镇（街道）工会"
    DISTRICT = "district", "区市工会"


LEVEL_OF: dict[str, Level] = {
    UnionKind.ENTERPRISE: Level.ENTERPRISE,
    UnionKind.FEDERATION: Level.ENTERPRISE,
    UnionKind.DIRECT: Level.ENTERPRISE,
    UnionKind.CITY_UNIT: Level.ENTERPRISE,
    UnionKind.STATIONED: Level.ENTERPRISE,
    UnionKind.TOWNSHIP: Level.TOWNSHIP,
    UnionKind.ZONE: Level.TOWNSHIP,
    UnionKind.DISTRICT: Level.DISTRICT,
}


class StandingPlanQuerySet(models.QuerySet["StandingPlan"]):
    def visible_to(self, user: User) -> StandingPlanQuerySet:
        return self.filter(under(user.paths(Right.VIEW)))

    def in_force(self, day: date) -> StandingPlanQuerySet:
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)

    def with_figures(self) -> StandingPlanQuerySet:
        """With `drilled` and `followed` (how often) and `last_drill`."""
        return self.annotate(
            drilled=Count("drills", distinct=True),
            last_drill=Max("drills__on"),
            followed=Count("emergencies", distinct=True),
        )


class StandingPlan(models.Model):
    """应急预案 of a unit (QD-6.5): one row per version; the text of a version is never changed."""

    # Of the levels that come to the spot those that keep a plan whether or not anything has happened yet.
    EXPECTED = (UnionKind.TOWNSHIP, UnionKind.ZONE, UnionKind.DISTRICT, UnionKind.CITY)

    union = models.ForeignKey(Union, models.PROTECT, related_name="standing_plans", verbose_name="制定单位")
    path = models.CharField(max_length=160, editable=False)
    title = models.CharField("预案名称", max_length=120)
    key = models.CharField(max_length=120, editable=False)  # the title as it is compared
    version = models.PositiveSmallIntegerField("版次")
    since = models.DateField("施行日期")
    until = models.DateField("止", null=True, blank=True)  # last day included; null: in force
    text = models.TextField("预案内容")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    objects = StandingPlanQuerySet.as_manager()

    class Meta:
        verbose_name = "应急预案"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["path", "-id"], opclasses=["varchar_pattern_ops", "int8_ops"], name="standing_plan_path"
            )
        ]
        constraints = [models.UniqueConstraint(fields=["union", "key", "version"], name="standing_plan_version_once")]

    def __str__(self) -> str:
        return f"《{self.title}》第 {self.version} 版"

    def get_absolute_url(self) -> str:
        return f"{reverse('emergencies')}#plan-{self.pk}"

    @property
    def stream(self) -> str:
        return f"standing-plan:{self.pk}"


class PlanDrill(models.Model):
    """One day on which a plan was drilled."""

    plan = models.ForeignKey(StandingPlan, models.PROTECT, related_name="drills", verbose_name="预案")
    on = models.DateField("演练日期")
    people = models.PositiveIntegerField("参加人数（人）", default=0)
    summary = models.TextField("演练情况和发现的问题")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "预案演练"
        default_permissions = ()
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return f"{self.on} 演练"


class EmergencyQuerySet(models.QuerySet["Emergency"]):
    def visible_to(self, user: User) -> EmergencyQuerySet:
        return self.filter(case__in=Case.objects.visible_to(user).values("pk"))


class Emergency(models.Model):
    """One incident. What happened meanwhile stands in `EmergencyNote`, which only grows."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="emergencies", verbose_name="案件")
    incident_at = models.DateTimeField("事发时间")
    place = models.CharField("事发地点", max_length=120)
    people = models.PositiveIntegerField("现场人数（人）", default=0)
    standing_plan = models.ForeignKey(
        StandingPlan, models.PROTECT, null=True, blank=True, related_name="emergencies", verbose_name="所依预案"
    )
    plan = models.TextField("处置预案")
    outcome = models.TextField("处置结果", blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    opened_at = models.DateTimeField("登记时间")
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    ended_at = models.DateTimeField("平息时间", null=True, editable=False)

    objects = EmergencyQuerySet.as_manager()

    class Meta:
        verbose_name = "应急处置"
        default_permissions = ()
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="one_emergency_at_a_time"),
            models.CheckConstraint(condition=Q(ended_at=None) | ~Q(outcome=""), name="emergency_ends_with_its_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.case} 应急处置"

    def get_absolute_url(self) -> str:
        return reverse("emergency", args=[self.pk])


class Arrival(models.Model):
    """Who of one level came to the spot, and when; told by that level itself or one above it."""

    emergency = models.ForeignKey(Emergency, models.PROTECT, related_name="arrivals")
    level = models.CharField("层级", max_length=10, choices=Level)
    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="到场单位")
    people = models.CharField("到场人员", max_length=200)
    arrived_at = models.DateTimeField("到场时间")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录人")
    at = models.DateTimeField("记录时间")

    class Meta:
        verbose_name = "到场"
        default_permissions = ()
        ordering = ["arrived_at", "id"]
        constraints = [models.UniqueConstraint(fields=["emergency", "union"], name="arrived_once")]

    def __str__(self) -> str:
        return f"{self.union} 到场"


class NoteKind(models.TextChoices):
    PROGRESS = "progress", "现场情况"
    DEMAND = "demand", "职工诉求"
    STEP = "step", "处置措施"


class EmergencyNote(models.Model):
    """One line of the live log. The table only grows: a mistake is answered by a further line."""

    emergency = models.ForeignKey(Emergency, models.PROTECT, related_name="notes")
    kind = models.CharField("类别", max_length=10, choices=NoteKind)
    text = models.TextField("内容")
    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="记录单位")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录人")
    at = models.DateTimeField("记录时间")

    class Meta:
        verbose_name = "现场记录"
        default_permissions = ()
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.text[:20]}"


class OpinionSource(models.TextChoices):
    SHORT_VIDEO = "short_video", "短视频平台"
    MICROBLOG = "microblog", "微博、论坛"
    PRESS = "press", "新闻媒体"
    BOARD = "board", "领导留言板"
    OTHER = "other", "其他"


class Verdict(models.TextChoices):
    """What was said proved true, or it did not and was set right in public (SD-3.3b)."""

    TRUE = "true", "属实，已处置"
    UNTRUE = "untrue", "不实，已澄清"


class OpinionQuerySet(models.QuerySet["Opinion"]):
    def visible_to(self, user: User) -> OpinionQuerySet:
        return self.filter(under(user.paths(Right.VIEW)))


class Opinion(models.Model):
    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="发现单位")
    path = models.CharField(max_length=160, editable=False)
    title = models.CharField("舆情事项", max_length=120)
    source = models.CharField("来源", max_length=12, choices=OpinionSource)
    where = models.CharField("出处", max_length=300, blank=True)
    heavy = models.BooleanField("重大舆情", default=False)
    seen_at = models.DateTimeField("发现时间")
    answered_at = models.DateTimeField("首次回应时间", null=True, blank=True)
    answer = models.TextField("首次回应", blank=True)
    handled_at = models.DateTimeField("处置完毕时间", null=True, blank=True)
    outcome = models.TextField("处置结果", blank=True)
    verdict = models.CharField("处置结论", max_length=6, choices=Verdict, blank=True)
    statement = models.TextField("澄清声明", blank=True)
    cases = models.ManyToManyField(Case, related_name="opinions", verbose_name="关联案件")
    version = models.PositiveIntegerField(default=1, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = "欠薪舆情"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["path", "-id"], opclasses=["varchar_pattern_ops", "int8_ops"], name="opinion_path")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(answered_at__gte=F("seen_at")), name="answered_after_seen"
            ),
            models.CheckConstraint(
                condition=Q(handled_at=None) | Q(handled_at__gte=F("answered_at")), name="handled_after_answered"
            ),
            models.CheckConstraint(
                condition=~Q(verdict="untrue") | ~Q(statement=""), name="untrue_is_set_right_in_words"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("opinion", args=[self.pk])

    @property
    def stream(self) -> str:
        return f"opinion:{self.pk}"


class WatchShift(models.TextChoices):
    WHOLE = "whole", "全天"
    DAY = "day", "白班"
    NIGHT = "night", "夜班"


class OpinionWatchQuerySet(models.QuerySet["OpinionWatch"]):
    def visible_to(self, user: User) -> OpinionWatchQuerySet:
        return self.filter(under(user.paths(Right.VIEW)))


class OpinionWatch(models.Model):
    """舆情值班: who of a unit watches what is said in public, one row a day and shift (全天候监测, SD-3.3b)."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="单位")
    path = models.CharField(max_length=160, editable=False)
    on = models.DateField("日期")
    shift = models.CharField("班次", max_length=5, choices=WatchShift)
    person = models.CharField("值班人员", max_length=60)
    phone = models.CharField("值班电话", max_length=40)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    objects = OpinionWatchQuerySet.as_manager()

    class Meta:
        verbose_name = "舆情值班"
        default_permissions = ()
        ordering = ["on", "shift"]
        constraints = [models.UniqueConstraint(fields=["union", "on", "shift"], name="one_watch_a_shift")]
        indexes = [models.Index(fields=["on", "path"], name="watch_day")]

    def __str__(self) -> str:
        return f"{self.on} {self.get_shift_display()} {self.person}"


class OversightKind(models.TextChoices):
    SUPERVISED = "supervised", "督办"
    LISTED = "listed", "挂牌督办"
    LEADER = "leader", "领导包案"
    TASK_FORCE = "task_force", "专班办理"
    TAKEN_UP = "taken_up", "提级办理"


class OversightStage(models.TextChoices):
    REQUESTED = "requested", "待审批"
    DECLINED = "declined", "未批准"
    WITHDRAWN = "withdrawn", "已撤回"
    IN_FORCE = "in_force", "督办中"
    REPORTED = "reported", "待批准解除"
    LIFTED = "lifted", "已解除"


IN_EFFECT = (OversightStage.IN_FORCE, OversightStage.REPORTED)
PENDING = (OversightStage.REQUESTED, *IN_EFFECT)


class OversightQuerySet(models.QuerySet["Oversight"]):
    def visible_to(self, user: User) -> OversightQuerySet:
        """Whoever sees the case; what is only asked for or was not approved stays in the unit that asked."""
        seen = self.filter(case__in=Case.objects.visible_to(user).values("pk"))
        inside = under(user.paths(Right.VIEW), field="setter__path")
        return seen.filter(Q(stage__in=[*IN_EFFECT, OversightStage.LIFTED]) | inside)

    def standing(self) -> OversightQuerySet:
        return self.filter(stage__in=IN_EFFECT)


def overseen_kinds() -> ArraySubquery:
    """For a queryset of cases: the kinds that stand on each, without a query of its own."""
    return ArraySubquery(Oversight.objects.standing().filter(case=OuterRef("pk")).values("kind"))


# What `the_case` reads with a case.
CASE_ANNOTATIONS = {"overseen": overseen_kinds}


def overseen_labels(case: Case) -> list[str]:
    """What is set on a case read with `overseen=overseen_kinds()`, in words; nothing where it was not asked for."""
    return [str(OversightKind(kind).label) for kind in getattr(case, "overseen", ())]


class Oversight(models.Model):
    """Asked for by one person of the union above, approved by another; lifted there upon a report from below."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="oversights", verbose_name="案件")
    kind = models.CharField("方式", max_length=10, choices=OversightKind)
    setter = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="督办单位")
    responsible = models.CharField("责任领导、责任人", max_length=200)
    demand = models.TextField("督办要求")
    due_on = models.DateField("办结期限")
    stage = models.CharField("状态", max_length=10, choices=OversightStage, default=OversightStage.REQUESTED)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    requested_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="审批人")
    decided_at = models.DateTimeField("审批时间", null=True)
    decision = models.TextField("审批意见", blank=True)
    report = models.TextField("解除报告", blank=True)
    reported_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="报告人")
    reported_at = models.DateTimeField("报告时间", null=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="解除审批人")
    lifted_at = models.DateTimeField("解除时间", null=True)
    answer = models.TextField("对解除报告的意见", blank=True)

    objects = OversightQuerySet.as_manager()

    class Meta:
        verbose_name = "督办"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [models.Index(fields=["case", "stage"], name="oversight_case")]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "setter", "kind"], condition=Q(stage__in=PENDING), name="overseen_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.setter}{self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("oversight", args=[self.pk])

    @property
    def stream(self) -> str:
        """The name of its term among the obligations."""
        return f"oversight:{self.pk}"


class FallbackParty(models.Model):
    """兜底责任单位: who pays in the end on a government project or one of a state-owned enterprise."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="fallback", verbose_name="案件")
    name = models.CharField("兜底责任单位", max_length=120)
    person = models.CharField("责任人", max_length=60)
    phone = models.CharField("联系电话", max_length=40, blank=True)
    basis = models.CharField("依据", max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "兜底责任单位"
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class Season(models.TextChoices):
    NEW_YEAR = "new_year", "元旦前后"
    SPRING = "spring", "春节前后"
    OTHER = "other", "其他时段"


class ReceptionQuerySet(models.QuerySet["Reception"]):
    def visible_to(self, user: User) -> ReceptionQuerySet:
        return self.filter(under(user.paths(Right.VIEW)))


class Reception(models.Model):
    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="接访单位")
    path = models.CharField(max_length=160, editable=False)
    on = models.DateField("接访日期")
    season = models.CharField("时段", max_length=10, choices=Season)
    place = models.CharField("地点", max_length=120)
    leader = models.CharField("接访领导", max_length=60)
    post = models.CharField("职务", max_length=60, blank=True)
    visitors = models.PositiveIntegerField("来访人数（人）", default=0)
    summary = models.TextField("接访情况", blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    objects = ReceptionQuerySet.as_manager()

    class Meta:
        verbose_name = "集中接访"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["path", "-id"], opclasses=["varchar_pattern_ops", "int8_ops"], name="reception_path")
        ]
        constraints = [models.UniqueConstraint(fields=["union", "on", "place"], name="received_once")]

    def __str__(self) -> str:
        return f"{self.on} {self.place}"

    def get_absolute_url(self) -> str:
        return reverse("reception", args=[self.pk])

    @property
    def stream(self) -> str:
        return f"reception:{self.pk}"


class ReceptionCase(models.Model):
    """A case taken, or looked at again, at the session."""

    reception = models.ForeignKey(Reception, models.PROTECT, related_name="matters", verbose_name="接访")
    case = models.ForeignKey(Case, models.CASCADE, related_name="receptions", verbose_name="案件")
    taken_on_spot = models.BooleanField("现场受理", default=True)
    result = models.CharField("现场答复", max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "接访事项"
        default_permissions = ()
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["reception", "case"], name="taken_once")]

    def __str__(self) -> str:
        return str(self.case)


class CallKind(models.TextChoices):
    INTERVIEW = "interview", "约谈"
    CIRCULAR = "circular", "通报"
    ACCOUNT = "account", "问责"


class CallGround(models.TextChoices):
    NEGLECT = "neglect", "监管责任不落实"
    DISORDER = "disorder", "组织工作不到位引发群体性、极端性事件"
    FUNDS = "funds", "政府投资、国企项目资金不到位导致欠薪"
    SLOW = "slow", "进展缓慢、欠薪多发频发"
    OTHER = "other", "其他"


class UnitCallQuerySet(models.QuerySet["UnitCall"]):
    def visible_to(self, user: User) -> UnitCallQuerySet:
        """Units of the side that calls and of the side that is called."""
        paths = user.paths(Right.VIEW)
        return self.filter(under(paths, "setter__path") | under(paths, "unit__path"))

    def unanswered(self) -> UnitCallQuerySet:
        return self.filter(result_at=None)


class UnitCall(models.Model):
    """约谈、通报、问责 of a unit by one above it, on the occasion of a case or of its work as a whole (SD-3.4b)."""

    kind = models.CharField("方式", max_length=9, choices=CallKind)
    setter = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="作出单位")
    unit = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="对象单位")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="unit_calls", verbose_name="案件")
    ground = models.CharField("事由", max_length=8, choices=CallGround)
    detail = models.TextField("具体情况")
    on = models.DateField("日期")
    persons = models.CharField("责任人", max_length=200)
    demands = models.TextField("整改要求")
    due_on = models.DateField("整改期限")
    result = models.TextField("整改结果", blank=True)
    result_on = models.DateField("完成日期", null=True)
    result_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="反馈人")
    result_at = models.DateTimeField("反馈时间", null=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    objects = UnitCallQuerySet.as_manager()

    class Meta:
        verbose_name = "约谈、通报、问责"
        default_permissions = ()
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gte=F("on")), name="call_has_its_term"),
            models.CheckConstraint(
                condition=Q(result_at=None) | Q(result_on__isnull=False) & ~Q(result=""),
                name="call_ends_with_its_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}{self.unit}"

    def get_absolute_url(self) -> str:
        return f"{reverse('oversights')}#call-{self.pk}"

    @property
    def stream(self) -> str:
        return f"call:{self.pk}"
