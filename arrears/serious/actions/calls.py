"""约谈、通报、问责 of a unit by one above it (SD-3.4b): on what ground, whom, what is demanded until when, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from arrears.cases.models import Case
from arrears.law.obligations.requirements import Required, required
from arrears.serious.models import CallGround, CallKind, UnitCall
from arrears.serious.terms import keep_calls
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right
from unions.tree import actions as tree

ACCOUNT = "accountability"  # what a notice calls it (vocabulary.REQUIREMENTS)


@dataclass(frozen=True)
class CallFacts:
    kind: CallKind
    ground: CallGround
    detail: str
    on: date
    persons: str
    demands: str
    due_on: date


def notice_for(union: Union, on: date) -> Required | None:
    """What a notice in force at the unit says of calling to account; None where none does: nothing is offered there."""
    return required([ACCOUNT], union.line_ids(), on).get(ACCOUNT)


def may_answer(row: UnitCall, user: User) -> bool:
    return any(user.may(Right.HANDLE, unit.in_charge()) for unit in (row.unit, row.setter))


@transaction.atomic
def record(setter: Union, unit: Union, said: CallFacts, case: Case | None, by: User, at: datetime) -> UnitCall:
    """Record that `setter` called a unit below it to account. `case`: what it is about, seen by `by`. Refused: no notice asks for it."""
    tree.hold_still()
    setter, unit = Union.objects.get(pk=setter.pk), Union.objects.get(pk=unit.pk)
    by.forget_grants()
    if not by.may(Right.RECEIVE, setter) or setter.is_closed:
        raise Forbidden(f"约谈、通报、问责由“{setter}”的经办人登记。")
    if setter.pk == unit.pk or not unit.path.startswith(setter.path):
        raise Refused.for_field("unit", f"对象单位应是“{setter}”所辖的单位。")
    if notice_for(unit, day_of(at)) is None:
        raise Refused(f"“{unit}”适用的通知没有约谈、通报、问责的规定。")
    if said.on > day_of(at):
        raise Refused.for_field("on", "日期不能晚于今天。")
    if said.due_on < said.on:
        raise Refused.for_field("due_on", "整改期限不能早于作出日期。")
    row = UnitCall.objects.create(setter=setter, unit=unit, case=case, by=by, at=at, **vars(said))
    told = f"{row.get_kind_display()}{unit}：{row.get_ground_display()}"
    audit.record(row.stream, "call.record", by, at, union=setter, on=said.on, reason=told)
    keep_calls([row.pk], at)
    return row


@transaction.atomic
def answer(row: UnitCall, result: str, on: date, by: User, at: datetime) -> UnitCall:
    """Record what came of it; it ends the term."""
    row = (
        UnitCall.objects.select_for_update(of=("self",)).select_related("unit__parent", "setter__parent").get(pk=row.pk)
    )
    if not may_answer(row, by):
        raise Forbidden(f"整改结果由“{row.unit.in_charge()}”的经办人反馈。")
    if row.result_at is not None:
        raise Stale("整改结果已经反馈，请刷新页面查看。")
    if not row.on <= on <= day_of(at):
        text = f"完成日期应在 {row.on} 和今天之间。"
        raise Refused(text, {"on": text})
    if not result.strip():
        raise Refused.for_field("result", "请写明整改结果。")
    row.result, row.result_on, row.result_by, row.result_at = result.strip(), on, by, at
    row.save(update_fields=["result", "result_on", "result_by", "result_at"])
    audit.record(row.stream, "call.answer", by, at, union=row.unit, on=on, reason=row.result)
    keep_calls([row.pk], at)
    return row
