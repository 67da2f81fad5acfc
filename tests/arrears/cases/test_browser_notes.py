"""A note beside the timeline of a case: written, told to a colleague, opened from her notice, withdrawn."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from tests.arrears.desk.test_browser_spine import enter
from tests.browsing import press
from tests.cast import World, a_case
from tests.unions.common.test_visual_language import violations


def seen(page: Any, name: str) -> None:
    if place := os.environ.get("PICTURES"):
        page.screenshot(path=f"{place}/{name}.png", full_page=True)


@pytest.mark.parametrize("width", [1440, 390])
def test_a_colleague_reads_a_note_and_its_writer_takes_it_back(
    open_page: Callable[..., Any], world: World, width: int
) -> None:
    case = a_case(world)
    a_case(world, employer=case.employer, stated_amount=125_000)
    li, he = enter(open_page, "li", width), enter(open_page, "he", width)
    li.goto(f"/cases/{case.pk}/")
    li.get_by_text("添加备注", exact=True).click()
    li.get_by_role("textbox", name="备注").fill("周三与负责人面谈，请准备工资表")
    li.get_by_label("提醒同事").select_option(label="@何经办")
    seen(li, f"note-{width}")
    assert violations(li) == []
    press(li, "保存备注")
    he.goto("/inbox/")
    with he.expect_navigation():
        he.get_by_role("link", name="有一条提醒您的备注").first.click()
    he.get_by_text("周三与负责人面谈，请准备工资表").wait_for()
    he.locator("#fact-remark .fact-correct").click()
    he.locator("#fact-remark textarea").wait_for()
    he.get_by_text("可能重复的案件").wait_for()
    seen(he, f"noted-{width}")
    assert violations(he) == []
    with li.expect_navigation():
        li.get_by_role("button", name="撤回").click()
    li.get_by_text("备注（已撤回）").wait_for()
