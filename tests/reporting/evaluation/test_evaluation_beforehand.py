"""What evaluation counts of the time before arrears: the prevention log, rhythm by class, liaison persons, duty phones, looks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from arrears.cases import workflow
from arrears.cases.models import Outcome
from arrears.inspections.actions import inspections
from arrears.law.rules.reader import RulebookError, delivered_rulebooks, parse_rulebook
from arrears.law.rules.rulebook import Indicator
from arrears.prevention.actions import log
from arrears.prevention.models import EmployerRisk
from tests.cast import AT, World, an_employer, moment
from tests.judged import YEAR, counted, indicator, span
from tests.prevented import NOON, a_work, classed, mediated
from tests.readers import as_user
from tests.reporting.evaluation.test_evaluation_scoring import BOOK, INDICATOR
from tests.rounds import a_finding
from unions.people import agencies
from unions.people.agencies import EXPECTED
from unions.tree import actions as tree


def an_indicator(measure: str, **changed: Any) -> Indicator:
    return replace(indicator("timely"), name=measure, measure=measure, **changed)


def test_QD_7_the_log_counts_against_what_a_quarter_wants(world: World) -> None:
    entry = indicator("prevented")  # six a quarter, those below included
    assert entry.clause == "QD-7" and entry.local and (entry.per_quarter, entry.reach) == (6, "below")
    work = a_work(world)
    a_work(world, "sun", "370202", title="区里的", on=date(2026, 9, 30))
    assert counted(world, entry) == (2, 24)
    assert counted(world, entry, span("2026-07-01", "2026-09-30", YEAR.now)) == (1, 6)
    assert counted(world, entry, span("2026-11-18", "2026-11-18", YEAR.now)) == (1, 1)
    assert counted(world, entry, code="370203") == (0, 24)
    log.withdraw(work, "误记", world.user("li"), AT)
    assert counted(world, entry) == (1, 24)


def test_QP_4_3_inspections_count_by_the_rhythm_of_the_class(world: World) -> None:
    entry = indicator("rhythm")
    assert (entry.clause, entry.body) == ("QP-4.3", "实地检查")
    seen, unseen, new = (an_employer(name, "370202") for name in ("查过", "没查过", "刚分类"))
    for employer in (seen, unseen, new):
        facts = {"industry": "C", "on": date(2026, 3, 2), "workers": 8}
        inspections.record_inspection(world.unions["370202E0001"], employer, facts, world.user("he"), AT)
    facts = {"industry": "C", "on": date(2026, 7, 4), "workers": 8}
    inspections.record_inspection(world.unions["370202E0001"], seen, facts, world.user("he"), AT)
    classed(NOON)
    EmployerRisk.objects.exclude(employer=new).update(since=date(2026, 1, 1))
    asked = span("2026-01-01", "2026-12-31", moment("2026-12-31 09:00"))
    assert counted(world, entry, asked) == (1, 2), "180 days before 31 December are 4 July"
    asked = span("2026-01-01", "2027-12-31", moment("2027-01-01 09:00"))
    assert counted(world, entry, asked) == (0, 2)
    assert counted(world, entry, asked, "370203") == (0, 0)


def test_YK_3_liaison_persons_count_body_by_body(world: World) -> None:
    entry = an_indicator("liaison", reach="own")
    district = world.unions["370202"]
    assert counted(world, entry) == (0, len(EXPECTED))
    rows = [
        agencies.enter(district, {"kind": kind, "name": name}, world.user("sun"), AT)
        for kind, name in (("hr", "人社局"), ("police", "分局"), ("police", "派出所"), ("planning", "发改局"))
    ]
    for row in rows:
        agencies.name_liaison(row, "张三", "", "13800000000", world.user("sun"), AT)
    assert counted(world, entry) == (2, len(EXPECTED)), "two police offices are one body; 发改 is not expected"
    agencies.release_liaison(rows[0].liaisons.get(), world.user("sun"), AT)
    assert counted(world, entry) == (1, len(EXPECTED))
    assert counted(world, entry, code="370202E0001") == (0, 0), "an enterprise keeps no directory"
    with pytest.raises(RulebookError, match="只计本单位自己的"):
        parse_rulebook(BOOK + INDICATOR.format(name="x").replace('"timely"', '"liaison"\nreach = "below"'), "new.toml")


def test_QH_3a_duty_phones_published_count_unit_by_unit(world: World) -> None:
    entry = an_indicator("duty", reach="below")
    below = sum(unit.path.startswith(world.unions["370202"].path) for unit in world.unions.values())
    assert counted(world, entry) == (0, below)
    tree.edit(world.unions["370202E0001"], None, AT, duty_officer="李四", duty_phone="0532-12345678")
    assert counted(world, entry) == (1, below)


def test_SD_3_2_findings_of_looks_count_once_their_term_is_over(world: World) -> None:
    entry, finding = an_indicator("reviewed", reach="below"), a_finding(world)
    code, due = finding.review.inspected.code, finding.due_on
    first, last = due.replace(day=1).isoformat(), due.isoformat()
    evening, after = moment(f"{due} 20:00"), moment(f"{due + timedelta(days=1)} 00:00")
    assert counted(world, entry, span(first, last, evening), code) == (0, 0)
    assert counted(world, entry, span(first, last, after), code) == (0, 1)
    for answered_at, met in ((evening, 1), (after, 0)):
        type(finding).objects.filter(pk=finding.pk).update(answered_at=answered_at)
        assert counted(world, entry, span(first, last, after), code) == (met, 1)


def test_QP_1_3_clues_passed_down_count_once_the_street_has_settled_them(world: World) -> None:
    entry = indicator("settled_below")
    assert (entry.clause, entry.body, entry.reach) == ("QP-1.3", "线索处置", "below")
    case = mediated(world)
    mediated(world, "另一装修队", outcome=Outcome.FAILED)
    assert counted(world, entry) == (1, 2)
    assert counted(world, entry, span("2026-07-01", "2026-09-30", moment("2026-08-15 09:00"))) == (0, 2), (
        "not closed then"
    )
    assert counted(world, entry, code="370203") == (0, 0)
    workflow.move(case, "reopen", world.user("tang"), NOON, seen=case.version, reason="又有工人来反映")
    assert counted(world, entry) == (0, 2)


@pytest.mark.parametrize("key", ["qingdao-2021", "qingpu-2023-1"])
def test_QD_7_weights_still_add_up(key: str) -> None:
    entries = delivered_rulebooks()[key].indicators
    assert sum(one.weight for one in entries) == 100 and all(one.local for one in entries)


def test_QD_7_what_stands_behind_the_log_opens(world: World) -> None:
    a_work(world)
    page = as_user(world, "sun").get(reverse("evaluation-rows", args=["370202", "prevention-log"]), {"period": "2026"})
    assert page.status_code == 200 and "走访开工企业" in page.text and "应有" in page.text
