"""The desk: each row with the button that lands on the right form; what waits for nothing takes no card."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from arrears.cases import workflow
from arrears.cases.models import Case
from arrears.desk.case_page import SECTIONS
from arrears.escalations import actions as escalations
from arrears.law.models import Obligation
from arrears.referrals import actions as referrals
from arrears.referrals.models import AgencyClue
from tests.arrears.escalations.test_escalation_pages import asked, sent
from tests.arrears.referrals.test_agency_clues import FACTS
from tests.cast import AT, World, a_case, a_draft, an_employer
from tests.departments import a_district_case, beside
from tests.readers import as_user, paid_off
from unions.tree import actions as tree


def buttons(client: Client, employer: str) -> list[tuple[str, str]]:
    """(label, address) of the buttons in the rows of an employer."""
    found = re.findall(
        r'<a class="btn btn-sm" href="([^"]+)">([^<]+)<span class="visually-hidden">：([^<]*)<', client.get("/").text
    )
    return [(label, url) for url, label, about in found if about == employer]


def a_clue(world: World) -> Case:
    draft = a_draft(world, "he")
    return workflow.move(draft, "report_clue", world.user("he"), AT, seen=draft.version)


@pytest.mark.parametrize(
    ("bring", "label", "lands"),
    [
        (a_case, "登记清偿", "?tab=ledger#ledger"),
        (lambda world: paid_off(world, a_case(world)), "提请办结", "/moves/settle/"),
        (a_clue, "核实", "/moves/verify/"),
    ],
)
def test_a_case_offers_what_is_next(world: World, bring: object, label: str, lands: str) -> None:
    case = bring(world)  # type: ignore[operator]
    he = as_user(world, "he")
    (offered,) = set(buttons(he, case.employer.name))
    assert offered[0] == label and offered[1].endswith(lands)
    assert he.get(offered[1]).status_code == 200
    assert buttons(as_user(world, "wang"), case.employer.name) == [], "an approver has nothing to do with it yet"


def test_whoever_took_over_a_closed_unit_is_offered_what_is_next_in_its_cases(world: World) -> None:
    case = a_case(world, "zheng", "370202T0001")
    units = world.unions
    tree.close(units["370202T0001"], units["370202"], AT.date(), None, AT)
    assert [label for label, _ in set(buttons(as_user(world, "sun"), case.employer.name))] == ["登记清偿"]


def test_what_is_mended_on_a_tab_of_a_case_names_one_there_is() -> None:
    sources = [path.read_text("utf-8") for path in Path(settings.BASE_DIR, "arrears").rglob("*.py")]
    named = {name for text in sources for name in re.findall(r'\bsection_url\("(\w+)"\)', text)}
    assert {"heavy", "legal"} <= named <= SECTIONS.keys()


def test_an_approval_opens_where_it_is_decided(world: World) -> None:
    row = asked(world, employer=an_employer("海风二建有限公司"))
    found = re.findall(r'href="([^"]+)">审批<', as_user(world, "wang").get("/").text)
    assert found == [f"{row.get_absolute_url()}?queue=on"]


def test_what_waits_for_nothing_takes_no_card(world: World) -> None:
    page = as_user(world, "he").get("/")
    assert [box.title for box in page.context["idle"]] == [box.title for box in page.context["boxes"]]
    cards, _, idle = page.text.partition('class="columns packed"')[2].partition('class="idle-boxes"')
    assert "待接收的上报" in idle and "待接收的上报" not in cards
    a_case(world)
    after = as_user(world, "he").get("/").text.partition('class="columns packed"')[2]
    cards, _, idle = after.partition('class="idle-boxes"')
    assert "待我办理" in cards and "待我办理" not in idle


def rows_of_the_desk(client: Client, title: str) -> list[str]:
    """The text of each row of a card."""
    parts = re.findall(r"<section.*?</section>", client.get("/").text, re.S)
    (card,) = (part for part in parts if re.search(rf"<h2[^>]*>\s*{title}", part))
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<li.*?</li>", card, re.S)]


def test_every_row_names_the_matter(world: World) -> None:
    """Employer, number, people and what is left, on each card that lists cases."""
    row = sent(world, employer=an_employer("海风接收"))
    mass = a_case(world, mass=True, employer=an_employer("海风知悉"))
    escalations.request(mass, mass.union, "mass", "", world.user("li"), AT, seen=mass.version)
    sun = as_user(world, "sun")
    for title, case in (("待接收的上报", row.case), ("待确认知悉", mass)):
        (said,) = (one for one in rows_of_the_desk(sun, title) if case.employer.name in one)
        assert f"{case.number} · 12 人 · 未解决 12.00 万元" in said, title


def test_what_came_back_names_the_matter_and_what_to_do(world: World) -> None:
    row = asked(world)
    escalations.decline(row, by=world.user("wang"), at=AT, opinion="缺名单")
    (said,) = rows_of_the_desk(as_user(world, "li"), "退回本人的上报和办结")
    assert (
        f"{row.case.number} · 12 人" in said and "缺名单" in said and said.endswith(f"补正 ：{row.case.employer.name}")
    )


def test_cases_stand_by_urgency_then_mine_then_my_units(world: World) -> None:
    """At once, overdue, due soon, the rest; each says whose it is and how long is left."""

    def case(name: str, **facts: object) -> Case:
        return a_case(world, employer=an_employer(name), **facts)

    rest, units, late, soon = case("其余"), case("不属本人"), case("逾期的"), case("将到期的")
    case("群体性的", mass=True)
    Obligation.objects.all().delete()
    now = timezone.now()
    for one, days in ((late, -2), (soon, 1), (rest, 60)):
        an_obligation(one, now + timedelta(days=days))
    Case.objects.update(officer=world.user("he"))
    Case.objects.filter(pk=units.pk).update(officer=None)
    rows = rows_of_the_desk(as_user(world, "he"), "待我办理")
    assert [row.split()[0] for row in rows] == ["群体性的", "逾期的", "将到期的", "其余", "不属本人"]
    assert all(" 本人 " in row for row in rows[:4]) and " 本单位 " in rows[4]
    assert "已逾" in rows[1] and "还剩" in rows[2]


def an_obligation(case: Case, clock: datetime) -> None:
    unit = case.handling_union
    Obligation.objects.create(
        subject=f"case:{case.pk}",
        rulebook="qingdao-2021",
        rule=f"test-{case.pk}",
        case=case,
        holder=unit,
        path=unit.path,
        officer=case.officer,
        bearer="工会",
        clause="QD-4.1a",
        title="上报上级工会",
        started_at=clock - timedelta(days=5),
        due_at=clock,
        clock_at=clock,
        calendar_version="x",
        explanation="",
    )


def test_the_numbers_of_the_desk_are_those_of_its_cards(world: World) -> None:
    """What she reads under the heading is what the cards below add up to, and it says what it counts."""
    sent(world, employer=an_employer("接收"))
    mass = a_case(world, mass=True, employer=an_employer("知悉"))
    escalations.request(mass, mass.union, "mass", "", world.user("li"), AT, seen=mass.version)
    asked(world, employer=an_employer("审批"))
    for name in ("li", "he", "wang", "sun", "zhou", "shi"):
        page = as_user(world, name).get("/")
        counts = {box.kind: 0 for box in page.context["boxes"]}
        for box in page.context["boxes"]:
            counts[box.kind] += box.count
        decides = sum(
            counts.get(kind, 0) for kind in ("approvals", "receipts", "acknowledgements", "handovers", "clues")
        )
        said = re.search(r"待您审批、接收、确认或填报 (\d+) 项", page.text)
        assert (int(said[1]) if said else 0) == decides, name
        in_hand = re.search(r"待我办理的案件 (\d+) 件", page.text)
        assert (int(in_hand[1]) if in_hand else 0) == counts.get("cases", 0), name


def test_a_clue_of_a_department_stands_on_the_desk_of_who_answers_it(world: World) -> None:
    hr = beside(world)
    assert as_user(world, "ma").post("/incoming/clues/new/", FACTS | {"agency": hr.kept["hr"].pk}).status_code == 302
    clue = AgencyClue.objects.get()
    (said,) = rows_of_the_desk(as_user(world, "sun"), "部门移来待答复的线索")
    assert clue.employer_name in said and clue.number in said and "答复期限" in said
    assert "部门移来待答复的线索" not in as_user(world, "he").get("/").text


def test_a_department_reads_its_own_side(world: World) -> None:
    here = beside(world)
    row = here.sent(a_district_case(world))
    ma = as_user(world, "ma")
    for step, words in (("", "待本部门接收"), ("accept", "本部门已接收")):
        if step:
            referrals.accept(row, world.user("ma"), AT)
        for at in (f"/incoming/{row.pk}/", "/incoming/?list=all", "/incoming/"):
            page = ma.get(at).text
            assert "对方" not in page, at
        assert words in ma.get(f"/incoming/{row.pk}/").text
    assert "对方已接收" in as_user(world, "sun").get(row.get_absolute_url()).text
