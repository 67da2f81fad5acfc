"""The filing form: five facts first, the rest folded until it is needed, the own employer on one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from arrears.cases.models import Case
from tests.arrears.desk.test_browser_spine import enter
from tests.browsing import press
from tests.cast import World, a_case, an_employer, load
from tests.readers import as_user
from tests.unions.common.test_visual_language import violations

Open = Callable[..., Any]
FIRST_SCREEN = 900  # px


@pytest.mark.parametrize("width", [1440, 390])
def test_an_enterprise_union_files_with_its_own_employer_filled_in(open_page: Open, world: World, width: int) -> None:
    a_case(world)
    li = enter(open_page, "li", width)
    li.goto("/cases/new/")
    own = li.locator("details.own-employer")
    assert own.get_attribute("open") is None and "海风建设有限公司" in own.locator("summary").inner_text()
    assert not li.get_by_label("单位名称").is_visible()
    assert violations(li) == []
    assert li.evaluate("document.documentElement.scrollWidth <= innerWidth")
    li.get_by_label("欠薪涉及人数").fill("3")
    li.get_by_label("欠薪金额").fill("18000")
    li.get_by_label("欠薪起始日期").fill("2026-09-01")
    if width == 1440:
        assert li.get_by_label("受理渠道").bounding_box()["y"] < FIRST_SCREEN
    li.get_by_role("button", name="正式立案").click()
    said = li.get_by_role("dialog").inner_text()
    assert "海风建设有限公司" in said and "18,000 元" in said, "what is folded is in the summary as well"
    li.get_by_role("dialog").get_by_role("button", name="正式立案").click()
    li.get_by_text("已正式立案，编号").wait_for()
    assert Case.objects.count() == 2 and Case.objects.values("employer").distinct().count() == 1


def test_another_employer_is_named_after_opening_the_line(open_page: Open, world: World) -> None:
    a_case(world)
    li = enter(open_page, "li")
    li.goto("/cases/new/")
    own = li.locator("details.own-employer")
    own.locator("summary").click()
    li.get_by_label("单位名称").fill("台风食品厂")
    own.locator("summary").click()
    assert "台风食品厂" in own.locator("summary").inner_text()
    press(li, "保存草稿")
    assert Case.objects.get(number=None).employer.name == "台风食品厂"


def test_a_project_opens_what_it_asks_for(open_page: Open, world: World) -> None:
    li = enter(open_page, "li")
    li.goto("/cases/new/")
    assert not li.get_by_label("项目性质").is_visible()
    li.get_by_label("发生在工程建设项目").check()
    assert li.get_by_label("项目性质").is_visible()
    li.get_by_label("发生在工程建设项目").uncheck()
    assert not li.get_by_label("项目性质").is_visible()


@pytest.mark.django_db
def test_a_fault_opens_its_fields(world: World) -> None:
    li = as_user(world, "li")
    wrong = {"union": "370202E0001", "employer_name": "海风", "remark": "字" * 5001, "submit": "draft"}
    page = li.post("/cases/new/", wrong).text
    folds = {
        part.split('fold-title">')[1].split("<")[0]: part[:40] for part in page.split('<details class="field-group')[1:]
    }
    assert " open" in folds["企业经营状况及工会意见"]
    assert " open" not in folds["欠薪原因"]


@pytest.mark.django_db
def test_the_own_employer_is_one_only_where_all_cases_name_it(world: World) -> None:
    li = as_user(world, "li")
    assert li.get("/cases/new/").context["own"] is None
    case = a_case(world)
    assert li.get("/cases/new/").context["own"] == case.employer
    assert as_user(world, "sun").get("/cases/new/").context["own"] is None
    a_case(world, employer=an_employer("台风食品厂"))
    assert li.get("/cases/new/").context["own"] is None


@pytest.mark.django_db
def test_QD_4_3_how_it_was_verified_is_not_hidden_where_it_is_asked_for(world: World) -> None:
    asked = as_user(world, "li").get("/cases/new/")
    assert "正式立案前须写明由谁、何时、以何种方式核实" in asked.text and "媒体" in asked.context["verified_first"]


@pytest.mark.django_db
def test_QD_4_3_it_is_folded_where_no_notice_asks(qinghai_database: None, db: None) -> None:
    free = as_user(load(), "o0").get("/cases/new/")
    assert free.context["verified_first"] == "" and 'name="verification"' in free.text
