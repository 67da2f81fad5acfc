"""What the department does with a proposal, as it tells the union: notice, objection, answer, decision, correction (人社部令第45号)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from arrears.cases import acts
from arrears.cases.models import Act, ActKind
from arrears.cases.models.act import Outcome
from arrears.sanctions.models import Listing, ListingStage
from arrears.sanctions.models.listing import BEFORE_THE_DEPARTMENT
from arrears.sanctions.proposing import held, may_record, needed, note, step
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.models import User

S = ListingStage


def _recorder(row: Listing, by: User) -> None:
    if not may_record(row, by):
        raise Forbidden(f"由「{row.union.in_charge()}」的经办人登记。")


def _dated(on: date, earliest: date | None, at: datetime, after: str) -> None:
    """A day the department gives: not after today, not before what came before it."""
    if on > day_of(at):
        raise Refused.for_field("on", "日期不能晚于今天。")
    if earliest is not None and on < earliest:
        sentence = f"日期不能早于{after}（{earliest}）。"
        raise Refused(sentence, {"on": sentence})


def _sent_on(row: Listing) -> date | None:
    return day_of(row.approved_at) if row.approved_at else None


@transaction.atomic
def notice(row: Listing, by: User, at: datetime, *, on: date) -> Listing:
    """The employer was told what is intended; five working days to object."""
    row = held(row, S.PROPOSED)
    _recorder(row, by)
    _dated(on, _sent_on(row), at, "提请日期")
    step(row, S.NOTICED, notice_on=on)
    note(row, "listing.notice", by, at, on=on)
    return row


@transaction.atomic
def object_to(row: Listing, by: User, at: datetime, *, on: date, text: str) -> Listing:
    """The employer objects; the department has five working days to answer."""
    row = held(row, S.NOTICED)
    _recorder(row, by)
    _dated(on, row.notice_on, at, "告知日期")
    step(row, S.OBJECTED, objection_on=on, objection=needed(text, "note"))
    note(row, "listing.object", by, at, on=on, reason=row.objection)
    return row


@transaction.atomic
def answer(row: Listing, by: User, at: datetime, *, on: date, text: str) -> Listing:
    row = held(row, S.OBJECTED)
    _recorder(row, by)
    _dated(on, row.objection_on, at, "提出异议日期")
    step(row, S.ANSWERED, answered_on=on, answer=needed(text, "note"))
    note(row, "listing.answer", by, at, on=on, reason=row.answer)
    return row


@transaction.atomic
def extend(row: Listing, by: User, at: datetime, *, text: str) -> Listing:
    """The department takes another twenty working days for its decision, once."""
    row = held(row, *BEFORE_THE_DEPARTMENT)
    _recorder(row, by)
    if row.extended:
        raise Refused("决定期限已经延长过一次，不能再延长。")
    step(row, ListingStage(row.stage), extended=True)
    note(row, "listing.extend", by, at, reason=needed(text, "note"))
    return row


@transaction.atomic
def enter(row: Listing, by: User, at: datetime, *, on: date, number: str) -> Listing:
    """On the list from `on`, three years. The act that the official tables count is written with it."""
    row = held(row, S.NOTICED, S.ANSWERED)
    _recorder(row, by)
    _dated(on, row.answered_on or row.notice_on, at, "告知、答复日期")
    step(row, S.LISTED, decided_on=on, listed_on=on, number=needed(number, "number"))
    _record_act(row, on, by, at)
    note(row, "listing.list", by, at, on=on, number=row.number)
    return row


def _record_act(row: Listing, on: date, by: User, at: datetime) -> None:
    """One act per decision: where the answer to a referral has written it already, that one counts."""
    if Act.objects.filter(case=row.case, kind=ActKind.LISTING, on=on).exists():
        return
    detail = f"{row.department}决定列入失信联合惩戒名单，{row.number}"
    acts.enter(row.case, ActKind.LISTING, on, detail, Outcome.DONE, row.union, by, at)


@transaction.atomic
def refuse(row: Listing, by: User, at: datetime, *, on: date, text: str) -> Listing:
    """The department decides not to list it, and says why."""
    row = held(row, *BEFORE_THE_DEPARTMENT)
    _recorder(row, by)
    _dated(on, row.answered_on or row.objection_on or row.notice_on or _sent_on(row), at, "上一步的日期")
    step(row, S.NOT_LISTED, decided_on=on, refusal=needed(text, "note"))
    note(row, "listing.refuse", by, at, on=on, reason=row.refusal)
    return row


@transaction.atomic
def correct(row: Listing, by: User, at: datetime, *, on: date) -> Listing:
    """The employer has put right what it did: six months from here it may come off early."""
    row = held(row, S.LISTED)
    _recorder(row, by)
    if row.corrected_on is not None:
        raise Stale(f"已登记于 {row.corrected_on} 改正，不能再改。")
    _dated(on, row.listed_on, at, "列入日期")
    step(row, S.LISTED, corrected_on=on)
    note(row, "listing.correct", by, at, on=on)
    return row
