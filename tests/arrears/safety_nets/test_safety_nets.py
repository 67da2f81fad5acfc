"""Wage deposits, emergency funds and advances at the core (QP-1.2, YK-2.3, SD-2.4c)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from arrears.cases import ledger, snapshot, workflow
from arrears.cases.models import Case, EntryKind, LedgerEntry
from arrears.merging import actions as merging
from arrears.merging.models import Merger
from arrears.safety_nets import net_ledger, top_ups
from arrears.safety_nets.actions import deposits, drawings, funds
from arrears.safety_nets.models import Drawing, DrawingKind, DrawingStage, NetEntry, NetEntryKind, WageDeposit
from arrears.safety_nets.rules import Outgo, nets_for
from tests.cast import AT, World, a_case, an_employer
from tests.nets import DAY, STORED, a_deposit, a_fund, a_project, advanced, approved, asked, books_agree, put_in
from unions.approvals import restored, seal_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit

K = NetEntryKind


@pytest.fixture
def case(world: World) -> Case:
    return a_case(world)


# ---- deposits -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ratio", ["0.99", "3.01", "0", "30"])
def test_QP_1_2_the_ratio_is_one_to_three_percent_and_the_refusal_names_the_clause(
    world: World, case: Case, ratio: str
) -> None:
    with pytest.raises(Refused, match=r"1%–3%.*人社部发〔2021〕65号") as refused:
        a_deposit(world, a_project(case), ratio=Decimal(ratio))
    assert "ratio" in refused.value.fields
    with pytest.raises(DatabaseError), transaction.atomic():
        WageDeposit.objects.filter(pk=a_deposit(world, a_project(case)).pk).update(ratio=Decimal(ratio))


@pytest.mark.parametrize(("ratio", "due"), [("1", "100000.00"), ("1.5", "150000.00"), ("3", "300000.00")])
def test_QP_1_2_what_is_due_follows_from_contract_and_ratio(world: World, case: Case, ratio: str, due: str) -> None:
    deposit = a_deposit(world, a_project(case), ratio=Decimal(ratio))
    assert deposit.amount_due == Decimal(due)
    assert net_ledger.balance(deposit) == 200_000


def test_QP_1_2_one_deposit_per_project_and_who_registers_it(world: World, case: Case) -> None:
    project = a_project(case)
    a_deposit(world, project)
    with pytest.raises(Refused, match="已由“市南区总工会”登记"):
        a_deposit(world, project, "370200")
    other = a_project(case, "海风花园")
    with pytest.raises(Forbidden, match="经办人"):
        deposits.register_deposit(
            world.unions["370202"],
            other,
            deposits.DepositFacts(Decimal(1), Decimal(1), "cash", "行"),
            world.user("li"),
            AT,
        )


def test_QP_1_2_a_guarantee_has_number_and_end_and_can_only_be_prolonged(world: World, case: Case) -> None:
    project = a_project(case)
    with pytest.raises(Refused, match="保函编号") as refused:
        a_deposit(world, project, stored_as="guarantee")
    assert set(refused.value.fields) == {"guarantee_number", "guarantee_until"}
    told = {"stored_as": "guarantee", "guarantee_number": "BH-1"}
    with pytest.raises(Refused, match="已于 2026-11-19 到期"):
        a_deposit(world, project, guarantee_until=date(2026, 11, 19), **told)
    deposit = a_deposit(world, project, guarantee_until=date(2027, 6, 30), **told)
    sun = world.user("sun")
    with pytest.raises(Refused, match="晚于"):
        deposits.renew_guarantee(deposit, "BH-2", date(2027, 6, 30), sun, AT)
    deposits.renew_guarantee(deposit, "BH-2", date(2028, 6, 30), sun, AT)
    deposit.refresh_from_db()
    assert (deposit.guarantee_number, deposit.guarantee_until) == ("BH-2", date(2028, 6, 30))


def test_QP_1_2_used_upon_a_notice_when_the_bank_has_paid(world: World, case: Case) -> None:
    deposit = a_deposit(world, a_project(case))
    row = approved(world, asked(world, case, deposit, 30_000, workers=3, paid_on=None))
    assert (row.stage, LedgerEntry.objects.filter(kind="advanced").count()) == (DrawingStage.ISSUED, 0)
    assert (net_ledger.balance(deposit), net_ledger.available(deposit)) == (200_000, 170_000)
    he = world.user("he")
    with pytest.raises(Refused, match="不能早于支付通知书"):
        drawings.record_bank_payment(row, date(2026, 11, 15), he, AT)
    with pytest.raises(Forbidden):
        drawings.record_bank_payment(row, DAY, world.user("feng"), AT)
    row = drawings.record_bank_payment(row, DAY, he, AT)
    entry = LedgerEntry.objects.get(kind=EntryKind.ADVANCED)
    assert (entry.amount, entry.workers, entry.fund, entry.on) == (30_000, 3, "deposit", DAY)
    assert (net_ledger.balance(deposit), net_ledger.promised(deposit)) == (170_000, 0)
    with pytest.raises(Stale):
        drawings.record_bank_payment(row, DAY, he, AT)
    books_agree()


def test_QP_1_2_a_notice_can_be_revoked_and_its_money_is_free_again(world: World, case: Case) -> None:
    deposit = a_deposit(world, a_project(case))
    row = approved(world, asked(world, case, deposit, 100_000, paid_on=None))
    with pytest.raises(Refused, match=r"可动用余额只有 100,000.00 元（另有 100,000.00 元已开支付通知书）"):
        asked(world, case, deposit, 100_001)
    with pytest.raises(Refused, match="请写明原因"):
        drawings.revoke_notice(row, " ", world.user("he"), AT)
    row = drawings.revoke_notice(row, "企业已自行付清", world.user("he"), AT)
    assert (row.stage, net_ledger.available(deposit)) == (DrawingStage.REVOKED, 200_000)


def test_QP_1_2_topped_up_to_what_was_used_and_not_beyond(world: World, case: Case) -> None:
    deposit = a_deposit(world, a_project(case))
    advanced(world, case, deposit, 30_000)
    advanced(world, case, deposit, 20_000)
    assert top_ups.to_top_up(top_ups.uses(top_ups.entries_in_force(deposit))) == 50_000
    put_in(world, deposit, K.TOPPED_UP, 35_000)
    first, second = top_ups.uses(top_ups.entries_in_force(deposit))
    assert (first.left, first.met_on, second.left, second.met_on) == (0, DAY, 15_000, None)
    with pytest.raises(Refused, match=r"应补足的只有 15,000.00 元"):
        put_in(world, deposit, K.TOPPED_UP, 15_001)
    put_in(world, deposit, K.TOPPED_UP, 15_000)
    put_in(world, deposit, K.STORED, 1)
    assert net_ledger.balance(deposit) == 200_001


def test_QP_1_2_returned_after_thirty_days_of_notice_with_nothing_owed(world: World, case: Case) -> None:
    deposit = a_deposit(world, a_project(case))
    sun = world.user("sun")
    back = Outgo(DrawingKind.RETURN, date(2026, 11, 20), "项目完工")
    with pytest.raises(Refused, match="公示"):
        drawings.ask_outgo(deposit, back, sun, AT)
    deposits.record_return_notice(deposit, date(2026, 10, 21), "项目部公告栏", sun, AT)
    with pytest.raises(Refused, match=r"30 日未满.*2026-11-21 起"):
        drawings.ask_outgo(deposit, back, sun, AT)
    later = AT + timedelta(days=1)
    back = Outgo(DrawingKind.RETURN, date(2026, 11, 21), "项目完工")
    with pytest.raises(Refused, match="1 件欠薪案件没有办结"):
        drawings.ask_outgo(deposit, back, sun, later)
    close(world, case)
    row = drawings.ask_outgo(deposit, back, sun, later)
    with pytest.raises(Forbidden, match=r"提出人|审批"):
        agree(row, sun, later)
    agree(row, world.user("zhou"), later)
    deposit.refresh_from_db()
    assert (net_ledger.balance(deposit), deposit.closed_on) == (0, date(2026, 11, 21))
    with pytest.raises(Refused, match="结清"):
        put_in(world, deposit, K.STORED, 1)
    assert list(audit.broken_links()) == []


def agree(row: Drawing, by: Any, at: Any) -> Drawing:
    row = Drawing.objects.get(pk=row.pk)
    return drawings.approve(row, by=by, at=at, seal=drawings.APPROVAL.seal(row, AT))


def close(world: World, case: Case) -> None:
    left = ledger.balance(case).outstanding
    ledger.post(case, EntryKind.PAID, DAY, world.user("he"), AT, **vars(left))
    case.refresh_from_db()
    case = workflow.move(case, "settle", world.user("he"), AT, seen=case.version, conclusion="paid")
    shown = seal_of(snapshot.closing(case))
    workflow.move(case, "close", world.user("wang"), AT, seen=case.version, seal=shown)


# ---- funds and advances -------------------------------------------------------------------------------------------------


def test_YK_2_3_an_advance_stands_in_both_books_once_a_second_person_agrees(world: World, case: Case) -> None:
    fund = a_fund(world)
    row = asked(world, case, fund, 40_000, workers=4, migrants=4)
    assert (net_ledger.balance(fund), LedgerEntry.objects.filter(kind="advanced").exists()) == (500_000, False)
    row = approved(world, row)
    entry = LedgerEntry.objects.get(kind=EntryKind.ADVANCED)
    drawn = NetEntry.objects.get(kind=K.ADVANCED)
    assert (entry.amount, entry.fund, entry.by) == (40_000, "emergency", world.user("li"))
    assert (drawn.case_entry, drawn.case, drawn.amount, drawn.drawing) == (entry, case, -40_000, row)
    assert ledger.balance(case).outstanding.amount == 80_000
    assert net_ledger.balance(fund) == 460_000
    books_agree()


def test_SD_2_4c_nobody_agrees_to_her_own_advance(world: World, case: Case) -> None:
    row = asked(world, case, a_fund(world, "370202E0001"), 1000, by="he")
    for name in ("he", "li", "zhou", "sun"):
        with pytest.raises(Forbidden):
            approved(world, row, name)
    assert approved(world, row, "wang").stage == DrawingStage.DONE


def test_SD_2_4c_whoever_agreed_may_still_agree_to_the_closing(world: World, case: Case) -> None:
    """The entry is in the name of whoever asked: the enterprise has one approver only."""
    advanced(world, case, None, 120_000, workers=12, migrants=10)
    case = workflow.move(case, "settle", world.user("he"), AT, seen=case.version, conclusion="advanced")
    shown = seal_of(snapshot.closing(case))
    assert workflow.move(case, "close", world.user("wang"), AT, seen=case.version, seal=shown).state == "closed"


def test_SD_2_4c_what_was_approved_is_shown_as_it_was(world: World, case: Case) -> None:
    row = asked(world, case, a_fund(world), 30_000, workers=2)
    before = drawings.APPROVAL.shown(row, AT)
    row = drawings.approve(row, by=world.user("zhou"), at=AT, seal=seal_of(before))
    assert restored(Drawing.objects.get(pk=row.pk).shown) == before
    assert {"尚未解决": "12 人，120,000.00 元", "账面余额": "500,000.00 元"}.items() <= {
        line.label: line.value for line in before
    }.items()


def test_SD_2_4c_the_approval_is_bound_to_what_was_shown(world: World, case: Case) -> None:
    fund = a_fund(world)
    row, other = asked(world, case, fund, 1000), asked(world, case, fund, 2000)
    seen = drawings.APPROVAL.seal(Drawing.objects.get(pk=row.pk), AT)
    approved(world, other)
    with pytest.raises(Stale, match="有了变动"):
        drawings.approve(Drawing.objects.get(pk=row.pk), by=world.user("zhou"), at=AT, seal=seen)
    books_agree()


def test_SD_2_4c_other_money_is_named_and_enters_the_case_alone(world: World, case: Case) -> None:
    with pytest.raises(Refused, match="哪里的资金"):
        asked(world, case, None, 1000, other_source=" ")
    entry = advanced(world, case, None, 1000)
    assert (entry.fund, entry.source.partition("；")[0]) == ("other", "建设单位垫付")
    assert not NetEntry.objects.exists()


def test_SD_2_4c_what_was_paid_before_the_fund_had_money_is_refused_when_asked(world: World, case: Case) -> None:
    fund = a_fund(world, founded_on=date(2026, 11, 10))
    with pytest.raises(Refused, match="截至 2026-11-09 还差"):
        asked(world, case, fund, 1000, paid_on=date(2026, 11, 9))
    asked(world, case, fund, 1000, paid_on=date(2026, 11, 10))


def test_SD_2_4c_an_advance_cannot_be_posted_past_the_second_person(world: World, case: Case) -> None:
    with pytest.raises(Refused, match="第二人审批"):
        ledger.post(case, EntryKind.ADVANCED, DAY, world.user("he"), AT, amount=Decimal(1))


def test_SD_2_4c_declined_or_withdrawn_leaves_both_books_alone(world: World, case: Case) -> None:
    fund = a_fund(world)
    row = asked(world, case, fund, 1000)
    with pytest.raises(Refused, match="请写明原因"):
        drawings.decline(row, by=world.user("zhou"), at=AT, opinion="")
    with pytest.raises(Forbidden):
        drawings.decline(row, by=world.user("wang"), at=AT, opinion="不妥")
    drawings.decline(row, by=world.user("zhou"), at=AT, opinion="先由企业支付")
    again = asked(world, case, fund, 1000)
    with pytest.raises(Forbidden):
        drawings.withdraw(again, by=world.user("he"), at=AT)
    drawings.withdraw(again, by=world.user("li"), at=AT)
    with pytest.raises(Stale):
        approved(world, again)
    assert (net_ledger.balance(fund), LedgerEntry.objects.filter(kind="advanced").count()) == (500_000, 0)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"amount": 120_001}, "多于未解决"),
        ({"amount": 0}, "大于 0"),
        ({"amount": 1, "workers": 13}, "人数多于"),
        ({"amount": 1, "workers": 1, "migrants": 2}, "不能多于人数"),
        ({"amount": 1, "paid_on": None}, "职工手中"),
        ({"amount": 1, "paid_on": date(2026, 11, 21)}, "晚于今天"),
        ({"amount": 1, "reason": " "}, "依据"),
        ({"amount": 1, "notice_on": DAY}, "只有动用保证金"),
    ],
)
def test_YK_2_3_a_wish_that_cannot_be_is_refused_beside_its_field(
    world: World, case: Case, facts: dict[str, Any], said: str
) -> None:
    with pytest.raises(Refused, match=said) as refused:
        asked(world, case, a_fund(world), **facts)
    assert refused.value.fields


def test_YK_2_3_only_nets_at_hand_may_be_chosen(world: World, case: Case) -> None:
    near, above = a_fund(world, "370202E0001"), a_fund(world, "370200")
    far = a_fund(world, "370203")

    assert {net.pk for net in nets_for(case)} == {near.pk, above.pk}
    with pytest.raises(Refused, match="不能用于本案"):
        asked(world, case, far, 1)
    foreign = a_deposit(world, a_project(a_case(world, employer=an_employer("台风建设")), "台风大厦"))
    with pytest.raises(Refused, match="不能用于本案"):
        asked(world, case, foreign, 1)


def test_YK_2_3_a_fund_never_stands_below_nothing_on_any_day(world: World, case: Case) -> None:
    fund = a_fund(world, amount=1000, founded_on=DAY)
    with pytest.raises(Refused, match=r"可动用余额只有 1,000.00 元"):
        asked(world, case, fund, 1001)
    with pytest.raises(Refused, match=r"截至 2026-11-17 还差 1,000.00 元"):
        asked(world, case, fund, 1000, paid_on=date(2026, 11, 17))
    first = asked(world, case, fund, 600)
    case.refresh_from_db()
    second = asked(world, case, fund, 600)
    approved(world, first)
    with pytest.raises(Refused, match=r"可动用余额只有 400.00 元"):
        approved(world, second)
    assert Drawing.objects.get(pk=second.pk).stage == DrawingStage.REQUESTED
    assert LedgerEntry.objects.filter(kind="advanced").count() == 1


def test_YK_2_3_the_database_refuses_what_python_would_let_through(world: World, case: Case) -> None:
    fund = a_fund(world, amount=1000)
    entry = advanced(world, case, fund, 400)
    told = {"net_id": fund.pk, "on": DAY, "by": world.user("sun"), "at": AT}
    rows = [
        NetEntry(kind="given_back", counts_as="given_back", amount=-601, **told),
        NetEntry(kind="advanced", counts_as="advanced", amount=-1, **told),
        NetEntry(kind="granted", counts_as="granted", amount=-1, **told),
        NetEntry(kind="given_back", counts_as="given_back", amount=-600, **(told | {"on": date(2026, 10, 1)})),
    ]
    for row in rows:
        with pytest.raises(DatabaseError), transaction.atomic():
            row.save(force_insert=True)
    drawn = NetEntry.objects.get(case_entry=entry)
    for change in (lambda: NetEntry.objects.update(amount=1), lambda: drawn.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_YK_2_3_a_reversal_in_the_case_brings_the_money_back(world: World, case: Case) -> None:
    fund = a_fund(world)
    entry = advanced(world, case, fund, 40_000)
    ledger.reverse(entry, date(2026, 11, 19), world.user("he"), AT, "付错单位")
    assert (net_ledger.balance(fund), ledger.balance(case).outstanding.amount) == (500_000, 120_000)
    answer = NetEntry.objects.get(kind=K.REVERSED)
    assert (answer.amount, answer.counts_as, answer.on) == (40_000, K.ADVANCED, date(2026, 11, 19))
    books_agree()


def test_YK_2_3_recovery_fills_the_fund_and_not_the_case(world: World, case: Case) -> None:
    fund = a_fund(world)
    entry = advanced(world, case, fund, 40_000)
    row, sun, before = entry.drawing, world.user("sun"), ledger.balance(case)
    funds.record_recovery(row, Decimal(15_000), DAY, "企业归还", sun, AT)
    assert (net_ledger.balance(fund), row.recovered(), ledger.balance(case)) == (475_000, 15_000, before)
    with pytest.raises(Refused, match=r"待追偿的只有 25,000.00 元"):
        funds.record_recovery(row, Decimal(25_001), DAY, "", sun, AT)
    with pytest.raises(Refused, match="不能早于垫付日期"):
        funds.record_recovery(row, Decimal(1), date(2026, 11, 17), "", sun, AT)
    with pytest.raises(Refused, match=r"已追偿 15,000.00 元，请先"):
        ledger.reverse(entry, DAY, world.user("he"), AT, "付错")
    mistaken = NetEntry.objects.get(kind=K.RECOVERED)
    undo = drawings.ask_outgo(fund, Outgo(DrawingKind.REVERSE, DAY, "记错", cancels=mistaken), sun, AT)
    approved(world, undo)
    assert row.recovered() == 0
    ledger.reverse(entry, DAY, world.user("he"), AT, "付错")
    assert net_ledger.balance(fund) == 500_000
    books_agree()


@pytest.mark.parametrize("kind", [DrawingKind.GIVE_BACK, DrawingKind.ADJUST])
def test_YK_2_3_money_leaves_a_fund_by_two_people_with_a_reason(world: World, kind: DrawingKind) -> None:
    fund, sun = a_fund(world), world.user("sun")
    with pytest.raises(Refused, match="原因"):
        drawings.ask_outgo(fund, Outgo(kind, DAY, " ", Decimal(1)), sun, AT)
    row = drawings.ask_outgo(fund, Outgo(kind, DAY, "结余上缴", Decimal(100_000)), sun, AT)
    assert net_ledger.balance(fund) == 500_000
    with pytest.raises(Forbidden):
        approved(world, row, "sun")
    approved(world, row)
    assert net_ledger.balance(fund) == 400_000
    with pytest.raises(Refused, match="可动用余额"):
        drawings.ask_outgo(fund, Outgo(kind, DAY, "上缴", Decimal(400_001)), sun, AT)
    with pytest.raises(Refused, match="没有这个事项"):
        drawings.ask_outgo(fund, Outgo(DrawingKind.RETURN, DAY, "x"), sun, AT)


def test_YK_2_3_an_advance_is_cancelled_in_the_case_alone(world: World, case: Case) -> None:
    fund = a_fund(world)
    drawn = advanced(world, case, fund, 1).net_entry
    with pytest.raises(Refused, match="案件台账中冲正"):
        drawings.ask_outgo(fund, Outgo(DrawingKind.REVERSE, DAY, "错", cancels=drawn), world.user("sun"), AT)


def test_SD_2_4c_merged_and_parted_the_books_stay_equal(world: World, case: Case) -> None:
    twin = a_case(world, employer=case.employer)
    fund = a_fund(world)
    advanced(world, case, fund, 30_000)
    row = merging.request(case, twin, "同一批职工", world.user("he"), AT, seen=case.version)
    merging.approve(row, by=world.user("wang"), at=AT, seal=merging.merging.seal(Merger.objects.get(pk=row.pk), AT))
    assert net_ledger.balance(fund) == 500_000
    books_agree()
    row.refresh_from_db()
    row = merging.request_undo(row, "并非同一批", world.user("he"), AT)
    merging.undo(row, by=world.user("wang"), at=AT, seal=merging.parting.seal(Merger.objects.get(pk=row.pk), AT))
    assert net_ledger.balance(fund) == 470_000
    assert NetEntry.objects.filter(kind=K.ADVANCED, drawing__isnull=False).count() == 2
    books_agree()


def test_SD_2_4c_a_case_does_not_settle_while_an_advance_is_under_way(world: World, case: Case) -> None:
    deposit = a_deposit(world, a_project(case))
    row = approved(world, asked(world, case, deposit, 1000, paid_on=None))
    case.refresh_from_db()
    told = workflow.nothing_under_way(case, {}, AT.date())
    assert told and "垫付" in told[0]
    drawings.revoke_notice(row, "企业已付", world.user("he"), AT)
    assert not workflow.nothing_under_way(case, {}, AT.date())


def test_YK_2_3_stored_on_the_day_it_was(world: World, case: Case) -> None:
    assert a_fund(world).entries.get().on == STORED
    assert list(audit.broken_links()) == []
