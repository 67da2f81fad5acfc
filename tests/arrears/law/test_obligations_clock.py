"""The clock of obligations: days decreed afterwards, years without data, terms the notices let grow, bulk imports."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from arrears.cases import extensions
from arrears.cases.extensions import ExtensionApproval
from arrears.cases.models import Case
from arrears.cases.terms import keep_cases, rebuild
from arrears.law.calendar import import_notice
from arrears.law.models import Extension, ExtensionKind, Obligation, Recomputation
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.obligations.projection import Tools, rebuild_all
from arrears.law.obligations.recompute import JOB as job
from arrears.law.obligations.recompute import recompute
from arrears.law.rules.reader import delivered_rulebooks, parse_rulebook
from reporting.tasks import rebuild_obligations
from tests.cast import AT, World, a_case, an_employer, moment
from tests.sheets import GOOD, bring_in, sheet
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Event

BACKEND = "unions.people.backends.AppointmentBackend"
NOTICE_2027 = """国务院办公厅关于2027年部分节假日安排的通知
国办发明电〔2026〕9号
一、元旦：1月1日（周五）至3日（周日）放假，共3天。1月4日（周一）上班。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。1月31日（周日）、2月14日（周日）上班。
"""


def report(case: Case) -> Obligation:
    return Obligation.objects.get(case=case, rule="report-failed-negotiation")


# The calendar gains a year -----------------------------------------------------------------------------------------


def test_a_year_without_data_is_provisional_until_it_is_decreed(world: World) -> None:
    """Failed on Monday 1 February 2027: Spring Festival is 6 February. Statutory days only, then the decree."""
    case = a_case(world, negotiation_failed_on=date(2027, 2, 1))
    before = report(case)
    assert before.provisional and "放假安排未公布，暂定" in before.explanation
    shen, office = world.user("shen"), world.unions["370000"]
    import_notice(NOTICE_2027, office, shen, AT)
    kept = recompute(office, shen, AT)
    after = report(case)
    assert kept.changed >= 1 and after.calendar_version != before.calendar_version
    # 2, 3, 4 February, then the decreed rest from the 5th to the 11th; the 12th and the make-up Sunday the 14th.
    assert after.due_at == moment("2027-02-14 23:59:59")
    assert before.due_at != after.due_at
    (moved,) = Event.objects.filter(stream=case.stream, verb="due.moved")
    assert moved.data["before"] != moved.data["after"] and moved.data["clause"] == "QD-5"
    told = Event.objects.get(stream="calendar", verb="recompute")
    assert (told.data["moved"], told.data["version"]) == (1, after.calendar_version)
    assert list(audit.broken_links()) == []
    again = recompute(office, shen, AT)
    assert (again.changed, again.moved) == (0, [])


def test_days_entered_in_the_browser_move_open_terms(
    world: World, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    case = a_case(world, negotiation_failed_on=date(2027, 2, 1))
    client.force_login(world.user("shen"), backend=BACKEND)
    with django_capture_on_commit_callbacks() as asked:
        answer = client.post(reverse("holidays-enter"), {"text": NOTICE_2027, "year": "2027", "confirmed": "yes"})
    assert answer.status_code == 302
    assert len(asked) == 1
    job.work(Recomputation.objects.get().pk, timezone.now)
    (told,) = Event.objects.filter(stream="calendar", verb="recompute")
    assert (told.data["moved"], report(case).due_at) == (1, moment("2027-02-14 23:59:59"))
    assert (told.by, told.union) == (world.people["shen"], world.unions["370000"])


def test_recomputing_is_the_calendar_keepers_act(world: World) -> None:
    for name, code in (("han", "370000"), ("shen", "370200"), ("qian", "370202")):
        with pytest.raises(Forbidden):
            recompute(world.unions[code], world.user(name), AT)


def test_what_is_over_keeps_the_calendar_it_was_counted_by(world: World) -> None:
    case = a_case(world, negotiation_failed_on=date(2026, 11, 12))
    Obligation.objects.filter(case=case).update(lifted_at=AT, calendar_version="old")
    shen, office = world.user("shen"), world.unions["370000"]
    assert recompute(office, shen, AT).changed == 0
    assert report(case).calendar_version == "old"


def test_a_rebuild_finds_nothing_to_change_after_a_recompute(world: World) -> None:
    """Open terms of every sort stand there: with days to count, and "at once", which no calendar gives."""
    case = a_case(world, negotiation_failed_on=date(2027, 2, 1), mass=True)
    at_once = Obligation.objects.open().filter(case=case, due_at=None)
    assert at_once.exists() and set(at_once.values_list("calendar_version", flat=True)) == {""}
    shen, office = world.user("shen"), world.unions["370000"]
    import_notice(NOTICE_2027, office, shen, AT)
    assert recompute(office, shen, AT).changed >= 1
    again = rebuild_all(AT)
    assert (again.new, again.changed, again.lifted) == (0, 0, 0)


# A sixth notice, as a file alone -----------------------------------------------------------------------------------

INVENTED = """
key = "invented-2026"
title = "关于限期核实的通知"
issuer = "市南区总工会"
issued = 2026-11-01
first = 2026-11-01
attached_to = "370202"

[[clause]]
id = "IV-1"
heading = "一 核实"
quotation = "受理后3个工作日内通报，情况特殊的可以延长2个工作日"
summary = "受理后限期通报。"

[[deadline]]
name = "tell-hr-soon"
clause = "IV-1"
title = "限期通报"
quotation = "受理后3个工作日内通报"
subject = "case"
holder = "承办工会"
starts = "accepted_on"
met_by = "told_hr_on"
workdays = 3
extension_workdays = 2
"""


@pytest.fixture
def tools(world: World) -> Tools:
    books = [*delivered_rulebooks().values(), parse_rulebook(INVENTED, "invented.toml")]
    return Tools(books=RulebooksByUnit(books))


def test_an_invented_notice_owes_and_its_term_grows_by_what_it_allows(world: World, tools: Tools) -> None:
    case = a_case(world, "sun", "370202", accepted_on=date(2026, 11, 19))
    keep_cases([case.pk], AT, tools)
    row = Obligation.objects.get(case=case, rulebook="invented-2026")
    assert (row.clause, row.due_at) == ("IV-1", moment("2026-11-24 23:59:59"))
    sun, zhou = world.user("sun"), world.user("zhou")
    with pytest.raises(Refused):
        extensions.request(row, ExtensionKind.HARD, "情况特殊", sun, AT, tools.books)
    with pytest.raises(Forbidden):
        extensions.request(row, ExtensionKind.EXTEND, "情况特殊", world.user("feng"), AT, tools.books)
    asked = extensions.request(row, ExtensionKind.EXTEND, "情况特殊", sun, AT, tools.books)
    with pytest.raises(Stale):
        extensions.request(row, ExtensionKind.EXTEND, "情况特殊", sun, AT, tools.books)
    with pytest.raises(Forbidden):
        ExtensionApproval(tools).approve(asked, by=sun, at=AT, seal=extensions.approval.seal(asked, AT))
    ExtensionApproval(tools).approve(asked, by=zhou, at=AT, seal=extensions.approval.seal(asked, AT), opinion="同意")
    row.refresh_from_db()
    assert (row.due_at, row.extended) == (moment("2026-11-26 23:59:59"), True)
    assert row.explanation.endswith("（含经批准的延长）")
    with pytest.raises(Refused):
        extensions.request(row, ExtensionKind.EXTEND, "再延长", sun, AT, tools.books)
    assert [event.verb for event in Event.objects.filter(stream=case.stream)][-2:] == [
        "extension.request",
        "extension.approve",
    ]
    rebuild(Case.objects.filed(), AT, tools)
    row.refresh_from_db()
    assert row.due_at == moment("2026-11-26 23:59:59")


def test_a_declined_extension_leaves_the_term(world: World, tools: Tools) -> None:
    case = a_case(world, "sun", "370202", accepted_on=date(2026, 11, 19))
    keep_cases([case.pk], AT, tools)
    row = Obligation.objects.get(case=case, rulebook="invented-2026")
    asked = extensions.request(row, ExtensionKind.EXTEND, "情况特殊", world.user("sun"), AT, tools.books)
    with pytest.raises(Refused):
        extensions.decline(asked, by=world.user("zhou"), at=AT, opinion=" ")
    extensions.decline(asked, by=world.user("zhou"), at=AT, opinion="可以按期办")
    row.refresh_from_db()
    assert (row.due_at, row.extended) == (moment("2026-11-24 23:59:59"), False)
    assert Extension.objects.get().decision == "可以按期办"
    extensions.request(row, ExtensionKind.EXTEND, "新的理由", world.user("sun"), AT, tools.books)


def test_an_edition_speaks_for_the_terms_that_begin_in_its_days(world: World) -> None:
    """Last year's edition of three days until the 18th, then one of five: each case by the edition of its day."""
    old = parse_rulebook(INVENTED, "invented.toml")
    new = parse_rulebook(INVENTED.replace("workdays = 3\n", "workdays = 5\n"), "invented.toml")
    books = [replace(old, last=date(2026, 11, 18)), replace(new, first=date(2026, 11, 19))]
    tools = Tools(books=RulebooksByUnit(books))
    for day, due in ((18, "2026-11-23"), (19, "2026-11-26")):
        case = a_case(world, employer=an_employer(f"{day}日公司"), accepted_on=date(2026, 11, day))
        keep_cases([case.pk], AT, tools)
        rows = Obligation.objects.filter(case=case, rulebook="invented-2026")
        assert [row.due_at for row in rows] == [moment(f"{due} 23:59:59")]


# Imports -----------------------------------------------------------------------------------------------------------


def test_imported_unfinished_cases_owe_and_finished_ones_do_not(world: World, tmp_path: Path) -> None:
    left = {"已解决人数(人)": 2, "已解决金额(元)": 20000, "是否办结": "否", "办结日期": None}
    rows = [GOOD, GOOD | left | {"原编号": "未结-1", "受理渠道": "12351 热线"}]
    faults, created, _ = bring_in(world, sheet(tmp_path / "t.xlsx", rows))
    assert (faults, created) == ([], 2)
    (case,) = Case.objects.unfinished()
    assert set(Obligation.objects.values_list("case", flat=True)) == {case.pk}
    assert "answer-hotline" in Obligation.objects.values_list("rule", flat=True)
    again = rebuild(Case.objects.filed(), AT)
    assert (again.new, again.changed, again.lifted) == (0, 0, 0)


def test_a_calendar_of_the_past_is_still_counted(world: World, tools: Any) -> None:
    """Old cases are judged by the days of their year, without any row in the table."""
    case = a_case(world, accepted_on=date(2021, 9, 28), negotiation_failed_on=date(2021, 9, 28))
    assert report(case).due_at == moment("2021-10-11 23:59:59")


def test_the_night_catches_up_with_what_was_entered_late(world: World) -> None:
    case = a_case(world, negotiation_failed_on=date(2026, 11, 12))
    assert rebuild_obligations() == 0
    Obligation.objects.filter(case=case).update(explanation="旧")
    assert rebuild_obligations() == 1
