"""一函两书: 提示函, 意见书 and 建议书, their numbers, delivery and answers; and the layouts they are printed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.urls import reverse

from arrears.cases.models import Case, Evidence
from arrears.law.rules.rates import Rate
from unions.models import Agency, Union, User, under
from unions.people.rights import Right


class LetterKind(models.TextChoices):
    PROMPT = "prompt", "提示函"
    OPINION = "opinion", "意见书"
    SUGGESTION = "suggestion", "建议书"
    REVISIT = "revisit", "整改回访函"


class LetterState(models.TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审批"
    WITHDRAWN = "withdrawn", "已撤回"
    APPROVED = "approved", "待送达"
    DELIVERED = "delivered", "待答复"
    REFUSED = "refused", "拒收"
    ANSWERED = "answered", "已答复"
    FINISHED = "finished", "已办结"
    VOID = "void", "作废"


# Before approval a letter is its issuer's own business.
UNISSUED = (LetterState.DRAFT, LetterState.SUBMITTED, LetterState.WITHDRAWN)
ON_ITS_WAY = (LetterState.DRAFT, LetterState.SUBMITTED)


class SuggestionGround(models.TextChoices):
    """Why a 建议书 follows a 意见书 (QD-6.2)."""

    REFUSED = "refused", "拒绝签收"
    SILENT = "silent", "逾期未作答复"
    UNCORRECTED = "uncorrected", "无正当理由不予改正"


class Department(models.TextChoices):
    """Whom a 建议书 can go to: the department of the issuer's own level, 人社 before all others."""

    HR = "hr", "人力资源和社会保障"
    HOUSING = "housing", "住房和城乡建设"
    TRANSPORT = "transport", "交通运输"
    WATER = "water", "水利"
    MARKET = "market", "市场监督管理"


class Delivery(models.TextChoices):
    BY_HAND = "by_hand", "直接送达"
    LEFT = "left", "留置送达"
    POST = "post", "邮寄送达"
    ELECTRONIC = "electronic", "电子送达"


class ReplyResult(models.TextChoices):
    CORRECTED = "corrected", "已改正或答应改正"
    EXPLAINED = "explained", "说明理由，理由正当"
    UNCORRECTED = "uncorrected", "不改正，无正当理由"


@dataclass(frozen=True)
class ReplyRates:
    """Numbers of letters: issued (void ones among them), handed over or refused, answered, overdue."""

    issued: int
    void: int
    reached: int
    answered: int
    refused: int
    overdue: int

    @property
    def reply_rate(self) -> Rate:
        """Answered letters out of those handed over or refused; what was issued and has not reached anybody is left out."""
        return Rate(self.answered, self.reached, self.issued - self.void - self.reached)

    @property
    def reply_words(self) -> str:
        """答复率 83%（未送达 2 份不计）."""
        left_out = f"（未送达 {self.reply_rate.left_out:,} 份不计）" if self.reply_rate.left_out else ""
        return f"答复率 {self.reply_rate.text(0, '%')}{left_out}"


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible_to(self, user: User) -> LetterQuerySet:
        """Issued ones: whoever sees the case, or stands above the issuer. Unissued ones: the issuer alone, and who drafted them."""
        paths = user.paths(Right.VIEW)
        if not paths:
            return self.none()
        seen = Q(case__in=Case.objects.visible_to(user).values("pk")) | under(paths, "issuer__path")
        return self.filter(_at_issuer(paths) | Q(drafted_by=user) | seen & ~Q(state__in=UNISSUED))

    def addressed_to(self, user: User, day: date) -> LetterQuerySet:
        """Issued 建议书 to the departments of `user` on `day`: all that their people see of letters."""
        mine = Agency.objects.of(user, day).filter(union=OuterRef("issuer"), kind=OuterRef("department"))
        return self.issued().filter(Exists(mine), kind=LetterKind.SUGGESTION).exclude(state=LetterState.VOID)

    def issued(self) -> LetterQuerySet:
        return self.filter(number__isnull=False)

    def reached(self) -> LetterQuerySet:
        """Handed over or refused, and not void: those an answer can be asked of."""
        return self.filter(delivered_on__isnull=False).exclude(state=LetterState.VOID)

    def overdue(self, now: datetime) -> LetterQuerySet:
        """Handed over, unanswered, and the term has run out."""
        return self.filter(state=LetterState.DELIVERED, reply_due_at__lt=now.replace(microsecond=0))

    def rates(self, now: datetime) -> ReplyRates:
        """How many were issued, reached their addressee and were answered; one query."""
        reached = Q(delivered_on__isnull=False) & ~Q(state=LetterState.VOID)
        row = self.order_by().aggregate(
            issued=Count("pk", filter=Q(number__isnull=False)),
            void=Count("pk", filter=Q(state=LetterState.VOID)),
            reached=Count("pk", filter=reached),
            answered=Count("pk", filter=reached & Q(answered_on__isnull=False)),
            refused=Count("pk", filter=reached & Q(delivery="")),
            overdue=Count("pk", filter=Q(state=LetterState.DELIVERED, reply_due_at__lt=now.replace(microsecond=0))),
        )
        return ReplyRates(**row)


def _at_issuer(paths: list[str]) -> Q:
    """Issued by one of these units, or by a closed one that stands under one of them."""
    left = Q(issuer__valid_until__isnull=False, issuer__parent__path__in=paths)
    return Q(issuer__path__in=paths) | left


class Letter(models.Model):
    """One letter. Once it has its number its words are locked, by a trigger of the database too."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="letters", verbose_name="案件")
    kind = models.CharField("类别", max_length=12, choices=LetterKind)
    issuer = models.ForeignKey(Union, models.PROTECT, related_name="letters", verbose_name="制发单位")
    state = models.CharField("状态", max_length=10, choices=LetterState, default=LetterState.DRAFT)
    version = models.PositiveIntegerField(default=1)  # grows with every step: stale tabs show
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="followed_by", verbose_name="前一份文书"
    )

    # What it says.
    ground = models.CharField("提出建议的事由", max_length=12, choices=SuggestionGround, blank=True)
    department = models.CharField("致送部门", max_length=12, choices=Department, blank=True)
    addressee = models.CharField("受文单位", max_length=160)
    facts = models.TextField("查明的事实")
    breached = models.TextField("违反的规定")
    demand = models.TextField("监督要求")
    supervisors = ArrayField(models.CharField(max_length=40), verbose_name="劳动法律监督员", default=list)
    investigated_on = models.DateField("调查日期", null=True)
    contact = models.CharField("联系人及电话", max_length=80, blank=True)
    # Ids of the evidence that goes along (向同级人社部门递交建议书及有关材料).
    enclosures = ArrayField(models.BigIntegerField(), verbose_name="随附材料", default=list)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="拟稿人")
    drafted_at = models.DateTimeField("拟稿时间")

    # Asked for and decided.
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="送审人")
    submitted_at = models.DateTimeField("送审时间", null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="签发人")
    decided_at = models.DateTimeField("签发时间", null=True)
    decision = models.TextField("审批意见", blank=True)

    # Final: numbered, written, locked.
    year = models.PositiveSmallIntegerField("年度", null=True)
    serial = models.PositiveIntegerField("序号", null=True)
    number = models.CharField("文号", max_length=160, null=True)
    issued_on = models.DateField("成文日期", null=True)
    reply_workdays = models.PositiveSmallIntegerField("答复期限（工作日）", null=True)
    content = models.JSONField(default=dict)  # every value the paper was written with
    document = models.FileField(upload_to="letters", max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)

    # What became of it.
    delivered_on = models.DateField("送达日期", null=True)  # also the day receipt was refused
    delivery = models.CharField("送达方式", max_length=12, choices=Delivery, blank=True)
    received_by = models.CharField("签收人", max_length=60, blank=True)
    witnesses = models.CharField("见证人", max_length=120, blank=True)
    delivery_note = models.TextField("送达情况", blank=True)
    delivery_proof = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="+")
    objected_on = models.DateField("提出异议日期", null=True)
    objection = models.TextField("异议", blank=True)
    department_closed_on = models.DateField("部门办结日期", null=True)
    # Written by terms.keep_letters only.
    reply_due_at = models.DateTimeField("答复期限", null=True, editable=False)
    answered_on = models.DateField("答复日期", null=True)
    answer = models.CharField("答复结果", max_length=12, choices=ReplyResult, blank=True)
    answer_note = models.TextField("答复内容", blank=True)
    answer_paper = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="+")
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField("办结或作废时间", null=True)
    ended_reason = models.TextField("办结或作废的原因", blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = "一函两书"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["issuer", "state"], name="letter_issuer"),
            models.Index(fields=["reply_due_at"], name="letter_clock", condition=Q(state="delivered")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "kind", "year", "serial"],
                condition=Q(serial__isnull=False),
                name="letter_number_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted", "withdrawn"], number__isnull=True)
                | Q(
                    state__in=["approved", "delivered", "refused", "answered", "finished", "void"], number__isnull=False
                ),
                name="letter_issued_has_number",
            ),
            models.CheckConstraint(
                condition=~Q(kind="suggestion") | Q(follows__isnull=False) & ~Q(ground=""),
                name="suggestion_has_its_ground",
            ),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True)
                | Q(delivered_on__isnull=False) & Q(answered_on__gte=F("delivered_on")),
                name="letter_answered_after_delivery",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.get_kind_display()}（{self.get_state_display()}）"

    def get_absolute_url(self) -> str:
        return reverse("letter", args=[self.pk])

    @property
    def title(self) -> str:
        return f"工会劳动法律监督{self.get_kind_display()}"

    def enclosed(self) -> list[Evidence]:
        """What goes along, in the order of the case."""
        return list(Evidence.objects.filter(case=self.case_id, pk__in=self.enclosures)) if self.enclosures else []

    @property
    def is_issued(self) -> bool:
        return self.number is not None

    def is_overdue(self, now: datetime) -> bool:
        """Handed over, unanswered, and past the last second of its term."""
        due = self.reply_due_at
        return self.state == LetterState.DELIVERED and due is not None and now.replace(microsecond=0) > due


class LetterLayout(models.Model):
    """A layout of its own for one kind of letter, for a union and all below; the newest in use counts. Rows stay."""

    union = models.ForeignKey(Union, models.PROTECT, related_name="letter_layouts", verbose_name="适用单位")
    kind = models.CharField("类别", max_length=12, choices=LetterKind)
    name = models.CharField("文件名", max_length=200)
    file = models.FileField(upload_to="letter-layouts", max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    at = models.DateTimeField("上传时间")
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField("停用时间", null=True)

    class Meta:
        verbose_name = "文书版式"
        default_permissions = ()
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "kind"], condition=Q(ended_at__isnull=True), name="letter_layout_in_use"
            )
        ]

    def __str__(self) -> str:
        return self.name
