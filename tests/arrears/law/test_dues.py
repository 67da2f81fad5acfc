"""What a person's year page and calendar feed say of her open terms, and which rulebooks hold at a place."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from arrears.cases import acts
from arrears.cases.models import ActKind, Case, Outcome
from arrears.cases.terms import keep_cases
from arrears.law.editions.dues import Due, dues
from arrears.law.editions.feed import icalendar, renew
from arrears.law.models import Attachment, Obligation
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.obligations.projection import rebuild_all
from arrears.law.obligations.subject import territory
from arrears.law.rules.workdays import Calendar
from tests.cast import AT, FOUNDED, World, a_case, a_draft, an_employer, moment
from tests.readers import as_user
from unions.models import Appointment, UnionKind
from unions.tree import actions as tree

TODAY = date(2026, 11, 20)
WEEK = (date(2026, 11, 16), date(2026, 11, 22))


def terms(world: World, who: str, first: date = WEEK[0], last: date = WEEK[1]) -> list[Due]:
    found = dues(world.user(who), TODAY, first, last, Calendar())
    return [due for due in found if not due.is_return]


@pytest.fixture
def case(world: World) -> Case:
    """Negotiation failed on Thursday the 12th: to be reported by Thursday the 19th (QD-5)."""
    return a_case(world, negotiation_failed_on=date(2026, 11, 12))


# Open terms ----------------------------------------------------------------------------------------------------------


def test_open_terms_stand_in_the_calendar_of_whoever_keeps_them(world: World, case: Case) -> None:
    for who in ("li", "he", "wang"):
        (due,) = terms(world, who)
        assert (due.clause, due.at, due.about) == ("QD-5", moment("2026-11-19 23:59:59"), f"案件 {case.number}")
        assert due.url == Obligation.objects.get(case=case, clause="QD-5").get_absolute_url()
    for who in ("sun", "zhou", "zheng", "han", "wei", "xitong"):
        assert terms(world, who) == [], f"{who} neither is the officer nor works at the unit"


def test_a_term_belongs_to_its_last_day_and_no_other(world: World, case: Case) -> None:
    day = date(2026, 11, 19)
    assert len(terms(world, "he", day, day)) == 1
    assert terms(world, "he", date(2026, 11, 18), date(2026, 11, 18)) == []
    assert terms(world, "he", date(2026, 11, 20), date(2026, 11, 20)) == []


def test_what_is_done_leaves_the_calendar(world: World, case: Case) -> None:
    Obligation.objects.filter(case=case, clause="QD-5").update(met_at=AT)
    assert terms(world, "he") == []


def test_who_left_the_unit_sees_its_terms_no_more(world: World, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(officer=world.people["he"])
    keep_cases([case.pk], AT)
    assert len(terms(world, "he")) == 1
    Appointment.objects.filter(user=world.people["he"]).update(until=date(2026, 1, 1))
    he = world.user("he")
    he.rights_on = None
    he.save()
    assert terms(world, "he") == []


def test_the_year_page_links_to_the_term(world: World, case: Case, django_assert_max_num_queries: Any) -> None:
    client = as_user(world, "he")
    with django_assert_max_num_queries(16):
        page = client.get(reverse("work-calendar"), {"year": "2026"}).content.decode()
    row = Obligation.objects.get(case=case, clause="QD-5")
    assert f'href="{row.get_absolute_url()}"' in page and str(case.number) in page
    assert "2026年11月19日（周四），工作日，企业工会上报到期" in page


def test_the_feed_carries_terms_without_names(world: World, case: Case, django_assert_max_num_queries: Any) -> None:
    token = renew(world.user("he"), AT)
    with django_assert_max_num_queries(9):
        answer = Client().get(reverse("calendar-feed", args=[token]))
    content = answer.content.decode().replace("\r\n ", "")
    assert "SUMMARY:企业工会上报" in content and str(case.number) in content
    row = Obligation.objects.get(case=case, clause="QD-5")
    assert f"UID:term.{row.pk}@xinbao" in content
    assert not any(name in content for name in ("海风建设", "何经办", "李填报", case.employer.name))


def test_the_number_of_queries_does_not_grow_with_the_terms(world: World, django_assert_num_queries: Any) -> None:
    a_case(world, negotiation_failed_on=date(2026, 11, 12))
    he = world.user("he")
    he.grants()
    with django_assert_num_queries(5) as few:
        dues(he, TODAY, *WEEK, Calendar())
    for n in range(5):
        a_case(world, employer=an_employer(f"公司{n}"), negotiation_failed_on=date(2026, 11, 12))
    with django_assert_num_queries(len(few)):
        found = dues(he, TODAY, *WEEK, Calendar())
    assert len(icalendar(found, TODAY)) > 500 and len(found) == 6


# The notices of a place ----------------------------------------------------------------------------------------------


def clauses(case: Case) -> set[tuple[str, str]]:
    return set(Obligation.objects.filter(case=case).values_list("rulebook", "clause"))


def by_industry(world: World, region: str, **facts: Any) -> Case:
    """A case of the enterprise union under the industrial union of the province."""
    facts = {"negotiation_failed_on": date(2026, 11, 12)} | facts
    return a_case(world, "jiang", "370000I0001E0001", employer=an_employer(f"路桥{region}", region), **facts)


def test_QD_4_1a_an_enterprise_of_an_industrial_union_is_judged_by_the_notice_of_its_place(world: World) -> None:
    assert ("qingdao-2021", "QD-5") in clauses(by_industry(world, "370202"))
    assert ("qingdao-2021", "QD-5") in clauses(by_industry(world, "370203001"))
    assert not any(key == "qingdao-2021" for key, _ in clauses(by_industry(world, "370102")))
    assert not any(key == "qingdao-2021" for key, _ in clauses(by_industry(world, "")))


def test_QD_4_1a_the_notice_of_another_place_does_not_follow_a_unit_that_has_a_place_of_its_own(world: World) -> None:
    jinan = tree.found(
        "370100", "济南市总工会", UnionKind.CITY, world.unions["370000"], FOUNDED, None, AT, region_code="370100"
    )
    books = RulebooksByUnit()
    qingdao = {book.key for book in books.holding(jinan.line_ids()).books}
    assert "qingdao-2021" not in qingdao
    draft = a_draft(world, "han", "370000", employer=an_employer("驻青企业", "370202"))
    assert not any(key == "qingdao-2021" for key, _ in clauses(draft))
    province = a_case(world, "han", "370000", employer=an_employer("驻青企业二", "370202"))
    assert not any(key == "qingdao-2021" for key, _ in clauses(province)), "the province is not bound by it"


def test_both_levels_stand_where_a_county_asks_something_else(world: World) -> None:
    """Attached to the district alone, the city's notice holds for the industrial enterprise in that district only."""
    Attachment.objects.create(
        union=world.unions["370202"], rulebook="qingdao-2021", since=date(2026, 1, 1), at=AT, approved_at=AT
    )
    assert ("qingdao-2021", "QD-5") in clauses(by_industry(world, "370202"))
    assert not any(key == "qingdao-2021" for key, _ in clauses(by_industry(world, "370203")))


@pytest.mark.parametrize(
    ("code", "begins"),
    [
        ("370000", "37"),
        ("370200", "3702"),
        ("370202", "370202"),
        ("370202001", "370202001"),
        ("370202000", "370202"),
        ("", ""),
        ("630100", "6301"),
        ("100000", "10"),
    ],
)
def test_a_territory_is_what_its_codes_begin_with(code: str, begins: str) -> None:
    assert territory(code) == begins


# QD-6.5 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("flag", ["mass", "extreme"])
def test_QD_6_5_arriving_on_the_spot_is_owed_from_the_day_it_was_found(world: World, flag: str) -> None:
    facts: dict[str, Any] = {flag: True}
    case = a_case(world, discovered_on=date(2026, 11, 9), **facts)
    row = Obligation.objects.get(case=case, clause="QD-6.5")
    assert (row.started_at, row.due_at) == (moment("2026-11-09 00:00"), None)
    assert row.warn_at == moment("2026-11-09 02:00") and "本地设置" in row.explanation


def test_QD_6_5_without_a_day_of_discovery_it_counts_from_acceptance(world: World) -> None:
    case = a_case(world, mass=True)
    assert Obligation.objects.get(case=case, clause="QD-6.5").started_at == moment("2026-11-10 00:00")


def test_QD_6_5_an_ordinary_case_asks_nobody_to_the_spot(world: World) -> None:
    assert not Obligation.objects.filter(case=a_case(world, discovered_on=date(2026, 11, 9)), clause="QD-6.5")


def test_QD_6_5_arriving_meets_it(world: World) -> None:
    case = a_case(world, mass=True)
    acts.perform(case, ActKind.ON_SITE, date(2026, 11, 18), "到场", Outcome.DONE, world.user("he"), AT)
    assert Obligation.objects.get(case=case, clause="QD-6.5").met_at == moment("2026-11-18 00:00")


# At once counts elapsed time -----------------------------------------------------------------------------------------


def test_QH_3b_what_is_to_be_done_at_once_begins_with_the_minute_it_was_handed_in(world: World) -> None:
    """Filed at half past nine on the day it was accepted: nine hours are not gone already."""
    case = a_case(world, "sun", "370202", accepted_on=AT.date())
    term = Obligation.objects.get(case=case, rule="tell-hr")
    assert (term.started_at, term.warn_at) == (AT, AT + timedelta(hours=24))
    acts.perform(
        case, ActKind.INFORM_HR, AT.date(), "已通报", Outcome.DONE, world.user("sun"), moment("2026-11-20 11:00")
    )
    term.refresh_from_db()
    assert term.met_at == moment("2026-11-20 11:00")
    before = list(Obligation.objects.order_by("pk").values())
    rebuild_all(AT)
    assert list(Obligation.objects.order_by("pk").values()) == before


def test_what_happened_before_it_was_handed_in_counts_from_its_day(world: World) -> None:
    case = a_case(world, "sun", "370202", accepted_on=date(2026, 11, 19))
    assert Obligation.objects.get(case=case, rule="tell-hr").started_at == moment("2026-11-19 00:00")
    told = acts.perform(
        case,
        ActKind.INFORM_HR,
        date(2026, 11, 19),
        "已电话通报",
        Outcome.DONE,
        world.user("sun"),
        moment("2026-11-20 11:00"),
    )
    assert Obligation.objects.get(case=told.case, rule="tell-hr").met_at == moment("2026-11-19 00:00")
