"""A plan carried out on a phone fills the Shandong table (columns 1 to 4), and every page of the piece fits and is accessible."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from arrears.inspections.models import Inspection, Round
from arrears.law.scope import Period, Scope
from reporting.forms.files import known
from reporting.forms.tabulate import tabulate
from tests.arrears.desk.test_browser_spine import enter, press
from tests.arrears.inspections.test_rounds import watch
from tests.cast import World, an_employer
from tests.readers import days_ago
from tests.rounds import a_finding, a_project, a_round
from tests.unions.common.test_visual_language import violations

Open = Callable[..., Any]
SD = known()["shandong-winter"]
# Row of the table → employers, projects, workers, migrants.
EXPECTED = {
    "工程建设领域": ["1", "2", "130", "110"],
    "其中：政府投资项目": ["1", "1", "90", "70"],
    "国企项目": ["1", "1", "40", "40"],
    "其他项目": ["0", "0", "0", "0"],
    "制造业": ["1", "0", "37", "0"],
    "其他用人单位": ["0", "0", "0", "0"],
    "合计": ["2", "2", "167", "110"],
}


def go(page: Any, row: Round, who: str, on: str, workers: int, migrants: int) -> None:
    """From the plan to the form, which knows whom it is about."""
    page.goto(row.get_absolute_url())
    with page.expect_navigation():
        page.locator("tr", has_text=who).get_by_role("link", name="登记排查").click()
    page.get_by_label("检查单位").fill("370202")
    page.get_by_label("检查日期").fill(on)
    page.get_by_label("涉及职工人数").fill(str(workers))
    page.get_by_label("其中农民工").fill(str(migrants))
    press(page, "保存")
    page.get_by_text("已登记对“").wait_for()


def test_SD_A_the_table_counts_what_a_plan_had_inspected(
    open_page: Open, world: World, problems: list[str], transactional_db: None
) -> None:
    builder = an_employer("海风建设有限公司")
    watch(world, builder, project=a_project("水库", "government", employer=builder))
    watch(world, builder, project=a_project("公路", "soe", employer=builder))
    watch(world, an_employer("海风机械有限公司", industry="C"))
    today = timezone.localdate()
    row = a_round(world, since=today - timedelta(days=9), until=today + timedelta(days=9))
    sun = enter(open_page, "sun", 390)
    go(sun, row, "水库", days_ago(3), 100, 80)
    go(sun, row, "公路", days_ago(2), 40, 40)
    go(sun, row, "海风机械有限公司", days_ago(1), 37, 0)
    sun.goto(row.get_absolute_url())
    assert sun.get_by_role("link", name="登记排查").count() == 0
    assert sun.get_by_text("已查完").count() >= 1
    # The dam once more, from its own page: the same employer and project, the people of the last visit.
    sun.goto(Inspection.objects.get(nature="government").project.get_absolute_url())  # type: ignore[union-attr]
    with sun.expect_navigation():
        sun.get_by_role("link", name="登记排查").click()
    sun.get_by_label("检查单位").fill("370202")
    sun.get_by_label("检查日期").fill(days_ago(0))
    sun.get_by_label("涉及职工人数").fill("90")
    sun.get_by_label("其中农民工").fill("70")
    press(sun, "保存")
    span = Period(row.since, row.until, row.until)
    table = tabulate(SD, Scope(world.unions["370000"], span))
    got = {line.stub.text: [figure.text for figure in line.figures][:4] for line in table.lines}
    assert got == EXPECTED


@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_fit_and_are_accessible(
    open_page: Open, world: World, problems: list[str], transactional_db: None, width: int
) -> None:
    firm = an_employer("海风建设有限公司")
    project = a_project(employer=firm)
    watch(world, firm, project=project)
    row, finding = a_round(world), a_finding(world)
    sun, feng = enter(open_page, "sun", width), enter(open_page, "feng", width)
    for page, path in [
        (sun, "/rounds/"),
        (sun, "/rounds/new/"),
        (sun, "/rounds/month/"),
        (sun, row.get_absolute_url()),
        (sun, "/projects/"),
        (sun, "/projects/new/"),
        (sun, project.get_absolute_url()),
        (sun, "/projects/import/"),
        (sun, finding.review.get_absolute_url()),
        (feng, finding.review.get_absolute_url()),
        (feng, "/reviews/"),
        (sun, "/reviews/new/"),
        (sun, "/inspections/findings/"),
    ]:
        page.goto(path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
