"""Risk classes (QP-4.3): by the rulebook's conditions from the books, in one pass; by hand with a second person and a last day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from arrears.cases import workflow
from arrears.cases.models import Employer
from arrears.inspections.actions import inspections, key_targets
from arrears.inspections.actions.inspections import Shortcoming
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.rules.reader import RulebookError, delivered_rulebooks, parse_rulebook
from arrears.prevention.actions import risk
from arrears.prevention.classing import classify
from arrears.prevention.forms import overdue
from arrears.prevention.models import EmployerRisk, RiskChange
from tests.cast import AT, World, a_case, a_draft, an_employer, moment
from tests.prevented import NOON, classed, risk_of
from tests.reporting.evaluation.test_evaluation_scoring import BOOK
from tests.warned import a_signal
from unions.common.refusals import Forbidden, Refused, Stale
from unions.models import Event

UNTIL = date(2027, 3, 31)


def visited(world: World, employer: Employer, code: str = "370202E0001", by: str = "sun") -> Any:
    facts = {"industry": "C", "on": date(2026, 11, 2), "workers": 8}
    return inspections.record_inspection(world.unions[code], employer, facts, world.user(by), AT)


def test_QP_4_3_whoever_is_known_is_classed_at_the_union_that_supervises(world: World) -> None:
    seen = an_employer("只被检查过", "370202")
    visited(world, seen)
    an_employer("谁也不认识", "370202")
    classed()
    row = EmployerRisk.objects.get()
    assert (row.employer, row.union, row.label, row.rank) == (seen, world.unions["370202"], "低风险", 1)
    assert (row.every_days, row.reasons(), row.clause) == (180, [], "LAW-warning")


def test_QP_4_3_a_case_open_makes_it_the_gravest_and_closed_it_stays_watched(world: World) -> None:
    case = a_case(world)
    row = risk_of(case.employer)  # in the transaction of the filing, without the night
    assert (row.label, row.every_days, row.reached) == ("高风险", 30, ["unfinished"])
    assert ("未结案件 1 件", True) in row.reasons() and ("3 年内查实欠薪 1 件", False) in row.reasons()
    type(case).objects.filter(pk=case.pk).update(state="closed", closed_on=date(2026, 11, 19))
    classed()
    assert (risk_of(case.employer).label, risk_of(case.employer).reached) == ("中风险", ["arrears"])
    type(case).objects.filter(pk=case.pk).update(accepted_on=date(2023, 11, 20))
    classed()
    assert risk_of(case.employer).label == "低风险", "three years to the day are over"


def test_QP_4_3_findings_warnings_and_size_count_each_by_its_threshold(world: World) -> None:
    wanting, large, warned = an_employer("有问题"), an_employer("大厂", workforce=500), an_employer("被预警")
    visit = visited(world, wanting)
    visited(world, large)
    a_signal(world, warned)
    inspections.record_checklist(visit, {}, [Shortcoming("", "没有台账", date(2026, 11, 30))], world.user("sun"), AT)
    classed()
    assert (risk_of(wanting).label, risk_of(wanting).reached) == ("中风险", ["findings"])
    assert (risk_of(large).label, risk_of(large).reasons()) == ("中风险", [("职工 500 人", True)])
    assert risk_of(warned).reached == ["warned"] and risk_of(warned).reasons()[0][0].startswith("预警等级 黄")
    (finding,) = visit.found.all()
    inspections.close_finding(finding, date(2026, 11, 19), "已补", world.user("sun"), NOON)
    assert risk_of(wanting).label == "低风险", "closed: classed again at once"


def test_QP_4_3_each_union_classes_by_what_it_knows_itself(world: World) -> None:
    case = a_case(world)
    visited(world, case.employer, "370203", "feng")
    classed()
    assert risk_of(case.employer).label == "高风险" and risk_of(case.employer, "370203").label == "低风险"
    jiang = a_case(world, "jiang", "370000I0001E0001", employer=an_employer("路桥"))
    assert risk_of(jiang.employer, "370000I0001").label == "高风险"


def test_QP_4_3_drafts_dismissed_and_withdrawn_make_nobody_known(world: World) -> None:
    a_draft(world)
    clue = a_draft(world, employer=an_employer("反映不实"))
    clue = workflow.move(clue, "report_clue", world.user("li"), AT, seen=clue.version)
    assert risk_of(clue.employer).label == "低风险", "a clue not verified is no arrears"
    workflow.move(clue, "dismiss", world.user("he"), NOON, seen=clue.version, reason="工资已发")
    assert EmployerRisk.objects.count() == 0


def test_QP_4_3_one_pass_is_four_statements_whatever_the_number(
    world: World, django_assert_max_num_queries: Any
) -> None:
    for n in range(60):
        visited(world, an_employer(f"第{n}家公司", "370202"))
    books = RulebooksByUnit()
    with django_assert_max_num_queries(6):  # savepoint, seats, the pass, what is gone, the end
        assert classify(None, NOON, books) == 60
    assert classify(None, NOON + timedelta(days=1), books) == 60 and EmployerRisk.objects.count() == 60


def test_QP_4_3_the_night_gives_what_the_acts_gave(world: World) -> None:
    case = a_case(world)
    a_signal(world, case.employer)
    fields = [one.name for one in EmployerRisk._meta.fields if one.name not in ("at", "id", "since")]
    before = list(EmployerRisk.objects.order_by("employer", "union").values(*fields))
    classed(moment("2026-11-20 23:00"))
    assert list(EmployerRisk.objects.order_by("employer", "union").values(*fields)) == before


# ---- by hand ------------------------------------------------------------------------------------------------------------


def asked(world: World, label: str = "中风险") -> tuple[EmployerRisk, RiskChange]:
    row = risk_of(a_case(world).employer)
    return row, risk.request_change(row, label, "已签订还款协议并提供担保", UNTIL, world.user("sun"), NOON)


def agree(row: EmployerRisk, change: RiskChange, by: Any, at: Any = NOON) -> RiskChange:
    return risk.approve(change, by=by, at=at, seal=risk.approval.seal(change, at))


def test_QP_4_3_by_hand_needs_a_reason_a_last_day_and_a_second_person(world: World) -> None:
    row, change = asked(world)
    assert risk_of(row.employer).label == "高风险", "asked is not agreed"
    for name in ("sun", "qian", "wang", "chen"):
        with pytest.raises(Forbidden):
            agree(row, change, world.user(name))
    agree(row, change, world.user("zhou"))
    now = risk_of(row.employer)
    assert (now.label, now.every_days, now.rule_label, now.by_hand) == ("中风险", 90, "高风险", True)
    assert [one.verb for one in Event.objects.filter(stream=change.stream).order_by("seq")] == [
        "risk.ask",
        "risk.approve",
    ]
    classed(moment("2027-03-31 23:00"))
    assert risk_of(row.employer).label == "中风险", "its last day included"
    classed(moment("2027-04-01 04:10"))
    assert (risk_of(row.employer).label, risk_of(row.employer).by_hand) == ("高风险", False)
    later = risk_of(row.employer)
    assert risk.request_change(
        later, "中风险", "续签", date(2027, 6, 1), world.user("sun"), moment("2027-04-02 09:00")
    ).pk


@pytest.mark.parametrize(
    ("label", "reason", "until", "field"),
    [
        ("红", "理由", UNTIL, "label"),
        ("高风险", "理由", UNTIL, "label"),
        ("中风险", " ", UNTIL, "reason"),
        ("中风险", "理由", date(2026, 11, 20), "until"),
        ("中风险", "理由", date(2027, 11, 22), "until"),
    ],
)
def test_QP_4_3_what_is_asked_wrongly_is_said(world: World, label: str, reason: str, until: date, field: str) -> None:
    row = risk_of(a_case(world).employer)
    with pytest.raises(Refused) as refused:
        risk.request_change(row, label, reason, until, world.user("sun"), NOON)
    assert list(refused.value.fields) == [field]


def test_QP_4_3_what_changed_since_it_was_shown_is_looked_at_again(world: World) -> None:
    row, change = asked(world)
    seen = risk.approval.seal(change, NOON)
    a_case(world, employer=row.employer)
    with pytest.raises(Stale):
        risk.approve(change, by=world.user("zhou"), at=NOON, seal=seen)
    risk.decline(change, by=world.user("zhou"), at=NOON, opinion="又有新案件")
    with pytest.raises(Stale):
        agree(row, change, world.user("zhou"))


def test_QP_4_3_ended_early_the_rule_speaks_again(world: World) -> None:
    row, change = asked(world)
    agree(row, change, world.user("zhou"))
    with pytest.raises(Refused, match="提前终止"):
        risk.request_change(risk_of(row.employer), "低风险", "再调", UNTIL, world.user("sun"), NOON)
    with pytest.raises(Refused, match="原因"):
        risk.end_change(change, by=world.user("sun"), at=NOON, opinion=" ")
    risk.end_change(change, by=world.user("sun"), at=NOON, opinion="又欠薪")
    assert risk_of(row.employer).label == "高风险"


# ---- rhythm -------------------------------------------------------------------------------------------------------------


def test_QP_4_3_who_was_not_inspected_within_its_interval_is_overdue(world: World) -> None:
    employer = an_employer("每三十日", "370202")
    visited(world, employer)
    a_case(world, employer=employer)
    EmployerRisk.objects.update(since=date(2026, 1, 1))
    late = EmployerRisk.objects.filter(overdue(date(2026, 12, 2)))
    assert not late.exists(), "thirty days after 2 November are 2 December"
    assert EmployerRisk.objects.filter(overdue(date(2026, 12, 3))).exists()
    row = risk_of(employer)
    assert row.next_on(date(2026, 11, 2)) == date(2026, 12, 2)


def test_QP_4_3_a_key_target_follows_the_shorter_rhythm_of_its_class(world: World) -> None:
    case = a_case(world)
    target = key_targets.add_key_target(
        world.unions["370202"], case.employer, None, ["offender"], "孙", "低风险", "", world.user("sun"), AT
    )
    (found,) = key_targets.with_last_visit(type(target).objects.all())
    assert (found.every_days, found.rhythm_days) == (180, 30)
    assert found.next_on(None) == date(2026, 12, 20)


# ---- the rulebook -------------------------------------------------------------------------------------------------------

GRADE = """
[[grade]]
name = "employer-risk"
clause = "A-1"
title = "分类"
quotation = "进行评价"
local = true
years = 3
levels = [{{ label = "A" }}, {{ label = "B", {b} }}, {{ label = "C", {c} }}]
"""


@pytest.mark.parametrize(
    ("b", "c", "reason"),
    [
        ("arrears_from = 2", "arrears_from = 1", "欠薪件数逐级增加"),
        ("arrears_from = 1", 'service = "x"', "至少写一项条件"),
        ("findings_from = 1", "findings_from = 2", "要一起写"),
        ("arrears_from = 1.5", "arrears_from = 2", "整数"),
    ],
)
def test_QP_4_3_classes_that_do_not_hold_together_are_refused(b: str, c: str, reason: str) -> None:
    with pytest.raises(RulebookError, match=reason):
        parse_rulebook(BOOK + GRADE.format(b=b, c=c), "new.toml")


def test_QP_4_3_the_notice_and_the_law_class_alike_and_say_that_it_is_local() -> None:
    (law,) = (one for one in delivered_rulebooks()["law-national"].grades if one.name == "employer-risk")
    (notice,) = (one for one in delivered_rulebooks()["qingpu-2023-1"].grades if one.name == "employer-risk")
    assert law.levels == notice.levels and law.local and notice.local and notice.years == 3
    assert all(level.service for level in notice.levels)


def test_QP_4_3_words_of_another_notice_are_taken_as_they_stand(world: World) -> None:
    law = delivered_rulebooks()["law-national"]
    (entry,) = (one for one in law.grades if one.name == "employer-risk")
    named = replace(
        entry, levels=tuple(replace(one, label=word) for one, word in zip(entry.levels, "ABC", strict=True))
    )
    book = replace(law, grades=(named,))
    case = a_case(world)
    classify([case.employer_id], NOON, RulebooksByUnit([book]))
    assert risk_of(case.employer).label == "C"
