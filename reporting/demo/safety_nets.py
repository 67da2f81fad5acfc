"""Wages advanced from the project's deposit, else from the fund of the handling union."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_UP, Decimal

from arrears.cases import ledger
from arrears.safety_nets.actions import deposits, drawings, funds
from arrears.safety_nets.actions.deposits import DepositFacts
from arrears.safety_nets.actions.funds import FundFacts
from arrears.safety_nets.models import Drawing, EmergencyFund, Founder, NetEntryKind, SafetyNet, StoredAs, WageDeposit
from arrears.safety_nets.rules import AdvanceWish
from reporting.demo.case_steps import CaseSteps
from unions.people.rights import RoleName

RATIO = Decimal(2)


def net_for(steps: CaseSteps) -> SafetyNet:
    """What stands ready for the case, with room for all that is outstanding; registered when there is none yet."""
    project = steps.case.project
    elsewhere = WageDeposit.objects.filter(project=project).exclude(union=steps.case.handling_union)
    return _fund(steps) if project is None or elsewhere.exists() else _deposit(steps)


def _left(steps: CaseSteps) -> Decimal:
    return ledger.balance(steps.case).outstanding.amount


def _long_before(steps: CaseSteps) -> date:
    return steps.today - timedelta(days=200)


def _deposit(steps: CaseSteps) -> WageDeposit:
    project, left = steps.case.project, _left(steps)
    assert project is not None
    keeper = steps.at_desk(RoleName.OFFICER)
    known = WageDeposit.objects.filter(project=project, closed_on=None).first()
    if known is not None:
        deposits.put_in(known, NetEntryKind.STORED, left, _long_before(steps), "追加存储", keeper, steps.at)
        return known
    # A round contract whose 2 % covers it.
    contract = (left * 100 / RATIO / 1_000_000).quantize(Decimal(1), ROUND_UP) * 1_000_000
    facts = DepositFacts(contract, RATIO, StoredAs.CASH, "建设银行工程专户支行")
    return deposits.register_deposit(
        steps.case.handling_union,
        project,
        facts,
        keeper,
        steps.at,
        stored=facts.amount_due,
        stored_on=_long_before(steps),
        source="存款凭证",
    )


def _fund(steps: CaseSteps) -> EmergencyFund:
    unit, keeper, left = steps.case.handling_union, steps.at_desk(RoleName.OFFICER), _left(steps)
    known = EmergencyFund.objects.filter(union=unit, closed_on=None).first()
    if known is not None:
        funds.put_in(known, NetEntryKind.GRANTED, left, _long_before(steps), "年度拨入", keeper, steps.at)
        return known
    facts = FundFacts("欠薪应急周转金", Founder.UNION, unit.name, "工会帮扶资金管理办法", _long_before(steps))
    return funds.found_fund(unit, facts, max(Decimal(500_000), left), keeper, steps.at)


def advance(steps: CaseSteps, net: SafetyNet) -> Drawing:
    """All that is outstanding, asked for and agreed to on the same day."""
    left = ledger.balance(steps.case).outstanding
    notice_on = steps.today if net.kind == "deposit" else None
    wish = AdvanceWish(
        net=net, reason=f"动用{net.get_kind_display()}垫付", paid_on=steps.today, notice_on=notice_on, **vars(left)
    )
    row = drawings.ask_advance(steps.case, wish, steps.at_desk(RoleName.OFFICER), steps.at)
    row = Drawing.objects.get(pk=row.pk)
    seen = drawings.APPROVAL.seal(row, steps.at)
    row = drawings.approve(row, by=steps.at_desk(RoleName.APPROVER), at=steps.at, seal=seen)
    steps.case.refresh_from_db()
    return row


def come_back(steps: CaseSteps, net: SafetyNet, row: Drawing) -> None:
    """A week later: the contractor tops its deposit up, the employer has paid half of it back to the fund."""
    steps.wait(7)
    keeper = steps.at_desk(RoleName.OFFICER)
    if net.kind == "deposit":
        deposits.put_in(net, NetEntryKind.TOPPED_UP, row.amount, steps.today, "补足凭证", keeper, steps.at)
    else:
        half = (row.amount / 2).quantize(Decimal("0.01"))
        funds.record_recovery(row, half, steps.today, "用人单位归还", keeper, steps.at)
