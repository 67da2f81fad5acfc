"""Obligations clause by clause: kept in the transaction of the move, met and lifted by facts, rebuilt to the same rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arrears.cases import acts, filing, ledger, snapshot, workflow
from arrears.cases.models import ActKind, Case, EntryKind, Outcome
from arrears.cases.terms import rebuild
from arrears.escalations import actions as escalations
from arrears.law.models import Obligation
from arrears.law.obligations.projection import CHANGEABLE, NO_LONGER
from tests.arrears.cases.test_properties import STEPS, busy_world, play  # noqa: F401 - the fixture
from tests.cast import AT, World, a_case, a_draft, an_employer, moment
from unions.approvals import seal_of
from unions.common.refusals import Refused
from unions.tree import actions as tree

FAILED = date(2026, 11, 12)  # a Thursday; five working days later is the 19th
Rows = dict[tuple[str, str], Obligation]


def owed(case: Case) -> Rows:
    """The case's obligations by rulebook and entry."""
    return {(row.rulebook, row.rule): row for row in Obligation.objects.filter(case=case)}


def last_second(text: str) -> datetime:
    return moment(f"{text} 23:59:59")


def edited(case: Case, by: Any, at: datetime = AT, **facts: Any) -> Case:
    case.refresh_from_db()
    return filing.edit(case, case.employer, facts, by, at, seen=case.version)


def reported(
    world: World, case: Case, ground: str = "negotiation_failed", asked: datetime = AT, sent: datetime = AT
) -> Any:
    case.refresh_from_db()
    row = escalations.request(case, case.union, ground, "请协助", world.user("li"), asked, seen=case.version)
    return escalations.approve(row, by=world.user("wang"), at=sent, seal=seal_of(snapshot.report(row.case)))


def paid_and_closed(world: World, case: Case, at: datetime = AT) -> Case:
    he = world.user("he")
    left = ledger.balance(case).outstanding
    ledger.post(
        case,
        EntryKind.PAID,
        date(2026, 11, 18),
        he,
        at,
        workers=left.workers,
        migrants=left.migrants,
        amount=left.amount,
    )
    case.refresh_from_db()
    case = workflow.move(case, "settle", he, at, seen=case.version, conclusion="paid")
    shown = seal_of(snapshot.closing(case))
    return workflow.move(case, "close", world.user("wang"), at, seen=case.version, seal=shown)


# QD-5 --------------------------------------------------------------------------------------------------------------


def test_a_draft_owes_nothing_and_filing_opens_the_term(world: World) -> None:
    draft = a_draft(world, negotiation_failed_on=FAILED)
    edited(draft, world.user("li"), remark="补充")
    assert not Obligation.objects.exists()
    draft.refresh_from_db()
    case = workflow.move(draft, "file", world.user("li"), AT, seen=draft.version)
    report = owed(case)["qingdao-2021", "report-failed-negotiation"]
    assert (report.clause, report.due_at, report.holder) == ("QD-5", last_second("2026-11-19"), case.union)
    assert (report.path, report.officer, report.is_open) == (case.union.path, case.officer, True)
    assert report.explanation == "11月12日（周四）协商失败，+5个工作日，跳过 11/14、11/15 → 11月19日"


def test_qd_5_is_met_when_the_report_is_sent_not_when_it_is_asked_for(world: World) -> None:
    case = a_case(world, negotiation_failed_on=FAILED)
    row = escalations.request(case, case.union, "negotiation_failed", "", world.user("li"), AT, seen=case.version)
    assert owed(case)["qingdao-2021", "report-failed-negotiation"].is_open
    sent = moment("2026-11-20 11:00")
    escalations.approve(row, by=world.user("wang"), at=sent, seal=seal_of(snapshot.report(row.case)))
    report = owed(case)["qingdao-2021", "report-failed-negotiation"]
    assert report.met_at == sent
    assert report.late(moment("2030-01-01 00:00"))  # the 19th was the last day


@pytest.mark.parametrize(
    ("sent", "late"), [("2026-11-19 23:59:59", False), ("2026-11-20 00:00:00", True), ("2026-11-12 09:00:00", False)]
)
def test_qd_5_to_the_second(world: World, sent: str, late: bool) -> None:
    case = a_case(world, negotiation_failed_on=FAILED)
    open_row = owed(case)["qingdao-2021", "report-failed-negotiation"]
    assert open_row.late(moment(sent)) == late
    reported(world, case, asked=moment("2026-11-12 08:00"), sent=moment(sent))
    assert owed(case)["qingdao-2021", "report-failed-negotiation"].late(moment("2030-01-01 00:00")) == late


def test_a_report_sent_back_is_owed_again_and_counts_from_its_first_sending(world: World) -> None:
    case = a_case(world, negotiation_failed_on=FAILED)
    first = moment("2026-11-18 10:00")
    row = reported(world, case, asked=first, sent=first)
    escalations.send_back(row, by=world.user("sun"), at=AT, opinion="请补正")
    assert owed(case)["qingdao-2021", "report-failed-negotiation"].is_open
    reported(world, case)
    assert owed(case)["qingdao-2021", "report-failed-negotiation"].met_at == first


def test_qd_5_the_township_reports_what_it_discovers(world: World) -> None:
    case = a_case(world, "zheng", "370202T0001", discovered_on=date(2026, 11, 16))
    rows = owed(case)
    assert rows["qingdao-2021", "report-discovered"].due_at == last_second("2026-11-23")
    assert ("qingdao-2021", "report-failed-negotiation") not in rows


# QD-4.1d: at once --------------------------------------------------------------------------------------------------


def test_qd_4_1d_counts_elapsed_time_and_is_met_by_asking(world: World) -> None:
    case = a_case(world, discovered_on=date(2026, 11, 20), mass=True)
    incident = owed(case)["qingdao-2021", "report-incident"]
    assert incident.elapsed_only and incident.warn_at == incident.clock_at == moment("2026-11-20 11:30")
    assert incident.started_at == AT and not incident.warned(moment("2026-11-20 11:30"))
    assert not incident.late(moment("2030-01-01 00:00")) and incident.warned(moment("2026-11-20 11:30:01"))
    assert "本地设置" in incident.explanation
    escalations.request(case, case.union, "mass", "", world.user("li"), moment("2026-11-20 09:45"), seen=case.version)
    incident = owed(case)["qingdao-2021", "report-incident"]
    assert incident.met_at == moment("2026-11-20 09:45")  # decision 003: every level was told at that moment
    assert str(incident.elapsed(moment("2026-11-20 10:15"))) == "0:15:00"


def test_an_ordinary_report_does_not_report_a_mass_incident(world: World) -> None:
    case = a_case(world, negotiation_failed_on=FAILED, mass=True)
    reported(world, case)
    rows = owed(case)
    assert rows["qingdao-2021", "report-incident"].is_open
    assert rows["qingdao-2021", "report-failed-negotiation"].met_at == AT


def test_facts_corrected_lift_with_a_reason_and_back(world: World) -> None:
    case = a_case(world, mass=True, accepted_on=date(2026, 11, 10))
    edited(case, world.user("li"), moment("2026-11-20 10:00"), mass=False)
    incident = owed(case)["qingdao-2021", "report-incident"]
    assert (incident.lifted_at, incident.lifted_reason) == (moment("2026-11-20 10:00"), NO_LONGER)
    edited(case, world.user("li"), mass=True)
    incident = owed(case)["qingdao-2021", "report-incident"]
    assert incident.is_open and incident.lifted_reason == ""


def test_a_corrected_date_moves_the_due_day(world: World) -> None:
    case = a_case(world, negotiation_failed_on=FAILED)
    edited(case, world.user("li"), negotiation_failed_on=date(2026, 11, 13))
    report = owed(case)["qingdao-2021", "report-failed-negotiation"]
    assert report.due_at == last_second("2026-11-20")
    assert Obligation.objects.filter(case=case, rule="report-failed-negotiation").count() == 1


# QD-4.2, QD-4.3, QD-6.4 --------------------------------------------------------------------------------------------


def test_qd_4_2_and_6_4_are_met_by_acts(world: World) -> None:
    case = a_case(world, "sun", "370202", channel="hotline")
    rows = owed(case)
    assert {rule for _, rule in rows} == {"answer-worker", "answer-hotline", "tell-hr"}
    for kind in (ActKind.FEEDBACK_WORKER, ActKind.FEEDBACK_HOTLINE, ActKind.INFORM_HR):
        acts.perform(case, kind, date(2026, 11, 19), "已办", Outcome.DONE, world.user("sun"), AT)
    assert {row.met_at for row in owed(case).values()} == {moment("2026-11-19 00:00")}


def test_qd_4_3_a_clue_is_verified_or_dismissed(world: World) -> None:
    first, second = (a_draft(world, employer=an_employer(name)) for name in ("甲建设公司", "乙建设公司"))
    he = world.user("he")
    clues = [workflow.move(one, "report_clue", he, AT, seen=one.version) for one in (first, second)]
    verify = owed(clues[0])["qingdao-2021", "verify-clue"]
    assert verify.local and verify.due_at == last_second("2026-11-17")
    case = workflow.move(clues[0], "verify", he, AT, seen=clues[0].version)
    assert owed(case)["qingdao-2021", "verify-clue"].met_at == moment("2026-11-20 00:00")
    case = workflow.move(clues[1], "dismiss", he, AT, seen=clues[1].version, reason="并无欠薪")
    lifted = owed(case)["qingdao-2021", "verify-clue"]
    assert (lifted.lifted_at, lifted.lifted_reason) == (AT, "经核实不属欠薪")


# SD-2.3a, closing, reopening ---------------------------------------------------------------------------------------


def test_sd_2_3a_is_met_by_closing(world: World) -> None:
    case = a_case(world, nature="government", accepted_on=date(2023, 11, 28), discovered_on=date(2023, 11, 28))
    close = owed(case)["shandong-2023-18", "close-new"]
    assert (close.clause, close.due_at) == ("SD-2.3a", last_second("2023-12-01"))
    closed = paid_and_closed(world, case)
    close = owed(closed)["shandong-2023-18", "close-new"]
    assert close.met_at == moment("2026-11-20 00:00") and close.late(AT)


def test_closing_lifts_what_is_left_and_reopening_asks_for_it_again(world: World) -> None:
    case = paid_and_closed(world, a_case(world, negotiation_failed_on=FAILED))
    report = owed(case)["qingdao-2021", "report-failed-negotiation"]
    assert (report.lifted_at, report.lifted_reason, report.late(AT)) == (AT, "案件已办结", True)
    case = workflow.move(case, "reopen", world.user("wang"), AT, seen=case.version, reason="又有职工反映")
    assert owed(case)["qingdao-2021", "report-failed-negotiation"].is_open


def test_what_is_taken_over_is_owed_by_the_new_unit(world: World) -> None:
    case = a_case(world, negotiation_failed_on=FAILED)
    row = reported(world, case)
    escalations.receive(row, by=world.user("sun"), at=AT, take_over=True)
    tell = owed(case)["qingdao-2021", "tell-hr"]
    assert (tell.holder.code, tell.path, tell.officer) == ("370202", tell.holder.path, world.user("sun"))
    # The report itself stays the enterprise union's.
    assert owed(case)["qingdao-2021", "report-failed-negotiation"].holder == case.union


def test_a_rolled_back_move_leaves_no_obligation(world: World) -> None:
    draft = a_draft(world, negotiation_failed_on=FAILED)
    with pytest.raises(Refused), transaction.atomic():
        workflow.move(draft, "file", world.user("li"), AT, seen=draft.version)
        assert Obligation.objects.exists()
        raise Refused("反悔")
    assert not Obligation.objects.exists()


# Units -------------------------------------------------------------------------------------------------------------


def test_a_unit_that_moves_takes_its_rows_along_and_keeps_the_notice_of_its_day(world: World) -> None:
    case = a_case(world, negotiation_failed_on=FAILED)
    before = rows_by_key()
    tree.move(world.unions["370202E0001"], world.unions["370000I0001"], date(2026, 11, 20), None, AT)
    report = owed(case)["qingdao-2021", "report-failed-negotiation"]
    case.refresh_from_db()
    assert report.path == case.path
    rebuild(Case.objects.filed(), AT)
    assert rows_by_key(without=("path",)) == {key: row | {"path": None} for key, row in before.items()}


# The same rows -----------------------------------------------------------------------------------------------------


def rows_by_key(without: tuple[str, ...] = ()) -> dict[tuple[str, ...], dict[str, Any]]:
    rows = Obligation.objects.values("subject", "rulebook", "rule", *CHANGEABLE)
    keyed = {(row.pop("subject"), row.pop("rulebook"), row.pop("rule")): row for row in rows}
    return {key: row | dict.fromkeys(without) for key, row in keyed.items()}


class Undo(Exception):
    pass


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=14))
def test_rebuilt_rows_equal_the_moves_one_by_one(busy_world: World, steps: list[tuple[Any, ...]]) -> None:  # noqa: F811
    try:
        with transaction.atomic():
            play(busy_world, steps, lambda case: None)
            _check_rebuild()
            raise Undo
    except Undo:
        pass


def _check_rebuild() -> None:
    before = rows_by_key()
    assert not any(row["lifted_reason"] == NO_LONGER for row in before.values())
    again = rebuild(Case.objects.filed(), AT)
    assert (again.new, again.changed, again.lifted) == (0, 0, 0)
    Obligation.objects.all().delete()
    rebuild(Case.objects.filed(), AT)
    assert rows_by_key() == before


def test_the_won_game_is_rebuilt_too(busy_world: World) -> None:  # noqa: F811
    steps = [
        ("move", "li", "file"),
        ("request", "li"),
        ("approve", "wang"),
        ("receive", "sun", False),
        ("pay all", "he"),
        ("move", "he", "settle"),
        ("move", "wang", "close"),
    ]
    play(busy_world, steps, lambda case: None)
    assert {bool(row["lifted_at"]) for row in rows_by_key().values()} == {True, False}
    _check_rebuild()


def test_the_command_says_what_it_did(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    a_case(world, negotiation_failed_on=FAILED)
    Obligation.objects.all().delete()
    call_command("rebuild_obligations")
    assert capsys.readouterr().out.startswith("共有办理时限 1 项：新增 1 项，改动 0 项")
    call_command("rebuild_obligations", json=True)
    assert '"new": 0' in capsys.readouterr().out


def test_more_than_a_handful_goes_by_copy(world: World) -> None:
    employer = an_employer("批量建设公司")
    for _ in range(25):
        a_case(world, employer=employer, negotiation_failed_on=FAILED)
    before = rows_by_key()
    Obligation.objects.all().delete()
    assert rebuild(Case.objects.filed(), AT).new == len(before) == 25
    assert rows_by_key() == before
