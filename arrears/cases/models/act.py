"""Acts (办理记录): what was done in a case, on which day, with what result. Facts are captured by the act itself."""

from django.db import models

from arrears.cases.models.case import Case, Evidence
from unions.models import Union, User


class ActKind(models.TextChoices):
    NEGOTIATION = "negotiation", "协商"
    MEDIATION = "mediation", "调解"
    LEGAL_AID = "legal_aid", "法律援助"
    ARBITRATION = "arbitration", "劳动仲裁"
    LITIGATION = "litigation", "诉讼"
    CONFIRMATION = "confirmation", "司法确认"
    PAYMENT_ORDER = "payment_order", "支付令"
    ENFORCEMENT = "enforcement", "强制执行"
    SUPPORT = "support", "支持起诉"
    CONSULTATION = "consultation", "法律咨询"
    DRAFTING = "drafting", "代书"
    REPRESENTATION = "representation", "代理"
    ON_SITE = "on_site", "到场处置"
    INFORM_HR = "inform_hr", "通报人社部门"
    JOINT = "joint", "联合督导"
    INTERVIEW = "interview", "约谈"
    STATIONED = "stationed", "蹲点督导"
    PENALTY = "penalty", "行政处理处罚"
    LISTING = "listing", "列入失信联合惩戒名单"
    POLICE = "police", "移送公安机关"
    GOVERNMENT = "government", "报告本级政府"
    EARLY = "early", "商请公安提前介入"
    FEEDBACK_WORKER = "feedback_worker", "反馈职工"
    FEEDBACK_HOTLINE = "feedback_hotline", "反馈 12351 热线"
    EXPLANATION = "explanation", "解释说明"
    NOTE = "note", "其他办理"


class Outcome(models.TextChoices):
    DONE = "done", "已完成"
    AGREED = "agreed", "达成一致"
    FAILED = "failed", "未达成一致"
    PENDING = "pending", "进行中"
    UNREACHED = "unreached", "未接通"  # a call-back that reached nobody: an attempt, no feedback


class Means(models.TextChoices):
    """How somebody was told."""

    PHONE = "phone", "电话"
    VISIT = "visit", "当面"
    LETTER = "letter", "书面"
    MEETING = "meeting", "会议"
    SYSTEM = "system", "信息平台"


# 咨询、代书、代理 (QD-6.3) are legal aid, told apart.
LEGAL_SERVICES = frozenset({ActKind.LEGAL_AID, ActKind.CONSULTATION, ActKind.DRAFTING, ActKind.REPRESENTATION})
# Annex 1 column 7 (是否进行调解或提供法律服务).
MEDIATION_OR_SERVICE = LEGAL_SERVICES | {
    ActKind.MEDIATION,
    ActKind.ARBITRATION,
    ActKind.LITIGATION,
    ActKind.CONFIRMATION,
    ActKind.PAYMENT_ORDER,
    ActKind.ENFORCEMENT,
    ActKind.SUPPORT,
}


class Act(models.Model):
    case = models.ForeignKey(Case, models.PROTECT, related_name="acts", verbose_name="案件")
    kind = models.CharField("事项", max_length=20, choices=ActKind)
    on = models.DateField("日期")
    outcome = models.CharField("结果", max_length=10, choices=Outcome, default=Outcome.DONE)
    detail = models.TextField("经过和结果", blank=True)
    # Where somebody was told: whom, how, and a paper that shows it.
    told = models.CharField("告知对象", max_length=120, blank=True)
    means = models.CharField("方式", max_length=8, choices=Means, blank=True)
    paper = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="+", verbose_name="凭证")
    union = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="办理单位")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="办理人")
    at = models.DateTimeField("记录时间")

    class Meta:
        verbose_name = "办理记录"
        default_permissions = ()
        ordering = ["on", "id"]
        indexes = [models.Index(fields=["case", "kind", "on"], name="act_case")]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def words(self) -> str:
        """What was done, then whom it told, how and the paper."""
        parts = [
            f"告知{self.told}" if self.told else "",
            self.get_means_display() if self.means else "",
            f"凭证 {self.paper}" if self.paper else "",
        ]
        return "\n".join(part for part in (self.detail, "，".join(part for part in parts if part)) if part)
