"""Reception sessions, 集中接访 (SD-2.4d), and the cases taken there."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from arrears.cases import filing
from arrears.cases.filing import EmployerFacts, employer_for
from arrears.cases.models import Case, Channel
from arrears.serious.models import Reception, ReceptionCase
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right
from unions.tree import actions as tree


def may_record(row: Reception, user: User) -> bool:
    return user.may(Right.FILE, row.union.in_charge())


@transaction.atomic
def open_session(union: Union, on: date, facts: dict[str, Any], by: User, at: datetime) -> Reception:
    """Record a session of `union`. `facts`: other fields of Reception. Refused: this place and day twice."""
    tree.hold_still()
    union = Union.objects.get(pk=union.pk)
    by.forget_grants()
    if not by.may(Right.FILE, union) or union.is_closed:
        raise Forbidden(f"您不能为“{union}”登记接访。")
    if on > day_of(at):
        raise Refused.for_field("on", "接访日期不能晚于今天。")
    try:
        with transaction.atomic():
            row = Reception.objects.create(union=union, path=union.path, on=on, by=by, at=at, **facts)
    except IntegrityError:
        raise Refused.for_field("place", "这个地点当天的接访已经登记过。") from None
    audit.record(row.stream, "reception.hold", by, at, union=union, on=on)
    return row


@transaction.atomic
def take_case(
    row: Reception, employer: EmployerFacts, workers: int, amount: Any, remark: str, result: str, by: User, at: datetime
) -> ReceptionCase:
    """Open a draft case of the receiving union from what a visitor says."""
    if not may_record(row, by):
        raise Forbidden(f"这场接访由“{row.union.in_charge()}”登记。")
    firm = employer_for(employer)
    facts = {
        "accepted_on": row.on,
        "discovered_on": row.on,
        "channel": Channel.VISIT,
        "industry": firm.industry,
        "stated_workers": workers,
        "stated_amount": amount,
        "remark": remark,
    }
    case = filing.open_draft(row.union.in_charge(), firm, facts, by, at)
    return _add_case(row, case, result, True, by, at)


@transaction.atomic
def add_known_case(row: Reception, case: Case, result: str, by: User, at: datetime) -> ReceptionCase:
    """Add a case that exists already. The caller has checked that `by` may see it."""
    if not may_record(row, by):
        raise Forbidden(f"这场接访由“{row.union.in_charge()}”登记。")
    return _add_case(row, case, result, False, by, at)


def _add_case(row: Reception, case: Case, result: str, on_spot: bool, by: User, at: datetime) -> ReceptionCase:
    try:
        with transaction.atomic():
            matter = ReceptionCase.objects.create(
                reception=row, case=case, taken_on_spot=on_spot, result=result.strip(), by=by, at=at
            )
    except IntegrityError:
        raise Refused.for_field("number", "这件案件已在本场接访中。") from None
    audit.record(case.stream, "reception", by, at, union=row.union, reception=row.pk)
    return matter
