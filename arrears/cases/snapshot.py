"""Exactly what a person is shown of a case before she signs: approvals are bound to its hash."""

from __future__ import annotations

from arrears.cases import closing_blockers, conclusions, ledger
from arrears.cases.models import Case, Outcome
from unions.approvals import ShownLine
from unions.common.features import provided


def promised(case: Case) -> str:
    """What the employer has promised to pay and when; "" where nothing. Apps declare "repayment plans"."""
    return next((text for plan_of in provided("repayment plans") if (text := plan_of(case))), "")


def report(case: Case) -> list[ShownLine]:
    """The 欠薪报告 in the order of QD-3."""
    sums = ledger.balance(case)
    employer = case.employer
    owed = sums.owed
    if case.verified_on is None and not owed:  # before filing there is no ledger yet
        owed = ledger.Sums(case.stated_workers, case.stated_migrants, case.stated_amount)
    return [
        ShownLine("单位名称及地址", "，".join(filter(None, [employer.name, employer.address])) or "—"),
        ShownLine("统一社会信用代码", employer.uscc or employer.get_no_code_display() or "—"),
        ShownLine("工程项目", f"{case.project}（{case.get_nature_display()}）" if case.project else "—"),
        ShownLine("涉及人数及金额", f"{owed.workers} 人（农民工 {owed.migrants} 人），{owed.amount:,.2f} 元"),
        ShownLine("欠薪起止日期", _span(case)),
        ShownLine("欠薪发生数", f"{sums.owed.workers} 人，{sums.owed.amount:,.2f} 元"),
        ShownLine("已处理数", f"{sums.resolved.workers} 人，{sums.resolved.amount:,.2f} 元" + _untrue(sums.untrue)),
        ShownLine("生产经营和财务状况", case.condition or "—"),
        ShownLine("单位工会（职代会）意见", case.union_opinion or "—"),
        ShownLine("偿还计划和保证措施", promised(case) or case.repayment_plan or "—"),
        ShownLine("极端或群体性事件", "、".join(_grave(case)) or "无"),
        ShownLine("协商失败日期", str(case.negotiation_failed_on or "—")),
        ShownLine("情况说明", case.remark or "—"),
        ShownLine("欠薪原因", case.causes_said or "—"),
        ShownLine("项目各方", _chain(case) or "—"),
    ]


def _chain(case: Case) -> str:
    return "；".join(f"{label} {name}" for label, name in case.project.chain) if case.project else ""


def _untrue(sums: ledger.Sums) -> str:
    return f"；另核查不属实 {sums.workers} 人，{sums.amount:,.2f} 元" if sums else ""


def _span(case: Case) -> str:
    if case.owed_from is None and case.owed_until is None:
        return "—"
    return f"{case.owed_from or '—'} 至 {case.owed_until or '—'}"


def lacking(case: Case) -> list[str]:
    """Points of QD-3 that the report leaves empty: whoever asks or signs is told."""
    given = {
        "欠薪起止日期": case.owed_from and case.owed_until,
        "生产经营和财务状况": case.condition,
        "单位工会（职代会）意见": case.union_opinion,
        "偿还计划和保证措施": case.repayment_plan or promised(case),
    }
    return [label for label, value in given.items() if not value]


def _grave(case: Case) -> list[str]:
    return [
        label
        for flag, label in ((case.extreme, "极端讨薪"), (case.mass, "群体性事件"), (case.escalating, "有升级迹象"))
        if flag
    ]


def closing(case: Case) -> list[ShownLine]:
    """What the second person sees before closing: the report, what is outstanding, the conclusion, who was told."""
    left = ledger.balance(case).outstanding
    told = case.acts.filter(kind__startswith="feedback").exclude(outcome=Outcome.UNREACHED).values_list("on", "kind")
    return [
        *report(case),
        ShownLine("尚未解决", f"{left.workers} 人，{left.amount:,.2f} 元"),
        ShownLine("办结结论", conclusions.label(case.conclusion) or "—"),
        ShownLine("反馈情况", "；".join(f"{on} {_TOLD[kind]}" for on, kind in told) or "—"),
        ShownLine("仍在等待答复", "；".join(closing_blockers.answers_awaited(case)) or "无"),
        ShownLine("证据材料", _evidence(case)),
    ]


def _evidence(case: Case) -> str:
    count = case.evidence.count()
    return f"{count} 份" if count else "未上传"


_TOLD = {"feedback_worker": "反馈职工", "feedback_hotline": "反馈 12351 热线"}
