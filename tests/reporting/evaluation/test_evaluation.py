"""What each indicator counts, at its boundaries: numerator and denominator of one unit."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from arrears.cases import acts, ledger
from arrears.cases.models import ActKind, Case, EntryKind, Outcome
from arrears.inspections.actions import inspections
from arrears.law.models import Obligation
from arrears.law.rules.reader import delivered_rulebooks
from arrears.merging import actions as merging
from reporting.evaluation.facts import lacking
from reporting.evaluation.ranking import counts, rank_units, units_below
from reporting.returns.models import Return, ReturnVersion
from tests.cast import AT, World, a_case, an_employer, moment
from tests.judged import DUE, YEAR, a_return, a_term, closed, counted, indicator, span

SECOND = timedelta(seconds=1)
TIMELY, ACCURATE = indicator("timely"), indicator("accurate")
PROMPT, CLOSED, COMPLETE = indicator("prompt"), indicator("closed"), indicator("complete")


# ---- 及时率 -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"stage": "submitted", "submitted_at": DUE}, (1, 1)),
        ({"stage": "received", "submitted_at": DUE + timedelta(milliseconds=999)}, (1, 1)),
        ({"stage": "received", "submitted_at": DUE + SECOND}, (0, 1)),
        ({"stage": "open"}, (0, 1)),
        ({"stage": "implied"}, (1, 1)),
        ({"stage": "waived"}, (0, 0)),
        ({"stage": "returned", "submitted_at": DUE - SECOND}, (1, 1)),  # being sent back is another indicator
    ],
)
def test_QD_8_a_return_is_in_time_to_the_last_second(
    world: World, facts: dict[str, Any], expected: tuple[int, int]
) -> None:
    a_return(world, **facts)
    assert counted(world, TIMELY) == expected


def test_a_return_counts_once_its_term_is_over_or_it_was_sent(world: World) -> None:
    a_return(world)
    assert counted(world, TIMELY, span("2026-01-01", "2026-12-31", DUE)) == (0, 0)
    assert counted(world, TIMELY, span("2026-01-01", "2026-12-31", DUE + SECOND)) == (0, 1)
    a_return(world, submitted_at=DUE - timedelta(days=9), stage="submitted")
    assert counted(world, TIMELY, span("2026-01-01", "2026-12-31", DUE - timedelta(days=8))) == (1, 1)


def test_a_period_takes_what_falls_due_in_it(world: World) -> None:
    a_return(world)
    assert counted(world, TIMELY, span("2026-07-01", "2026-09-30", YEAR.now)) == (0, 1)
    assert counted(world, TIMELY, span("2026-10-01", "2026-12-31", YEAR.now)) == (0, 0)
    a_return(world, due=moment("2026-10-01 00:00"))
    assert counted(world, TIMELY, span("2026-07-01", "2026-09-30", YEAR.now)) == (0, 1)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"met_at": DUE}, (1, 1)),
        ({"met_at": DUE + SECOND}, (0, 1)),
        ({}, (0, 1)),
        ({"lifted_at": DUE}, (0, 0)),  # nothing was left to do
        ({"lifted_at": DUE + SECOND}, (0, 1)),
        ({"due": None}, (0, 0)),  # at once: the notice gives no number
        ({"sense": "ends"}, (0, 0)),
        ({"subject": "letter:1"}, (0, 0)),  # the employer's term
        ({"subject": "referral:1"}, (0, 0)),  # the department's
        ({"subject": "return:1"}, (0, 0)),  # returns count for themselves
        ({"subject": "warning:1", "met_at": DUE}, (1, 1)),
    ],
)
def test_QD_8_terms_of_the_units_own_work(world: World, facts: dict[str, Any], expected: tuple[int, int]) -> None:
    a_term(world, **facts)
    assert counted(world, TIMELY) == expected


def test_QD_8_a_unit_is_judged_by_what_it_owes_itself(world: World) -> None:
    a_return(world, code="370202E0001")
    a_term(world, code="370202E0001")
    assert counted(world, TIMELY) == (0, 0)
    assert counted(world, TIMELY, code="370202E0001") == (0, 2)


# ---- 准确率 -----------------------------------------------------------------------------------------------------------


def a_version(world: World, report: Any, number: int = 1, **facts: Any) -> ReturnVersion:
    given = {"approved_at": DUE, "approved_by": world.people["zhou"]} | facts
    return ReturnVersion.objects.create(
        report=report,
        number=number,
        cells={"lines": []},
        as_of=report.last,
        ledger_position=0,
        form_digest="",
        rulebook_digest="",
        calendar_version="x",
        hash="0" * 64,
        signed_by=world.people["qian"],
        signed_at=DUE,
        **given,
    )


def test_QD_8_accurate_is_what_was_neither_returned_nor_amended_nor_contradicted(world: World) -> None:
    sent: dict[str, Any] = {"stage": "received", "submitted_at": DUE}
    a_version(world, a_return(world, **sent))
    assert counted(world, ACCURATE) == (1, 1)
    a_version(world, a_return(world, **sent), sent_back="数字不符")
    assert counted(world, ACCURATE) == (1, 2)
    amended = a_return(world, **sent)
    a_version(world, amended)
    a_version(world, amended, 2, approved_at=None, approved_by=None)  # signed, not yet approved
    assert counted(world, ACCURATE) == (2, 3)
    ReturnVersion.objects.filter(report=amended, number=2).update(approved_at=DUE)
    assert counted(world, ACCURATE) == (1, 3)
    a_return(world, stage="implied", contradicted_at=DUE)
    a_return(world, stage="implied")
    assert counted(world, ACCURATE) == (2, 5)


def test_what_was_never_sent_is_not_judged_for_being_accurate(world: World) -> None:
    a_return(world)
    a_return(world, stage="waived", submitted_at=DUE)
    assert counted(world, ACCURATE) == (0, 0)


# ---- 处理积极 ---------------------------------------------------------------------------------------------------------


def acted(world: World, case: Case, on: date, outcome: Outcome = Outcome.DONE) -> None:
    kind = ActKind.FEEDBACK_WORKER if outcome == Outcome.UNREACHED else ActKind.MEDIATION
    acts.perform(case, kind, on, "", outcome, world.user("he"), AT)


@pytest.mark.parametrize(("day", "met"), [(10, 1), (15, 1), (16, 0)])
def test_QD_8_the_first_act_counts_to_the_fifth_day(world: World, day: int, met: int) -> None:
    acted(world, a_case(world), date(2026, 11, day))  # accepted on the 10th
    assert counted(world, PROMPT) == (met, 1)


def test_a_call_that_reached_nobody_is_no_act_and_money_is(world: World) -> None:
    case = a_case(world)
    acted(world, case, date(2026, 11, 11), Outcome.UNREACHED)
    assert counted(world, PROMPT) == (0, 1)
    entry = ledger.post(case, EntryKind.PAID, date(2026, 11, 15), world.user("he"), AT, workers=1, amount=Decimal(1))
    assert counted(world, PROMPT) == (1, 1)
    ledger.reverse(entry, date(2026, 11, 18), world.user("he"), AT, "记错")
    assert counted(world, PROMPT) == (0, 1)


def test_a_case_whose_days_still_run_is_not_judged(world: World) -> None:
    case = a_case(world, accepted_on=date(2026, 11, 16))
    year = ("2026-01-01", "2026-12-31")
    assert counted(world, PROMPT, span(*year, moment("2026-11-21 23:00"))) == (0, 0)
    assert counted(world, PROMPT, span(*year, moment("2026-11-22 00:00"))) == (0, 1)
    acted(world, case, date(2026, 11, 18))
    assert counted(world, PROMPT, span(*year, moment("2026-11-21 23:00"))) == (1, 1)


# ---- 办结率 -----------------------------------------------------------------------------------------------------------


def test_QD_8_closed_of_accepted_up_to_the_last_day(world: World) -> None:
    closed(a_case(world), date(2026, 11, 30))
    assert counted(world, CLOSED, span("2026-11-01", "2026-11-30", YEAR.now)) == (1, 1)
    assert counted(world, CLOSED, span("2026-11-01", "2026-11-29", YEAR.now)) == (0, 1)
    assert counted(world, CLOSED, span("2026-11-11", "2026-11-30", YEAR.now)) == (0, 0)


def test_a_reopened_case_is_not_closed(world: World) -> None:
    case = closed(a_case(world), date(2026, 11, 25))
    case.closures.update(reopened_on=date(2026, 12, 1))
    assert counted(world, CLOSED, span("2026-11-01", "2026-11-30", YEAR.now)) == (1, 1)
    assert counted(world, CLOSED) == (0, 1)


def test_clues_drafts_and_what_is_no_arrears_are_no_cases(world: World) -> None:
    case = a_case(world)
    for facts in ({"state": "draft"}, {"state": "dismissed"}, {"state": "clue", "verified_on": None}):
        Case.objects.filter(pk=case.pk).update(**{"state": "open", "verified_on": AT.date()} | facts)
        assert counted(world, CLOSED) == (0, 0)


def test_QD_8_a_case_merged_into_another_is_no_case(world: World) -> None:
    into = a_case(world)
    duplicate = a_case(world, employer=into.employer)
    a_term(world, code="370202E0001", case=duplicate, subject=f"case:{duplicate.pk}", rule="other")
    names = (CLOSED, COMPLETE, PROMPT)
    assert [counted(world, one)[1] for one in names] == [2, 2, 2]
    assert counted(world, TIMELY, code="370202E0001") == (0, 1)
    row = merging.request(duplicate, into, "同一批职工", world.user("he"), AT, seen=duplicate.version)
    merging.approve(row, by=world.user("wang"), at=AT, seal=row.snapshot_hash)
    Obligation.objects.filter(case=duplicate).update(lifted_at=None)
    assert [counted(world, one)[1] for one in names] == [1, 1, 1]
    assert counted(world, TIMELY, code="370202E0001") == (0, 0)
    before = span("2026-11-01", "2026-11-19", YEAR.now)  # not yet merged, and not yet found true
    assert counted(world, CLOSED, before) == (0, 0)


# ---- 台账健全 ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({}, []),
        ({"owed_from": None}, ["owed_from"]),
        ({"owed_until": None}, ["owed_until"]),
        ({"stated_workers": 0, "stated_migrants": 0}, ["workers"]),
        ({"stated_amount": 0}, ["amount"]),
        ({"officer": None}, ["officer"]),
    ],
)
def test_QD_8_a_case_has_its_dates_amounts_and_officer(world: World, facts: dict[str, Any], missing: list[str]) -> None:
    case = a_case(world)
    Case.objects.filter(pk=case.pk).update(**{"officer": world.people["he"]} | facts)
    case.refresh_from_db()
    assert counted(world, COMPLETE) == (0 if missing else 1, 1)
    assert lacking(case, COMPLETE) == missing


# ---- 排查 -------------------------------------------------------------------------------------------------------------


def visited(world: World, on: date, code: str = "370202E0001") -> Any:
    facts = {"industry": "C", "on": on, "workers": 8}
    return inspections.record_inspection(world.unions[code], an_employer("台东食品"), facts, world.user("sun"), AT)


def test_QD_8_inspections_against_those_of_the_year_by_days(world: World) -> None:
    entry = indicator("inspected")  # twelve a year
    visited(world, date(2026, 9, 30))
    assert counted(world, entry) == (1, 12)
    assert counted(world, entry, span("2026-07-01", "2026-09-30", YEAR.now)) == (1, 3)
    assert counted(world, entry, span("2026-09-01", "2026-09-29", YEAR.now)) == (0, 1)
    assert counted(world, entry, span("2026-01-01", "2026-12-31", moment("2026-06-30 12:00"))) == (0, 6)
    assert counted(world, entry, code="370203") == (0, 12)


def test_QP_4_2_findings_put_right_in_their_term(world: World) -> None:
    entry, due = indicator("rectified"), date(2026, 11, 18)
    visit = visited(world, date(2026, 11, 2))
    (finding,) = inspections.record_checklist(
        visit, {}, [inspections.Shortcoming("", "没有工资台账", due)], world.user("sun"), AT
    )
    year = ("2026-01-01", "2026-12-31")
    assert counted(world, entry, span(*year, moment("2026-11-18 23:00"))) == (0, 0)
    assert counted(world, entry, span(*year, moment("2026-11-19 00:00"))) == (0, 1)
    for closed_on, met in ((due, 1), (due + timedelta(days=1), 0)):
        type(finding).objects.filter(pk=finding.pk).update(closed_on=closed_on)
        assert counted(world, entry) == (met, 1)


# ---- many units -------------------------------------------------------------------------------------------------------


def test_what_lies_below_counts_for_the_unit_above_only_where_the_entry_says_so(world: World) -> None:
    a_case(world)
    assert counted(world, CLOSED) == (0, 1)  # reach = "below"
    assert counted(world, CLOSED, code="370203") == (0, 0)
    assert counted(world, indicator("closed", reach="own")) == (0, 0)
    assert counted(world, indicator("closed", reach="own"), code="370202E0001") == (0, 1)


def test_units_of_different_depths_are_each_given_their_own(world: World) -> None:
    a_case(world)
    a_case(world, "jiang", "370000I0001E0001", employer=an_employer("远方路桥", "370202"))
    units = list(world.unions.values())
    found = counts(units, [CLOSED], YEAR)
    of = {unit.code: found[unit.pk][CLOSED.name].of for unit in units if CLOSED.name in found[unit.pk]}
    assert of == {"370000": 2, "370200": 1, "370202": 1, "370202E0001": 1, "370000I0001": 1, "370000I0001E0001": 1}


def test_QD_8_districts_are_ranked_and_equals_share_a_place(world: World) -> None:
    a_return(world, stage="received", submitted_at=DUE + SECOND)
    a_return(world, code="370203", stage="received", submitted_at=DUE)
    for report in Return.objects.all():
        a_version(world, report)
    entries = delivered_rulebooks()["qingdao-2021"].indicators
    rows = rank_units(units_below(world.unions["370200"], "district"), entries, YEAR)
    assert [(one.union.code, one.rank) for one in rows] == [("370203", 1), ("370202", 2)]
    # 及时 25, 准确 15, 排查 5, 预防 5 remain: spread over 50.
    assert [one.score.total for one in rows] == [Decimal("80.00"), Decimal("30.00")]


def test_price_of_judging_does_not_grow_with_the_units(world: World, django_assert_num_queries: Any) -> None:
    entries = delivered_rulebooks()["qingdao-2021"].indicators
    for code in ("370200",), ("370202", "370203"):
        units = [world.unions[one] for one in code]
        with django_assert_num_queries(11):  # three of them for what the rates leave out
            rank_units(units, entries, YEAR)
