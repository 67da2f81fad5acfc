"""Wages of the demo paid first: out of the project's deposit, else out of the fund of the unit that handles the case."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_UP, Decimal

from arrears.cases import ledger
from arrears.safety_nets.actions import deposits, drawings, funds
from arrears.safety_nets.actions.deposits import DepositFacts
from arrears.safety_nets.actions.funds import FundFacts
from arrears.safety_nets.models import Drawing, EmergencyFund, Founder, NetEntryKind, SafetyNet, StoredAs, WageDeposit
from arrears.safety_nets.rules import AdvanceWish
from reporting.demo.life import Life
from unions.people.rights import RoleName

RATIO = Decimal(2)


def net_for(life: Life) -> SafetyNet:
    """What stands ready for the case, with room for all that is outstanding; registered when there is none yet."""
    project = life.case.project
    elsewhere = WageDeposit.objects.filter(project=project).exclude(union=life.case.handling_union)
    return _fund(life) if project is None or elsewhere.exists() else _deposit(life)


def _left(life: Life) -> Decimal:
    return ledger.balance(life.case).outstanding.amount


def _long_before(life: Life) -> date:
    return life.today - timedelta(days=200)


def _deposit(life: Life) -> WageDeposit:
    project, left = life.case.project, _left(life)
    assert project is not None
    keeper = life.at_desk(RoleName.OFFICER)
    known = WageDeposit.objects.filter(project=project, closed_on=None).first()
    if known is not None:
        deposits.put_in(known, NetEntryKind.STORED, left, _long_before(life), "追加存储", keeper, life.at)
        return known
    # A round contract whose 2 % covers it.
    contract = (left * 100 / RATIO / 1_000_000).quantize(Decimal(1), ROUND_UP) * 1_000_000
    facts = DepositFacts(contract, RATIO, StoredAs.CASH, "建设银行工程专户支行")
    return deposits.register_deposit(
        life.case.handling_union,
        project,
        facts,
        keeper,
        life.at,
        stored=facts.amount_due,
        stored_on=_long_before(life),
        source="存款凭证",
    )


def _fund(life: Life) -> EmergencyFund:
    unit, keeper, left = life.case.handling_union, life.at_desk(RoleName.OFFICER), _left(life)
    known = EmergencyFund.objects.filter(union=unit, closed_on=None).first()
    if known is not None:
        funds.put_in(known, NetEntryKind.GRANTED, left, _long_before(life), "年度拨入", keeper, life.at)
        return known
    facts = FundFacts("欠薪应急周转金", Founder.UNION, unit.name, "工会帮扶资金管理办法", _long_before(life))
    return funds.found_fund(unit, facts, max(Decimal(500_000), left), keeper, life.at)


def advance(life: Life, net: SafetyNet) -> Drawing:
    """All that is outstanding, asked for and agreed to on the same day."""
    left = ledger.balance(life.case).outstanding
    notice_on = life.today if net.kind == "deposit" else None
    wish = AdvanceWish(
        net=net, reason=f"动用{net.get_kind_display()}垫付", paid_on=life.today, notice_on=notice_on, **vars(left)
    )
    row = drawings.ask_advance(life.case, wish, life.at_desk(RoleName.OFFICER), life.at)
    row = Drawing.objects.get(pk=row.pk)
    seen = drawings.APPROVAL.seal(row, life.at)
    row = drawings.approve(row, by=life.at_desk(RoleName.APPROVER), at=life.at, seal=seen)
    life.case.refresh_from_db()
    return row


def come_back(life: Life, net: SafetyNet, row: Drawing) -> None:
    """A week later: the contractor tops its deposit up, the employer has paid half of it back to the fund."""
    life.wait(7)
    keeper = life.at_desk(RoleName.OFFICER)
    if net.kind == "deposit":
        deposits.put_in(net, NetEntryKind.TOPPED_UP, row.amount, life.today, "补足凭证", keeper, life.at)
    else:
        half = (row.amount / 2).quantize(Decimal("0.01"))
        funds.record_recovery(row, half, life.today, "用人单位归还", keeper, life.at)
