"""Wage deposits and emergency funds of 市南区 for tests and the role table."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from arrears.cases import filing, ledger
from arrears.cases.models import Case, LedgerEntry, Project
from arrears.safety_nets.actions import deposits, drawings, funds
from arrears.safety_nets.actions.deposits import DepositFacts
from arrears.safety_nets.actions.funds import FundFacts
from arrears.safety_nets.models import Drawing, EmergencyFund, NetEntryKind, SafetyNet, WageDeposit
from arrears.safety_nets.rules import AdvanceWish
from tests.cast import AT, World, a_case, an_employer

# Who keeps and who approves at a unit of the cast.
SEATS = {
    "370202": ("sun", "zhou"),
    "370202E0001": ("he", "wang"),
    "370203": ("feng", "chen"),
    "370200": ("lv", "shi"),
    "370000": ("han", "yang"),
}
STORED = date(2026, 11, 1)
DAY = date(2026, 11, 18)
CASH = DepositFacts(Decimal(10_000_000), Decimal(2), "cash", "建设银行市南支行")


def a_fund(
    world: World, code: str = "370202", amount: int = 500_000, name: str = "应急周转金", founded_on: date = STORED
) -> EmergencyFund:
    facts = FundFacts(name, "government", "市南区人民政府", "南政办〔2026〕3号", founded_on)
    return funds.found_fund(world.unions[code], facts, Decimal(amount), world.user(SEATS[code][0]), AT)


def a_project(case: Case, name: str = "海风大厦") -> Project:
    """The case's employer builds it; the case is about it."""
    project = filing.project_for(case.employer, name, "other")
    assert project is not None
    Case.objects.filter(pk=case.pk).update(project=project)
    case.refresh_from_db()
    return project


def a_deposit(
    world: World, project: Project, code: str = "370202", stored: int | None = 200_000, **facts: Any
) -> WageDeposit:
    return deposits.register_deposit(
        world.unions[code],
        project,
        DepositFacts(**(vars(CASH) | facts)),
        world.user(SEATS[code][0]),
        AT,
        stored=Decimal(stored) if stored else None,
        stored_on=STORED,
        source="存款凭证 001",
    )


def a_wish(net: SafetyNet | None, amount: int | Decimal, workers: int = 0, **facts: Any) -> AdvanceWish:
    """Paid on the 18th; out of a deposit upon a notice of the 16th."""
    given: dict[str, Any] = {"migrants": 0, "reason": "区治欠办会议纪要〔2026〕8号", "paid_on": DAY}
    if net is not None and net.kind == "deposit":
        given["notice_on"] = date(2026, 11, 16)
    return AdvanceWish(net=net, amount=Decimal(amount), workers=workers, **(given | facts))


def asked(
    world: World, case: Case, net: SafetyNet | None, amount: int | Decimal, by: str = "li", **facts: Any
) -> Drawing:
    if net is None:
        facts = {"other_source": "建设单位垫付"} | facts
    return drawings.ask_advance(case, a_wish(net, amount, **facts), world.user(by), AT)


def approved(world: World, row: Drawing, by: str | None = None) -> Drawing:
    """By whoever approves where the money is kept."""
    row = Drawing.objects.select_related("case__employer", "net__union").get(pk=row.pk)
    by = by or SEATS[drawings.APPROVAL.unit_of(row).code][1]
    return drawings.approve(row, by=world.user(by), at=AT, seal=drawings.APPROVAL.seal(row, AT))


def advanced(world: World, case: Case, net: SafetyNet | None, amount: int | Decimal, **facts: Any) -> LedgerEntry:
    """Asked by li, agreed to where the money is kept: the entry in the case's ledger."""
    row = approved(world, asked(world, case, net, amount, **facts))
    case.refresh_from_db()
    assert row.case_entry is not None
    return row.case_entry


def put_in(world: World, net: SafetyNet, kind: NetEntryKind, amount: int | Decimal, on: date = DAY) -> None:
    by = world.user(SEATS[net.union.code][0])
    act = deposits.put_in if net.kind == "deposit" else funds.put_in
    act(net, kind, Decimal(amount), on, "凭证", by, AT)


def nets(world: World) -> dict[str, Any]:
    """Things of the role table: kept by the enterprise 370202E0001, so that OWN and PARENT differ as everywhere."""
    case = a_case(world, employer=an_employer("海风兜底", "370202"))
    deposit = a_deposit(world, a_project(case, "海风花园"), "370202E0001")
    fund = a_fund(world, "370202E0001")
    entry = advanced(world, case, fund, 1000)
    waits = asked(world, case, fund, 500)
    issued = approved(world, asked(world, case, deposit, 700, paid_on=None))
    case.refresh_from_db()
    return {
        "net-case": case.pk,
        "net-case-version": case.version,
        "deposit": deposit.pk,
        "fund": fund.pk,
        "drawing": waits.pk,
        "issued-drawing": issued.pk,
        "advance-entry": entry.pk,
    }


def books_agree() -> None:
    """What every net's book says went to each case is what the case's ledger says came from it; no book below nothing."""
    for net in SafetyNet.objects.all():
        of_net: dict[int, Decimal] = {}
        running = Decimal(0)
        for row in net.entries.order_by("on", "-amount"):
            running += row.amount
            assert running >= 0, f"{net} at {running} on {row.on}"
            if row.counts_as == "advanced":
                assert row.case_id is not None
                of_net[row.case_id] = of_net.get(row.case_id, Decimal(0)) - row.amount
        of_cases: dict[int, Decimal] = {}
        for entry in LedgerEntry.objects.filter(net_entry__net=net):
            assert (entry.counts_as, entry.fund) == ("advanced", net.kind)
            of_cases[entry.case_id] = of_cases.get(entry.case_id, Decimal(0)) + entry.amount
        assert of_net == of_cases
    for case in Case.objects.filter(pk__in=LedgerEntry.objects.values("case")):
        assert ledger.balance(case).outstanding.amount >= 0
