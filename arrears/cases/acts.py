"""Recording what was done in a case."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from arrears.cases import ledger
from arrears.cases.models import Act, ActKind, Case, Outcome, State
from arrears.cases.signals import case_changed
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right

# Acts that may be tried in vain: every attempt is recorded, only one that reached somebody counts (QD-4.2).
CALL_BACKS = frozenset({ActKind.FEEDBACK_WORKER, ActKind.FEEDBACK_HOTLINE})


def may_act(case: Case, user: User) -> bool:
    """Whoever handles the case, or files for its unit while that unit handles it."""
    if case.state in (State.DRAFT, State.CLOSED, State.DISMISSED, State.MERGED):
        return False
    unit = case.handling_union.in_charge()
    return user.may(Right.HANDLE, unit) or (case.handling_union_id == case.union_id and user.may(Right.FILE, unit))


@transaction.atomic
def perform(case: Case, kind: ActKind, on: date, detail: str, outcome: Outcome, by: User, at: datetime) -> Act:
    """Record one act. A failed negotiation or mediation sets the day from which QD-5 counts, unless it is known."""
    case = ledger.lock(case)
    if not may_act(case, by):
        raise Forbidden(f"本案由「{case.handling_union}」承办，您不能在此登记。")
    if on > day_of(at):
        raise Refused.for_field("on", "日期不能晚于今天。")
    if outcome == Outcome.UNREACHED and kind not in CALL_BACKS:
        raise Refused("「未接通」只用于反馈职工、反馈热线。", {"outcome": "请选择其他结果。"})
    facts = {}
    if kind == ActKind.NEGOTIATION and outcome == Outcome.FAILED and case.negotiation_failed_on is None:
        facts["negotiation_failed_on"] = on
    return write_act(case, kind, on, detail, outcome, case.handling_union, by, at, **facts)


def write_act(
    case: Case,
    kind: ActKind,
    on: date,
    detail: str,
    outcome: Outcome,
    union: Union,
    by: User,
    at: datetime,
    **facts: Any,
) -> Act:
    """Write an act down as done by `union`, which need not handle the case; `facts`: what it sets on the case.

    Whoever calls holds the case's row and has checked the right.
    """
    act = Act.objects.create(
        case=case, kind=kind, on=on, detail=detail.strip(), outcome=outcome, union=union, by=by, at=at
    )
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1, changed_at=at, **facts)
    audit.record(case.stream, f"act.{kind}", by, at, union=union, act=act.pk, on=on, outcome=outcome)
    case.refresh_from_db()
    case_changed.send(Case, case=case, verb="act", by=by, at=at)
    return act
