"""Risk classes of employers (QP-4.3): who sees which, and a class set by hand with a reason, a last day and a second person.

The classes themselves are the rulebook's (`classing`), here is only what people decide.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from arrears.cases import snapshot
from arrears.cases.models import Employer
from arrears.cases.snapshot import Line
from arrears.law.obligations.risk_classes import RiskClass, risk_classes
from arrears.prevention.classing import class_anew
from arrears.prevention.models import EmployerRisk, RiskChange, RiskChangeStage
from unions import second_person
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import User
from unions.people.rights import Right

S = RiskChangeStage
LONGEST_DAYS = 366


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


def may_ask(risk: EmployerRisk, user: User) -> bool:
    return user.may(Right.HANDLE, risk.union.in_charge())


@transaction.atomic
def ask(risk: EmployerRisk, label: str, reason: str, until: date, by: User, at: datetime) -> RiskChange:
    """Ask for another class until a day. Refused: no such class, the same one, no reason, a term beyond a year."""
    risk, today = _held(risk), day_of(at)
    seat = risk.union.in_charge()
    if not may_ask(risk, by):
        raise Forbidden(f"风险类别由「{seat}」的经办人提出调整。")
    _let_lapse(risk, today)
    if standing_change(risk):
        raise Refused("这个单位已有一项调整待审批或正在生效，请先办理完毕或提前终止。")
    _check(_chosen(risk, label, today), risk, reason, until, today)
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
    return change


def _let_lapse(risk: EmployerRisk, today: date) -> None:
    """A change past its last day makes room for the next one."""
    RiskChange.objects.filter(union=risk.union_id, employer=risk.employer_id, stage=S.APPROVED, until__lt=today).update(
        stage=S.ENDED
    )


def _chosen(risk: EmployerRisk, label: str, day: date) -> RiskClass | None:
    return next((one for one in risk_classes(risk.union, day) if one.label == label), None)


def _check(chosen: RiskClass | None, risk: EmployerRisk, reason: str, until: date, today: date) -> None:
    faults: dict[str, str] = {}
    if chosen is None:
        faults["label"] = "请从本单位适用的风险类别中选择。"
    elif chosen.label == risk.label:
        faults["label"] = f"现在就是「{risk.label}」，不必调整。"
    if not reason.strip():
        faults["reason"] = "请写明调整的理由。"
    if until <= today:
        faults["until"] = "有效期要晚于今天；到期后恢复按规则分类。"
    elif (until - today).days > LONGEST_DAYS:
        faults["until"] = "有效期最长一年，请改早一些。"
    if faults:
        raise Refused("；".join(faults.values()), faults)


def shown(change: RiskChange, risk: EmployerRisk) -> list[Line]:
    """What the approver sees and signs."""
    reasons = "；".join(said for said, _ in risk.reasons()) or "没有不利记录"
    return [
        Line("用人单位", str(change.employer)),
        Line("现在的类别", f"{risk.label}（{reasons}）"),
        Line("按规则", risk.rule_label),
        Line("调整为", change.label),
        Line("理由", change.reason),
        Line("有效期至", str(change.until)),
        Line("提出人", f"{change.asked_by.name}，{day_of(change.asked_at)}"),
    ]


def barred(change: RiskChange, user: User, at: datetime) -> str | None:
    """Why `user` may not decide, or None."""
    seat = change.union.in_charge()
    if not user.may(Right.APPROVE, seat):
        return f"须由「{seat}」的审批人审批。"
    asked = {"您提出了这项调整": [change.asked_by_id]}
    return second_person.barred_because(user, asked, "提出人", day_of(at), day_of(change.asked_at))


@transaction.atomic
def approve(
    risk: EmployerRisk, change: RiskChange, by: User, at: datetime, *, seen: str, opinion: str = ""
) -> RiskChange:
    """In force from now until its last day; rhythm and service follow at once."""
    risk, change = _both(risk, change, S.REQUESTED)
    if because := barred(change, by, at):
        raise Forbidden(because)
    if seen != snapshot.seal(shown(change, risk)):
        raise Stale("这家单位的情况在您查看之后有了变动，请重新查看后审批。")
    if change.until < day_of(at):
        raise Refused("有效期已过，请退回提出人重新提出。")
    return _decided(change, S.APPROVED, "risk.approve", by, at, opinion)


@transaction.atomic
def decline(risk: EmployerRisk, change: RiskChange, by: User, at: datetime, *, opinion: str) -> RiskChange:
    risk, change = _both(risk, change, S.REQUESTED)
    if not by.may(Right.APPROVE, change.union.in_charge()):
        raise Forbidden(f"须由「{change.union.in_charge()}」的审批人审批。")
    return _decided(change, S.DECLINED, "risk.decline", by, at, _reason(opinion))


@transaction.atomic
def withdraw(risk: EmployerRisk, change: RiskChange, by: User, at: datetime) -> RiskChange:
    risk, change = _both(risk, change, S.REQUESTED)
    if by != change.asked_by:
        raise Forbidden("只有提出人可以撤回。")
    return _decided(change, S.WITHDRAWN, "risk.withdraw", None, at, "", by)


@transaction.atomic
def end(risk: EmployerRisk, change: RiskChange, by: User, at: datetime, *, opinion: str) -> RiskChange:
    """Back to the rule before its time: that needs no second person."""
    risk, change = _both(risk, change, S.APPROVED)
    seat = change.union.in_charge()
    if not (by.may(Right.HANDLE, seat) or by.may(Right.APPROVE, seat)):
        raise Forbidden(f"由「{seat}」的经办人或审批人提前终止。")
    reason = _reason(opinion)
    RiskChange.objects.filter(pk=change.pk).update(stage=S.ENDED)
    return _note(change, "risk.end", by, at, reason)


def _reason(opinion: str) -> str:
    if not opinion.strip():
        raise Refused("请写明原因。", {"opinion": "请写明原因。"})
    return opinion.strip()[:500]


def _held(risk: EmployerRisk) -> EmployerRisk:
    """Held by its employer: whoever decides about it at the same moment waits here."""
    Employer.objects.select_for_update().get(pk=risk.employer_id)
    found = EmployerRisk.objects.filter(pk=risk.pk).select_related("union__parent", "employer", "change").first()
    if found is None:
        raise Stale("这个单位已不在本单位的分类名单里，请刷新页面。")
    return found


def _both(risk: EmployerRisk, change: RiskChange, stage: RiskChangeStage) -> tuple[EmployerRisk, RiskChange]:
    risk = _held(risk)
    change = (
        RiskChange.objects.select_for_update(of=("self",))
        .select_related("union__parent", "employer", "asked_by")
        .get(pk=change.pk)
    )
    if change.stage != stage:
        raise Stale(f"这项调整现在是「{RiskChangeStage(change.stage).label}」，请刷新页面。")
    return risk, change


def _decided(
    change: RiskChange,
    stage: RiskChangeStage,
    verb: str,
    decider: User | None,
    at: datetime,
    opinion: str,
    by: User | None = None,
) -> RiskChange:
    RiskChange.objects.filter(pk=change.pk).update(
        stage=stage, decided_by=decider, decided_at=at, opinion=opinion.strip()[:500]
    )
    return _note(change, verb, decider or by, at, opinion)


def _note(change: RiskChange, verb: str, by: User | None, at: datetime, reason: str) -> RiskChange:
    change.refresh_from_db()
    audit.record(
        change.stream, verb, by, at, union=change.union, employer=change.employer_id, risk=change.label, reason=reason
    )
    class_anew([change.employer_id], at)
    return change
