"""The desk: each row with the button that lands on the right form; what waits for nothing takes no card."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from arrears.cases import workflow
from arrears.cases.models import Case
from arrears.desk.case_page import TABS
from tests.arrears.escalations.test_escalation_pages import asked
from tests.cast import AT, World, a_case, a_draft, an_employer
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
    named = {name for text in sources for name in re.findall(r'\btab(?:_of)?\([\w.]+, "(\w+)"\)', text)}
    assert {"heavy", "legal"} <= named <= TABS.keys()


def test_an_approval_opens_where_it_is_decided(world: World) -> None:
    row = asked(world, employer=an_employer("海风二建有限公司"))
    found = re.findall(r'href="([^"]+)">审批<', as_user(world, "wang").get("/").text)
    assert found == [f"{row.get_absolute_url()}?queue=on"]


def test_what_waits_for_nothing_takes_no_card(world: World) -> None:
    page = as_user(world, "he").get("/")
    assert [box.title for box in page.context["idle"]] == [box.title for box in page.context["boxes"]]
    cards, _, idle = page.text.partition('class="idle-boxes"')
    assert "待接收的上报" in idle and "待接收的上报" not in cards
    a_case(world)
    cards, _, idle = as_user(world, "he").get("/").text.partition('class="idle-boxes"')
    assert "待我办理" in cards and "待我办理" not in idle
