"""Terms the law gives upon an award, an agreement, a payment order and a worker's word: from facts, on the page, rebuilt the same."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from arrears.cases import acts, workflow
from arrears.cases.models import ActKind, Case, Outcome, State
from arrears.law.models import Obligation
from arrears.law.obligations.projection import rebuild_all
from arrears.legal import actions as legal_steps
from arrears.legal.models import Proceeding, ProceedingKind
from tests.cast import AT, World, a_case, a_draft, an_employer, moment
from tests.readers import as_user
from unions.common.refusals import Refused

K = ProceedingKind


def end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=ZoneInfo("Asia/Shanghai"))


def term(case: Case, rule: str) -> Obligation | None:
    return Obligation.objects.filter(case=case, rule=rule).first()


def unchanged_by_rebuilding() -> None:
    before = list(Obligation.objects.order_by("pk").values())
    rebuild_all(AT)
    assert list(Obligation.objects.order_by("pk").values()) == before


def arbitration(world: World, case: Case, result: str, served_on: date | None = None) -> Proceeding:
    he = world.user("he")
    row = legal_steps.begin(case, K.ARBITRATION, date(2026, 9, 1), "仲裁委", "", he, AT)
    row = legal_steps.accept(row, date(2026, 9, 4), "", he, AT)
    return legal_steps.finish(row, date(2026, 11, 10), result, "", he, AT, served_on=served_on)


def test_QD_6_3_who_is_not_content_with_the_award_sues_within_15_days(world: World) -> None:
    case = a_case(world)
    row = arbitration(world, case, "rejected", date(2026, 11, 12))
    found = term(case, "sue-after-award")
    assert found is not None and found.due_at == end_of(date(2026, 11, 27)) and found.sense == "ends"
    assert "第四十八条" in found.basis and "收到裁决书" in found.explanation
    assert row.served_on == date(2026, 11, 12)
    unchanged_by_rebuilding()
    page = as_user(world, "he").get(case.get_absolute_url()).text
    assert "不服裁决向人民法院起诉" in page
    legal_steps.begin(case, K.LITIGATION, date(2026, 11, 18), "市南区法院", "", world.user("he"), AT)
    met = term(case, "sue-after-award")
    assert met is not None and met.met_at == moment("2026-11-18 00:00") and met.lifted_at is None
    unchanged_by_rebuilding()


def test_an_award_whose_receipt_nobody_noted_counts_from_its_day(world: World) -> None:
    case = a_case(world)
    arbitration(world, case, "awarded")
    found = term(case, "sue-after-award")
    assert found is not None and found.due_at == end_of(date(2026, 11, 25))


def test_an_agreement_before_the_commission_opens_no_suit(world: World) -> None:
    case = a_case(world)
    arbitration(world, case, "agreed")
    assert term(case, "sue-after-award") is None


def test_the_award_reaches_the_worker_not_before_it_is_made(world: World) -> None:
    with pytest.raises(Refused, match="不能早于 2026-11-10"):
        arbitration(world, a_case(world), "awarded", date(2026, 11, 9))


def test_SD_2_3d_an_agreement_is_confirmed_within_30_days(world: World) -> None:
    case, he = a_case(world), world.user("he")
    row = legal_steps.begin(case, K.MEDIATION, date(2026, 11, 2), "调解中心", "", he, AT)
    legal_steps.finish(row, date(2026, 11, 6), "agreed", "分两期", he, AT)
    found = term(case, "judicial-confirmation")
    assert found is not None and found.due_at == end_of(date(2026, 12, 7))  # 12-06 is a Sunday
    assert "第三十三条" in found.basis
    legal_steps.begin(case, K.CONFIRMATION, date(2026, 11, 19), "市南区法院", "", he, AT)
    found = term(case, "judicial-confirmation")
    assert found is not None and found.met_at == moment("2026-11-19 00:00")
    unchanged_by_rebuilding()


def test_QD_6_3_a_payment_order_is_paid_or_objected_to_within_15_days(world: World) -> None:
    case, he = a_case(world), world.user("he")
    row = legal_steps.begin(case, K.PAYMENT_ORDER, date(2026, 11, 2), "市南区法院", "", he, AT)
    with pytest.raises(Refused, match="已受理"):
        legal_steps.serve(row, date(2026, 11, 9), he, AT)
    row = legal_steps.accept(row, date(2026, 11, 6), "", he, AT)
    assert term(case, "payment-order-objection") is None
    page = as_user(world, "he").get(f"{case.get_absolute_url()}?tab=legal").text
    assert "登记送达" in page
    row = legal_steps.serve(row, date(2026, 11, 10), he, AT)
    found = term(case, "payment-order-objection")
    assert found is not None and (found.due_at, found.sense) == (end_of(date(2026, 11, 25)), "due")
    legal_steps.finish(row, date(2026, 11, 20), "objected", "", he, AT)
    found = term(case, "payment-order-objection")
    assert found is not None and found.met_at == moment("2026-11-20 00:00")
    unchanged_by_rebuilding()


def test_the_form_asks_when_the_award_arrived(world: World) -> None:
    case, he = a_case(world), world.user("he")
    row = legal_steps.begin(case, K.ARBITRATION, date(2026, 9, 1), "仲裁委", "", he, AT)
    legal_steps.accept(row, date(2026, 9, 4), "", he, AT)
    case.refresh_from_db()
    client = as_user(world, "he")
    assert "职工收到裁决书的日期" in client.get(f"{case.get_absolute_url()}?tab=legal").text
    sent = {"seen": case.version, "on": "2026-11-10", "result": "awarded", "served_on": "2026-11-12"}
    answer = client.post(f"/cases/{case.pk}/proceedings/{row.pk}/finish/", sent)
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.served_on == date(2026, 11, 12)


# ---- a worker's word ------------------------------------------------------------------------------------------------


def a_clue(world: World, channel: str = "visit") -> Case:
    draft = a_draft(world, channel=channel)
    return workflow.move(draft, "report_clue", world.user("li"), AT, seen=draft.version)


def complaint(case: Case) -> dict[str, Obligation]:
    return {row.rule: row for row in Obligation.objects.filter(subject=f"complaint:{case.pk}")}


def test_QD_6_2_a_complaint_is_investigated_within_30_working_days_and_answered_within_10(world: World) -> None:
    clue = a_clue(world)
    (running,) = complaint(clue).values()
    assert (running.rule, running.clause) == ("investigation", "QD-6.2")
    assert running.due_at == end_of(date(2026, 12, 22))  # 30 working days after 11-10
    assert "完成调查" in as_user(world, "he").get(clue.get_absolute_url()).text
    he = world.user("he")
    acts.perform(clue, ActKind.FEEDBACK_WORKER, AT.date(), "正在核实", Outcome.DONE, he, AT)
    clue.refresh_from_db()
    later = moment("2026-11-24 10:00")
    case = workflow.move(clue, "verify", he, later, seen=clue.version)
    found = complaint(case)
    assert found["investigation"].met_at == moment("2026-11-24 00:00")
    result = found["investigation-result"]
    assert result.due_at == end_of(date(2026, 12, 8)) and result.met_at is None  # word on the way is no result
    tell = moment("2026-11-26 10:00")
    acts.perform(case, ActKind.FEEDBACK_WORKER, tell.date(), "已查实", Outcome.UNREACHED, he, tell)
    assert complaint(case)["investigation-result"].met_at is None
    acts.perform(case, ActKind.FEEDBACK_WORKER, tell.date(), "已查实", Outcome.DONE, he, tell)
    assert complaint(case)["investigation-result"].met_at == moment("2026-11-26 00:00")
    unchanged_by_rebuilding()


def test_SD_2_2b_a_complaint_not_accepted_is_told_in_the_same_breath(world: World) -> None:
    clue = a_clue(world)
    done = workflow.move(clue, "dismiss", world.user("he"), AT, seen=clue.version, reason="属货款纠纷，已说明")
    assert done.state == State.DISMISSED
    found = complaint(done)
    assert {rule: row.met_at is not None for rule, row in found.items()} == {
        "complaint-declined": True,
        "investigation": True,
        "investigation-result": True,
    }
    assert found["complaint-declined"].due_at == end_of(date(2026, 11, 27))
    unchanged_by_rebuilding()


def test_what_no_worker_told_is_no_complaint(world: World) -> None:
    assert complaint(a_clue(world, "monitoring")) == {}
    employer = an_employer("另一家公司", "370202")
    assert (
        complaint(a_case(world, channel="visit", employer=employer)) == {}
    )  # filed at once: nothing was left to investigate
