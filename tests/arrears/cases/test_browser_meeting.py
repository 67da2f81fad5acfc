"""通报同级人社 by one click in real browsers, where it is shouted."""

from __future__ import annotations

import pytest

from arrears.cases.models import Act
from arrears.law.models import Obligation
from tests.arrears.desk.test_browser_spine import Open, enter
from tests.cast import AT, World
from tests.departments import a_district_case, beside
from tests.unions.common.test_visual_language import violations


@pytest.mark.parametrize("width", [1440, 390])
def test_QD_6_4_one_click_on_the_desk_and_the_pages_fit(open_page: Open, world: World, width: int) -> None:
    beside(world)
    case = a_district_case(world, accepted_on=AT.date().replace(day=16))
    row = Obligation.objects.get(case=case, rule="tell-hr")
    sun = enter(open_page, "sun", width=width)
    for address in ("/obligations/", row.get_absolute_url(), case.get_absolute_url(), "/"):
        sun.goto(address)
        sun.get_by_role("button", name="登记已通报").wait_for()
        assert sun.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(sun) == []
    sun.get_by_role("button", name="登记已通报").click()
    sun.get_by_text("已登记“通报人社部门”：市南区人社局，电话").wait_for()
    assert sun.get_by_role("button", name="登记已通报").count() == 0
    row.refresh_from_db()
    assert row.met_at is not None and Act.objects.get().union.code == "370202"
