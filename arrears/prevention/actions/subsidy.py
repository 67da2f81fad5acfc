"""以案定补 (QP-1.3): clues passed to a township and mediated there. Nobody types the list: it follows from the transfer, the
mediation and the closing. Once a quarter it is drafted by one person, confirmed by another, and frozen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from arrears.cases import ledger
from arrears.cases.models import Act, ActKind, Closure, Outcome
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.prevention.models import SubsidyList, SubsidyStage
from arrears.prevention.quarters import days_of, spoken
from arrears.transfers.models import Transfer, TransferStage
from unions.approvals import Approval, ApprovalList, FieldValues, ShownLine, Transition
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Union, UnionKind, User
from unions.people.rights import Right
from unions.tree import actions as tree

S = SubsidyStage
CENT = Decimal("0.01")


@dataclass(frozen=True)
class SubsidyRate:
    """The yuan per case, and the clause or setting they come from."""

    per_case: Decimal
    basis: str


@dataclass(frozen=True)
class SubsidyRow:
    """One closing. Days in ISO form, `amount` yuan as text: the row is stored as it stands.

    `reopened_on`: worked on again since. `listed`: an earlier quarter whose confirmed list has the case already.
    """

    case: int
    number: str
    clue_number: str
    employer: str
    township: str
    passed_on: str
    mediated_on: str
    closed_on: str
    workers: int
    amount: str
    reopened_on: str = ""
    listed: str = ""

    @property
    def counts(self) -> bool:
        return not self.reopened_on and not self.listed

    @property
    def money(self) -> Decimal:
        return Decimal(self.amount)


def rate(union: Union, day: date) -> SubsidyRate | None:
    return rate_of(union, day, RulebooksByUnit())


def rate_of(union: Union, day: date, books: RulebooksByUnit) -> SubsidyRate | None:
    """Return the amount per case of the [[subsidy]] entry that holds at the unit, or None."""
    for book in books.at([union], day):
        for entry in book.subsidies:
            if entry.per_case is not None:
                return SubsidyRate(entry.per_case, f"{book.named(book.clause(entry.clause))}（本地设置）")
    return None


# ---- what follows from the books --------------------------------------------------------------------------------------


def rows(unit: Union, quarter: str) -> list[SubsidyRow]:
    """List cases closed in the quarter after the township they were passed to mediated them. Five queries."""
    first, last = days_of(quarter)
    shut = _closures(unit, first, last)
    ids = {one.case_id for one in shut}
    passed, mediated, books = _passed(ids), _mediated(ids), ledger.balances(ids)
    listed = _listed(unit, quarter)
    found = [
        _row(one, passed[one.case_id], mediated, books[one.case_id], listed)
        for one in shut
        if one.case_id in passed and passed[one.case_id].receiver.path.startswith(unit.path)
    ]
    return [row for row in found if row is not None]


def _closures(unit: Union, first: date, last: date) -> list[Closure]:
    townships = {
        "case__transfers__stage": TransferStage.ACCEPTED,
        "case__transfers__receiver__kind": UnionKind.TOWNSHIP,
        "case__transfers__receiver__path__startswith": unit.path,
    }
    shut = Closure.objects.filter(on__range=(first, last), case__clue_number__isnull=False, **townships)
    return list(shut.select_related("case__employer").distinct().order_by("on", "id"))


def _passed(cases: Iterable[int]) -> dict[int, Transfer]:
    """Return case id → its last accepted transfer, where it went to a township."""
    rows = Transfer.objects.filter(case__in=cases, stage=TransferStage.ACCEPTED).order_by("id")
    last = {row.case_id: row for row in rows.select_related("receiver__parent")}
    return {case: row for case, row in last.items() if row.receiver.kind == UnionKind.TOWNSHIP}


def _mediated(cases: Iterable[int]) -> dict[int, list[Act]]:
    found: dict[int, list[Act]] = {}
    agreed = Act.objects.filter(case__in=cases, kind=ActKind.MEDIATION, outcome=Outcome.AGREED)
    for act in agreed.order_by("on", "id"):
        found.setdefault(act.case_id, []).append(act)
    return found


def _row(
    shut: Closure, passed: Transfer, mediated: Mapping[int, list[Act]], books: ledger.Balance, listed: Mapping[int, str]
) -> SubsidyRow | None:
    """Return the row of a closing, or None where the township did not mediate it."""
    assert passed.answered_at is not None  # accepted
    since, here = day_of(passed.answered_at), {passed.receiver_id, passed.receiver.in_charge().pk}
    acts = [act for act in mediated.get(shut.case_id, ()) if act.union_id in here and since <= act.on <= shut.on]
    if not acts:
        return None
    case = shut.case
    return SubsidyRow(
        case=case.pk,
        number=case.number or "",
        clue_number=case.clue_number or "",
        employer=case.employer.name,
        township=passed.receiver.name,
        passed_on=since.isoformat(),
        mediated_on=acts[-1].on.isoformat(),
        closed_on=shut.on.isoformat(),
        workers=books.owed.workers,
        amount=str(books.owed.amount),
        reopened_on=shut.reopened_on.isoformat() if shut.reopened_on else "",
        listed=listed.get(case.pk, ""),
    )


def _listed(unit: Union, quarter: str) -> dict[int, str]:
    """Return case id → the earlier quarter whose confirmed list counts it."""
    earlier = SubsidyList.objects.filter(union=unit, stage=S.CONFIRMED, quarter__lt=quarter).order_by("quarter")
    return {
        row["case"]: spoken(one.quarter)
        for one in earlier
        for row in one.rows
        if not row["reopened_on"] and not row["listed"]
    }


def frozen_rows(found: SubsidyList) -> list[SubsidyRow]:
    """Return the rows as they were drafted, marking what was reopened since."""
    kept = [SubsidyRow(**row) for row in found.rows]
    since = Closure.objects.filter(case__in=[row.case for row in kept], reopened_on__isnull=False)
    reopened = {
        (case, on.isoformat()): day.isoformat()
        for case, on, day in since.values_list("case_id", "on", "reopened_on")
        if day
    }
    return [replace(row, reopened_on=reopened.get((row.case, row.closed_on), row.reopened_on)) for row in kept]


def seal(of: Iterable[SubsidyRow], quarter: str, per_case: Decimal | None) -> str:
    return audit.digest({"quarter": quarter, "per_case": per_case, "rows": [asdict(row) for row in of]})


# ---- the list of a quarter ----------------------------------------------------------------------------------------------


def may_draft(unit: Union, user: User) -> bool:
    return user.may(Right.HANDLE, unit) or user.may(Right.SUBMIT, unit)


@transaction.atomic
def draft_list(unit: Union, quarter: str, by: User, at: datetime) -> SubsidyList:
    """Draft the list of a quarter for confirmation. Refused: it is not over, nothing in it, one is there already."""
    tree.hold_still()
    unit = Union.objects.select_for_update().get(pk=unit.pk)
    by.forget_grants()
    if not may_draft(unit, by) or unit.is_closed:
        raise Forbidden(f"以案定补清单由“{unit.in_charge()}”的经办人或统计员提出。")
    if days_of(quarter)[1] >= day_of(at):
        raise Refused(f"{spoken(quarter)}还没有结束，季度结束后再提出确认。")
    if SubsidyList.objects.filter(union=unit, quarter=quarter, stage__in=[S.DRAFTED, S.CONFIRMED]).exists():
        raise Refused(f"{spoken(quarter)}的清单已经提出或确认，请打开查看。")
    found = rows(unit, quarter)
    if not found:
        raise Refused(f"{spoken(quarter)}没有下移街镇并调解成功的线索，无需确认。")
    given = rate(unit, days_of(quarter)[1])
    per_case = given.per_case.quantize(CENT) if given else None
    row = SubsidyList.objects.create(
        union=unit,
        path=unit.path,
        quarter=quarter,
        rows=[asdict(one) for one in found],
        per_case=per_case,
        hash=seal(found, quarter, per_case),
        drafted_by=by,
        drafted_at=at,
    )
    approval.record(row, "subsidy.draft", by, at, "")
    approval.tell_if_nobody(row, at)
    return row


class SubsidyApproval(Approval[SubsidyList]):
    """The list of a quarter is confirmed as it was drafted, and frozen; nobody confirms what she drafted."""

    model = SubsidyList
    listed = ApprovalList(
        "subsidy",
        "以案定补清单",
        ("union", "drafted_by"),
        "arrears/prevention/subsidy_approval_row.html",
        full_list="subsidies",
        sections=("prevention",),
    )
    unit = "union"
    this = "这份清单"
    act = "确认"
    changed = "清单提出之后台账有了变动（如案件重新办理），请退回后重新提出。"
    waits = S.DRAFTED
    approved = Transition(S.CONFIRMED, "subsidy.confirm", "确认清单", "清单已确认，不再变动。")
    declined = Transition(S.DECLINED, "subsidy.decline", "不同意", "已退回提出人。")
    withdrawn = Transition(S.WITHDRAWN, "subsidy.withdraw", "撤回", "已撤回。")
    asked = ("drafted_by", "drafted_at")
    asker_is = ("清单由您提出", "提出人")
    decided = ("decided_by", "decided_at", "opinion")
    parts = ("union__parent", "drafted_by")
    no_reason = "请写明不同意的原因。"
    longest = 500
    title = "确认"
    why_not_title = "不能由您确认"

    def seal(self, row: SubsidyList, at: datetime, lines: list[ShownLine] | None = None) -> str:
        """The rows as they were drafted; whether the books still say so is asked before the approval."""
        return row.hash

    def before_approve(self, row: SubsidyList, by: User, at: datetime) -> FieldValues:
        if seal(rows(row.union, row.quarter), row.quarter, row.per_case) != row.hash:
            raise Stale(self.changed)
        return {}

    def record(self, row: SubsidyList, verb: str, by: User, at: datetime, reason: str) -> None:
        facts = {"quarter": row.quarter, "cases": len(row.rows), "sha256": row.hash}
        audit.record(row.stream, verb, by, at, union=row.union, **facts, reason=reason)


approval = SubsidyApproval()
confirm, decline, withdraw = approval.approve, approval.decline, approval.withdraw
