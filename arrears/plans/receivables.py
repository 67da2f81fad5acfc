"""Debts owed to the employer (欠薪欠款联动, SD-2.4e): who owes how much since when; what comes in of them pays wages first."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from arrears.cases import ledger
from arrears.cases.models import Case, EntryKind
from arrears.cases.requirements import required_of
from arrears.law.obligations.requirements import Required
from arrears.plans.actions import check_right
from arrears.plans.models import PlanKind, Receivable, Recovery
from unions.common.clock import day_of
from unions.common.formats import yuan
from unions.common.refusals import Refused
from unions.log import audit
from unions.models import User

WAGES_FIRST = "wages-first"  # what a notice calls it (vocabulary.REQUIREMENTS)


def wages_first(case: Case, on: date) -> Required | None:
    """What a notice in force says of debts owed to the employer of the case; None where none does: nothing is offered there."""
    return required_of(case, WAGES_FIRST, on=on).get(WAGES_FIRST)


@transaction.atomic
def record(case: Case, debtor: str, amount: Decimal, since: date, basis: str, by: User, at: datetime) -> Receivable:
    """Write down a debt (`amount` in yuan) on the plan for the employer or project. Refused: no such plan, no notice that asks for it."""
    case = ledger.lock(case)
    check_right(case, by)
    if wages_first(case, day_of(at)) is None:
        raise Refused("本案适用的通知没有欠薪欠款联动的要求。")
    if not case.plans.in_force().exclude(kind=PlanKind.REPAYMENT).exists():
        raise Refused("账款登记在“一企一策”“一项目一策”中，请先制定方案。")
    if amount <= 0:
        raise Refused.for_field("amount", "欠款金额须大于 0。")
    if since > day_of(at):
        raise Refused.for_field("since", "日期不能晚于今天。")
    row = Receivable.objects.create(
        case=case,
        debtor=debtor.strip(),
        amount=amount,
        since=since,
        basis=basis.strip(),
        union=case.handling_union,
        by=by,
        at=at,
    )
    told = f"{row.debtor}欠 {yuan(amount)} 元，自 {since}"
    _log(case, "debt.record", by, at, told)
    return row


@transaction.atomic
def recover(
    row: Receivable, on: date, amount: Decimal, workers: int, migrants: int, by: User, at: datetime
) -> Recovery:
    """Write down what came in. As much of it as wages are outstanding is posted as 清偿 for `workers` people, the rest stays with the employer.

    Refused: more than is owed to the employer; whatever the ledger refuses.
    """
    case = ledger.lock(row.case)
    check_right(case, by)
    if on > day_of(at) or on < row.since:
        text = f"收回日期应在 {row.since} 和今天之间。"
        raise Refused(text, {"on": text})
    before: Decimal = row.recoveries.aggregate(sum=Coalesce(Sum("amount"), Decimal(0)))["sum"]
    if not 0 < amount <= row.amount - before:
        text = f"收回金额应大于 0，不超过尚欠的 {yuan(row.amount - before)} 元。"
        raise Refused(text, {"amount": text})
    left = ledger.balance(case).outstanding
    wages = min(amount, left.amount)
    entry = None
    if wages > 0:
        source = f"收回{row.debtor}账款 {yuan(amount)} 元，优先支付工资"[:200]
        entry = ledger.post(
            case, EntryKind.PAID, on, by, at, workers=workers, migrants=migrants, amount=wages, source=source
        )
    elif workers or migrants:
        raise Refused.for_field("workers", "台账已无未解决的工资，结清人数请填 0。")
    made = Recovery.objects.create(receivable=row, on=on, amount=amount, entry=entry, by=by, at=at)
    _log(case, "debt.recover", by, at, f"{row.debtor} {yuan(amount)} 元，其中支付工资 {yuan(wages)} 元")
    return made


def _log(case: Case, verb: str, by: User, at: datetime, told: str) -> None:
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1, changed_at=at)
    audit.record(case.stream, verb, by, at, union=case.handling_union, reason=told)
