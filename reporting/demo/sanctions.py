"""Sanctions in some counties of each place: unkept orders, a penalty, proposals for the list, a published list, honest employers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from arrears.cases import ledger
from arrears.cases.models import Case, State
from arrears.sanctions.actions import listings, publications, sanctions
from arrears.sanctions.actions.sanctions import Decision
from arrears.sanctions.models import Listing, PublicationKind, SanctionKind, SanctionOutcome
from arrears.sanctions.publication_draft import draft_rows, past_periods
from reporting.demo.people import DemoStaff
from reporting.demo.places import OF_PLACE
from unions.models import Union, UnionKind, User
from unions.people.rights import RoleName

COUNTIES = 2  # of each place
PRAISES = "210802"
HONEST = {
    "营口辽滨食品有限公司": "连续三年按月足额支付工资，工资集体协商每年签订。",
    "营口渤海纺织有限公司": "分账管理人工费，工资每月 10 日前由银行代发。",
    "营口新港物流有限公司": "劳动合同签订率百分之百，工资支付表每月公示。",
}
OLD_ENOUGH = timedelta(days=26)  # an order of the tenth day, to be kept in fifteen more


def enter_sanctions(staff: DemoStaff, now: datetime) -> None:
    """In each place two counties, those with printed people or the most employers that owe, three cases of different employers each."""
    counties = Union.objects.filter(kind=UnionKind.DISTRICT, valid_until=None).order_by("code")
    for codes in OF_PLACE.values():
        here = [(union, _owing_cases(union, now)) for union in counties if union.code[:4] == codes[0][:4]]
        owing = sorted((pair for pair in here if pair[1]), key=lambda pair: (pair[0].code not in codes, -len(pair[1])))
        for union, cases in owing[:COUNTIES]:
            _sanction(union, cases[:3], staff, now)
    _praise(Union.objects.get(code=PRAISES), staff, now)


def _praise(union: Union, staff: DemoStaff, now: datetime) -> None:
    """The honest employers of the last period, published; this is where a notice wants them (YK-3b)."""
    officer = staff.someone(union.pk, RoleName.OFFICER)
    approver = staff.someone(union.pk, RoleName.APPROVER)
    span, until = past_periods(union, now.date(), 1)[0], now.date() + timedelta(days=365)
    row = publications.draft(union, span, until, [], officer, now, kind=PublicationKind.HONEST)
    for name, why in HONEST.items():
        checked = "区人社局推荐，核对本期工资支付表、社保缴费和欠薪台账，无欠薪。"
        publications.propose_honest(row, name, "", why, checked, officer, now)
    row = publications.submit(row, officer, now)
    publications.approve(row, by=approver, at=now, seal=publications.APPROVAL.seal(row, now))


def _owing_cases(union: Union, now: datetime) -> list[Case]:
    """The oldest first, one of each employer."""
    old = now.date() - OLD_ENOUGH
    rows = Case.objects.filter(handling_union=union, state=State.OPEN, accepted_on__lt=old)
    books = ledger.balances(rows.values_list("pk", flat=True))
    by_employer: dict[int, Case] = {}
    for row in rows.select_related("employer").order_by("accepted_on", "pk"):
        if books[row.pk].outstanding.amount > 0:
            by_employer.setdefault(row.employer_id, row)
    return list(by_employer.values())


def _sanction(union: Union, cases: Sequence[Case], staff: DemoStaff, now: datetime) -> None:
    """Every one was ordered to pay; the last two are proposed for the list, the first of these with a penalty."""
    officer = staff.someone(union.pk, RoleName.OFFICER)
    approver = staff.someone(union.pk, RoleName.APPROVER)
    for case in cases:
        _order(case, officer, now)
    for case in cases[:1]:
        _rectify_and_preserve(case, officer, now)
    span = past_periods(union, now.date(), 1)[0]
    for number, case in enumerate(cases[-2:]):
        if number == 0:
            _penalty(case, officer, span.last - timedelta(days=20), now)
        proposed = _proposed(case, officer, approver, now)
        if number == 0:
            listings.record_notice(proposed, officer, now, on=now.date())
    rows = draft_rows(union, span, now.date())
    if rows:
        until = now.date() + timedelta(days=365)
        row = publications.draft(union, span, until, rows, officer, now)
        row = publications.submit(row, officer, now)
        publications.approve(row, by=approver, at=now, seal=publications.APPROVAL.seal(row, now))


def _order(case: Case, by: User, now: datetime) -> None:
    assert case.accepted_on is not None
    on = case.accepted_on + timedelta(days=10)
    said = Decision(
        SanctionKind.ORDER,
        listings.usual_department(case),
        f"人社令〔{on.year}〕{case.pk}号",
        on,
        pay_by=on + timedelta(days=15),
        amount=ledger.balance(case).outstanding.amount,
    )
    row = sanctions.record_sanction(case, said, by, now)
    assert row.pay_by is not None
    if row.pay_by < now.date():
        looked = row.pay_by + timedelta(days=1)
        sanctions.record_outcome(row, SanctionOutcome.UNPAID, looked, "到期未支付。", by, now)


def _rectify_and_preserve(case: Case, by: User, now: datetime) -> None:
    """Ordered to rectify within ten days, and the court holds what the employer has in the bank (YK-2.5)."""
    today, place = now.date(), case.union.name.removesuffix("总工会")
    on, left = today - timedelta(days=6), ledger.balance(case).outstanding.amount
    said = Decision(
        SanctionKind.RECTIFY,
        listings.usual_department(case),
        f"人社改〔{on.year}〕{case.pk}号",
        on,
        pay_by=on + timedelta(days=10),
        detail="限期补发工资，按月公示支付情况。",
    )
    sanctions.record_sanction(case, said, by, now)
    said = Decision(
        SanctionKind.PRESERVE,
        f"{place}人民法院",
        f"（{on.year}）财保{case.pk}号",
        on,
        amount=left,
        detail="冻结银行存款。",
        held_from=on,
        held_until=on + timedelta(days=365),
    )
    sanctions.record_sanction(case, said, by, now)


def _penalty(case: Case, by: User, on: date, now: datetime) -> None:
    department = listings.usual_department(case)
    assert case.accepted_on is not None
    on = max(on, case.accepted_on + timedelta(days=26))  # never before the order was left unkept
    said = Decision(SanctionKind.PENALTY, department, f"人社罚〔{on.year}〕{case.pk}号", on, amount=Decimal(20_000))
    sanctions.record_sanction(case, said, by, now)


def _proposed(case: Case, officer: User, approver: User, now: datetime) -> Listing:
    """Asked for and approved today."""
    case.refresh_from_db()
    row = listings.propose(case, listings.usual_department(case), "责令支付后逾期未支付。", officer, now)
    seen = listings.PROPOSAL.seal(row, now)
    return listings.approve(row, by=approver, at=now, seal=seen)
