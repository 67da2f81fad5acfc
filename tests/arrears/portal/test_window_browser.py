"""A worker with a phone and an officer at a desk, through real browsers (SD-2.2a)."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from arrears.cases.models import Case, State
from arrears.portal import limits
from arrears.portal.models import WindowLetter
from tests.arrears.desk.test_browser_spine import Open, enter, follow, press
from tests.cast import World
from tests.unions.common.test_visual_language import violations
from tests.window import duty, photo


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def write(phone: Any) -> None:
    phone.get_by_label("哪个单位或包工头欠的").fill("海风建设有限公司")
    phone.get_by_label("单位在哪里").select_option("370202")
    phone.get_by_label("大约有多少人被欠薪").fill("12 人")
    phone.get_by_label("大约欠多少钱").fill("3 万多")
    phone.get_by_label("把情况简单说一说").fill("从 3 月起没发工资。")
    phone.get_by_label("您的电话").fill("13812345678")


def test_SD_2_2a_from_the_phone_to_the_answer(open_page: Open, world: World, tmp_path: Path) -> None:
    duty(world)
    picture = tmp_path / "欠条.png"
    picture.write_bytes(photo().read())
    phone = open_page(width=390, height=844)
    phone.goto("/window/?at=370202")
    assert phone.get_by_role("link", name="0532-85712351").first.get_attribute("href") == "tel:0532-85712351"
    phone.locator("#content").get_by_role("link", name="反映欠薪").click()
    write(phone)
    phone.get_by_label("照片或文件").set_input_files(picture)
    assert violations(phone) == []
    phone.get_by_role("button", name="提交").click()
    phone.get_by_role("heading", name="来信已收到").wait_for()
    assert violations(phone) == []
    number = phone.locator("[data-number]").inner_text()
    pin = phone.locator("[data-pin]").inner_text()
    assert number.replace(" ", "") not in phone.url

    sun = enter(open_page, "sun")
    sun.get_by_role("link", name="案件 1 件待办").click()
    sun.get_by_role("link", name="职工来信 1 件待办").click()
    follow(sun, "海风建设有限公司")
    sun.get_by_text("从 3 月起没发工资。").wait_for()
    sun.get_by_label("所属行业").select_option("E")
    press(sun, "登记为线索")
    sun.get_by_text("已登记为线索").wait_for()
    sun.get_by_label("内容").fill("有工资表吗？")
    press(sun, "发给职工")
    sun.get_by_text("已发出，职工查进度时会看到。").wait_for()
    assert violations(sun) == []

    phone.get_by_role("link", name="查进度").first.click()
    phone.get_by_label("来信编号").fill(number)
    phone.get_by_label("查询密码").fill(pin)
    phone.get_by_role("button", name="查询").click()
    phone.get_by_role("heading", name="正在核实").wait_for()
    phone.get_by_text("有工资表吗？").first.wait_for()
    assert violations(phone) == []
    phone.get_by_label("您的回答").fill("有，明天拍照。")
    phone.get_by_role("button", name="回答").click()
    phone.get_by_text("已经送到经办工会。").wait_for()

    sun.reload()
    sun.get_by_text("有，明天拍照。").wait_for()
    follow(sun, "打开线索")
    sun.get_by_text("职工有新回复").wait_for()
    case = Case.objects.get()
    assert case.state == State.CLUE and case.evidence.count() == 1


def test_the_browser_does_the_work_the_server_checks(
    open_page: Open, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "UNPROVEN", limits.Limit("unproven", 0, "没有验算"))
    phone = open_page(width=390)
    phone.goto("/window/write/")
    write(phone)
    phone.get_by_role("button", name="提交").click()
    phone.get_by_role("heading", name="来信已收到").wait_for()


def test_a_lost_connection_costs_nothing_and_doubles_nothing(
    open_page: Open, world: World, problems: list[str]
) -> None:
    phone = open_page(width=390)
    phone.goto("/window/write/")
    write(phone)

    def lose(route: Any) -> None:
        if route.request.method == "POST":
            route.fetch()  # it arrives, its answer does not
            route.abort()
        else:
            route.continue_()

    phone.route("**/window/write/", lose)
    phone.get_by_role("button", name="提交").click()
    phone.wait_for_timeout(3000)
    assert WindowLetter.objects.count() == 1
    phone.unroute("**/window/write/")
    phone.goto("/window/write/")
    phone.get_by_text("上次写的内容还在").wait_for()
    assert phone.get_by_label("把情况简单说一说").input_value() == "从 3 月起没发工资。"
    assert phone.get_by_label("您的电话").input_value() == ""
    phone.get_by_role("button", name="提交").click()
    phone.get_by_role("heading", name="这封来信已经收到").wait_for()
    assert phone.locator("[data-pin]").inner_text() and WindowLetter.objects.count() == 1
    phone.goto("/window/write/")
    assert phone.get_by_label("把情况简单说一说").input_value() == ""
    problems.clear()  # the browser says that the connection was lost


def test_without_scripts_the_window_works(browser: Any, live_server: Any, world: World) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="zh-CN")
    try:
        phone = context.new_page()
        phone.goto("/window/write/")
        write(phone)
        phone.get_by_role("button", name="提交").click()
        phone.get_by_role("heading", name="来信已收到").wait_for()
    finally:
        context.close()


@override_settings(SITE_URL="https://xinbao.example")
def test_the_poster_is_one_page_of_a4(open_page: Open, world: World, tmp_path: Path) -> None:
    duty(world)
    sun = enter(open_page, "sun")
    sun.goto("/unions/370202/poster/")
    assert violations(sun) == []
    sun.pdf(path=str(tmp_path / "poster.pdf"), prefer_css_page_size=True, print_background=True)
    told = subprocess.run(["pdfinfo", tmp_path / "poster.pdf"], capture_output=True, text=True, check=True).stdout
    assert "Pages:           1" in told and "(A4)" in told
