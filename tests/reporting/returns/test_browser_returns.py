"""The Qinghai week through real browsers: five prefectures and the province, until everything that came is received.

The clock is set to Monday 10 October 2022, when the week is due by 16:00.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.utils import timezone

from reporting.returns import opening, zero_reports
from reporting.returns.models import Return, ReturnStage
from tests import qinghai
from tests.browsing import press
from tests.cast import PASSWORD, World, load, moment
from tests.qinghai import a_case, fresh, the_return
from unions.log import audit

Open = Callable[..., Any]
WEEK = "2022-W40"
IN_WEEK = date(2022, 10, 5)


class Clock:
    """What time it is for everybody."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def set(self, text: str) -> None:
        self.at = moment(text)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock(moment("2022-10-10 09:00"))
    monkeypatch.setattr(timezone, "now", clock)
    return clock


@pytest.fixture
def week(qinghai_database: None, transactional_db: None, clock: Clock) -> World:
    world = load()
    opening.open_between(date(2022, 10, 10), date(2022, 10, 31), moment("2022-10-09 08:00"))
    a_case(world, "630100", IN_WEEK, moment("2022-10-05 10:00"))
    a_case(world, "632300", IN_WEEK, moment("2022-10-05 10:00"))
    a_case(world, "632500", IN_WEEK, moment("2022-10-05 10:00"))
    return world


def enter(open_page: Open, name: str, width: int = 1440) -> Any:
    page = open_page(width=width)
    page.goto("/sign-in/")
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="工作台", level=1).wait_for()
    return page


def open_return(page: Any, report: Return) -> None:
    page.goto(report.get_absolute_url())
    page.get_by_role("heading", name="欠薪案件周报", level=1).wait_for()


def explain(page: Any) -> None:
    """Where something is to be explained, it is."""
    if (box := page.get_by_label("情况说明")).count():
        box.first.fill("已与台账核对，情况属实。")


def sign_and_approve(open_page: Open, nth: int, button: str) -> None:
    """制表人 and 单位负责人 of one prefecture, each in a browser of her own."""
    report = the_return(qinghai.CODES[nth], WEEK)
    writer = enter(open_page, f"n{nth}")
    writer.get_by_role("link", name="报送").first.click()
    writer.get_by_role("row", name="2022年10月3日—9日").get_by_role("link").first.click()
    explain(writer)
    press(writer, button)
    writer.get_by_text("等待单位负责人审批").first.wait_for()
    approver = enter(open_page, f"a{nth}", 390)
    open_return(approver, report)
    press(approver, "审批报出")
    approver.get_by_text("已审批，报表已报出").wait_for()


def test_QH_3d_weekly_the_week_of_five_prefectures(open_page: Open, week: World, clock: Clock) -> None:
    sign_and_approve(open_page, 0, "制表签字")  # on time
    sign_and_approve(open_page, 1, "零报告")  # says zero
    clock.set("2022-10-10 16:00:01")
    assert (
        zero_reports.imply_zeros(clock()) == 3
    )  # silence is zero: 海北, 黄南 (with a case), 海南 (until she reports late)
    clock.set("2022-10-11 10:00")
    sign_and_approve(open_page, 4, "制表签字")  # late
    assert fresh(the_return("632300", WEEK)).contradicted_at is not None

    province = enter(open_page, "shengji")
    province.goto("/returns/?list=receive")
    for code in ("630100", "630200", "632500"):
        province.goto("/returns/?list=receive")
        province.get_by_role("row", name=qinghai.PLACES[code]).get_by_role("link").first.click()
        if code == "630100":
            with province.expect_navigation():
                province.get_by_role("link", name="工程建设领域，涉及人数(人)：12").first.click()
            province.get_by_text("签字时固定的记录").wait_for()
            province.get_by_role("cell", name="西宁第0建设公司").wait_for()
            province.go_back()
        press(province, "接收")
        province.get_by_text("已接收。").wait_for()

    rows = {
        row.union.code: row for row in Return.objects.of_period(qinghai.BOOK, "weekly", WEEK).filter(compiles=False)
    }
    received = {code: row.stage for code, row in rows.items()}
    assert received == {
        "630100": ReturnStage.RECEIVED,
        "630200": ReturnStage.RECEIVED,
        "632200": ReturnStage.IMPLIED,
        "632300": ReturnStage.IMPLIED,
        "632500": ReturnStage.RECEIVED,
    }
    assert [code for code, row in rows.items() if row.late()] == ["632500"]
    assert [code for code, row in rows.items() if row.contradicted_at] == ["632300"]
    assert list(audit.broken_links()) == []


def test_signing_by_double_click_is_one_signature(open_page: Open, week: World, clock: Clock) -> None:
    report = the_return("630100", WEEK)
    writer = enter(open_page, "n0")
    open_return(writer, report)
    writer.get_by_role("button", name="制表签字", exact=True).click()
    with writer.expect_navigation():
        writer.locator("#confirm [data-confirm-yes]").dblclick()
    writer.get_by_text("等待单位负责人审批").first.wait_for()
    assert fresh(report).version == report.version + 1


def test_a_figure_is_corrected_in_place(open_page: Open, week: World, clock: Clock, problems: list[str]) -> None:
    opening.open_between(date(2022, 9, 30), date(2023, 3, 1), moment("2022-10-09 08:00"))
    report = Return.objects.get(form="qinghai-annex-2", union__code="630100", compiles=False)
    writer = enter(open_page, "n0")
    writer.goto(report.get_absolute_url())
    writer.get_by_role("link", name="手工改动：工程建设领域，用人单位户数(户)").click()
    writer.get_by_label("填报数").fill("三十七")
    writer.get_by_label("理由", exact=True).fill("纸质排查表补录")
    press(writer, "按此填报")
    writer.get_by_text("请填数字。").first.wait_for()
    assert writer.get_by_label("理由", exact=True).input_value() == "纸质排查表补录"
    writer.get_by_label("填报数").fill("37")
    press(writer, "按此填报")
    writer.get_by_text("已按您填的数改").wait_for()
    assert writer.locator(".sheet-by-hand").inner_text().strip() == "37"
    assert any("422" in line for line in problems)  # the refusal it provoked
    problems.clear()
