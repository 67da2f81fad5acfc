"""Kinds of referrals: to which departments, with which papers and possible answers; on what clause, the notices in force say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from arrears.cases.models import ActKind, Case, State
from arrears.cases.requirements import required_of
from arrears.law.obligations.requirements import Required, required
from arrears.referrals.models import ReferralKind
from unions.models import INDUSTRY_AUTHORITIES, AgencyKind, Union


@dataclass(frozen=True)
class RecordedAct:
    """The act a referral records on the case when it is sent, accepted or answered with a result."""

    when: str  # "sent", "accepted", or a key of `results`
    act: ActKind


@dataclass(frozen=True)
class ReferralKindRule:
    """What holds for one kind of referral."""

    key: ReferralKind
    to: frozenset[AgencyKind]
    request: str  # what usually is asked: a start for whoever types
    results: dict[str, str]
    materials: tuple[str, ...] = ()
    must: frozenset[str] = frozenset()  # materials without which it does not go out
    records: RecordedAct | None = None
    for_clues: bool = False  # whether an unverified clue may be put so

    @property
    def label(self) -> str:
        return str(self.key.label)

    @property
    def step(self) -> str:
        """What a notice calls it (vocabulary.REQUIREMENTS)."""
        return f"refer-{self.key.value}".replace("_", "-")

    def result(self, key: str) -> str:
        """Return the result in words."""
        return self.results.get(key, key)


K, A = ReferralKind, AgencyKind
EVERYBODY = frozenset(AgencyKind)
HANDLED = {"resolved": "已处理完毕", "under_way": "正在处理", "not_ours": "不属本部门职责", "other": "其他"}
MATERIALS = (
    "欠薪报告",
    "职工名单和欠薪明细",
    "劳动合同或用工证明",
    "考勤记录、工资表",
    "欠条、结算单",
    "用人单位登记信息",
    "责令支付文书及送达证明",
    "逃匿、转移财产的线索",
    "职工陈述笔录",
    "其他证据",
)
ORDER = "责令支付文书及送达证明"
OWED = "职工名单和欠薪明细"

KINDS: dict[str, ReferralKindRule] = {
    kind.key.value: kind
    for kind in (
        ReferralKindRule(
            K.HR,
            frozenset({A.HR}),
            "请依法查处，并将处理情况反馈我会。",
            {"filed": "已立案查处", "ordered": "已责令限期支付", "paid": "已督促支付完毕"} | HANDLED,
            records=RecordedAct("sent", ActKind.INFORM_HR),
            for_clues=True,
        ),
        ReferralKindRule(
            K.POLICE,
            frozenset({A.POLICE}),
            "用人单位涉嫌拒不支付劳动报酬，请依法审查立案。",
            {
                "filed": "已立案侦查",
                "not_filed": "不予立案",
                "more": "退回补充材料",
                "prosecuted": "已移送审查起诉",
                "charged": "已提起公诉",
                "judged": "已作出判决",
                "paid": "已督促支付完毕",
                "dropped": "撤销案件",
            },
            MATERIALS,
            frozenset({ORDER, OWED}),
            RecordedAct("sent", ActKind.POLICE),
        ),
        ReferralKindRule(
            K.JUDICIAL,
            frozenset({A.PROCURATORATE, A.COURT}),
            "请依法受理，支持职工追讨劳动报酬。",
            {
                "filed": "已受理、立案",
                "not_filed": "不予受理",
                "supported": "已支持起诉",
                "judged": "已作出判决",
                "enforced": "已执行到位",
            }
            | {"other": "其他"},
            MATERIALS,
            frozenset({OWED}),
        ),
        ReferralKindRule(
            K.INDUSTRY,
            INDUSTRY_AUTHORITIES,
            "请依职责督促项目各方落实工资支付责任，并反馈处置情况。",
            HANDLED,
            for_clues=True,
        ),
        ReferralKindRule(
            K.CORRECT,
            INDUSTRY_AUTHORITIES,
            "请依法制止、纠正，督办并协调解决由此造成的拖欠，将处理结果反馈我会。",
            {
                "stopped": "已制止",
                "ordered": "已责令限期改正",
                "corrected": "已纠正",
                "penalised": "已处理处罚",
                "coordinated": "已督办协调，工资已支付",
                "unfounded": "经查不存在该行为",
            }
            | HANDLED,
            ("欠薪报告", "发包、分包合同或协议", "工程款支付凭证", "职工名单和欠薪明细", "其他证据"),
        ),
        ReferralKindRule(
            K.LISTING,
            frozenset({A.HR, A.MARKET, A.BANK, A.HOUSING}),
            "该单位符合列入条件，提请列入失信联合惩戒名单。",
            {"listed": "已列入名单", "not_listed": "不予列入", "under_way": "正在审查"},
            (ORDER, "行政处理处罚决定书", "群体性、极端事件材料", "其他证据"),
            records=RecordedAct("listed", ActKind.LISTING),
        ),
        ReferralKindRule(
            K.LEGAL_AID,
            frozenset({A.JUSTICE}),
            "请优先受理、审查和指派法律援助。",
            {"assigned": "已受理并指派", "refused": "不符合条件", "done": "援助办结", "under_way": "正在审查"},
            ("职工名单和欠薪明细", "法律援助申请表", "身份证明", "其他证据"),
            records=RecordedAct("assigned", ActKind.LEGAL_AID),
            for_clues=True,
        ),
        ReferralKindRule(
            K.GOVERNMENT,
            frozenset({A.OTHER}),
            "现将这起重大欠薪报告如下，请予协调处置。",
            {"known": "已知悉", "instructed": "已作出批示"} | HANDLED,
            records=RecordedAct("sent", ActKind.GOVERNMENT),
            for_clues=True,
        ),
        ReferralKindRule(
            K.EARLY,
            frozenset({A.POLICE}),
            "事件有升级可能，商请提前介入，防止事态扩大。",
            {"joined": "已提前介入", "not_joined": "暂不介入", "other": "其他"},
            records=RecordedAct("sent", ActKind.EARLY),
            for_clues=True,
        ),
        ReferralKindRule(K.NOTICE, EVERYBODY, "现将有关情况通报你单位，请依职责协同处置。", HANDLED, for_clues=True),
        ReferralKindRule(
            K.HANDOVER,
            EVERYBODY,
            "经核，本事项属你单位职责，现转交办理，请将结果反馈我会。",
            HANDLED,
            MATERIALS,
            for_clues=True,
        ),
    )
}


def kinds_for(case: Case) -> list[ReferralKindRule]:
    """List the kinds of referrals that the state of the case allows."""
    if case.state == State.CLUE:
        return [kind for kind in KINDS.values() if kind.for_clues]
    if case.state in (State.OPEN, State.LEGAL):
        return list(KINDS.values())
    return []


def request_of(case: Case, kind: ReferralKindRule) -> str:
    """Return what the form begins with: the usual request, before it what the authority is to stop and who stands in the chain."""
    if kind.key != K.CORRECT or not case.causes:
        return kind.request
    parties = "；".join(f"{label}：{name}" for label, name in case.project.chain) if case.project else ""
    return "\n".join(part for part in (f"欠薪原因：{case.causes_said}。", parties, kind.request) if part)


def basis_of(case: Case, kind: ReferralKindRule, on: date) -> Required | None:
    """The clause a referral rests on: of a notice in force for the case on a day, else of the law; None where nothing speaks of it."""
    return required_of(case, kind.step, on=on).get(kind.step)


READ_ABOVE = "answer-read-above"  # what a notice calls for (vocabulary.REQUIREMENTS)


def level_above(kind: ReferralKindRule, sender: Union, on: date) -> Union | None:
    """Return the unit above that reads an industry authority's answer, where a notice in force wants it read there, or None."""
    if kind.key != K.INDUSTRY or sender.parent is None or not required([READ_ABOVE], sender.line_ids(), on):
        return None
    return sender.parent.in_charge()
