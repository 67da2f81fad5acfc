"""In the field on a phone: the checklist at 390 pixels, and a connection that drops while the visit is handed in."""

from collections.abc import Callable
from typing import Any

from arrears.inspections.models import Finding, Inspection
from tests.arrears.desk.test_browser_spine import enter
from tests.cast import World
from tests.readers import days_ago
from tests.unions.common.test_visual_language import violations

Open = Callable[..., Any]


def fill_in(page: Any) -> None:
    page.get_by_label("检查单位").fill("370202")
    page.get_by_label("检查日期").fill(days_ago(0))
    page.get_by_label("单位名称").fill("海风建设有限公司")
    page.get_by_label("无统一社会信用代码的原因").select_option(label="暂未查明")
    page.get_by_label("所属行业").select_option(label="建筑业")
    page.get_by_label("检查的是工程建设项目").check()
    page.get_by_label("项目性质").select_option(label="政府投资")
    page.get_by_role("group", name="工资专用账户").get_by_label("已落实").check()
    board = page.get_by_role("group", name="维权告示牌")
    assert not board.get_by_label("整改期限").is_visible()
    board.get_by_label("未落实").check()
    board.get_by_label("问题").fill("没有维权告示牌")
    board.get_by_label("整改期限").fill(days_ago(-5))
    page.get_by_label("涉及职工人数").fill("80")


def test_SD_2_1b_a_dropped_connection_keeps_the_visit_and_sends_it_once(
    open_page: Open, world: World, problems: list[str], transactional_db: None
) -> None:
    sun = enter(open_page, "sun", 390)
    sun.goto("/inspections/new/")
    fill_in(sun)
    assert violations(sun) == []
    sun.context.set_offline(True)
    sun.get_by_role("button", name="保存", exact=True).click()
    sun.get_by_text("没有网络，已保存在本机").wait_for()
    sun.get_by_text("连不上服务器").wait_for()  # autosave has tried meanwhile
    assert sun.get_by_text("恢复后自动提交一次").is_visible()
    assert not Inspection.objects.exists()
    assert sun.get_by_label("涉及职工人数").input_value() == "80"
    sun.context.set_offline(False)
    sun.get_by_text("已登记对“海风建设有限公司”的排查").wait_for()
    assert Inspection.objects.count() == 1 and Finding.objects.get().detail == "没有维权告示牌"
    sun.wait_for_function("!Object.keys(localStorage).some(key => key.includes('inspection:new'))")  # scripts come last
    problems[:] = [said for said in problems if "ERR_INTERNET_DISCONNECTED" not in said]


# A page is kept after the files it is made of.
UNTIL_KEPT = """async () => {
  for (let tries = 0; tries < 80 && !(await caches.match("/inspections/new/")); tries += 1) await new Promise(done => setTimeout(done, 100));
}"""
UNTIL_GONE = """async () => {
  for (let tries = 0; tries < 80 && (await caches.keys()).length; tries += 1) await new Promise(done => setTimeout(done, 100));
}"""


def test_SD_2_1b_a_visit_is_opened_and_filled_in_without_a_network_and_sent_once_back(
    open_page: Open, world: World, problems: list[str], transactional_db: None
) -> None:
    sun = enter(open_page, "sun", 390)
    sun.goto("/inspections/")
    sun.evaluate(UNTIL_KEPT)
    sun.context.set_offline(True)
    sun.goto("/cases/")
    assert sun.get_by_role("heading", name="没有网络").is_visible()
    sun.get_by_role("link", name="登记排查").click()
    sun.get_by_role("heading", name="登记排查", level=1).wait_for()
    fill_in(sun)
    sun.get_by_role("button", name="保存", exact=True).click()
    sun.get_by_text("没有网络，已保存在本机").wait_for()
    assert not Inspection.objects.exists()
    sun.context.set_offline(False)
    sun.get_by_text("已登记对“海风建设有限公司”的排查").wait_for()
    assert Inspection.objects.count() == 1
    pages = "caches.open('xinbao-visits-1').then(kept => kept.keys()).then(all => all.map(one => new URL(one.url).pathname))"
    assert {path for path in sun.evaluate(pages) if not path.startswith("/static/")} == {
        "/inspections/new/",
        "/offline/",
    }
    sun.locator(".user-summary").click()
    sun.get_by_role("button", name="退出登录").click()
    sun.get_by_role("button", name="登录").wait_for()
    sun.evaluate(UNTIL_GONE)
    assert sun.evaluate("caches.keys()") == []
    said_offline = ("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest", "Manifest")
    problems[:] = [said for said in problems if not any(words in said for words in said_offline)]
