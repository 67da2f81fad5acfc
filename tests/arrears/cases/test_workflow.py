"""The one door, the ledger, the second person, and the chain they leave behind."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from arrears.cases import acts, ledger, snapshot, workflow
from arrears.cases.models import Act, ActKind, Case, EntryKind, Fund, LedgerEntry, Outcome, State
from arrears.cases.route import next_level
from arrears.escalations import actions as escalations
from arrears.escalations.grounds import open_grounds
from arrears.escalations.models import Stage
from arrears.law.models import Attachment
from tests.cast import AT, World, a_case, a_draft, moment
from tests.nets import advanced
from unions.approvals import seal_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Appointment, Event
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName


def paid_off(world: World, case: Case, by: str = "he") -> Case:
    ledger.post(
        case, EntryKind.PAID, date(2026, 11, 18), world.user(by), AT, workers=12, migrants=10, amount=Decimal(120000)
    )
    case.refresh_from_db()
    return case


def settled(world: World) -> Case:
    case = paid_off(world, a_case(world))
    return workflow.move(case, "settle", world.user("he"), AT, seen=case.version, conclusion="paid")


def shown(case: Case) -> str:
    return seal_of(snapshot.closing(case))


def test_filing_writes_number_entry_and_event(world: World) -> None:
    case = a_case(world)
    assert case.number == "370202E0001-2026-0001"
    assert (case.state, case.verified_on) == (State.OPEN, date(2026, 11, 20))
    assert ledger.balance(case).owed == ledger.Sums(12, 10, Decimal("120000.00"))
    assert [e.verb for e in Event.objects.filter(stream=case.stream)] == ["draft", "file"]


def test_QH_3c_the_ledger_is_read_level_by_level_and_by_nobody_beside(world: World) -> None:
    entry = a_case(world).entries.get()
    reads = {
        who: LedgerEntry.objects.filter(case__in=Case.objects.visible_to(world.user(who))).exists()
        for who in ("he", "qian", "lv", "shen", "feng")
    }
    assert reads == {"he": True, "qian": True, "lv": True, "shen": True, "feng": False}
    assert (entry.workers, entry.amount) == (12, Decimal("120000.00"))


def test_a_draft_without_its_facts_is_not_filed(world: World) -> None:
    draft = a_draft(world, stated_amount=Decimal(0), accepted_on=None)
    with pytest.raises(Refused, match="受理日期、欠薪金额"):
        workflow.move(draft, "file", world.user("li"), AT, seen=draft.version)


def test_QP_2_1_nothing_closes_while_something_is_outstanding(world: World) -> None:
    case = a_case(world)
    with pytest.raises(Refused, match=r"不解决不销账：尚有 12 人、120,000\.00 元"):
        workflow.move(case, "settle", world.user("he"), AT, seen=case.version, conclusion="paid")


def test_closing_takes_a_second_person(world: World) -> None:
    case = settled(world)
    world.user("he")
    with pytest.raises(Forbidden, match="审批人"):
        workflow.move(case, "close", world.user("he"), AT, seen=case.version, seal=shown(case))
    done = workflow.move(case, "close", world.user("wang"), AT, seen=case.version, seal=shown(case))
    assert (done.state, done.closed_on, done.conclusion) == (State.CLOSED, date(2026, 11, 20), "paid")
    assert done.closures.get().approved_by.username == "wang"


def test_whoever_also_asked_is_barred_and_so_is_her_stand_in(world: World) -> None:
    case = settled(world)
    he, wang = world.people["he"], world.people["wang"]
    unit = world.unions["370202E0001"]
    Appointment.objects.create(user=he, union=unit, role=RoleName.APPROVER, since=date(2026, 1, 1))

    sync_rights(world.user("he"), timezone.localdate())
    with pytest.raises(Forbidden, match="您是提出人"):
        workflow.move(case, "close", world.user("he"), AT, seen=case.version, seal=shown(case))
    Appointment.objects.create(user=wang, union=unit, role=RoleName.OFFICER, since=date(2026, 1, 1), acting_for=he)
    with pytest.raises(Forbidden, match="代理关系"):
        workflow.move(case, "close", world.user("wang"), AT, seen=case.version, seal=shown(case))


def test_a_stand_in_of_the_day_it_was_asked_stays_barred(world: World) -> None:
    """王审批 stood in for 何经办 until the day 何经办 asked; the day after she is still no second person."""
    case = settled(world)
    he, wang, unit = world.people["he"], world.people["wang"], world.unions["370202E0001"]
    Appointment.objects.create(
        user=wang, union=unit, role=RoleName.OFFICER, since=date(2026, 1, 1), until=date(2026, 11, 20), acting_for=he
    )
    later = moment("2026-11-23 09:00")
    with pytest.raises(Forbidden, match="代理关系"):
        workflow.move(case, "close", world.user("wang"), later, seen=case.version, seal=shown(case))


def test_what_proved_untrue_after_the_request_is_shown(world: World) -> None:
    row = asked(world)
    he = world.user("he")
    ledger.post(row.case, EntryKind.UNTRUE, date(2026, 11, 18), he, AT, workers=1, amount=Decimal(5), source="核对考勤")
    with pytest.raises(Stale):
        escalations.approve(row, by=world.user("wang"), at=AT, seal=row.snapshot_hash)


def test_an_approval_is_bound_to_what_was_shown(world: World) -> None:
    case = settled(world)
    with pytest.raises(Stale):
        workflow.move(case, "close", world.user("wang"), AT, seen=case.version, seal="0" * 64)


def test_a_stale_tab_does_not_win(world: World) -> None:
    case = a_case(world)
    paid_off(world, Case.objects.get(pk=case.pk))
    with pytest.raises(Stale, match="有了变动"):
        workflow.move(case, "settle", world.user("he"), AT, seen=case.version, conclusion="paid")


def test_a_conclusion_needs_its_facts(world: World) -> None:
    case = paid_off(world, a_case(world))
    with pytest.raises(Refused, match="没有调解"):
        workflow.move(case, "settle", world.user("he"), AT, seen=case.version, conclusion="mediated")


def test_QD_4_2_a_hotline_case_wants_both_answers(world: World) -> None:
    case = paid_off(world, a_case(world, channel="hotline"))
    with pytest.raises(Refused, match="向职工反馈、向 12351 热线反馈"):
        workflow.move(case, "settle", world.user("he"), AT, seen=case.version, conclusion="paid")
    for kind in (ActKind.FEEDBACK_WORKER, ActKind.FEEDBACK_HOTLINE):
        acts.perform(case, kind, date(2026, 11, 19), "已电话告知", Outcome.DONE, world.user("he"), AT)
    case.refresh_from_db()
    done = workflow.move(case, "settle", world.user("he"), AT, seen=case.version, conclusion="paid")
    assert done.state == State.SETTLED


def test_SD_2_2c_a_clue_of_the_platform_is_answered_before_it_closes(world: World) -> None:
    case = paid_off(world, a_case(world, channel="platform"))
    assert case.get_channel_display() == "根治欠薪线索反映平台"
    with pytest.raises(Refused, match="尚未向职工反馈（"):
        workflow.move(case, "settle", world.user("he"), AT, seen=case.version, conclusion="paid")
    acts.perform(case, ActKind.FEEDBACK_WORKER, date(2026, 11, 19), "已电话告知", Outcome.DONE, world.user("he"), AT)
    case.refresh_from_db()
    done = workflow.move(case, "settle", world.user("he"), AT, seen=case.version, conclusion="paid")
    assert done.state == State.SETTLED


def test_dismissal_writes_off_and_explains(world: World) -> None:
    draft = a_draft(world)
    clue = workflow.move(draft, "report_clue", world.user("li"), AT, seen=draft.version)
    with pytest.raises(Refused, match="请写明原因"):
        workflow.move(clue, "dismiss", world.user("he"), AT, seen=clue.version)
    done = workflow.move(clue, "dismiss", world.user("he"), AT, seen=clue.version, reason="属货款纠纷，已说明")
    assert not ledger.balance(done).outstanding
    assert Act.objects.get(case=done).kind == ActKind.EXPLANATION


def test_more_than_is_owed_is_refused_and_a_mistake_is_reversed(world: World) -> None:
    case = a_case(world)
    he = world.user("he")
    with pytest.raises(Refused, match="超过欠薪数"):
        ledger.post(case, EntryKind.PAID, date(2026, 11, 18), he, AT, workers=1, amount=Decimal("120000.01"))
    entry = ledger.post(case, EntryKind.PAID, date(2026, 11, 18), he, AT, workers=2, amount=Decimal(20000))
    ledger.reverse(entry, date(2026, 11, 19), he, AT, "记错案件")
    assert ledger.balance(case).resolved == ledger.Sums(0, 0, Decimal(0))
    with pytest.raises(Stale):
        ledger.reverse(entry, date(2026, 11, 19), he, AT, "再冲一次")


def test_an_advance_names_its_fund(world: World) -> None:
    case = a_case(world)
    with pytest.raises(Refused, match="第二人审批"):
        ledger.post(case, EntryKind.ADVANCED, date(2026, 11, 18), world.user("he"), AT, amount=Decimal(100))
    entry = advanced(world, case, None, 100)
    assert (entry.fund, ledger.balance(case).resolved.amount) == (Fund.OTHER, 100)
    with pytest.raises(IntegrityError, match="advance_names_its_fund"), transaction.atomic():
        LedgerEntry.objects.create(
            case=case, kind="advanced", counts_as="advanced", amount=1, on=AT.date(), by=world.user("he"), at=AT
        )


@pytest.mark.parametrize("statement", ["UPDATE {} SET at = now()", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["cases_ledgerentry", "unions_event"])
def test_the_books_only_grow(world: World, statement: str, table: str) -> None:
    a_case(world)
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_verify_finds_a_changed_and_a_missing_event(world: World) -> None:
    case = paid_off(world, a_case(world))
    assert list(audit.broken_links()) == []
    audit.seal(moment("2027-01-01 00:00"))
    assert list(audit.broken_seals()) == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE unions_event DISABLE TRIGGER unions_event_only_grows")
        cursor.execute("UPDATE unions_event SET data = '{\"amount\": 1}' WHERE stream = %s AND seq = 2", [case.stream])
        assert [(b.stream, b.seq) for b in audit.broken_links()] == [(case.stream, 2)]
        cursor.execute("DELETE FROM unions_event WHERE stream = %s", [case.stream])
        cursor.execute("ALTER TABLE unions_event ENABLE TRIGGER unions_event_only_grows")
    assert list(audit.broken_links()) == []  # a whole stream gone leaves no broken link …
    assert len(list(audit.broken_seals())) == 1  # … but the seal misses it


def test_reopening_keeps_the_past(world: World) -> None:
    case = settled(world)
    case = workflow.move(case, "close", world.user("wang"), AT, seen=case.version, seal=shown(case))
    later = moment("2026-12-05 10:00")
    workflow.move(case, "reopen", world.user("wang"), later, seen=case.version, reason="又有两人未领到")
    assert Case.objects.closed_by(date(2026, 12, 1)).filter(pk=case.pk).exists()
    assert not Case.objects.closed_by(date(2026, 12, 5)).filter(pk=case.pk).exists()


# ---- escalation ---------------------------------------------------------------------------------------------------


def asked(world: World, **facts: object) -> "escalations.Escalation":
    case = a_case(world, negotiation_failed_on=date(2026, 11, 12), **facts)
    return escalations.request(
        case, world.unions["370202E0001"], "negotiation_failed", "多次协商无果", world.user("li"), AT, seen=case.version
    )


def test_QD_4_1a_from_request_to_receipt(world: World) -> None:
    row = asked(world)
    assert row.receiver.code == "370202"
    with pytest.raises(Forbidden):
        escalations.approve(row, by=world.user("li"), at=AT, seal=row.snapshot_hash)
    row = escalations.approve(row, by=world.user("wang"), at=AT, seal=row.snapshot_hash, opinion="同意")
    row = escalations.receive(row, by=world.user("sun"), at=AT, take_over=True)
    case = Case.objects.get(pk=row.case_id)
    assert (row.stage, case.handling_union.code, case.officer) == (Stage.RECEIVED, "370202", world.people["sun"])
    with pytest.raises(Forbidden):  # the enterprise's officer no longer keeps its books
        ledger.post(case, EntryKind.PAID, date(2026, 11, 18), world.user("he"), AT, amount=Decimal(1))


def test_QD_4_1a_the_place_of_the_employer_decides(world: World) -> None:
    """远方路桥's parent is the industrial union; its employer sits in 市南区, so the report goes there."""
    case = a_case(world, "jiang", "370000I0001E0001", negotiation_failed_on=date(2026, 11, 12))
    row = escalations.request(
        case, world.unions["370000I0001E0001"], "negotiation_failed", "", world.user("jiang"), AT, seen=case.version
    )
    assert row.receiver.code == "370202"
    assert not Case.objects.visible_to(world.user("sun")).filter(pk=case.pk).exists()
    # nobody at the unit may approve: the clerk alone is no second person
    with pytest.raises(Forbidden):
        escalations.approve(row, by=world.user("jiang"), at=AT, seal=row.snapshot_hash)


def test_QD_4_1b_a_township_reports_to_the_district_of_the_employer(world: World) -> None:
    case = a_case(world, "zheng", "370202T0001", employer=None)
    assert next_level(case, world.unions["370202T0001"]) == world.unions["370202"]
    case.employer.region_code = "370203"
    assert next_level(case, world.unions["370202T0001"]) == world.unions["370203"]


def test_QD_4_1d_every_level_has_its_own_clock(world: World) -> None:
    case = a_case(world, mass=True)
    escalations.request(case, world.unions["370202E0001"], "mass", "", world.user("li"), AT, seen=case.version)
    rows = list(case.acknowledgements.select_related("union").order_by("-union__depth"))
    assert [row.union.code for row in rows] == ["370202", "370200", "370000"]
    at = moment("2026-11-20 10:05")
    escalations.acknowledge(rows[1], world.user("lv"), at)
    rows[1].refresh_from_db()
    assert rows[1].elapsed(at).total_seconds() == 35 * 60
    with pytest.raises(Forbidden):
        escalations.acknowledge(rows[2], world.user("sun"), at)
    with pytest.raises(Stale):
        escalations.acknowledge(rows[1], world.user("lv"), at)


@pytest.mark.parametrize(("workers", "goes"), [(49, False), (50, True), (51, True)])
def test_QH_3d_50_fifty_go_at_once(world: World, workers: int, goes: bool) -> None:
    Attachment.objects.create(
        union=world.unions["370202"], rulebook="qinghai-2022-41", since=date(2026, 1, 1), at=AT, approved_at=AT
    )
    case = a_case(world, stated_workers=workers)
    assert ("fifty" in [g.key for g in open_grounds(case, case.union) if g.immediate]) is goes


def test_approval_of_a_changed_case_is_stale(world: World) -> None:
    row = asked(world)
    ledger.post(row.case, EntryKind.PAID, date(2026, 11, 18), world.user("he"), AT, workers=1, amount=Decimal(1))
    with pytest.raises(Stale):
        escalations.approve(row, by=world.user("wang"), at=AT, seal=row.snapshot_hash)
    now = seal_of(snapshot.report(Case.objects.get(pk=row.case_id)))
    assert escalations.approve(row, by=world.user("wang"), at=AT, seal=now).stage == Stage.SENT


def test_a_returned_report_may_be_asked_again(world: World) -> None:
    row = asked(world)
    row = escalations.approve(row, by=world.user("wang"), at=AT, seal=row.snapshot_hash)
    with pytest.raises(Refused, match="原因"):
        escalations.send_back(row, by=world.user("sun"), at=AT, opinion=" ")
    row = escalations.send_back(row, by=world.user("sun"), at=AT, opinion="缺工资明细")
    case = Case.objects.get(pk=row.case_id)
    again = escalations.request(
        case, row.sender, "negotiation_failed", "已补明细", world.user("li"), AT, seen=case.version
    )
    assert again.stage == Stage.REQUESTED


# ---- who sees what ------------------------------------------------------------------------------------------------


def test_drafts_belong_to_their_unit_alone(world: World) -> None:
    draft = a_draft(world)
    sees = {name for name in world.people if Case.objects.visible_to(world.user(name)).filter(pk=draft.pk).exists()}
    assert sees == {"li", "wang", "he"}


def test_a_filed_case_is_visible_upward_and_nowhere_else(world: World) -> None:
    case = a_case(world)
    sees = {name for name in world.people if Case.objects.visible_to(world.user(name)).filter(pk=case.pk).exists()}
    assert sees == {"li", "wang", "he", "sun", "zhou", "qian", "lv", "shi", "han", "yang", "shen"}


def test_entries_of_a_case_are_summed_as_of_a_day(world: World) -> None:
    case = paid_off(world, a_case(world))
    assert ledger.balance(case, date(2026, 11, 17)).outstanding.amount == 120000
    assert ledger.balance(case, date(2026, 11, 18)).outstanding.amount == 0
    assert LedgerEntry.objects.count() == 2
