"""转送: a matter of a case put to a department outside the unions, and what it answered (QD-6.4, QH-2b, SD-2.3e, YK-1.3)."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse

from arrears.cases.models import NO_MORE, Case, Evidence
from unions.common.industries import Industry
from unions.common.limits import MONEY_DIGITS
from unions.common.stored_file import StoredFile
from unions.models import Agency, Union, User, acts_at, under
from unions.people.rights import Right


class ReferralKind(models.TextChoices):
    HR = "hr", "提请人社部门查处"
    POLICE = "police", "移送公安机关"
    JUDICIAL = "judicial", "移送检察机关、法院"
    INDUSTRY = "industry", "推送行业主管部门"
    CORRECT = "correct", "提请制止、纠正违法发包等行为"
    LISTING = "listing", "提请列入联合惩戒名单"
    LEGAL_AID = "legal_aid", "转介法律援助"
    NOTICE = "notice", "通报有关部门"
    HANDOVER = "handover", "转交部门办理"
    GOVERNMENT = "government", "报告本级政府"
    EARLY = "early", "商请公安提前介入"


class ReferralStage(models.TextChoices):
    REQUESTED = "requested", "待审批"
    DECLINED = "declined", "审批退回"
    WITHDRAWN = "withdrawn", "已撤回"
    SENT = "sent", "已发出待接收"
    REFUSED = "refused", "对方不予接收"
    ACCEPTED = "accepted", "对方已接收"
    ANSWERED = "answered", "已答复"


# How the department reads it: the other side is hers.
TO_THE_DEPARTMENT = {
    ReferralStage.SENT: "待本部门接收",
    ReferralStage.REFUSED: "本部门不予接收",
    ReferralStage.ACCEPTED: "本部门已接收",
    ReferralStage.ANSWERED: "本部门已答复",
}
# Neither a yes nor a no from the other side yet: the case cannot be closed over it.
UNSETTLED = (ReferralStage.REQUESTED, ReferralStage.SENT)
# What the department sees: nothing before a second person has approved it, nothing that was taken back.
ADDRESSEE_SEES = (ReferralStage.SENT, ReferralStage.REFUSED, ReferralStage.ACCEPTED, ReferralStage.ANSWERED)


class ReferralQuerySet(models.QuerySet["Referral"]):
    def visible_to(self, user: User) -> ReferralQuerySet:
        """For unions: once sent, with the case; before that the sender's own. Departments: `addressed_to`."""
        paths = user.paths(Right.VIEW)
        if not paths:
            return self.none()
        own = acts_at(paths, "sender") | Q(requested_by=user)
        with_case = Q(case__in=Case.objects.visible_to(user).values("pk"), stage__in=ADDRESSEE_SEES)
        return self.filter(own | with_case)

    def addressed_to(self, user: User, day: date) -> ReferralQuerySet:
        """Referrals sent to the departments of `user` on `day`: all that their people may see."""
        return self.filter(agency__in=Agency.objects.of(user, day).values("pk"), stage__in=ADDRESSEE_SEES)

    def under(self, paths: list[str]) -> ReferralQuerySet:
        return self.filter(under(paths, "sender__path"))

    def unread_above(self, user: User) -> ReferralQuerySet:
        """Answers of industry authorities passed up to a unit of `user`, not read yet (YK-1.3)."""
        paths = sorted({*user.paths(Right.RECEIVE), *user.paths(Right.APPROVE)})
        return self.filter(acts_at(paths, "passed_to"), read_at=None)

    def with_page_parts(self) -> ReferralQuerySet:
        """With everything the page of one referral names."""
        return self.select_related(
            "case__employer",
            "case__project",
            "case__union__parent",
            "case__handling_union__parent",
            "case__officer",
            "agency",
            "sender__parent",
            "requested_by",
            "decided_by",
            "received_by",
            "passed_to__parent",
            "read_by",
        )


class Referral(models.Model):
    """Drafted by one person, approved by another, accepted or refused by the department, answered by it."""

    number = models.CharField("转送编号", max_length=40, unique=True, null=True, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="referrals", verbose_name="案件")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="referrals", verbose_name="收件部门")
    sender = models.ForeignKey(Union, models.PROTECT, related_name="referrals", verbose_name="发出单位")
    kind = models.CharField("事项", max_length=10, choices=ReferralKind)
    request = models.TextField("事由和请求")
    materials = models.JSONField("材料清单", default=list)  # labels of what is handed over, in the list's order
    stage = models.CharField("进度", max_length=10, choices=ReferralStage, default=ReferralStage.REQUESTED)
    # What the requester saw when asking, and what the approver approved: from then on what the department reads.
    snapshot = models.JSONField(default=list)
    snapshot_hash = models.CharField(max_length=64)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="审批人")
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField("审批意见", blank=True)
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="接收人")
    received_at = models.DateTimeField(null=True)
    reception = models.TextField("接收意见", blank=True)
    told_by = models.CharField("对方告知人", max_length=80, blank=True)  # when a colleague noted it for them
    answered_at = models.DateTimeField("首次答复时间", null=True)
    # YK-1.3: what the industry authority answers goes on to the level above, which says that it has read it.
    passed_to = models.ForeignKey(Union, models.PROTECT, null=True, related_name="+", verbose_name="反馈上一级")
    read_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="上级阅知人")
    read_at = models.DateTimeField(null=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = "转送"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["agency", "stage"], name="referral_agency"),
            models.Index(fields=["sender", "stage"], name="referral_sender"),
            models.Index(fields=["passed_to"], name="referral_unread", condition=Q(read_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "agency", "kind"],
                condition=Q(stage__in=["requested", "sent"]),
                name="one_referral_under_way",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["requested", "declined", "withdrawn"]) | Q(number__isnull=False),
                name="sent_referral_has_number",
            ),
        ]

    @property
    def stage_to_the_department(self) -> str:
        return TO_THE_DEPARTMENT.get(ReferralStage(self.stage), str(self.get_stage_display()))

    def __str__(self) -> str:
        return f"{self.get_kind_display()}（{self.agency}）"

    def get_absolute_url(self) -> str:
        return reverse("referral", args=[self.pk])

    @property
    def stream(self) -> str:
        """The key its obligations are stored under; its acts are told in the chain of the case."""
        return f"referral:{self.pk}"


class ReferralAnswer(models.Model):
    """One word from the other side: the first answers it, later ones follow it to the decision (QP-3.2). Only grows."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="answers", verbose_name="转送")
    result = models.CharField("结果", max_length=20)  # of the kind's closed list
    on = models.DateField("日期")
    text = models.TextField("答复内容")
    told_by = models.CharField("对方告知人", max_length=80, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录人")
    at = models.DateTimeField("记录时间")

    class Meta:
        verbose_name = "转送答复"
        default_permissions = ()
        ordering = ["id"]


class ReferralPaper(models.Model):
    """A file that goes along with a referral, or comes back with an answer. The department sees these files alone."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="papers", verbose_name="转送")
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="+", verbose_name="文件")
    from_agency = models.BooleanField("部门提供", default=False)

    class Meta:
        verbose_name = "随附材料"
        default_permissions = ()
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["referral", "evidence"], name="referral_paper_once")]


class AgencyClueStage(models.TextChoices):
    WAITING = "waiting", "待工会答复"
    TAKEN = "taken", "已受理"
    DECLINED = "declined", "不予受理"


class AgencyClueQuerySet(models.QuerySet["AgencyClue"]):
    def visible_to(self, user: User) -> AgencyClueQuerySet:
        """For unions; departments: `sent_from`."""
        return self.filter(under(user.paths(Right.VIEW)))

    def sent_from(self, user: User, day: date) -> AgencyClueQuerySet:
        return self.filter(agency__in=Agency.objects.of(user, day).values("pk"))

    def readable(self, user: User, day: date) -> AgencyClueQuerySet:
        """For either side: the unions that see it, and the department that sent it."""
        return self.filter(under(user.paths(Right.VIEW)) | Q(agency__in=Agency.objects.of(user, day).values("pk")))

    def waiting(self) -> AgencyClueQuerySet:
        return self.filter(stage=AgencyClueStage.WAITING)

    def awaiting(self, user: User) -> AgencyClueQuerySet:
        """Those that wait for the reader's answer."""
        return self.waiting().filter(acts_at(user.paths(Right.HANDLE), "union"))


class AgencyClue(models.Model):
    """A clue that a department sends to the union beside it (QH-2b). It becomes a case of its own when the union takes it up."""

    number = models.CharField("回执号", max_length=40, unique=True)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="clues", verbose_name="移送部门")
    union = models.ForeignKey(Union, models.PROTECT, related_name="agency_clues", verbose_name="接收工会")
    path = models.CharField(max_length=160, editable=False)
    employer_name = models.CharField("用人单位", max_length=120)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    region_code = models.CharField("所在区县", max_length=9)
    industry = models.CharField("所属行业", max_length=1, choices=Industry)
    workers = models.PositiveIntegerField("涉及人数（人）")
    amount = models.DecimalField("欠薪金额（元）", max_digits=MONEY_DIGITS, decimal_places=2)
    facts = models.TextField("线索内容")
    contact = models.CharField("联系人及电话", max_length=80)
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="移送人")
    sent_at = models.DateTimeField("移送时间")
    due_on = models.DateField("答复期限")  # local setting: no notice names the days
    stage = models.CharField("进度", max_length=10, choices=AgencyClueStage, default=AgencyClueStage.WAITING)
    case = models.OneToOneField(Case, models.PROTECT, null=True, related_name="agency_clue", verbose_name="线索案件")
    answer = models.TextField("答复", blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="答复人")
    answered_at = models.DateTimeField("答复时间", null=True)

    objects = AgencyClueQuerySet.as_manager()

    class Meta:
        verbose_name = "部门移来的线索"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["path", "-id"], opclasses=["varchar_pattern_ops", "int8_ops"], name="agency_clue_path")
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return f"{reverse('referrals')}?list=received#clue-{self.pk}"

    @property
    def stream(self) -> str:
        return f"agency-clue:{self.pk}"

    @property
    def outcome(self) -> str:
        """What became of it, for the department: 查实立案, 不属欠薪, 已办结 as soon as the union knows."""
        if self.case is None:
            return str(self.get_stage_display())
        if self.case.state in NO_MORE:
            return str(self.case.get_state_display())
        return "已查实立案" if self.case.verified_on else "已受理，正在核实"


def paper_path(paper: AgencyCluePaper, filename: str) -> str:
    # The original name never reaches the disk.
    return f"clues/{paper.sha256[:2]}/{paper.sha256}"


class AgencyCluePaper(models.Model):
    """A file the department sent with its clue; it goes into the evidence of the case that the clue becomes."""

    clue = models.ForeignKey(AgencyClue, models.PROTECT, related_name="papers", verbose_name="线索")
    file = StoredFile(upload_to=paper_path, max_length=200)
    name = models.CharField("文件名", max_length=200)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField("SHA-256", max_length=64)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="移送人")
    at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = "线索材料"
        default_permissions = ()
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["clue", "sha256"], name="agency_clue_paper_once")]

    def __str__(self) -> str:
        return self.name
