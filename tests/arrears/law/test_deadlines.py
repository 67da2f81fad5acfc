"""Deadlines clause by clause: who must have done what by when, why, and where the number comes from."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from arrears.law.rules.deadlines import Deadline, deadlines, is_late
from arrears.law.rules.facts import Facts, Moment
from arrears.law.rules.holiday_sources import Decreed
from arrears.law.rules.reader import delivered_rulebooks
from arrears.law.rules.workdays import Calendar
from tests.cast import moment

CALENDAR = Calendar()
BOOKS = delivered_rulebooks()


def d(text: str) -> Moment:
    return moment(text) if " " in text else date.fromisoformat(text)


def found(facts: Facts, *keys: str, calendar: Calendar = CALENDAR) -> dict[str, Deadline]:
    """Deadlines by name under these notices and the law."""
    books = [BOOKS[key] for key in (*keys, "law-national")]
    return {one.name: one for one in deadlines(facts, books, calendar)}


def facts(moments: dict[str, str], **more: Any) -> Facts:
    return Facts(moments={name: d(text) for name, text in moments.items()}, **more)


def last_second(text: str) -> datetime:
    return moment(f"{text} 23:59:59")


# QD-5 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "start", "day", "due"),
    [
        ("enterprise", "negotiation_failed_on", "2021-09-28", "2021-10-11"),
        ("enterprise", "negotiation_failed_on", "2022-01-27", "2022-02-08"),
        ("enterprise", "negotiation_failed_on", "2026-09-30", "2026-10-13"),
        ("federation", "discovered_on", "2024-02-08", "2024-02-21"),
        ("township", "discovered_on", "2025-08-28", "2025-09-04"),
        ("zone", "discovered_on", "2025-08-30", "2025-09-05"),
    ],
)
def test_qd_5_five_working_days(kind: str, start: str, day: str, due: str) -> None:
    held = found(facts({start: day}, union_kind=kind), "qingdao-2021")
    (report,) = [one for one in held.values() if one.name.startswith("report-")]
    assert (report.clause, report.due_at, report.elapsed_only) == ("QD-5", last_second(due), False)
    assert (report.provisional, report.calendar_version) == (False, CALENDAR.version)


@pytest.mark.parametrize(
    ("kind", "moments"),
    [
        ("enterprise", {"discovered_on": "2025-08-28"}),  # its clock starts with the failed negotiation
        ("township", {"negotiation_failed_on": "2025-08-28"}),
        ("district", {"discovered_on": "2025-08-28"}),  # the district reports by the quarter
        ("enterprise", {"negotiation_failed_on": "2021-08-10"}),  # the notice was not in force
        ("enterprise", {}),
    ],
)
def test_qd_5_does_not_run_for_others(kind: str, moments: dict[str, str]) -> None:
    held = found(facts(moments, union_kind=kind), "qingdao-2021")
    assert not [one for one in held.values() if one.name.startswith("report-")]


def test_qd_5_explains_itself_and_knows_when_it_was_met() -> None:
    start = {"negotiation_failed_on": "2025-08-28"}
    report = found(facts(start, union_kind="enterprise"), "qingdao-2021")["report-failed-negotiation"]
    assert report.explanation == "8月28日（周四）协商失败，+5个工作日，跳过 8/30、8/31 → 9月4日"
    assert not report.late(moment("2025-09-04 23:59:59"))
    assert report.late(moment("2025-09-05 00:00:00"))
    for at, late in (("2025-09-04 23:59:59", False), ("2025-09-05 00:00:00", True), ("2025-09-04", False)):
        met = found(facts({**start, "escalated_on": at}, union_kind="enterprise"), "qingdao-2021")
        assert met["report-failed-negotiation"].late(moment("2026-01-01 00:00")) == late


def test_a_moment_counts_by_its_shanghai_day() -> None:
    """23:59:59 and 00:00:00 in Shanghai are different starting days, whatever the zone they were written in."""
    for at, due in (("2025-08-28 23:59:59", "2025-09-04"), ("2025-08-29 00:00:00", "2025-09-05")):
        told = facts({"discovered_on": at}, union_kind="township")
        utc = replace(told, moments={"discovered_on": moment(at).astimezone(tz=None)})
        for one in (told, utc):
            assert found(one, "qingdao-2021")["report-discovered"].due_at == last_second(due)


@pytest.mark.parametrize("flag", ["extreme", "mass"])
def test_qd_5_at_once_counts_elapsed_time(flag: str) -> None:
    told = facts({"incident_at": "2025-08-28 10:30"}, union_kind="township", **{flag: True})
    report = found(told, "qingdao-2021")["report-incident"]
    assert (report.due_at, report.elapsed_only, report.start_at) == (None, True, moment("2025-08-28 10:30"))
    assert report.warn_at == moment("2025-08-28 12:30")
    assert "通知没有规定时数" in report.explanation and "本地设置" in report.explanation
    assert not report.late(moment("2030-01-01 00:00"))


def test_qd_5_at_once_only_for_extreme_or_mass() -> None:
    assert "report-incident" not in found(facts({"discovered_on": "2025-08-28"}), "qingdao-2021")


@pytest.mark.parametrize(("workers", "arises"), [(49, False), (50, True), (51, True)])
def test_qh_3d_50_at_once(workers: int, arises: bool) -> None:
    held = found(facts({"discovered_on": "2022-10-12"}, workers=workers), "qinghai-2022-41")
    assert ("report-fifty" in held) == arises


@pytest.mark.parametrize(
    ("channel", "names"),
    [("hotline", {"answer-worker", "answer-hotline"}), ("visit", {"answer-worker"}), ("report", set())],
)
def test_qd_4_2_who_must_be_answered(channel: str, names: set[str]) -> None:
    held = found(facts({"accepted_on": "2025-08-28"}, channel=channel), "qingdao-2021")
    assert {name for name in held if name.startswith("answer-")} == names


def test_qd_4_3_a_local_setting_says_that_it_is_local() -> None:
    verify = found(facts({"clue_received_on": "2025-08-28"}), "qingdao-2021")["verify-clue"]
    assert verify.local and verify.due_at == last_second("2025-09-04")
    assert verify.explanation.endswith("（期限为本地设置，通知没有规定）")


def test_yk_2_2_a_clue_is_looked_into_whatever_its_channel() -> None:
    for channel in ("hotline", "petition", "platform", "field"):
        verify = found(facts({"clue_received_on": "2025-08-28"}, channel=channel), "yingkou-2018-2")["verify-clue"]
        assert (verify.clause, verify.due_at, verify.local) == ("YK-2.2", last_second("2025-09-04"), True)
    done = facts({"clue_received_on": "2025-08-28", "verified_on": "2025-09-03"})
    assert not found(done, "yingkou-2018-2")["verify-clue"].late(moment("2030-01-01 00:00"))


# SD-2.3a, SD-1 -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nature", "day", "hard", "name", "due"),
    [
        ("government", "2023-11-28", False, "close-new", "2023-12-01"),
        ("soe", "2023-11-30", False, "close-new", "2023-12-04"),  # 3 December is a Sunday
        ("soe", "2023-11-28", True, "close-hard", "2023-12-05"),
        ("government", "2023-11-16", False, "close-new", "2023-11-20"),  # the campaign's first day
        ("government", "2023-11-15", False, "close-stock", "2023-11-23"),  # the day before: stock, 7 days from the 16th
        ("soe", "2023-05-01", True, "close-stock", "2023-11-23"),
        ("government", "2024-02-09", False, "close-new", "2024-02-18"),  # the last day; Spring Festival, make-up Sunday
    ],
)
def test_sd_2_3a_three_and_seven_days(nature: str, day: str, hard: bool, name: str, due: str) -> None:
    held = found(facts({"discovered_on": day}, nature=nature, hard=hard), "shandong-2023-18")
    assert [one for one in held if one.startswith("close-")] == [name]
    assert (held[name].clause, held[name].due_at) == ("SD-2.3a", last_second(due))


@pytest.mark.parametrize(
    ("nature", "day"), [("other", "2023-12-01"), ("", "2023-12-01"), ("soe", "2024-02-10"), ("soe", "2024-06-01")]
)
def test_sd_2_3a_not_for_other_projects_nor_after_the_campaign(nature: str, day: str) -> None:
    assert not found(facts({"discovered_on": day}, nature=nature), "shandong-2023-18")


def test_sd_2_3a_stock_closed_before_the_campaign_owes_nothing() -> None:
    told = {"discovered_on": "2023-05-01", "closed_on": "2023-11-15"}
    assert not found(facts(told, nature="soe"), "shandong-2023-18")
    told["closed_on"] = "2023-11-16"
    assert found(facts(told, nature="soe"), "shandong-2023-18")["close-stock"].met_at == moment("2023-11-16 00:00")


@pytest.mark.parametrize("day", ["2023-11-15", "2023-11-16", "2024-02-09"])
def test_sd_1_closed_before_spring_festival(day: str) -> None:
    (close,) = [one for one in found(facts({"verified_on": day}), "shandong-2023-18").values() if one.clause == "SD-1"]
    assert close.due_at == last_second("2024-02-09")


# Letters, deposits, lists, arbitration ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subject", "start", "day", "name", "due"),
    [
        ("letter", "letter_delivered_on", "2025-09-01", "letter-reply", "2025-09-22"),
        ("letter", "letter_delivered_on", "2025-09-22", "letter-reply", "2025-10-17"),  # over National Day
        ("letter", "department_closed_on", "2025-09-01", "department-feedback", "2025-09-22"),
        ("complaint", "complaint_declined_on", "2025-09-01", "complaint-declined", "2025-09-08"),
        ("complaint", "investigation_opened_on", "2025-09-01", "investigation", "2025-10-17"),
        ("complaint", "investigation_closed_on", "2025-09-01", "investigation-result", "2025-09-15"),
        ("deposit", "deposit_used_on", "2025-09-01", "deposit-top-up", "2025-09-15"),
        ("deposit", "deposit_notice_on", "2025-09-01", "deposit-pay", "2025-09-08"),
        ("deposit", "deposit_return_notice_on", "2025-08-02", "deposit-return", "2025-09-01"),
        ("listing", "listing_notice_on", "2025-09-01", "listing-objection", "2025-09-08"),
        ("listing", "listing_objection_on", "2025-09-01", "listing-objection-answer", "2025-09-08"),
        ("listing", "listing_opened_on", "2025-09-01", "listing-decision", "2025-09-28"),  # a make-up Sunday
        ("listing", "listed_on", "2022-03-01", "listing-term", "2025-03-03"),  # 1 March 2025 is a Saturday
        ("listing", "corrected_on", "2025-03-05", "listing-early-removal", "2025-09-05"),
        ("dispute", "mediation_applied_on", "2025-09-01", "mediation", "2025-09-16"),
        ("dispute", "arbitration_applied_on", "2025-09-01", "arbitration-accept", "2025-09-08"),
        ("dispute", "arbitration_accepted_on", "2025-07-18", "arbitration-award", "2025-09-01"),
    ],
)
def test_terms_of_the_law(subject: str, start: str, day: str, name: str, due: str) -> None:
    for keys, clause in (((), "LAW-"), (("qingdao-2021",), "")):
        held = found(facts({start: day}, subject=subject, region="370202"), *keys)
        assert held[name].due_at == last_second(due)
        assert held[name].basis
        assert held[name].clause.startswith(clause)


def test_a_notice_goes_before_the_law_and_nothing_is_due_twice() -> None:
    told = facts({"letter_delivered_on": "2025-09-01"}, subject="letter", region="370202")
    books = [BOOKS["law-national"], BOOKS["qingdao-2021"]]
    replies = [one for one in deadlines(told, books, CALENDAR) if one.name == "letter-reply"]
    assert [one.clause for one in replies] == ["QD-6.2"]
    assert found(told)["letter-reply"].clause == "LAW-letters"


@pytest.mark.parametrize(
    ("region", "day", "arises"),
    [
        ("370202", "2025-09-01", True),
        ("630102", "2025-09-01", False),
        ("", "2025-09-01", False),
        ("370202", "2021-09-30", False),
        ("370202", "2021-10-01", True),
    ],
)
def test_only_shandong_lets_an_employer_object_in_five_days(region: str, day: str, arises: bool) -> None:
    held = found(facts({"letter_delivered_on": day}, subject="letter", region=region))
    assert ("letter-objection" in held) == arises
    if arises:
        assert held["letter-objection"].sense == "ends"


def test_an_approved_extension_moves_the_due_day_where_the_law_allows_one() -> None:
    told = facts({"listing_opened_on": "2025-09-01"}, subject="listing")
    extended = replace(told, extended=frozenset({"listing-decision"}))
    assert found(extended)["listing-decision"].due_at == last_second("2025-10-31")
    assert found(extended)["listing-decision"].extended
    assert found(extended)["listing-decision"].explanation.endswith("（含经批准的延长）")
    fixed = facts({"deposit_used_on": "2025-09-01"}, subject="deposit", extended=frozenset({"deposit-top-up"}))
    top_up = found(fixed)["deposit-top-up"]
    assert (top_up.due_at, top_up.extended) == (last_second("2025-09-15"), False)


def test_a_referral_waits_for_its_answer_by_a_local_term() -> None:
    told = facts({"referred_on": "2025-09-01"}, subject="referral")
    for key in ("qingdao-2021", "yingkou-2018-2", "qinghai-2022-41"):
        answer = found(told, key)["referral-answer"]
        assert answer.local and answer.due_at == last_second("2025-09-15")


def test_warnings_are_answered_at_once_and_verified_by_a_local_term() -> None:
    held = found(facts({"signal_received_on": "2025-09-01 09:00"}, subject="warning"), "yingkou-2018-2")
    assert held["respond-to-signal"].elapsed_only
    assert held["verify-signal"].local and held["verify-signal"].clause == "YK-1.2"


# The calendar behind them ------------------------------------------------------------------------------------------


def test_a_year_without_data_is_provisional_and_changes_with_the_decree() -> None:
    told = facts({"discovered_on": "2027-09-29"}, union_kind="township")
    before = found(told, "qingdao-2021")["report-discovered"]
    assert before.provisional and "暂定" in before.explanation
    decreed = Calendar((Decreed(date(2027, 10, 6), True, "国庆节"), Decreed(date(2027, 10, 7), True, "国庆节")))
    after = found(told, "qingdao-2021", calendar=decreed)["report-discovered"]
    assert after.due_at == last_second("2027-10-13") != before.due_at
    assert after.calendar_version == decreed.version != before.calendar_version


def test_the_soonest_comes_first_and_the_same_facts_give_the_same_list() -> None:
    told = facts(
        {"discovered_on": "2025-09-01", "clue_received_on": "2025-08-25", "accepted_on": "2025-09-02"},
        channel="hotline",
        mass=True,
    )
    books = [BOOKS["qingdao-2021"], BOOKS["law-national"]]
    one, other = deadlines(told, books, CALENDAR), deadlines(told, reversed(books), Calendar())
    assert one == other
    dues = [each.due_at for each in one if each.due_at]
    assert dues == sorted(dues)
    assert [each.due_at is None for each in one] == sorted(each.due_at is None for each in one)


def test_a_due_second_is_still_in_time() -> None:
    due = moment("2022-10-10 16:00:00")
    assert not is_late(due, due)
    assert not is_late(due + timedelta(microseconds=999_999), due)
    assert is_late(due + timedelta(seconds=1), due)
