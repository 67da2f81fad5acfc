"""Oversight of a case by a union above: 督办、挂牌督办、领导包案、专班、提级办理 (SD-2.4b).

An officer of the union above asks for it and a second person there approves; it is lifted there upon a report from below.
Beside it: the party that pays in the end (SD-2.4c), and acts of the union above (SD-3.4).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from arrears.cases import acts, ledger
from arrears.cases.models import UNFINISHED, Act, ActKind, Case, Outcome, State
from arrears.cases.requirements import required_of
from arrears.cases.route import line_above
from arrears.cases.second_person import CaseApproval, record_on_case
from arrears.cases.signals import case_changed
from arrears.reminders.approvals import remind_of_asked
from arrears.serious.models import PENDING, FallbackParty, Oversight, OversightKind, OversightStage
from arrears.serious.terms import keep_oversights
from unions.approvals import ApprovalList, ExcludedPeople, FieldValues, ShownLine, Transition
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused
from unions.log import audit
from unions.models import Union, User
from unions.people.holders import ids_of, joined
from unions.people.rights import Right
from unions.tree import actions as tree

S = OversightStage
FALLBACK = "fallback-party"  # what a notice calls for (vocabulary.REQUIREMENTS)


def overseeing_units(case: Case, user: User) -> list[Union]:
    """Units above the handling unit for which `user` may set an oversight, nearest first."""
    if case.state not in UNFINISHED:
        return []
    return [unit for unit in line_above(case, case.handling_union) if user.may(Right.RECEIVE, unit)]


@transaction.atomic
def ask(
    case: Case, setter: Union, kind: OversightKind, responsible: str, demand: str, due_on: date, by: User, at: datetime
) -> Oversight:
    """Ask `setter` to oversee the case. Refused: term in the past, or this kind is there already."""
    tree.hold_still()  # a unit that moves locks the tree first, then its cases
    case = ledger.lock(case)
    by.forget_grants()
    if setter.pk not in {unit.pk for unit in overseeing_units(case, by)}:
        raise Forbidden(f"督办由“{case.handling_union}”的上级工会经办人提出，案件须尚未办结。")
    if due_on < day_of(at):
        raise Refused.for_field("due_on", "办结期限不能早于今天。")
    if Oversight.objects.filter(case=case, setter=setter, kind=kind, stage__in=PENDING).exists():
        raise Refused(
            f"“{setter}”对本案的{kind.label}已经提出或正在进行。", {"kind": "请换一种方式，或打开已有的一项。"}
        )
    row = Oversight.objects.create(
        case=case,
        kind=kind,
        setter=setter,
        responsible=responsible.strip(),
        demand=demand.strip(),
        due_on=due_on,
        requested_by=by,
        requested_at=at,
    )
    SETTING.record(row, "oversight.ask", by, at, row.demand)
    SETTING.tell_if_nobody(row, at)
    return row


# ---- what two people agree to --------------------------------------------------------------------------------------


class OversightApproval(CaseApproval[Oversight]):
    """What the setting and the lifting of an oversight share."""

    model = Oversight
    listed = ApprovalList(
        "oversight",
        "督办和解除督办",
        ("case__employer", "setter", "requested_by"),
        "arrears/serious/approval_row.html",
        sections=("oversights",),
    )
    unit = "setter"
    this = "这项督办"
    changed = "案件或督办在您查看之后有了变动，请重新查看后审批。"
    parts = ("case__employer", "case__handling_union", "setter", "requested_by", "reported_by")

    def shown(self, row: Oversight, at: datetime) -> list[ShownLine]:
        """The oversight and the state of the case."""
        sums = ledger.balance(row.case)
        return [
            ShownLine("案件", f"{row.case} {row.case.employer.name}"),
            ShownLine("欠薪", f"{sums.owed.workers} 人，{sums.owed.amount:,.2f} 元"),
            ShownLine("尚未解决", f"{sums.outstanding.workers} 人，{sums.outstanding.amount:,.2f} 元"),
            ShownLine("案件状态", State(row.case.state).label),
            ShownLine("承办单位", str(row.case.handling_union)),
            ShownLine("方式", row.get_kind_display()),
            ShownLine("督办单位", str(row.setter)),
            ShownLine("责任领导、责任人", row.responsible),
            ShownLine("督办要求", row.demand),
            ShownLine("办结期限", str(row.due_on)),
            *([ShownLine("解除报告", row.report)] if row.stage == S.REPORTED else []),
        ]

    def record(self, row: Oversight, verb: str, by: User, at: datetime, reason: str) -> None:
        facts = {"oversight": row.pk, "kind": row.kind, "due_on": row.due_on}
        record_on_case(row.case, verb, by, at, row.setter, **facts, reason=reason)
        keep_oversights([row.pk], at)
        remind_approvers(row, at)


def remind_approvers(row: Oversight, at: datetime) -> None:
    """Remind approvers of the setting or lifting that waits, once per request."""
    kind = row.get_kind_display()
    words = {SETTING: f"{kind}待审批", LIFTING: f"{kind}待审批解除"}
    remind_of_asked(row, str(row.case.number), "oversight", words, at)


class OversightSetting(OversightApproval):
    """Setting an oversight: from approval on its term runs."""

    waits = S.REQUESTED
    approved = Transition(S.IN_FORCE, "oversight.approve", "批准", "已批准，承办单位从现在起计时。")
    declined = Transition(S.DECLINED, "oversight.decline", "不批准", "已退回提出人。")
    withdrawn = Transition(S.WITHDRAWN, "oversight.withdraw", "撤回", "已撤回。")

    def before_approve(self, row: Oversight, by: User, at: datetime) -> FieldValues:
        """Hand the case to the union above where the kind is 提级办理."""
        if row.case.state not in UNFINISHED:
            raise Refused(f"案件{State(row.case.state).label}，无需再督办，请退回提出人。")
        if row.kind == OversightKind.TAKEN_UP:
            if row.case.state == State.TRANSFERRING:
                raise Refused("案件正在转办，请等对方接收或转出单位撤回后再提级办理。")
            Case.objects.filter(pk=row.case_id).update(handling_union=row.setter.in_charge(), officer=row.requested_by)
        return {}


class OversightLifting(OversightApproval):
    """Lifting upon the report from below; declined, the oversight and its term go on."""

    waits = S.REPORTED
    approved = Transition(S.LIFTED, "oversight.lift", "同意解除", "已解除督办。")
    declined = Transition(S.IN_FORCE, "oversight.keep", "继续督办", "没有同意解除，督办继续，期限不变。")
    asked = ("reported_by", "reported_at")
    decided = ("lifted_by", "lifted_at", "answer")
    declined_as_never_asked = True

    def excluded_people(self, row: Oversight) -> Iterator[ExcludedPeople]:
        """Bar also whoever asked for the setting."""
        yield ExcludedPeople({"您提出了这项督办": [row.requested_by_id]}, "提出人", row.requested_at)
        yield from super().excluded_people(row)

    def excluded_ids(self) -> Any:
        return joined(super().excluded_ids(), ids_of(F("requested_by")))


SETTING, LIFTING = OversightSetting(), OversightLifting()
APPROVALS = (SETTING, LIFTING)
approve, decline, withdraw = SETTING.approve, SETTING.decline, SETTING.withdraw
lift, keep = LIFTING.approve, LIFTING.decline


@transaction.atomic
def report(row: Oversight, text: str, by: User, at: datetime) -> Oversight:
    """Report the outcome and ask to lift the oversight; this meets its term."""
    row = LIFTING.hold(row, S.IN_FORCE)
    if not by.may(Right.HANDLE, row.case.handling_union.in_charge()):
        raise Forbidden(f"解除报告由“{row.case.handling_union.in_charge()}”的经办人提出。")
    if not text.strip():
        raise Refused("请写明办理结果，作为解除督办的报告。", {"report": "请写明办理结果。"})
    LIFTING.move(row, S.REPORTED, report=text.strip(), reported_by=by, reported_at=at)
    LIFTING.record(row, "oversight.report", by, at, row.report)
    LIFTING.tell_if_nobody(row, at)
    return row


# ---- who pays in the end ----------------------------------------------------------------------------------------


def fallback_of(case: Case) -> FallbackParty | None:
    return FallbackParty.objects.filter(case=case).first()


def fallback_wanted(case: Case, on: date) -> bool:
    """Whether a notice in force asks for the party that pays in the end. No query where the case says no nature."""
    return bool(case.nature) and FALLBACK in required_of(case, FALLBACK, on=on)


def may_name_fallback(case: Case, user: User) -> bool:
    return case.state in UNFINISHED and user.may(Right.HANDLE, case.handling_union.in_charge())


@transaction.atomic
def name_fallback(case: Case, name: str, person: str, phone: str, basis: str, by: User, at: datetime) -> FallbackParty:
    """Name the party that pays in the end (SD-2.4c), in place of the former."""
    case = ledger.lock(case)
    if not may_name_fallback(case, by):
        raise Forbidden(f"兜底责任单位由“{case.handling_union.in_charge()}”的经办人在办结前登记。")
    if not fallback_wanted(case, day_of(at)):
        raise Refused("本案适用的通知没有要求写明兜底责任单位；政府投资、国企项目的，请先核对项目性质。")
    given = {"name": name.strip(), "person": person.strip(), "phone": phone.strip(), "basis": basis.strip()}
    row, _ = FallbackParty.objects.update_or_create(case=case, defaults=given | {"by": by, "at": at})
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1, changed_at=at, last_edited_by=by)
    audit.record(case.stream, "fallback", by, at, union=case.handling_union, name=row.name)
    case.refresh_from_db()
    case_changed.send(Case, case=case, verb="fallback", by=by, at=at)
    return row


# ---- acts of a union above: 约谈, 蹲点督导 (SD-3.4) ---------------------------------------------------------------


ACTS_FROM_ABOVE = (ActKind.INTERVIEW, ActKind.STATIONED)


@transaction.atomic
def record_act_from_above(
    case: Case, union: Union, kind: ActKind, on: date, detail: str, by: User, at: datetime
) -> Act:
    """Record an act of `union`. Forbidden: not above the case, or `by` does not act for it."""
    case = ledger.lock(case)
    if union.pk not in {unit.pk for unit in overseeing_units(case, by)}:
        raise Forbidden(f"约谈、蹲点督导由“{case.handling_union}”的上级工会经办人登记，案件须尚未办结。")
    if kind not in ACTS_FROM_ABOVE:
        raise Refused("这里只登记约谈、蹲点督导。", {"kind": "请从列表中选择。"})
    if on > day_of(at):
        raise Refused.for_field("on", "日期不能晚于今天。")
    return acts.write_act(case, kind, on, detail, Outcome.DONE, union, by, at)
