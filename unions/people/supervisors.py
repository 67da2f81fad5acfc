"""Keeping the register of 劳动法律监督委员会 and 劳动法律监督员 of a unit (QD-7b)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import SupervisionCommittee, Supervisor, Union, User
from unions.people.rights import Right
from unions.tree import actions as tree


def may_keep(user: User, union: Union) -> bool:
    """The officers of the unit, or whoever appoints its people."""
    return not union.is_closed and (user.may(Right.HANDLE, union) or user.may(Right.PEOPLE, union))


def check_may_keep(user: User, union: Union) -> None:
    """Raises Forbidden."""
    if not may_keep(user, union):
        raise Forbidden(f"“{union}”的劳动法律监督名册由该单位的经办人或单位管理员登记。")


def _held(union: Union, by: User) -> Union:
    tree.hold_still()
    union = Union.objects.get(pk=union.pk)
    check_may_keep(by, union)
    return union


@transaction.atomic
def enter_committee(union: Union, facts: dict[str, Any], by: User, at: datetime) -> SupervisionCommittee:
    """`facts`: name, since, until. Refused: a term that ends before it begins, or one of the same first day."""
    union = _held(union, by)
    _check_term(facts["since"], facts["until"])
    try:
        with transaction.atomic():
            row = SupervisionCommittee.objects.create(union=union, by=by, at=at, **facts)
    except IntegrityError:
        raise Refused.for_field("since", "这一天成立、换届的委员会已经登记。") from None
    audit.record(f"union:{union.pk}", "supervision.committee", by, at, union=union, name=row.name, until=row.until)
    return row


@transaction.atomic
def enter_supervisor(union: Union, facts: dict[str, Any], by: User, at: datetime) -> Supervisor:
    """`facts`: name, post, certificate, since, until. Refused: the same certificate twice."""
    union = _held(union, by)
    _check_term(facts["since"], facts["until"])
    try:
        with transaction.atomic():
            row = Supervisor.objects.create(union=union, by=by, at=at, **facts)
    except IntegrityError:
        raise Refused.for_field("certificate", "这个证号已经登记；换发、连任的，请先登记原任期的免职。") from None
    audit.record(f"union:{union.pk}", "supervision.appoint", by, at, union=union, name=row.name, until=row.until)
    return row


@transaction.atomic
def release(row: Supervisor, on: date, by: User, at: datetime) -> Supervisor:
    """`on`: from this day she is no supervisor any more; letters and visits that name her stay as they are."""
    _held(row.union, by)
    if on > day_of(at):
        raise Refused.for_field("on", "日期不能晚于今天。")
    if on < row.since:
        raise Refused.for_field("on", f"免职日期不能早于任期起（{row.since}）。")
    if not Supervisor.objects.filter(pk=row.pk, ended_on=None).update(ended_on=on):
        raise Stale(f"{row.name}已经免职，请刷新页面。")
    row.refresh_from_db()
    audit.record(f"union:{row.union_id}", "supervision.release", by, at, union=row.union, name=row.name, on=on)
    return row


def _check_term(since: date, until: date) -> None:
    if until < since:
        raise Refused.for_field("until", "止日早于起日。")
