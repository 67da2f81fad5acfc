"""Where terms of plans and proceedings hear of them and of their cases, and where an officer is told that her case is asked after."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from arrears.cases.models import Case
from arrears.legal import terms as disputes
from arrears.legal.models import Proceeding
from arrears.plans import terms as promises
from arrears.plans.models import Plan
from arrears.reminders.models import ReminderKind
from arrears.reminders.outbox import Word, put
from arrears.reminders.staff import Staff
from unions.common.clock import day_of

# Moves after which terms begin, end or have another holder or officer.
TURNS = frozenset(
    {"close", "dismiss", "reopen", "merge", "unmerge", "unmerge_clue", "accept_transfer", "assign", "take_over"}
)


def follow_plan(sender: Any, plan: Plan, at: datetime, **kwargs: Any) -> None:
    """In the transaction of the act: a plan and its terms are never seen apart."""
    promises.keep_plans([plan.pk], at)


def follow_proceeding(sender: Any, proceeding: Proceeding, at: datetime, **kwargs: Any) -> None:
    # All of the case: a suit is what the term after an award waits for.
    disputes.keep_proceedings(list(proceeding.case.proceedings.values_list("pk", flat=True)), at)


def follow_case(sender: Any, case: Case, verb: str, at: datetime, **kwargs: Any) -> None:
    if verb not in TURNS:
        return
    if plans := list(case.plans.values_list("pk", flat=True)):
        promises.keep_plans(plans, at)
    if proceedings := list(case.proceedings.values_list("pk", flat=True)):
        disputes.keep_proceedings(proceedings, at)


def tell_officer(sender: Any, case: Case, reason: str, at: datetime, **kwargs: Any) -> None:
    """The officer, or all who act at the unit that handles it. Numbers only: a reminder may leave the house."""
    unit = case.handling_union_id
    people = Staff(day_of(at), {unit}).acting(unit, case.officer_id)
    title = f"催办：案件 {case.number}"
    item = {"text": f"{title}，请尽快办理。", "short": title, "url": case.get_absolute_url()}
    key = f"urge-case:{case.pk}:{at:%Y%m%d%H}"
    put((Word(user, ReminderKind.IMMEDIATE, key, title, item["url"], [item]) for user in people), at)
