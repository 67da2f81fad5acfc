"""Every page of the notices and the calendar, wide and narrow: nothing axe objects to, nothing wider than the screen."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from arrears.law import calendar as keeping
from tests.arrears.law.test_calendar import NOTICE_2027
from tests.cast import AT, a_case, an_employer, load
from tests.rulebook_uploads import RULEBOOK, activated, enter, tried
from tests.unions.common.test_visual_language import violations

PAGES = (
    "/rulebooks/",
    "/rulebooks/qingdao-2021/",
    "/rulebooks/qingdao-2021/places/",
    "/rulebooks/qinghai-2022-41/",
    "/rulebooks/law-national/",
    "/rulebooks/shandong-2027-1/",
    "/rulebook-uploads/new/",
    "/work-calendar/?day=2026-12-31",
    "/work-calendar/?year=2031",
    "/work-calendar/count/?start=2025-08-28&number=5&unit=workdays",
    "/work-calendar/holidays/",
)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_reads_well(cast_database: None, open_page: Any, width: int) -> None:
    world = load()
    for n in range(3):
        a_case(world, accepted_on=date(2026, 10, 8 + n), employer=an_employer(f"单位{n}"))
    activated(tried(world), world.user("yang"), AT)
    second = tried(world, RULEBOOK.replace("workdays = 3", "workdays = 9"), notice_text="关于报告的通知")
    page = open_page(width)
    enter(page, "shen")
    shown = [*PAGES, f"/rulebook-uploads/{second.pk}/", f"/rulebook-uploads/{second.pk}/rulebook/"]
    for address in shown:
        page.goto(address)
        assert violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    page.goto("/work-calendar/holidays/")
    page.fill("textarea[name=text]", NOTICE_2027)
    page.get_by_role("button", name="预览").first.click()
    page.get_by_role("heading", name="核对放假安排").wait_for()
    assert violations(page) == []
    keeping.import_notice(NOTICE_2027, world.unions["370000"], world.user("shen"), AT)
    page.goto("/work-calendar/holidays/")
    assert violations(page) == [] and page.evaluate("document.documentElement.scrollWidth") <= width
