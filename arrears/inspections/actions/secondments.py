"""Sending somebody to a task force, and calling her back (QH-2d)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from arrears.inspections.models import Secondment
from unions.common.clock import day_of
from unions.common.refusals import Refused, Stale
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right
from unions.tree.actions import lock_open_unit


@transaction.atomic
def second(union: Union, facts: dict[str, Any], by: User, at: datetime) -> Secondment:
    """`facts`: person, post, task_force, task, since, until. Refused: the same person, force and first day twice."""
    union = lock_open_unit(union, by, Right.INSPECT, "登记抽调人员")
    if facts.get("until") and facts["until"] < facts["since"]:
        raise Refused.for_field("until", "止日早于起日。")
    try:
        with transaction.atomic():
            row = Secondment.objects.create(union=union, path=union.path, by=by, at=at, **facts)
    except IntegrityError:
        raise Refused.for_field("person", "这一天起已登记过此人到该专班，无需重复登记。") from None
    audit.record(row.stream, "second", by, at, union=union, name=row.person, on=row.since)
    return row


@transaction.atomic
def call_back(row: Secondment, on: date, by: User, at: datetime) -> Secondment:
    """`on`: her last day there."""
    lock_open_unit(row.union.in_charge(), by, Right.INSPECT, "登记返岗")
    row = Secondment.objects.select_for_update(of=("self",)).select_related("union").get(pk=row.pk)
    if row.until is not None and row.until < day_of(at):
        raise Stale(f"{row.person}已于 {row.until} 结束抽调。")
    if on < row.since:
        raise Refused.for_field("on", f"结束日期不能早于起日（{row.since}）。")
    row.until = on
    row.save(update_fields=["until"])
    audit.record(row.stream, "second.end", by, at, union=row.union, name=row.person, on=on)
    return row
