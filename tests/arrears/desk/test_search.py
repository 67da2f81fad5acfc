"""One search for pages, cases, employers, units and a worker's exact number; seven sections at most, by keyboard too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from arrears.cases import workflow
from arrears.cases.names import initials
from arrears.workers import actions as workers
from arrears.workers.actions import WorkerFacts
from tests.arrears.desk.test_browser_spine import Open, enter
from tests.cast import AT, World, a_case, a_draft, an_employer
from tests.readers import as_user
from unions.common.encrypted_fields import Private
from unions.models import Event
from unions.navigation import addresses, page_of
from unions.sections import SECTIONS

PHONE = "13812345678"


def found(client: Client, text: str) -> dict[str, list[str]]:
    """Group → labels, as the dialog shows them."""
    html = client.post("/search/", {"q": text}, headers={"HX-Request": "true"}).text
    assert "<html" not in html
    groups = re.split(r'class="found-group"[^>]*>([^<]*)<', html)[1:]
    return {
        label: re.findall(r'found-label">([^<]*)<', lines)
        for label, lines in zip(groups[::2], groups[1::2], strict=True)
    }


def test_a_case_by_number_in_any_width_by_employer_and_by_page(world: World) -> None:
    case = a_case(world)
    he = as_user(world, "he")
    name = case.employer.name
    wide = str(case.number).translate({ord("-"): "－", ord("0"): "０"})
    assert found(he, str(case.number))["案件"] == [name] == found(he, wide)["案件"]
    assert found(he, name[:2]) == {"案件": [name], "用人单位": [name], "工会": ["海风建设工会"]}
    letters = initials(name)
    assert found(he, letters[:3])["案件"] == [name] == found(he, letters[1:6].upper())["案件"]
    assert "案件" not in found(he, letters[:2]), "two letters are in too many names"
    assert "案件" not in found(he, "zzz")
    assert found(he, "时限") == {"页面": ["办理时限"]}
    assert found(he, "登记") == {"页面": ["登记案件"]}
    assert found(as_user(world, "zheng"), str(case.number)) == {}, "another unit's case"
    for typed in ("市南区", "市南 区", "３７０２０２"):
        assert found(as_user(world, "sun"), typed)["工会"][0] == "市南区总工会", typed
    assert "未找到“什么也没有”" in he.post("/search/", {"q": "什么也没有"}).text


def test_a_worker_by_her_whole_number_and_on_record(world: World) -> None:
    case = a_case(world)
    workers.add_workers(case, [WorkerFacts(Private("张三"), Decimal(9000), Private(PHONE))], world.user("he"), AT)
    he = as_user(world, "he")
    assert found(he, "138 1234 5678")["职工"] == ["张*"]
    assert "职工" not in found(he, PHONE[:10])
    event = Event.objects.get(verb="look-for-worker")
    assert event.data == {"field": "手机号", "people": 1} and PHONE not in str(event.data)
    assert "职工" not in found(as_user(world, "zheng"), PHONE), "nobody finds whom she may not see"


def test_what_was_opened_last_stands_first(world: World) -> None:
    first, second = a_case(world), a_case(world, employer=an_employer("海风二建有限公司"))
    he = as_user(world, "he")
    for case in (first, second, first):
        he.get(case.get_absolute_url())
    assert found(he, "")["最近查看"] == [first.employer.name, second.employer.name]
    assert "最近查看" not in found(as_user(world, "wang"), "")


def test_a_clue_is_found_by_the_number_it_was_given(world: World) -> None:
    draft = a_draft(world, "sun", "370202", employer=an_employer("市南餐饮有限公司"), channel="hotline")
    clue = workflow.move(draft, "report_clue", world.user("sun"), AT, seen=draft.version)
    assert clue.clue_number and clue.clue_number != clue.number
    sun = as_user(world, "sun")
    assert found(sun, f" {clue.clue_number.lower()} ")["案件"] == ["市南餐饮有限公司"]
    assert "市南餐饮有限公司" in sun.get(reverse("cases"), {"q": clue.clue_number}).text


def test_blanks_are_no_words(world: World) -> None:
    a_case(world)
    he = as_user(world, "he")
    assert found(he, "  ") == found(he, "")
    assert found(he, "登记案件 ") == found(he, "登记案件")


def test_what_searching_costs(world: World, django_assert_max_num_queries: Any) -> None:
    for number in range(5):
        a_case(world, employer=an_employer(f"第{number}建筑公司"))
    he = as_user(world, "he")
    found(he, "建筑")
    with django_assert_max_num_queries(8):
        assert len(found(he, "建筑")["案件"]) == 5


@pytest.mark.parametrize(
    ("reader", "sections"),
    [
        ("he", ["工作台", "案件", "报送", "预防治理"]),
        ("wang", ["工作台", "案件", "审批", "报送", "预防治理"]),
        ("sun", ["工作台", "案件", "报送", "统计分析", "预防治理", "管理"]),
        ("wu", ["工作台", "管理"]),
        ("shenji", ["工作台", "管理"]),
    ],
)
def test_the_sections_are_what_a_person_has_to_do(world: World, reader: str, sections: list[str]) -> None:
    client = as_user(world, reader)
    assert [one["label"] for one in client.get("/").context["navigation"]] == sections


# Opened by nobody from the sidebar: the search, forms that are only sent to, what needs no page, what is open to everybody.
BELONG_NOWHERE = {
    "search",
    "acknowledgements",
    "stash",
    "lists",
    "sign-in",
    "sign-out",
    "healthz",
    "api",
    "calendar",
    "window",
}
BELONG_NOWHERE |= {"offline", "manifest.webmanifest", "visits-worker.js"}


def first_parts(patterns: Any) -> Iterator[str]:
    for one in patterns:
        route = str(one.pattern)
        if isinstance(one, URLResolver) and not route:
            yield from first_parts(one.url_patterns)
        else:
            yield route.split("/")[0].lstrip("^")


def test_every_address_lights_a_page_of_the_sidebar() -> None:
    offered = set(addresses())
    dark = {one for one in first_parts(get_resolver().url_patterns) if one and not page_of(f"/{one}/", offered)}
    assert dark == BELONG_NOWHERE


def test_seven_sections_at_most() -> None:
    assert len(SECTIONS) <= 7
    names = [page.name for section in SECTIONS for page in section.pages]
    assert len(names) == len(set(names))


COMPOSING = """(key) => {
    const event = new KeyboardEvent("keydown", { key, isComposing: true, bubbles: true, cancelable: true });
    document.querySelector(".palette-text").dispatchEvent(event);
    return event.defaultPrevented;
}"""


def test_enter_that_ends_a_word_of_an_input_method_opens_nothing(open_page: Open, world: World) -> None:
    case = a_case(world)
    page = enter(open_page, "he")
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type(case.employer.name[:3])
    page.locator(".found[aria-selected=true]", has_text=str(case.number)).wait_for()
    assert not any(page.evaluate(COMPOSING, key) for key in ("Enter", "ArrowDown", "ArrowUp"))
    assert page.locator(".found[aria-selected=true]", has_text=str(case.number)).is_visible()


def test_by_keyboard_alone(open_page: Open, world: World, problems: list[str]) -> None:
    case = a_case(world)
    page = enter(open_page, "he")
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type(case.employer.name[:3])
    page.locator(".found", has_text=str(case.number)).wait_for()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(case.get_absolute_url())
    with page.expect_navigation():
        page.keyboard.press("g")
        page.keyboard.press("c")
    assert page.url.endswith("/cases/")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(case.get_absolute_url())
    page.keyboard.press("Control+k")
    page.locator("#palette").wait_for()
    page.keyboard.press("Escape")
    page.locator("#palette").wait_for(state="hidden")
    page.keyboard.press("?")
    page.locator("#shortcuts").get_by_role("button", name="知道了").click()
    with page.expect_navigation():
        page.keyboard.press("n")
    assert page.url.endswith("/cases/new/")
    page.locator("form.case-form input:visible").first.focus()
    page.keyboard.press("g")
    assert page.url.endswith("/cases/new/"), "typing in a field is typing"
    assert problems == []
