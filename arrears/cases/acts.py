"""Recording what was done in a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from arrears.cases import ledger
from arrears.cases.models import Act, ActKind, Case, Evidence, Means, Outcome, State
from arrears.cases.signals import case_changed
from arrears.law.rules.vocabulary import ABLE
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right

# Acts that may be tried in vain: every attempt is recorded, only one that reached somebody counts (QD-4.2).
CALL_BACKS = frozenset({ActKind.FEEDBACK_WORKER, ActKind.FEEDBACK_HOTLINE})


OVER = frozenset({State.DRAFT, State.CLOSED, State.DISMISSED, State.MERGED})  # nothing is recorded in these states
# Acts that only unions with a department or government of their own level can do → the dated fact they make.
OF_A_LEVEL = {ActKind.INFORM_HR: "told_hr_on", ActKind.GOVERNMENT: "told_government_on"}


@dataclass(frozen=True)
class Told:
    """Who was told, how, and the paper that shows it."""

    whom: str
    means: Means
    paper: Evidence | None = None


def is_able(kind: ActKind, union: Union) -> bool:
    """Whether a union of this kind can do such an act."""
    return kind not in OF_A_LEVEL or union.kind in ABLE[OF_A_LEVEL[kind]]


def may_act(case: Case, user: User) -> bool:
    """Whoever handles the case, or files for its unit while that unit handles it."""
    if case.state in OVER:
        return False
    unit = case.handling_union.in_charge()
    return user.may(Right.HANDLE, unit) or (case.handling_union_id == case.union_id and user.may(Right.FILE, unit))


@transaction.atomic
def perform(case: Case, kind: ActKind, on: date, detail: str, outcome: Outcome, by: User, at: datetime) -> Act:
    """Record one act. A failed negotiation or mediation sets the day from which QD-5 counts, unless it is known."""
    case = ledger.lock(case)
    if not may_act(case, by):
        raise Forbidden(f"本案由“{case.handling_union}”承办，您不能在此登记。")
    if on > day_of(at):
        raise Refused.for_field("on", "日期不能晚于今天。")
    if outcome == Outcome.UNREACHED and kind not in CALL_BACKS:
        raise Refused("“未接通”只用于反馈职工、反馈热线。", {"outcome": "请选择其他结果。"})
    if not is_able(kind, case.handling_union.in_charge()):
        said = f"“{case.handling_union}”没有同级的部门或政府，“{kind.label}”由其上的地方总工会登记。"
        raise Refused(said, {"kind": "请选择其他事项。"})
    facts: dict[str, Any] = {}
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
    *,
    told: Told | None = None,
    **facts: Any,
) -> Act:
    """Write an act down as done by `union`, which need not handle the case. `told`: whom it told; `facts`: what it sets on the case.

    Whoever calls holds the case's row and has checked the right.
    """
    means = {"told": told.whom, "means": told.means, "paper": told.paper} if told else {}
    act = Act.objects.create(
        case=case, kind=kind, on=on, detail=detail.strip(), outcome=outcome, union=union, by=by, at=at, **means
    )
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1, changed_at=at, **facts)
    audit.record(case.stream, f"act.{kind}", by, at, union=union, act=act.pk, on=on, outcome=outcome, **_logged(told))
    case.refresh_from_db()
    case_changed.send(Case, case=case, verb="act", by=by, at=at)
    return act


def _logged(told: Told | None) -> dict[str, Any]:
    if told is None:
        return {}
    return {"told": told.whom, "means": told.means, "evidence": told.paper.pk if told.paper else None}
