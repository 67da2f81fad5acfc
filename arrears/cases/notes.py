"""Notes on a case: written, withdrawn and read by people who serve at its units alone, and told to a colleague.

No event of the case tells of them: its timeline is printed in the case file. They have a stream of their own in the log, without their words.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from arrears.cases.models import Case, CaseNote, State
from unions.common.clock import day_of
from unions.common.ordering import by_name
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Appointment, Union, User
from unions.people.notices import Notice, tell
from unions.people.rights import Right, roles_with


def units_of(case: Case) -> list[Union]:
    """The unit on whose books the case is and the one that handles it, or those that act for them."""
    units = {unit.pk: unit for unit in (case.union.in_charge(), case.handling_union.in_charge())}
    return list(units.values())


def unit_at(case: Case, user: User) -> Union | None:
    """The unit of the case at which `user` serves herself; reading from above is no service there."""
    paths = user.paths(Right.VIEW)
    return next((unit for unit in units_of(case) if unit.path in paths), None)


def may_note(case: Case, user: User) -> bool:
    return case.state != State.DRAFT and unit_at(case, user) is not None


def read_by(case: Case, user: User) -> QuerySet[CaseNote]:
    """The notes `user` may read, the newest first: all, or none."""
    rows = CaseNote.objects.filter(case=case).select_related("by", "colleague", "union")
    return rows if may_note(case, user) else rows.none()


def colleagues(case: Case, user: User, at: datetime) -> list[User]:
    """People who serve at the units of the case and may see it, herself left out."""
    roles = roles_with(Right.VIEW)
    serving = Appointment.objects.in_force(day_of(at)).filter(union__in=units_of(case), role__in=roles)
    people = User.objects.filter(pk__in=serving.values("user"), is_active=True).exclude(pk=user.pk)
    return list(people.order_by(by_name()))


@transaction.atomic
def write(case: Case, text: str, colleague: User | None, by: User, at: datetime) -> CaseNote:
    """Write a note; a colleague named in it is told where it stands, and no word of it."""
    unit = unit_at(case, by)
    if unit is None:
        raise Forbidden("备注仅由本案立案单位和承办单位的人员填写、查看。")
    if case.state == State.DRAFT:
        raise Refused("草稿不能添加备注，请立案后再添加。")
    if colleague is not None and colleague not in colleagues(case, by, at):
        raise Refused.for_field("colleague", "只能提醒本案立案单位、承办单位的其他人员。")
    row = CaseNote.objects.create(case=case, text=text, colleague=colleague, union=unit, by=by, at=at)
    audit.record(f"note:{row.pk}", "note", by, at, union=unit, case=case.pk)
    if colleague is not None:
        title = f"案件 {case.number} 有一条提醒您的备注"
        address = f"{case.get_absolute_url()}#note-{row.pk}"
        tell([Notice([colleague.pk], f"case-note:{row.pk}", title, f"{title}，请查看。", address)], at)
    return row


@transaction.atomic
def withdraw(row: CaseNote, by: User, at: datetime) -> None:
    """Take a note back. It stays where it stood, without its words."""
    if row.by_id != by.pk:
        raise Forbidden("备注只能由填写人撤回。")
    if not CaseNote.objects.filter(pk=row.pk, withdrawn_at=None).update(withdrawn_at=at):
        raise Stale("这条备注已经撤回。")
    audit.record(f"note:{row.pk}", "withdraw-note", by, at, union=row.union, case=row.case_id)
