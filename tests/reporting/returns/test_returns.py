"""The life of a return: opened ahead of time, signed, approved by another, received or sent back, zero said or implied."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from arrears.cases import filing, ledger
from arrears.cases.models import Case, EntryKind, LedgerEntry
from arrears.law import calendar
from arrears.law.models import Obligation
from arrears.law.obligations import recompute
from arrears.law.obligations.projection import rebuild_all
from arrears.law.rules.decree import Decreed
from reporting.returns import actions as life
from reporting.returns import collection, editing, opening, recomputing, urging, versions, waivers, zero_reports
from reporting.returns.gaps import LedgerComparison
from reporting.returns.models import FrozenFigure, Return, ReturnStage, ReturnVersion
from tests import qinghai
from tests.cast import FOUNDED, World, load, moment
from tests.qinghai import a_case, approved, fresh, sent, signed, the_return
from unions.common.refusals import Forbidden, Refused, Stale
from unions.models import Appointment, UnionKind
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName
from unions.tree import actions as tree

MONDAY = moment("2022-10-10 09:00")  # a make-up week before it: the week of 3 to 9 October is reported today by 16:00
WEEK = "2022-W40"
IN_WEEK = date(2022, 10, 5)


@pytest.fixture
def qh(qinghai_database: None, db: None) -> World:
    world = load()
    opening.open_between(date(2022, 9, 30), date(2023, 3, 1), moment("2022-10-09 08:00"))
    return world


def pay(world: World, case: Case, at: datetime) -> LedgerEntry:
    """Booked today, dated in the week."""
    return ledger.post(case, EntryKind.PAID, IN_WEEK, world.user("o0"), at, workers=5, amount=Decimal("50000"))


# ---- opened ahead of time -------------------------------------------------------------------------------------------


def test_every_obliged_union_has_a_row_before_anyone_reports(qh: World) -> None:
    weeks = Return.objects.filter(rule="weekly", period=WEEK, compiles=False)
    assert [row.union.code for row in weeks.order_by("union__code")] == qinghai.CODES
    assert {row.due_at for row in weeks} == {moment("2022-10-10 16:00")}
    assert {row.receiver for row in weeks} == {qh.unions["630000"]}
    assert {row.stage for row in weeks} == {ReturnStage.OPEN}


def test_opening_again_adds_nothing(qh: World) -> None:
    before = Return.objects.count()
    assert opening.open_between(date(2022, 9, 30), date(2023, 3, 1), MONDAY - timedelta(hours=12)) == 0
    assert Return.objects.count() == before


def test_what_has_not_begun_is_not_opened_and_the_clock_catches_up(qh: World) -> None:
    assert not Return.objects.filter(rule="weekly", period="2022-W43").exists()
    assert opening.open_due(moment("2022-10-24 00:10")) > 0  # two weeks in which nobody looked
    for period in ("2022-W41", "2022-W42"):
        assert Return.objects.of_period(qinghai.BOOK, "weekly", period).filter(compiles=False).count() == 5


def test_a_return_is_owed_by_its_unit_and_met_when_sent(qh: World) -> None:
    report = the_return("630100", WEEK)
    owed = Obligation.objects.get(subject=report.stream, rule="weekly")
    assert (owed.holder, owed.due_at, owed.is_open) == (report.union, report.due_at, True)
    sent(qh, report, MONDAY)
    owed.refresh_from_db()
    assert owed.met_at == MONDAY
    rows = list(Obligation.objects.order_by("pk").values())
    rebuild_all(MONDAY)
    assert list(Obligation.objects.order_by("pk").values()) == rows


# ---- signed, approved, received ---------------------------------------------------------------------------------------


def test_signed_by_one_and_approved_by_another(qh: World) -> None:
    a_case(qh, "630100", IN_WEEK, moment("2022-10-05 10:00"))
    report = signed(qh, the_return("630100", WEEK), MONDAY)
    version = ReturnVersion.objects.get(report=report)
    assert (report.stage, version.number, version.signature) == (ReturnStage.SIGNED, 1, "西宁统计")
    Appointment.objects.create(user=qh.people["n0"], union=report.union, role=RoleName.APPROVER, since=date(2022, 1, 1))

    sync_rights(qh.people["n0"], timezone.localdate())
    with pytest.raises(Forbidden, match="您是制表人"):
        life.move(report, "approve", qh.user("n0"), MONDAY, seen=report.version, seal=version.hash)
    report = approved(qh, report, MONDAY)
    assert (report.stage, report.submitted_at, report.late()) == (ReturnStage.SUBMITTED, MONDAY, False)


def test_only_what_was_shown_is_approved(qh: World) -> None:
    report = signed(qh, the_return("630100", WEEK), MONDAY)
    with pytest.raises(Stale):
        life.move(report, "approve", qh.user("a0"), MONDAY, seen=report.version, seal="0" * 64)
    with pytest.raises(Stale):
        life.move(report, "approve", qh.user("a0"), MONDAY, seen=report.version - 1)


def test_received_and_sent_back_one_by_one(qh: World) -> None:
    first, second = (sent(qh, the_return(code, WEEK), MONDAY) for code in ("630100", "630200"))
    first = life.move(first, "receive", qh.user("shengji"), MONDAY, seen=first.version)
    second = life.move(second, "send_back", qh.user("shengji"), MONDAY, seen=second.version, reason="少一件")
    assert (first.stage, second.stage) == (ReturnStage.RECEIVED, ReturnStage.RETURNED)
    assert second.current is None and second.submitted_at == MONDAY
    second = sent(qh, second, moment("2022-10-10 11:00"))
    assert [v.number for v in second.versions.all()] == [1, 2]
    assert second.versions.get(number=2).reason == "少一件"
    assert fresh(first).stage == ReturnStage.RECEIVED


def test_a_neighbour_and_a_clerk_may_not(qh: World) -> None:
    report = the_return("630100", WEEK)
    with pytest.raises(Forbidden):
        life.move(report, "sign", qh.user("n1"), MONDAY, seen=report.version, reason="属实。")
    with pytest.raises(Forbidden):
        life.move(report, "sign", qh.user("o0"), MONDAY, seen=report.version, reason="属实。")
    assert not Return.objects.visible_to(qh.user("n1")).filter(pk=report.pk).exists()
    assert Return.objects.visible_to(qh.user("shengji")).filter(pk=report.pk).exists()


def test_a_stand_in_signs_as_such_and_is_no_second_person(qh: World) -> None:
    qh.people["o0"].appointments.all()
    row = Appointment.objects.create(
        user=qh.people["o0"],
        union=qh.unions["630100"],
        role=RoleName.STATISTICIAN,
        since=date(2022, 1, 1),
        acting_for=qh.people["n0"],
    )

    sync_rights(qh.people["o0"], timezone.localdate())
    report = the_return("630100", WEEK)
    report = life.move(report, "sign", qh.user("o0"), MONDAY, seen=report.version, reason="属实。")
    assert ReturnVersion.objects.get(report=report).signature == "西宁经办代西宁统计"
    assert row.acting_for == qh.people["n0"]


def test_QH_0_three_kinds_of_unions_report_straight_to_the_province(qh: World) -> None:
    home = qh.unions["630000"]
    for code, name, kind in (
        ("630000I0001", "青海省建设工会", UnionKind.INDUSTRY),
        ("630000D0001", "青海省直属工会", UnionKind.DIRECT),
    ):
        tree.found(code, name, kind, home, FOUNDED, None, qinghai.FOUNDING)
    opening.open_between(date(2022, 10, 8), date(2022, 10, 12), MONDAY, qinghai.BOOK, ["weekly"])
    sent_up = Return.objects.filter(rule="weekly", period=WEEK, receiver=home).values_list("union__kind", "union__code")
    assert {kind for kind, _ in sent_up} == {UnionKind.CITY, UnionKind.INDUSTRY, UnionKind.DIRECT}
    assert len(sent_up) == len(qinghai.CODES) + 2


# ---- zero ---------------------------------------------------------------------------------------------------------------


def test_QH_3d_zero_an_implied_zero_stands_until_something_else_is_approved(qh: World) -> None:
    report, later = the_return("632300", WEEK), MONDAY + timedelta(days=1)
    a_case(qh, "632300", IN_WEEK, moment("2022-10-05 10:00"))
    zero_reports.imply_zeros(later)
    report = life.move(fresh(report), "sign", qh.user("n3"), later, seen=fresh(report).version, reason="属实。")
    assert report.says_zero and report.contradicted_at and not report.missing(later)
    assert not Return.objects.missing(later).filter(pk=report.pk).exists()
    report = life.move(
        report, "approve", qh.user("a3"), later, seen=report.version, seal=life.signed_version(report).hash
    )
    assert not report.says_zero and not report.contradicted_at


def test_QH_3d_zero_signed_implied_missing_and_contradicted_are_four_things(qh: World) -> None:
    a_case(qh, "632300", IN_WEEK, moment("2022-10-05 10:00"))
    zero_signed = sent(qh, the_return("630200", WEEK), MONDAY, "sign_zero")
    assert zero_signed.current is not None and zero_signed.current.nil
    assert (
        zero_reports.imply_zeros(moment("2022-10-08 16:00:01")) == 5
    )  # the week before, of which nobody sent anything
    assert (
        zero_reports.imply_zeros(moment("2022-10-10 16:00")) == 0
    )  # until the last second of the term nobody is silent
    assert zero_reports.imply_zeros(moment("2022-10-10 16:00:01")) == 4
    silent, with_a_case = the_return("632200", WEEK), the_return("632300", WEEK)
    assert (silent.stage, silent.contradicted_at) == (ReturnStage.IMPLIED, None)
    assert with_a_case.stage == ReturnStage.IMPLIED and with_a_case.contradicted_at
    tasks = Obligation.objects.filter(subject=with_a_case.stream, rule__contains="contradicted")
    assert {row.holder.code for row in tasks} == {"632300", "630000"}
    assert not silent.missing(moment("2022-10-11 09:00"))
    monthly = the_return("630100", "2022-09", "annex-1")
    assert monthly.missing(moment("2022-10-13 00:00"))  # Annex 1 knows no implied zero


def test_QH_3d_zero_a_zero_is_contradicted_by_a_case_booked_later_and_agrees_again(qh: World) -> None:
    zero_reports.imply_zeros(moment("2022-10-10 16:01"))
    case = a_case(qh, "630100", IN_WEEK, moment("2022-10-11 10:00"))
    report = the_return("630100", WEEK)
    assert report.contradicted_at == moment("2022-10-11 10:00")
    late = sent(qh, report, moment("2022-10-11 15:00"))
    assert (late.stage, late.late(), late.contradicted_at) == (ReturnStage.SUBMITTED, True, None)
    assert not Obligation.objects.open().filter(subject=late.stream).exists()
    assert case.number


def test_QH_3d_zero_cannot_be_signed_against_the_books(qh: World) -> None:
    a_case(qh, "630100", IN_WEEK, moment("2022-10-05 10:00"))
    with pytest.raises(Refused, match="1 件案件"):
        signed(qh, the_return("630100", WEEK), MONDAY, "sign_zero")


# ---- frozen --------------------------------------------------------------------------------------------------------------


def test_frozen_cells_are_computed_again_whatever_happens_to_the_books(qh: World) -> None:
    case = a_case(qh, "630100", IN_WEEK, moment("2022-10-05 10:00"))
    report = sent(qh, the_return("630100", WEEK), MONDAY)
    version = report.current
    assert version is not None and recomputing.recomputed(version) == version.cells
    before = version.cells
    entry = ledger.post(
        case, EntryKind.PAID, IN_WEEK, qh.user("o0"), moment("2022-10-12 10:00"), workers=5, amount=Decimal("50000")
    )
    ledger.reverse(entry, IN_WEEK, qh.user("o0"), moment("2022-10-12 11:00"), "录错")
    a_case(qh, "630100", IN_WEEK, moment("2022-10-12 12:00"))
    version = ReturnVersion.objects.get(pk=version.pk)
    assert recomputing.recomputed(version) == version.cells == before
    assert versions.seal(version) == version.hash


def test_an_approved_version_is_held_by_the_database_itself(qh: World) -> None:
    report = sent(qh, the_return("630100", WEEK), MONDAY)
    versions = ReturnVersion.objects.filter(report=report)
    for change in ({"cells": {"lines": []}}, {"hash": "x"}, {"signed_by": qh.people["n1"]}):
        with pytest.raises(DatabaseError), transaction.atomic():
            versions.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        FrozenFigure.objects.create(version=versions.get(), measure="x", over="cases", row="other", total=1, ids=[1])
    with pytest.raises(DatabaseError), transaction.atomic():
        ReturnVersion.objects.filter(report=report).delete()


def test_an_amendment_stands_beside_the_first_version(qh: World) -> None:
    case = a_case(qh, "630100", IN_WEEK, moment("2022-10-05 10:00"))
    report = sent(qh, the_return("630100", WEEK), MONDAY)
    report = life.move(report, "receive", qh.user("shengji"), MONDAY, seen=report.version)
    pay(qh, case, moment("2022-10-11 10:00"))
    with pytest.raises(Refused, match="原因"):
        life.move(report, "amend", qh.user("n0"), MONDAY, seen=fresh(report).version)
    report = life.move(
        fresh(report), "amend", qh.user("n0"), moment("2022-10-11 11:00"), seen=fresh(report).version, reason="漏报一件"
    )
    assert report.current is not None and report.current.number == 1  # the first stands until the second is approved
    report = sent(qh, report, moment("2022-10-11 12:00"))
    assert report.current is not None and (report.current.number, report.current.reason) == (2, "漏报一件")
    older, newer = report.versions.all()
    changed = versions.differences(older, newer)
    assert changed and all(before != after for _, _, before, after in changed)
    assert report.submitted_at == MONDAY  # first sent on time; the amendment does not make it late


# ---- corrected by hand -----------------------------------------------------------------------------------------------------


def test_a_figure_is_corrected_only_where_the_form_allows_and_with_a_reason(qh: World) -> None:
    report = the_return("630100", "2022-10-01/2023-01-21", "annex-2")
    by, at = qh.user("n0"), moment("2023-01-30 09:00")
    with pytest.raises(Refused, match="不能手工修改"):
        editing.correct(report, 0, 3, "5", "纸质台账", by, at, seen=report.version)
    with pytest.raises(Refused, match="理由"):
        editing.correct(report, 0, 0, "5", " ", by, at, seen=report.version)
    report = editing.correct(report, 0, 0, "5", "纸质排查表", by, at, seen=report.version)
    report = sent(qh, report, at)
    version = report.current
    assert version is not None
    assert [line[0] for line in version.cells["lines"]] == ["5", "0", "0", "5"]
    assert recomputing.recomputed(version) == version.cells
    assert version.corrections.get().reason == "纸质排查表"


# ---- waived, urged ----------------------------------------------------------------------------------------------------------


def test_a_waiver_needs_a_second_person_and_ends(qh: World) -> None:
    report = the_return("632200", WEEK)
    asked = waivers.request(report, date(2022, 10, 16), "机构撤并", qh.user("shengji"), MONDAY)
    with pytest.raises(Forbidden):
        waivers.approve(asked, by=qh.user("shengji"), at=MONDAY, seal=waivers.approval.seal(asked, MONDAY))
    waivers.approve(asked, by=qh.user("shengshen"), at=MONDAY, seal=waivers.approval.seal(asked, MONDAY))
    assert fresh(report).stage == ReturnStage.WAIVED
    assert Obligation.objects.get(subject=report.stream).lifted_reason == "免报"
    opening.open_due(moment("2022-10-24 08:00"))
    assert the_return("632200", "2022-W41").stage == ReturnStage.WAIVED
    assert the_return("632200", "2022-W42").stage == ReturnStage.OPEN


def test_urging_reminds_those_who_have_not_sent_and_not_twice_an_hour(qh: World) -> None:
    sent(qh, the_return("630100", WEEK), MONDAY)
    rows = list(Return.objects.of_period(qinghai.BOOK, "weekly", WEEK).filter(compiles=False))
    assert urging.urge(rows, qh.user("shengji"), MONDAY) == 4
    assert urging.urge(rows, qh.user("shengji"), MONDAY) == 0
    with pytest.raises(Forbidden):
        urging.urge([the_return("630200", WEEK)], qh.user("n0"), MONDAY)


# ---- added up ------------------------------------------------------------------------------------------------------------------


def test_the_province_adds_up_what_came_in_and_sees_what_the_books_say_beside_it(qh: World) -> None:
    for code in ("630100", "630200"):
        a_case(qh, code, IN_WEEK, moment("2022-10-05 10:00"))
        sent(qh, the_return(code, WEEK), MONDAY)
    hidden = a_case(qh, "632300", IN_WEEK, moment("2022-10-05 11:00"))
    zero_reports.imply_zeros(moment("2022-10-10 16:01"))
    now = moment("2022-10-10 17:00")
    found = collection.collection_of(qh.unions["630000"], qinghai.BOOK, "weekly", WEEK, now)
    assert found is not None
    counts = [len(found.expected), len(found.on_time), len(found.late), len(found.missing), len(found.zeros)]
    assert [*counts, len(found.implied)] == [5, 2, 0, 0, 0, 3]
    assert [row.union.code for row in found.contradicted] == ["632300"]
    filled = found.summed()
    gaps = LedgerComparison(filled, now.date()).gaps()
    assert gaps and all(gap.by > 0 for gap in gaps)
    assert {pk for gap in gaps for pk in gap.added} == {hidden.pk}


def test_QH_3d_zero_the_provinces_own_report_closes_the_week(qh: World) -> None:
    a_case(qh, "630100", IN_WEEK, moment("2022-10-05 10:00"))
    below = sent(qh, the_return("630100", WEEK), MONDAY)
    report = the_return("630000", WEEK)
    assert (report.compiles, report.receiver, report.to) == (True, None, "中华全国总工会权益保障部")
    at = moment("2022-10-10 17:00")
    report = life.move(report, "sign", qh.user("shengji"), at, seen=report.version, reason="属实。")
    version = ReturnVersion.objects.get(report=report)
    report = life.move(report, "approve", qh.user("shengshen"), at, seen=report.version, seal=version.hash)
    assert below.current is not None
    assert (version.sources, version.cells) == ([below.current.pk], below.current.cells)
    assert recomputing.recomputed(version) == version.cells


# ---- a holiday decreed afterwards ---------------------------------------------------------------------------------------------


def test_an_unsent_return_follows_a_holiday_decreed_afterwards_and_a_sent_one_does_not(qh: World) -> None:
    early = sent(qh, the_return("630100", WEEK), moment("2022-10-09 10:00"))
    at = moment("2022-10-09 11:00")
    off = [Decreed(date(2022, 10, 10), True, "临时放假")]
    calendar.enter(off, "补充通知", qh.unions["630000"], qh.user("shengji"), at)
    recompute.recompute(qh.unions["630000"], qh.user("shengji"), at)
    assert the_return("630200", WEEK).due_at == moment("2022-10-11 16:00")
    assert the_return("630000", WEEK).due_at.date() == date(2022, 10, 11)
    assert fresh(early).due_at == moment("2022-10-10 16:00")
    owed = Obligation.objects.get(subject=the_return("630200", WEEK).stream, rule="weekly")
    assert owed.due_at == moment("2022-10-11 16:00")


# ---- what the notice asks for besides the week -----------------------------------------------------------------------------------


def test_QH_3e_monthly_annex_1_is_there_for_everyone_before_each_of_its_four_days(qh: World) -> None:
    opening.open_due(moment("2023-01-02 08:00"))
    rows = Return.objects.filter(rule="annex-1", rulebook=qinghai.BOOK)
    days = sorted({row.due_at.astimezone(MONDAY.tzinfo).date() for row in rows})
    assert days == [date(2022, 10, 12), date(2022, 11, 7), date(2022, 12, 7), date(2023, 1, 9)]
    assert {rows.filter(period=period).count() for period in ("2022-09", "2022-10", "2022-11", "2022-12")} == {5}


def test_QH_3e_final_annex_2_reports_the_whole_campaign_ten_working_days_after_the_festival(qh: World) -> None:
    report = the_return("630100", "2022-10-01/2023-01-21", "annex-2")
    assert report.due_at == moment("2023-02-08 23:59:59")
    case = a_case(qh, "630100", IN_WEEK, moment("2022-10-05 10:00"))
    pay(qh, case, moment("2022-10-12 10:00"))
    report = sent(qh, report, moment("2023-02-01 10:00"))
    assert report.current is not None
    assert [line[3:] for line in report.current.cells["lines"]] == [
        ["5", "50000.00"],
        ["0", "0"],
        ["0", "0"],
        ["5", "50000.00"],
    ]


def test_a_corrected_day_of_acceptance_leaves_what_was_signed(qh: World) -> None:
    """A version holds its rows by key: the 认定 that went to another day is in it still, and its answer is not."""
    case = a_case(qh, "630100", IN_WEEK, moment("2022-10-05 10:00"))
    report = sent(qh, the_return("630100", WEEK), MONDAY)
    before = ReturnVersion.objects.get(report=report)
    case.refresh_from_db()
    filing.edit(
        case, case.employer, {"accepted_on": IN_WEEK + timedelta(days=5)}, qh.user("o0"), MONDAY, seen=case.version
    )
    version = ReturnVersion.objects.get(report=report)
    assert version.cells == before.cells == recomputing.recomputed(version)
    assert versions.seal(version) == version.hash == before.hash
    assert "12" in str(version.cells)
