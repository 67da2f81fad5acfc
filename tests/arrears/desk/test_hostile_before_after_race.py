"""Two people at one moment before and after the case: a fund is not overdrawn, a list is published once, an employer proposed once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from arrears.inspections.actions import reviews, rounds
from arrears.inspections.models import Round
from arrears.safety_nets import net_ledger
from arrears.safety_nets.actions import drawings, funds
from arrears.safety_nets.models import Drawing, EmergencyFund, SafetyNet, WageDeposit
from arrears.sanctions.actions import listings, publications
from arrears.sanctions.models import Listing, Publication
from tests.arrears.cases.test_hostile_race import nothing_broken, together, won_and_told
from tests.arrears.inspections.test_rounds import watch
from tests.cast import AT, World, a_case, an_employer, load
from tests.nets import DAY, a_deposit, a_fund, a_project, approved, asked, books_agree
from tests.rounds import a_finding
from tests.sanctioned import asked as proposed
from tests.sanctioned import drafted_list, in_q3
from unions.common.refusals import Refused


@pytest.fixture
def world(cast_database: None, transactional_db: None, settings: Any, tmp_path: Any) -> World:
    settings.MEDIA_ROOT = tmp_path / "files"
    return load()


def test_two_approvals_do_not_draw_more_than_a_fund_holds(world: World) -> None:
    fund = a_fund(world, amount=10_000)
    cases = [a_case(world, employer=an_employer(f"第{number}家")) for number in range(3)]
    rows = [asked(world, case, fund, 6_000, workers=1) for case in cases]
    results = together(*(lambda row=row: approved(world, row) for row in rows))
    won_and_told(results, Refused)
    assert net_ledger.balance(fund) == Decimal(4_000) and Drawing.objects.filter(stage="done").count() == 1
    books_agree()
    nothing_broken()


def test_one_drawing_is_decided_once(world: World) -> None:
    case = a_case(world)
    fund = a_fund(world)
    row = asked(world, case, fund, 6_000, workers=1)
    seen = drawings.APPROVAL.seal(Drawing.objects.get(pk=row.pk), AT)
    zhou = lambda: world.user("zhou")  # noqa: E731
    won_and_told(
        together(
            lambda: drawings.approve(row, by=zhou(), at=AT, seal=seen),
            lambda: drawings.approve(row, by=zhou(), at=AT, seal=seen),
            lambda: drawings.decline(row, by=zhou(), at=AT, opinion="不妥"),
            lambda: drawings.withdraw(row, by=world.user("li"), at=AT),
        )
    )
    books_agree()
    nothing_broken()


def test_a_recovery_is_not_entered_beyond_what_is_out(world: World) -> None:
    case, fund = a_case(world), a_fund(world)
    row = approved(world, asked(world, case, fund, 6_000, workers=1))
    back = lambda: funds.record_recovery(row, Decimal(6_000), DAY, "回单", world.user("sun"), AT)  # noqa: E731
    won_and_told(together(back, back, back), Refused)
    assert net_ledger.balance(fund) == Decimal(500_000)
    nothing_broken()


def test_one_fund_of_a_name_and_one_deposit_of_a_project(world: World) -> None:
    project = a_project(a_case(world))
    together(lambda: a_fund(world), lambda: a_fund(world))
    together(lambda: a_deposit(world, project), lambda: a_deposit(world, project))
    assert EmergencyFund.objects.count() == WageDeposit.objects.count() == 1
    assert SafetyNet.objects.count() == 2
    nothing_broken()


def test_an_employer_is_proposed_once_and_approved_once(world: World) -> None:
    case = a_case(world)
    other = a_case(world, employer=case.employer)
    results = together(lambda: proposed(world, case), lambda: proposed(world, other))
    won_and_told(results, Refused)
    row = Listing.objects.get()
    seen = listings.PROPOSAL.seal(row, AT)
    won_and_told(
        together(
            lambda: listings.approve(row, by=world.user("wang"), at=AT, seal=seen),
            lambda: listings.approve(row, by=world.user("wang"), at=AT, seal=seen),
            lambda: listings.decline(row, by=world.user("wang"), at=AT, opinion="不妥"),
        )
    )
    nothing_broken()


def test_a_list_is_drafted_once_and_published_once(world: World) -> None:
    in_q3(world)
    won_and_told(together(lambda: drafted_list(world), lambda: drafted_list(world)), Refused)
    row = publications.submit(Publication.objects.get(), world.user("qian"), AT)
    seen = publications.APPROVAL.seal(row, AT)
    won_and_told(
        together(
            lambda: publications.approve(row, by=world.user("zhou"), at=AT, seal=seen),
            lambda: publications.approve(row, by=world.user("zhou"), at=AT, seal=seen),
            lambda: publications.decline(row, by=world.user("zhou"), at=AT, opinion="不妥"),
        )
    )
    nothing_broken()


def test_a_month_is_planned_once_and_a_finding_closed_once(world: World) -> None:
    watch(world, an_employer("重点户"))
    plan = lambda: rounds.plan_monthly_round(world.unions["370202"], world.user("sun"), AT)  # noqa: E731
    won_and_told(together(plan, plan), Refused)
    assert Round.objects.count() == 1
    finding = a_finding(world)
    finding = reviews.answer_finding(finding, "已改", world.user("sun"), AT, seen=finding.version)
    seal = reviews.APPROVAL.seal(finding, AT)
    won_and_told(
        together(
            lambda: reviews.close(finding, by=world.user("feng"), at=AT, seal=seal, opinion="属实"),
            lambda: reviews.close(finding, by=world.user("chen"), at=AT, seal=seal, opinion="属实"),
            lambda: reviews.send_back(finding, by=world.user("lv"), at=AT, opinion="没改"),
        )
    )
    nothing_broken()
