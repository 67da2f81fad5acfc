"""Risk classes of employers (QP-4.3): who sees which, and a class set by hand with a reason, a last day and a second person.

The classes themselves are the rulebook's (`classing`), here is only what people decide.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import CharField, ExpressionWrapper, F, OuterRef, QuerySet, Subquery
from django.urls import reverse

from arrears.cases.models import Employer
from arrears.law.obligations.risk_classes import RiskClass, risk_classes
from arrears.prevention.classing import classify
from arrears.prevention.models import EmployerRisk, PreventionWork, RiskChange, RiskChangeStage
from unions.approvals import Approval, ApprovalList, FieldValues, ShownLine, Transition
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import User
from unions.people.rights import Right

S = RiskChangeStage
LONGEST_DAYS = 366


def shortest_interval() -> Subquery:
    """Return the days between two inspections by the employer's classes at the units above; for rows with `employer` and `path`."""
    classes: Any = EmployerRisk.objects.annotate(
        here=ExpressionWrapper(OuterRef("path"), output_field=CharField())
    ).filter(employer=OuterRef("employer"), here__startswith=F("path"), every_days__isnull=False)
    return Subquery(classes.order_by("every_days").values("every_days")[:1])


def classes_of(employer: Employer, user: User) -> list[EmployerRisk]:
    """What the reader may know of it, the gravest first."""
    rows = EmployerRisk.objects.visible_to(user).filter(employer=employer)
    return list(rows.select_related("union", "change"))


def standing_change(risk: EmployerRisk) -> RiskChange | None:
    """The change that waits or stands for this employer at this unit."""
    return (
        RiskChange.objects.filter(union=risk.union_id, employer=risk.employer_id, stage__in=[S.REQUESTED, S.APPROVED])
        .select_related("union__parent", "employer", "asked_by", "decided_by")
        .first()
    )


def may_request(risk: EmployerRisk, user: User) -> bool:
    return user.may(Right.HANDLE, risk.union.in_charge())


@transaction.atomic
def request_change(risk: EmployerRisk, label: str, reason: str, until: date, by: User, at: datetime) -> RiskChange:
    """Ask for another class until a day. Refused: no such class, the same one, no reason, a term beyond a year."""
    risk, today = _lock(risk), day_of(at)
    seat = risk.union.in_charge()
    if not may_request(risk, by):
        raise Forbidden(f"风险类别由“{seat}”的经办人提出调整。")
    _end_lapsed(risk, today)
    if standing_change(risk):
        raise Refused("这个单位已有一项调整待审批或正在生效，请先办理完毕或提前终止。")
    _check(_chosen_class(risk, label, today), risk, reason, until, today)
    change = RiskChange.objects.create(
        union=risk.union,
        employer=risk.employer,
        label=label,
        reason=reason.strip()[:500],
        until=until,
        asked_by=by,
        asked_at=at,
    )
    audit.record(
        change.stream,
        "risk.ask",
        by,
        at,
        union=seat,
        employer=risk.employer_id,
        risk=label,
        until=until,
        reason=change.reason,
    )
    approval.tell_if_nobody(change, at)
    return change


def _end_lapsed(risk: EmployerRisk, today: date) -> None:
    """A change past its last day makes room for the next one."""
    RiskChange.objects.filter(union=risk.union_id, employer=risk.employer_id, stage=S.APPROVED, until__lt=today).update(
        stage=S.ENDED
    )


def _chosen_class(risk: EmployerRisk, label: str, day: date) -> RiskClass | None:
    return next((one for one in risk_classes(risk.union, day) if one.label == label), None)


def _check(chosen: RiskClass | None, risk: EmployerRisk, reason: str, until: date, today: date) -> None:
    faults: dict[str, str] = {}
    if chosen is None:
        faults["label"] = "请从本单位适用的风险类别中选择。"
    elif chosen.label == risk.label:
        faults["label"] = f"现在就是“{risk.label}”，无需调整。"
    if not reason.strip():
        faults["reason"] = "请写明调整的理由。"
    if until <= today:
        faults["until"] = "有效期要晚于今天；到期后恢复按规则分类。"
    elif (until - today).days > LONGEST_DAYS:
        faults["until"] = "有效期最长一年，请改早一些。"
    if faults:
        raise Refused("；".join(faults.values()), faults)


def _lock(risk: EmployerRisk) -> EmployerRisk:
    """Held by its employer: whoever decides about it at the same moment waits here."""
    Employer.objects.select_for_update().get(pk=risk.employer_id)
    return _classed(union=risk.union_id, employer=risk.employer_id)


def _classed(**where: int) -> EmployerRisk:
    found = EmployerRisk.objects.filter(**where).select_related("union__parent", "employer", "change").first()
    if found is None:
        raise Stale("这个单位已不在本单位的分类名单里，请刷新页面。")
    return found


# ---- what two people agree to -------------------------------------------------------------------------------------------


def _page_of(change: Any) -> str:
    """Of a change with its `risk_id` (`RiskApproval.waiting_rows`)."""
    return reverse("risk-class", args=[change.risk_id]) if change.risk_id else reverse("risk-classes")


class RiskApproval(Approval[RiskChange]):
    """A class set by hand is in force from the approval until its last day; rhythm and service follow at once."""

    model = RiskChange
    listed = ApprovalList(
        "risk-change",
        "风险类别调整",
        ("employer", "union", "asked_by"),
        "arrears/prevention/risk_approval_row.html",
        full_list="risk-classes",
        sections=("prevention",),
        opens=_page_of,
    )
    unit = "union"
    this = "这项调整"
    changed = "这家单位的情况在您查看之后有了变动，请重新查看后审批。"
    waits = S.REQUESTED
    approved = Transition(S.APPROVED, "risk.approve", "同意", "调整已生效。")
    declined = Transition(S.DECLINED, "risk.decline", "不同意", "已退回提出人。")
    withdrawn = Transition(S.WITHDRAWN, "risk.withdraw", "撤回", "已撤回。")
    asked = ("asked_by", "asked_at")
    asker_is = ("您提出了这项调整", "提出人")
    decided = ("decided_by", "decided_at", "opinion")
    parts = ("union__parent", "employer", "asked_by")
    longest = 500

    def waiting_rows(self) -> QuerySet[RiskChange]:
        """With `risk_id`: the employer on whose page it is decided."""
        risks = EmployerRisk.objects.filter(union=OuterRef("union"), employer=OuterRef("employer"))
        return super().waiting_rows().annotate(risk_id=Subquery(risks.values("pk")[:1]))

    def shown(self, row: RiskChange, at: datetime) -> list[ShownLine]:
        risk = _classed(union=row.union_id, employer=row.employer_id)
        reasons = "；".join(said for said, _ in risk.reasons()) or "没有不利记录"
        return [
            ShownLine("用人单位", str(row.employer)),
            ShownLine("现在的类别", f"{risk.label}（{reasons}）"),
            ShownLine("按规则", risk.rule_label),
            ShownLine("调整为", row.label),
            ShownLine("理由", row.reason),
            ShownLine("有效期至", str(row.until)),
            ShownLine("提出人", f"{row.asked_by.name}，{day_of(row.asked_at)}"),
        ]

    def lock(self, row: RiskChange) -> RiskChange:
        Employer.objects.select_for_update().get(pk=row.employer_id)
        _classed(union=row.union_id, employer=row.employer_id)
        return super().lock(row)

    def before_approve(self, row: RiskChange, by: User, at: datetime) -> FieldValues:
        if row.until < day_of(at):
            raise Refused("有效期已过，请退回提出人重新提出。")
        return {}

    def record(self, row: RiskChange, verb: str, by: User, at: datetime, reason: str) -> None:
        audit.record(row.stream, verb, by, at, union=row.union, employer=row.employer_id, risk=row.label, reason=reason)
        classify([row.employer_id], at)


approval = RiskApproval()
approve, decline, withdraw = approval.approve, approval.decline, approval.withdraw


def may_end(change: RiskChange, user: User) -> bool:
    unit = change.union.in_charge()
    return user.may(Right.HANDLE, unit) or user.may(Right.APPROVE, unit)


@transaction.atomic
def end_change(change: RiskChange, *, by: User, at: datetime, opinion: str) -> RiskChange:
    """Back to the rule before its time: that needs no second person."""
    change = approval.hold(change, S.APPROVED)
    if not may_end(change, by):
        raise Forbidden(f"由“{change.union.in_charge()}”的经办人或审批人提前终止。")
    reason = approval.reason_given(opinion)
    approval.move(change, S.ENDED)
    approval.record(change, "risk.end", by, at, reason)
    return change


WORKS_SHOWN = 10


def employer_box(employer: Employer, user: User) -> dict[str, Any]:
    """Return what the page of an employer shows of prevention: its classes, whose work reached it. Two queries."""
    works = PreventionWork.objects.visible_to(user).standing().filter(employers=employer)
    union = {True: "已建工会", False: "未建工会", None: ""}[employer.has_union]
    return {
        "risks": classes_of(employer, user),
        "works": works.select_related("union")[:WORKS_SHOWN],
        "has_union": union,
    }
