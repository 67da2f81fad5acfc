"""督办、挂牌督办、领导包案、专班、提级办理 (SD-2.4b): set above with a term, lifted above upon a report from below.

Asked for by an officer of the union above, approved there by a second person who is bound to what she was shown.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from arrears.cases import ledger, snapshot
from arrears.cases.models import Case, State
from arrears.cases.models.case import UNFINISHED
from arrears.cases.route import line_above
from arrears.cases.second_person import barred_because
from arrears.cases.signals import case_changed, oversight_changed
from arrears.cases.snapshot import Line
from arrears.serious.models import PENDING, FallbackParty, Oversight, OversightKind, OversightStage
from unions import second_person
from unions.common.clock import day_of
from unions.common.industries import NEEDS_FALLBACK
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right
from unions.tree import actions as tree

S = OversightStage


def setters(case: Case, user: User) -> list[Union]:
    """Units above the one that handles the case for which `user` may set an oversight, nearest first."""
    if case.state not in UNFINISHED:
        return []
    return [unit for unit in line_above(case, case.handling_union) if user.may(Right.RECEIVE, unit)]


@transaction.atomic
def ask(
    case: Case, setter: Union, kind: OversightKind, responsible: str, demand: str, due_on: date, by: User, at: datetime
) -> Oversight:
    """Ask for it at `setter`. Refused: a term in the past, the same kind stands there already."""
    tree.hold_still()  # before the case: a unit that moves holds the tree first and its cases then
    case = ledger.lock(case)
    by.forget_grants()
    if setter.pk not in {unit.pk for unit in setters(case, by)}:
        raise Forbidden(f"督办由「{case.handling_union}」的上级工会经办人提出，案件须尚未办结。")
    if due_on < day_of(at):
        raise Refused("办结期限不能早于今天。", {"due_on": "办结期限不能早于今天。"})
    if Oversight.objects.filter(case=case, setter=setter, kind=kind, stage__in=PENDING).exists():
        raise Refused(
            f"「{setter}」对本案的{kind.label}已经提出或正在进行。", {"kind": "请换一种方式，或打开已有的一项。"}
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
    _note(row, "oversight.ask", by, at)
    return row


def shown(row: Oversight) -> list[Line]:
    """What the approver sees and signs: what is set, and how the case stands."""
    sums = ledger.balance(row.case)
    return [
        Line("案件", f"{row.case} {row.case.employer.name}"),
        Line("欠薪", f"{sums.owed.workers} 人，{sums.owed.amount:,.2f} 元"),
        Line("尚未解决", f"{sums.outstanding.workers} 人，{sums.outstanding.amount:,.2f} 元"),
        Line("案件状态", State(row.case.state).label),
        Line("承办单位", str(row.case.handling_union)),
        Line("方式", row.get_kind_display()),
        Line("督办单位", str(row.setter)),
        Line("责任领导、责任人", row.responsible),
        Line("督办要求", row.demand),
        Line("办结期限", str(row.due_on)),
        *([Line("解除报告", row.report)] if row.stage == S.REPORTED else []),
    ]


def barred(row: Oversight, user: User, at: datetime) -> str | None:
    """Why `user` may not decide what waits in `row` (the setting or the lifting), or None."""
    seat = row.setter.in_charge()
    if not user.may(Right.APPROVE, seat):
        return f"须由「{seat}」的审批人审批。"
    asker, asked_at = row.requested_by, row.requested_at
    if row.stage == S.REPORTED and row.reported_by and row.reported_at:
        # Who asked for the setting is bound as well: what she asked for is what the report says was done.
        asked = {"您提出了这项督办": [row.requested_by_id]}
        if because := second_person.barred_because(user, asked, "提出人", day_of(at), day_of(asked_at)):
            return because
        asker, asked_at = row.reported_by, row.reported_at
    return barred_because(row.case, user, asker, day_of(at), day_of(asked_at))


@transaction.atomic
def approve(row: Oversight, by: User, at: datetime, *, seen: str, opinion: str = "") -> Oversight:
    """In force from now on. 提级办理: the union above handles the case itself."""
    tree.hold_still()
    row = _held(row, S.REQUESTED)
    _second_person(row, by, at, seen)
    if row.case.state not in UNFINISHED:
        raise Refused(f"案件{State(row.case.state).label}，不必再督办，请退回提出人。")
    if row.kind == OversightKind.TAKEN_UP:
        if row.case.state == State.TRANSFERRING:
            raise Refused("案件正在转办，请等对方接收或转出单位撤回后再提级办理。")
        Case.objects.filter(pk=row.case_id).update(handling_union=row.setter.in_charge(), officer=row.requested_by)
    _step(row, S.IN_FORCE, decided_by=by, decided_at=at, decision=opinion.strip())
    _note(row, "oversight.approve", by, at)
    return row


@transaction.atomic
def decline(row: Oversight, by: User, at: datetime, *, opinion: str) -> Oversight:
    row = _held(row, S.REQUESTED)
    if not by.may(Right.APPROVE, row.setter.in_charge()):
        raise Forbidden(f"须由「{row.setter.in_charge()}」的审批人审批。")
    _step(row, S.DECLINED, decided_by=by, decided_at=at, decision=_reason(opinion))
    _note(row, "oversight.decline", by, at)
    return row


@transaction.atomic
def withdraw(row: Oversight, by: User, at: datetime) -> Oversight:
    row = _held(row, S.REQUESTED)
    if by != row.requested_by:
        raise Forbidden("只有提出人可以撤回。")
    _step(row, S.WITHDRAWN, decided_at=at)
    _note(row, "oversight.withdraw", by, at)
    return row


@transaction.atomic
def report(row: Oversight, text: str, by: User, at: datetime) -> Oversight:
    """The unit that handles it reports and asks to lift the oversight; this is what its term waits for."""
    row = _held(row, S.IN_FORCE)
    if not by.may(Right.HANDLE, row.case.handling_union.in_charge()):
        raise Forbidden(f"解除报告由「{row.case.handling_union.in_charge()}」的经办人提出。")
    if not text.strip():
        raise Refused("请写明办理结果，作为解除督办的报告。", {"report": "请写明办理结果。"})
    _step(row, S.REPORTED, report=text.strip(), reported_by=by, reported_at=at)
    _note(row, "oversight.report", by, at)
    return row


@transaction.atomic
def lift(row: Oversight, by: User, at: datetime, *, seen: str, opinion: str = "") -> Oversight:
    """The union above is content with the report."""
    row = _held(row, S.REPORTED)
    _second_person(row, by, at, seen)
    _step(row, S.LIFTED, lifted_by=by, lifted_at=at, answer=opinion.strip())
    _note(row, "oversight.lift", by, at)
    return row


@transaction.atomic
def keep(row: Oversight, by: User, at: datetime, *, opinion: str) -> Oversight:
    """The report does not do: the oversight goes on, and its term with it."""
    row = _held(row, S.REPORTED)
    if not by.may(Right.APPROVE, row.setter.in_charge()):
        raise Forbidden(f"须由「{row.setter.in_charge()}」的审批人审批。")
    _step(row, S.IN_FORCE, answer=_reason(opinion), reported_at=None, reported_by=None)
    _note(row, "oversight.keep", by, at)
    return row


def _reason(opinion: str) -> str:
    if not opinion.strip():
        raise Refused("请写明原因。", {"opinion": "请写明原因。"})
    return opinion.strip()


def _second_person(row: Oversight, by: User, at: datetime, seen: str) -> None:
    if because := barred(row, by, at):
        raise Forbidden(because)
    if seen != snapshot.seal(shown(row)):
        raise Stale("案件或督办在您查看之后有了变动，请重新查看后审批。")


def _held(row: Oversight, stage: OversightStage) -> Oversight:
    """The row and its case as they are now, held; Stale when the stage has moved on."""
    ledger.lock(row.case)
    row = (
        Oversight.objects.select_for_update(of=("self",))
        .select_related("case__employer", "case__handling_union", "setter", "requested_by", "reported_by")
        .get(pk=row.pk)
    )
    if row.stage != stage:
        raise Stale(f"这项督办现在是「{OversightStage(row.stage).label}」，可能已有人办理，请刷新页面。")
    return row


def _step(row: Oversight, stage: OversightStage, **facts: object) -> None:
    if Oversight.objects.filter(pk=row.pk, stage=row.stage).update(stage=stage, **facts) != 1:
        raise Stale("这项督办刚刚有人办理过，请刷新页面。")
    row.refresh_from_db()


def _note(row: Oversight, verb: str, by: User, at: datetime) -> None:
    Case.objects.filter(pk=row.case_id).update(version=F("version") + 1, changed_at=at)
    audit.record(
        row.case.stream,
        verb,
        by,
        at,
        union=row.setter,
        oversight=row.pk,
        kind=row.kind,
        due_on=row.due_on,
        reason=row.answer or row.decision or row.demand,
    )
    row.case.refresh_from_db()
    case_changed.send(Case, case=row.case, verb=verb, by=by, at=at)
    oversight_changed.send(Oversight, oversight=row, verb=verb, by=by, at=at)


# ---- who pays in the end ----------------------------------------------------------------------------------------


def fallback_of(case: Case) -> FallbackParty | None:
    return FallbackParty.objects.filter(case=case).first()


def may_name(case: Case, user: User) -> bool:
    return case.state in UNFINISHED and user.may(Right.HANDLE, case.handling_union.in_charge())


@transaction.atomic
def name_fallback(case: Case, name: str, person: str, phone: str, basis: str, by: User, at: datetime) -> FallbackParty:
    """SD-2.4c: name the party that pays in the end; naming another one leaves the former in the log."""
    case = ledger.lock(case)
    if not may_name(case, by):
        raise Forbidden(f"兜底责任单位由「{case.handling_union.in_charge()}」的经办人在办结前登记。")
    if case.nature not in NEEDS_FALLBACK:
        raise Refused("兜底责任单位只用于政府投资项目、国企项目，请先核对项目性质（SD-2.4c）。")
    given = {"name": name.strip(), "person": person.strip(), "phone": phone.strip(), "basis": basis.strip()}
    row, _ = FallbackParty.objects.update_or_create(case=case, defaults=given | {"by": by, "at": at})
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1, changed_at=at, last_edited_by=by)
    audit.record(case.stream, "fallback", by, at, union=case.handling_union, name=row.name)
    case.refresh_from_db()
    case_changed.send(Case, case=case, verb="fallback", by=by, at=at)
    return row
