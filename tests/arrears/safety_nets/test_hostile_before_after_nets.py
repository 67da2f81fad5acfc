"""Deposits and funds under hostile hands: no notice the bank need not honour, nothing left behind, nobody else's money."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from arrears.cases import filing, ledger, snapshot, workflow
from arrears.cases.models import Case, EntryKind
from arrears.safety_nets import net_ledger
from arrears.safety_nets.actions import deposits, drawings, funds
from arrears.safety_nets.models import Drawing, DrawingKind, DrawingStage, NetEntryKind, SafetyNet
from arrears.safety_nets.rules import Outgo
from tests.cast import AT, World, a_case, an_employer, moment
from tests.nets import DAY, SEATS, a_deposit, a_fund, a_project, a_wish, advanced, approved, asked, books_agree, put_in
from tests.readers import as_user
from unions.approvals import seal_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log.audit import broken_links
from unions.models import Appointment
from unions.tree import actions as tree

LATER = moment("2026-11-26 10:00")
GUARANTEE = {"stored_as": "guarantee", "guarantee_number": "保函1号", "guarantee_until": date(2026, 11, 22)}


@pytest.fixture
def case(world: World) -> Case:
    return a_case(world)


def entries(net: SafetyNet) -> list[tuple[str, Decimal]]:
    return list(net.entries.values_list("kind", "amount"))


def test_nothing_is_drawn_on_a_guarantee_that_ran_out(world: World, case: Case) -> None:
    net = a_deposit(world, a_project(case), **GUARANTEE)
    wish = a_wish(net, 1000, notice_on=date(2026, 11, 24), paid_on=None)
    with pytest.raises(Refused, match="2026-11-22 到期"):
        drawings.ask_advance(case, wish, world.user("li"), LATER)
    case.refresh_from_db()
    row = drawings.ask_advance(
        case, a_wish(net, 1000, notice_on=date(2026, 11, 22), paid_on=None), world.user("li"), LATER
    )
    assert approved(world, row).stage == DrawingStage.ISSUED


def test_two_notices_do_not_pay_the_same_wages(world: World, case: Case) -> None:
    """Each within what is owed, together twice of it: the second stays with its asker."""
    net = a_deposit(world, a_project(case))
    first = asked(world, case, net, 80_000, paid_on=None, workers=8)
    second = asked(world, case, net, 80_000, paid_on=None, workers=8)
    assert approved(world, first).stage == DrawingStage.ISSUED
    with pytest.raises(Refused, match="支付通知书"):
        approved(world, second)
    second.refresh_from_db()
    assert second.stage == DrawingStage.REQUESTED
    drawings.revoke_notice(Drawing.objects.get(pk=first.pk), "银行退回", world.user("he"), AT)
    assert approved(world, second).stage == DrawingStage.ISSUED
    drawings.record_bank_payment(Drawing.objects.get(pk=second.pk), DAY, world.user("he"), AT)
    books_agree()


def test_what_came_in_after_a_return_was_asked_is_not_left_behind(world: World) -> None:
    """The return is for the whole balance: with more in the book the asker says so again."""
    project = filing.project_for(an_employer("无欠薪企业"), "完工项目", "other")
    assert project is not None
    net = a_deposit(world, project)
    sun = world.user("sun")
    deposits.record_return_notice(net, date(2026, 10, 1), "项目部", sun, AT)
    row = drawings.ask_outgo(net, Outgo(DrawingKind.RETURN, date(2026, 11, 20), "期满"), sun, AT)
    put_in(world, net, NetEntryKind.STORED, 1000)
    with pytest.raises(Refused, match="余额"):
        approved(world, row)
    net = SafetyNet.objects.get(pk=net.pk)  # type: ignore[assignment]
    assert net.closed_on is None and net_ledger.balance(net) == Decimal(201_000)
    drawings.withdraw(Drawing.objects.get(pk=row.pk), by=sun, at=AT)
    row = drawings.ask_outgo(net, Outgo(DrawingKind.RETURN, date(2026, 11, 20), "期满"), sun, AT)
    assert approved(world, row).amount == Decimal(201_000)
    net.refresh_from_db()
    assert net.closed_on == date(2026, 11, 20) and net_ledger.balance(net) == 0


def test_a_deposit_with_an_open_case_is_not_returned_even_if_it_opened_after_the_asking(world: World) -> None:
    employer = an_employer("完工企业")
    project = filing.project_for(employer, "完工项目", "other")
    assert project is not None
    net, sun = a_deposit(world, project), world.user("sun")
    with pytest.raises(Refused, match="公示"):
        drawings.ask_outgo(net, Outgo(DrawingKind.RETURN, date(2026, 11, 20), "期满"), sun, AT)
    deposits.record_return_notice(net, date(2026, 10, 20), "项目部", sun, AT)
    for on in (date(2026, 11, 19), date(2026, 10, 19), date(1950, 1, 1)):
        with pytest.raises(Refused, match="公示 30 日未满"):
            drawings.ask_outgo(net, Outgo(DrawingKind.RETURN, on, "期满"), sun, AT)
    row = drawings.ask_outgo(net, Outgo(DrawingKind.RETURN, date(2026, 11, 20), "期满"), sun, AT)
    a_case(world, employer=employer, project=project)
    with pytest.raises(Refused, match="没有办结"):
        approved(world, row)


def test_an_advance_cancelled_after_everything(world: World, case: Case) -> None:
    """Closed: refused; opened again: both books follow. Both stay equal all along."""
    fund = a_fund(world)
    entry = advanced(world, case, fund, 20_000, workers=2)
    he, wang = world.user("he"), world.user("wang")
    ledger.post(case, EntryKind.PAID, DAY, he, AT, workers=10, migrants=10, amount=Decimal(100_000))
    case.refresh_from_db()
    case = workflow.move(case, "settle", he, AT, seen=case.version, conclusion="paid")
    for stage in ("settled", "closed"):
        if stage == "closed":
            shown = seal_of(snapshot.closing(case))
            case = workflow.move(case, "close", wang, AT, seen=case.version, seal=shown)
        try:
            with transaction.atomic():
                ledger.reverse(entry, DAY, he, AT, "记错")
                transaction.set_rollback(True)
        except Refused:
            pass
        books_agree()
    assert net_ledger.balance(fund) in (Decimal(480_000), Decimal(500_000))
    assert list(broken_links()) == []
    call_command("rebuild_obligations")
    books_agree()


def test_nobody_elses_fund(world: World, case: Case) -> None:
    """市北's fund and deposit do not pay 市南's workers, whatever id is sent; nor does a colleague there see the drawing."""
    theirs, ours = a_fund(world, "370203"), a_fund(world)
    with pytest.raises(Refused, match="不能用于本案"):
        asked(world, case, theirs, 1000)
    li = as_user(world, "li")
    said = {"seen": case.version, "amount": "1000", "reason": "会议纪要", "paid_on": "2026-11-18"}
    answer = li.post(f"/cases/{case.pk}/advance/", said | {"net": theirs.pk})
    assert answer.status_code == 422 and not Drawing.objects.exists()
    entry = ours.entries.get()
    with pytest.raises(Refused, match="请选择要冲正的一笔"):
        drawings.ask_outgo(theirs, Outgo(DrawingKind.REVERSE, DAY, "错", cancels=entry), world.user("feng"), AT)
    feng = as_user(world, "feng")
    sent = {"cancels": entry.pk, "on": "2026-11-18", "reason": "错", "seen": theirs.version}
    assert feng.post(f"/safety-nets/{theirs.pk}/reverse/", sent).status_code == 422
    assert feng.post(f"/safety-nets/{ours.pk}/reverse/", sent).status_code == 404
    row = asked(world, case, ours, 1000)
    assert feng.get(f"/safety-nets/drawings/{row.pk}/").status_code == 404
    for name in ("approve", "decline", "paid", "revoke", "withdraw"):
        assert feng.post(f"/safety-nets/drawings/{row.pk}/{name}/", {"opinion": "好"}).status_code == 404
    with pytest.raises(Forbidden):
        funds.put_in(ours, NetEntryKind.GRANTED, Decimal(5), DAY, "x", world.user("feng"), AT)


def test_whoever_stands_in_for_the_asker_does_not_approve_after_a_day_either(world: World, case: Case) -> None:
    fund = a_fund(world)
    row = asked(world, case, fund, 1000)
    Appointment.objects.create(
        user=world.user("li"),
        union=world.unions["370202"],
        role="approver",
        since=date(2026, 11, 1),
        acting_for=world.user("zhou"),
    )
    seen = drawings.APPROVAL.seal(Drawing.objects.get(pk=row.pk), AT)
    for at in (AT, LATER):
        with pytest.raises(Forbidden):
            drawings.approve(row, by=world.user("li"), at=at, seal=seen)
        with pytest.raises(Forbidden):
            drawings.approve(row, by=world.user("zhou"), at=at, seal=seen)
    assert entries(fund) == [("granted", Decimal(500_000))]


@pytest.mark.parametrize(
    "amount", ["1e15", "NaN", "Infinity", "-5", "0", "999999999999999", "1" * 5000, "\x00", "١٢", "12.345"]
)
def test_money_that_is_none(world: World, amount: str) -> None:
    fund, sun = a_fund(world), as_user(world, "sun")
    said: dict[str, Any] = {"kind": "granted", "on": "2026-11-18", "amount": amount, "source": "回单"}
    answer = sun.post(f"/safety-nets/{fund.pk}/put-in/", said | {"seen": fund.version})
    assert answer.status_code == 422 and fund.entries.count() == 1
    new = {
        "union": world.unions["370202"].pk,
        "project_name": "甲项目",
        "nature": "other",
        "contract_amount": amount,
        "ratio": "2",
        "stored_as": "cash",
        "bank": "建行",
        "employer_name": "甲公司",
        "region_code": "370202",
    }
    assert sun.post("/safety-nets/deposits/new/", new).status_code == 422


def test_full_width_money_is_money_and_a_double_click_is_one_entry(world: World) -> None:
    fund, sun = a_fund(world), as_user(world, "sun")
    said = {"kind": "granted", "on": "2026-11-18", "amount": "１，０００．５", "source": "回单", "seen": fund.version}
    assert [sun.post(f"/safety-nets/{fund.pk}/put-in/", said).status_code for _ in "ab"] == [302, 409]
    assert net_ledger.balance(fund) == Decimal("501000.50")


def test_a_fund_of_a_closed_unit_goes_on_with_whoever_took_over(world: World, case: Case) -> None:
    fund = a_fund(world, "370203")
    tree.close(world.unions["370203"], world.unions["370202"], date(2026, 11, 19), None, AT)
    with pytest.raises(Forbidden):
        put_in(world, SafetyNet.objects.get(pk=fund.pk), NetEntryKind.GRANTED, 5)
    funds.put_in(fund, NetEntryKind.GRANTED, Decimal(5), DAY, "拨款", world.user("sun"), AT)
    row = drawings.ask_outgo(fund, Outgo(DrawingKind.GIVE_BACK, DAY, "退回", Decimal(5)), world.user("sun"), AT)
    assert approved(world, row, SEATS["370202"][1]).stage == DrawingStage.DONE
    with pytest.raises(Stale):
        approved(world, row, SEATS["370202"][1])
    books_agree()
