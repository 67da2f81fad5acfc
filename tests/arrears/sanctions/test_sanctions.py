"""Decisions of departments (SD-2.3b), the joint-punishment list and its terms (QP-3.1), who should be on it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from arrears.cases import ledger
from arrears.cases.models import Act, ActKind, EntryKind
from arrears.law.models import Obligation
from arrears.law.obligations.projection import rebuild_all
from arrears.sanctions import conditions
from arrears.sanctions.actions import listings, sanctions
from arrears.sanctions.actions.sanctions import Decision
from arrears.sanctions.models import Listing, Sanction, SanctionKind, SanctionOutcome
from arrears.sanctions.unlisted import unlisted
from tests.cast import AT, World, a_case, an_employer, moment
from tests.sanctioned import a_promise, approved, asked, listed, order, penalty
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.models import Appointment
from unions.people.appointments import sync_rights

TODAY = day_of(AT)


def terms(stream: str) -> dict[str, Obligation]:
    return {row.rule: row for row in Obligation.objects.filter(subject=stream)}


# ---- decisions ------------------------------------------------------------------------------------------------------


def test_SD_2_3b_every_decision_has_its_department_number_and_day(world: World) -> None:
    case = a_case(world)
    paper = SimpleUploadedFile("责令书.pdf", b"%PDF-1.7 order")
    said = Decision(
        SanctionKind.ORDER,
        "市南区人社局",
        "南人社令〔2026〕7号",
        date(2026, 11, 10),
        pay_by=date(2026, 11, 15),
        amount=Decimal("120000.00"),
    )
    row = sanctions.record_sanction(case, said, world.user("he"), AT, paper)
    assert (row.by.username, row.at, row.union.code) == ("he", AT, "370202E0001")
    assert row.paper is not None and row.paper.case_id == case.pk
    case.refresh_from_db()
    assert case.ordered_to_pay_by == date(2026, 11, 15)
    assert not Act.objects.filter(case=case, kind=ActKind.PENALTY).exists()  # an order is no penalty
    with pytest.raises(Refused, match="已登记过"):
        sanctions.record_sanction(case, said, world.user("he"), AT)


def test_SD_2_3b_a_penalty_is_the_act_the_table_counts(world: World) -> None:
    row = penalty(world, a_case(world), date(2026, 11, 12))
    assert row.act is not None and (row.act.kind, row.act.on) == ("penalty", date(2026, 11, 12))
    assert row.number in row.act.detail
    assert Act.objects.filter(kind=ActKind.PENALTY).count() == 1


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"pay_by": None}, "支付期限"),
        ({"decided_on": date(2026, 11, 21)}, "不能晚于今天"),
        ({"pay_by": date(2026, 11, 1)}, "不能早于决定日期"),
        ({"kind": SanctionKind.GRADE}, "信用等级"),
    ],
)
def test_SD_2_3b_what_cannot_be_is_refused(world: World, facts: dict[str, Any], sentence: str) -> None:
    said: dict[str, Any] = {
        "kind": SanctionKind.ORDER,
        "department": "人社局",
        "number": "1",
        "decided_on": date(2026, 11, 10),
        "pay_by": date(2026, 11, 15),
    } | facts
    with pytest.raises(Refused, match=sentence):
        sanctions.record_sanction(a_case(world), Decision(**said), world.user("he"), AT)
    assert not Sanction.objects.exists()


def test_SD_2_3b_only_officers_of_the_handling_unit_enter(world: World) -> None:
    case = a_case(world)
    for name in ("li", "wang", "sun", "feng"):
        with pytest.raises(Forbidden):
            order(world, case, by=name)


def test_SD_2_3b_the_outcome_ends_the_term(world: World) -> None:
    row = order(world, a_case(world), pay_by=date(2026, 11, 18))
    open_term = terms(row.stream)["pay-by"]
    assert open_term.due_at is not None and timezone.localdate(open_term.due_at) == date(2026, 11, 18)
    with pytest.raises(Refused, match="届满之后"):
        sanctions.record_outcome(row, SanctionOutcome.UNPAID, date(2026, 11, 18), "", world.user("he"), AT)
    sanctions.record_outcome(row, SanctionOutcome.UNPAID, date(2026, 11, 19), "", world.user("he"), AT)
    assert terms(row.stream)["pay-by"].met_at is not None


def test_SD_2_3b_a_revoked_decision_counts_no_more(world: World) -> None:
    case = a_case(world)
    first = order(world, case, pay_by=date(2026, 11, 12))
    second = order(world, case, pay_by=date(2026, 11, 15), number="另一份")
    sanctions.void(second, TODAY, "登记有误", world.user("he"), AT)
    case.refresh_from_db()
    assert case.ordered_to_pay_by == first.pay_by
    assert terms(second.stream)["pay-by"].lifted_reason == "决定已撤销"
    with pytest.raises(Stale):
        sanctions.void(second, TODAY, "再一次", world.user("he"), AT)
    order(world, case, number="另一份")  # the number is free again


# ---- conditions and 应列尽列 ------------------------------------------------------------------------------------------


def state(case: Any, day: date = TODAY) -> str:
    return conditions.judge_cases([case.pk], day)[case.pk].state


def test_QP_3_1_conditions_are_read_from_the_books(world: World) -> None:
    case = a_case(world, mass=True)
    assert state(case) == "no"  # never ordered to pay
    order(world, case, pay_by=date(2026, 11, 25))
    assert state(case) == "no"  # the term still runs
    assert state(case, date(2026, 11, 25)) == "no"  # its last day is included
    assert state(case, date(2026, 11, 26)) == "yes"
    plain = a_case(world, employer=an_employer("无群体", "370202"))
    order(world, plain)
    assert state(plain) == "unclear"  # Shandong's amount is not set


def test_QP_3_1_the_amount_of_the_place_decides(world: World) -> None:
    """Liaoning: 10 workers and 50,000 yuan together."""
    big = a_case(world, employer=an_employer("营口甲", "210800"))
    small = a_case(
        world,
        employer=an_employer("营口乙", "210800"),
        stated_workers=3,
        stated_migrants=1,
        stated_amount=Decimal(3000),
    )
    for case in (big, small):
        order(world, case)
    assert (state(big), state(small)) == ("yes", "no")


def test_QP_3_1_paid_in_time_or_by_the_books_is_no_offender(world: World) -> None:
    told, paid = (a_case(world, mass=True, employer=an_employer(name, "370202")) for name in ("甲", "乙"))
    row = order(world, told)
    order(world, paid)
    sanctions.record_outcome(row, SanctionOutcome.PAID, date(2026, 11, 14), "", world.user("he"), AT)
    paid.refresh_from_db()
    ledger.post(paid, EntryKind.PAID, TODAY, world.user("he"), AT, workers=12, migrants=10, amount=Decimal(120000))
    assert (state(told), state(paid)) == ("no", "no")


def test_QP_3_1_who_meets_the_conditions_and_is_not_listed_is_shown(world: World) -> None:
    late = a_case(world, mass=True)
    again = a_case(world, mass=True, employer=late.employer)
    known = a_case(world, mass=True, employer=an_employer("已提请", "370202"))
    unset = a_case(world, employer=an_employer("待核", "370202"))
    foreign = a_case(world, "chu", "370203E0001", mass=True, employer=an_employer("市北", "370203"))
    for case in (late, again, known, unset):
        order(world, case)
    type(foreign).objects.filter(pk=foreign.pk).update(ordered_to_pay_by=date(2026, 11, 1))
    asked(world, known)
    found = unlisted(world.user("sun"), None, TODAY)
    assert [one.employer for one in found.meets] == [late.employer]
    assert {case.pk for case, _ in found.meets[0].cases} == {late.pk, again.pk}
    assert found.meets[0].outstanding == Decimal(240000)
    assert [one.employer.name for one in found.unclear] == ["待核"]
    assert [one.employer for one in unlisted(world.user("feng"), None, TODAY).meets] == [foreign.employer]
    everything = unlisted(world.user("han"), None, TODAY)
    assert [one.employer for one in everything.meets] == [late.employer, foreign.employer]
    assert len(unlisted(world.user("han"), world.unions["370203"], TODAY).meets) == 1


# ---- the list -------------------------------------------------------------------------------------------------------


def test_QD_6_4_two_people_propose(world: World) -> None:
    case = a_case(world, mass=True)
    order(world, case)
    row = asked(world, case)
    seen = listings.PROPOSAL.seal(row, AT)
    assert any("条件：逾期未支付" in line.label for line in listings.PROPOSAL.shown(row, AT))
    with pytest.raises(Forbidden):
        listings.approve(row, by=world.user("he"), at=AT, seal=seen)
    with pytest.raises(Forbidden):
        listings.approve(row, by=world.user("zhou"), at=AT, seal=seen)  # the district's approver is not the unit's
    with pytest.raises(Refused, match="已在名单上或正在列入程序中"):
        asked(world, case)
    row = listings.approve(row, by=world.user("wang"), at=AT, seal=seen)
    assert row.stage == "proposed" and row.snapshot
    with pytest.raises(Stale):
        listings.approve(row, by=world.user("wang"), at=AT, seal=seen)


def test_QD_6_4_a_stand_in_is_no_second_person(world: World) -> None:
    case = a_case(world, mass=True)
    enterprise, wang, he = world.unions["370202E0001"], world.user("wang"), world.user("he")
    Appointment.objects.create(user=wang, union=enterprise, role="officer", since=date(2026, 11, 1), acting_for=he)
    sync_rights(wang, TODAY)
    row = asked(world, case)
    with pytest.raises(Forbidden, match="代理"):
        listings.approve(row, by=world.user("wang"), at=AT, seal=listings.PROPOSAL.seal(row, AT))


def test_QD_6_4_what_changed_since_it_was_shown_is_not_approved(world: World) -> None:
    case = a_case(world, mass=True)
    row = asked(world, case)
    seen = listings.PROPOSAL.seal(row, AT)
    penalty(world, case, TODAY)
    with pytest.raises(Stale, match="重新查看"):
        listings.approve(row, by=world.user("wang"), at=AT, seal=seen)


def test_QP_3_1_terms_of_the_law_from_notice_to_decision(world: World) -> None:
    row = approved(world, asked(world, a_case(world, mass=True)))  # Friday 20 November
    he = world.user("he")
    due = lambda rule: timezone.localdate(terms(row.stream)[rule].due_at or AT)  # noqa: E731
    assert due("listing-decision") == date(2026, 12, 18)
    row = listings.record_notice(row, he, moment("2026-11-23 09:00"), on=date(2026, 11, 23))
    assert due("listing-objection") == date(2026, 11, 30)
    row = listings.record_objection(row, he, moment("2026-11-26 09:00"), on=date(2026, 11, 25), text="已支付")
    assert due("listing-objection-answer") == date(2026, 12, 2)
    with pytest.raises(Stale):
        listings.record_listing(
            row, he, moment("2026-11-27 09:00"), on=date(2026, 11, 27), number="1"
        )  # not answered yet
    row = listings.record_answer(row, he, moment("2026-11-27 09:00"), on=date(2026, 11, 27), text="理由不成立")
    assert terms(row.stream)["listing-objection-answer"].met_at is not None
    row = listings.record_extension(row, he, moment("2026-11-27 10:00"), text="情况复杂")
    assert terms(row.stream)["listing-decision"].extended and due("listing-decision") > date(2027, 1, 10)
    with pytest.raises(Refused, match="已经延长过一次"):
        listings.record_extension(row, he, moment("2026-11-27 10:01"), text="再延长")
    row = listings.record_listing(row, he, moment("2026-12-01 09:00"), on=date(2026, 12, 1), number="惩〔2026〕1号")
    assert terms(row.stream)["listing-decision"].met_at is not None
    assert (row.listed_on, row.until) == (date(2026, 12, 1), due("listing-term"))
    assert row.until is not None and row.until >= date(2029, 12, 1)
    assert Act.objects.filter(case=row.case, kind=ActKind.LISTING, on=date(2026, 12, 1)).count() == 1


def test_QP_3_1_not_listed_wants_a_reason_and_ends_the_terms(world: World) -> None:
    row = approved(world, asked(world, a_case(world, mass=True)))
    he = world.user("he")
    with pytest.raises(Refused):
        listings.record_refusal(row, he, AT, on=TODAY, text=" ")
    row = listings.record_refusal(row, he, AT, on=TODAY, text="已全部支付")
    assert terms(row.stream)["listing-decision"].met_at is not None
    assert not Listing.objects.under_way(TODAY).exists()
    assert not Act.objects.filter(kind=ActKind.LISTING).exists()
    asked(world, row.case)  # may be proposed again


def test_QP_3_1_the_term_ends_by_itself(world: World) -> None:
    row = listed(world, a_case(world, mass=True))
    assert row.until is not None
    assert row.stands_on(row.until) and Listing.objects.standing(row.until).exists()
    after = row.until + timedelta(days=1)
    assert not row.stands_on(after) and row.expired_on(after)
    assert not Listing.objects.under_way(after).exists()


def test_QP_3_1_early_removal_after_six_months_with_a_promise_by_two(world: World) -> None:
    row = listed(world, a_case(world, mass=True), at=moment("2026-01-05 09:00"))
    he, at = world.user("he"), moment("2026-09-01 09:00")
    promise = a_promise(world, row.case, at)

    def ask(on: date, paper: Any = promise) -> Listing:
        return listings.ask_removal(row, on, "移〔2026〕1号", "已全部清偿", paper, he, at)

    with pytest.raises(Refused, match="先登记改正日期"):
        ask(date(2026, 9, 1))
    row = listings.record_correction(row, he, moment("2026-02-03 09:00"), on=date(2026, 2, 2))
    assert row.removable_from == date(2026, 8, 3)  # 2 August 2026 is a Sunday
    with pytest.raises(Refused, match="才能提前移出"):
        ask(date(2026, 8, 2))
    with pytest.raises(Refused, match="信用承诺"):
        ask(date(2026, 9, 1), None)
    row = ask(date(2026, 9, 1))
    assert row.stands_on(date(2026, 9, 1))  # until the second person agrees
    seen = listings.REMOVAL.seal(row, at)
    with pytest.raises(Forbidden):
        listings.remove(row, by=he, at=at, seal=seen)
    row = listings.remove(row, by=world.user("wang"), at=at, seal=seen)
    assert row.stage == "removed" and not row.stands_on(date(2026, 9, 1))
    assert terms(row.stream)["listing-term"].met_at is not None


def test_QP_3_1_one_procedure_at_a_time_even_in_the_database(world: World) -> None:
    row = asked(world, a_case(world, mass=True))
    with pytest.raises(IntegrityError), transaction.atomic():
        Listing.objects.create(
            case=row.case,
            employer=row.employer,
            union=row.union,
            department="x",
            reason="x",
            requested_by=row.requested_by,
            requested_at=AT,
        )


def test_QP_3_1_rebuilding_gives_the_same_rows(world: World) -> None:
    row = listed(world, a_case(world, mass=True))
    order(world, row.case)
    listings.record_correction(row, world.user("he"), moment("2026-12-10 09:00"), on=date(2026, 12, 8))
    approved(world, asked(world, a_case(world, employer=an_employer("另一户", "370202"))))
    withdrawn = approved(world, asked(world, a_case(world, employer=an_employer("撤回户", "370202"))))
    listings.withdraw(withdrawn, by=world.user("he"), at=AT, opinion="已支付")
    before = sorted(Obligation.objects.values_list("subject", "rule", "due_at", "met_at", "lifted_reason"))
    kept = rebuild_all(AT)
    after = sorted(Obligation.objects.values_list("subject", "rule", "due_at", "met_at", "lifted_reason"))
    assert before == after and (kept.new, kept.changed, kept.lifted) == (0, 0, 0)
