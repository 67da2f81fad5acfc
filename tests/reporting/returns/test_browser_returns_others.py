"""Two more lives of a return through real browsers: an amendment after the freeze (Shandong's cut-off), and a district sent back
while its neighbour stands (Qingdao's quarter). And the province that adds up and closes the week (Qinghai)."""

# ruff: noqa: F811 - fixtures are named as the arguments that take them
from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from arrears.cases import filing, ledger, workflow
from arrears.cases.models import Case, Channel, EntryKind
from reporting.returns import opening, recomputing
from reporting.returns.models import Return, ReturnStage
from tests.cast import FOUNDED, World, an_employer, load, moment
from tests.qinghai import fresh
from tests.reporting.returns.test_browser_returns import Clock, clock, enter, explain, press, sign_and_approve, week  # noqa: F401 - fixtures
from unions.models import Appointment
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName

Open = Callable[..., Any]


@pytest.fixture
def shandong(cast_database: None, transactional_db: None, clock: Clock) -> World:
    """The cast, with somebody who prepares returns in the city and in both districts."""
    clock.set("2023-09-27 09:00")
    world = load()
    for name, code in (("lv", "370200"), ("feng", "370203")):
        user = world.people[name]
        Appointment.objects.create(user=user, union=world.unions[code], role=RoleName.STATISTICIAN, since=FOUNDED)
        sync_rights(user, timezone.localdate())
    return world


def a_case(world: World, code: str, by: str, accepted: str, name: str) -> Case:
    """An open case of 12 workers and 120,000 yuan, filed at nine on the day it was accepted."""
    at = moment(f"{accepted} 09:00")
    given = {
        "accepted_on": at.date(),
        "industry": "E",
        "on_project": True,
        "nature": "other",
        "stated_workers": 12,
        "stated_migrants": 10,
        "stated_amount": Decimal("120000.00"),
        "channel": Channel.REPORT,
    }
    draft = filing.open_draft(world.unions[code], an_employer(name, region=code[:6]), given, world.user(by), at)
    return workflow.move(draft, "file", world.user(by), at, seen=draft.version)


def sign(page: Any, report: Return) -> None:
    page.goto(report.get_absolute_url())
    explain(page)
    press(page, "制表签字")
    page.get_by_text("等待单位负责人审批").first.wait_for()


def save_the_words(page: Any, report: Return) -> None:
    """What the system drafted is read and kept; without that the page does not let it be signed."""
    page.goto(report.get_absolute_url())
    explain(page)
    press(page, "制表签字")
    page.get_by_text("文字说明还没有保存，不会随报表签字").first.wait_for()
    press(page, "保存文字说明")


def approve(page: Any, report: Return) -> None:
    page.goto(report.get_absolute_url())
    press(page, "审批报出")
    page.get_by_text("已审批，报表已报出").wait_for()


def receive(page: Any, report: Return) -> None:
    page.goto(report.get_absolute_url())
    press(page, "接收")
    page.get_by_text("已接收。").wait_for()


def ask(page: Any, summary: str, reason: str, button: str) -> None:
    """Open what asks for a reason, write it, press."""
    page.locator("summary", has_text=summary).click()
    box = page.locator("details[open]")
    box.get_by_label("原因").fill(reason)
    with page.expect_navigation():
        box.get_by_role("button", name=button, exact=True).click()


def test_SD_R1_the_cut_off_is_amended_after_the_freeze(
    open_page: Open, shandong: World, clock: Clock, problems: list[str]
) -> None:
    case = a_case(shandong, "370202E0001", "he", "2023-12-01", "海风建设有限公司")
    clock.set("2024-01-02 09:00")
    opening.open_between(date(2024, 1, 1), date(2024, 1, 31), clock(), "shandong-2023-18", ["progress"])
    report = Return.objects.get(rule="progress", union__code="370200")
    assert report.due_at == moment("2024-01-03 23:59:59")
    writer, boss, above = (enter(open_page, name) for name in ("lv", "shi", "shen"))
    save_the_words(writer, report)
    problems.clear()  # the refused signature, 422
    sign(writer, report)
    approve(boss, report)
    receive(above, report)

    # Paid on 30 December, heard of on 4 January: the first version stands, the second says so.
    ledger.post(
        case,
        EntryKind.PAID,
        date(2023, 12, 30),
        shandong.user("he"),
        moment("2024-01-04 10:00"),
        workers=12,
        amount=Decimal("120000.00"),
    )
    clock.set("2024-01-04 11:00")
    writer, boss, above = (enter(open_page, name) for name in ("lv", "shi", "shen"))  # nobody stays signed in so long
    writer.goto(report.get_absolute_url())
    ask(writer, "更正", "12月30日清偿漏记", "更正")
    above.goto(report.get_absolute_url())
    above.get_by_text("第 1 版").first.wait_for()
    sign(writer, report)
    approve(boss, report)
    receive(above, report)

    older, newer = fresh(report).versions.all()
    assert newer.reason == "12月30日清偿漏记"
    assert recomputing.recomputed(older) == older.cells != newer.cells == recomputing.recomputed(newer)
    assert fresh(report).submitted_at == moment("2024-01-02 09:00")
    above.goto(f"{report.get_absolute_url()}versions/2/")
    above.get_by_text("12月30日清偿漏记").first.wait_for()


def test_QD_5_a_district_is_sent_back_and_its_neighbour_stands(open_page: Open, shandong: World, clock: Clock) -> None:
    a_case(shandong, "370202E0001", "he", "2023-08-01", "海风建设有限公司")
    a_case(shandong, "370203", "feng", "2023-08-02", "台东餐饮有限公司")
    opening.open_between(date(2023, 9, 1), date(2023, 9, 30), clock(), "qingdao-2021")
    south, north = (Return.objects.get(period="2023Q3", union__code=code) for code in ("370202", "370203"))
    assert south.due_at == moment("2023-09-28 23:59:59")
    for report, maker, approver in ((south, "qian", "zhou"), (north, "feng", "chen")):
        sign(enter(open_page, maker), report)
        approve(enter(open_page, approver), report)
    city = enter(open_page, "lv")
    receive(city, north)
    city.goto(south.get_absolute_url())
    ask(city, "退回下级", "海风建设的偿还计划没有写", "退回下级")
    assert (fresh(south).stage, fresh(north).stage) == (ReturnStage.RETURNED, ReturnStage.RECEIVED)

    maker = enter(open_page, "qian")
    maker.goto(south.get_absolute_url())
    maker.get_by_text("海风建设的偿还计划没有写").first.wait_for()
    sign(maker, south)
    approve(enter(open_page, "zhou"), south)
    receive(city, south)
    assert [(row.number, row.sent_back) for row in fresh(south).versions.all()] == [
        (1, "海风建设的偿还计划没有写"),
        (2, ""),
    ]
    assert fresh(north).versions.count() == 1


def test_QH_3d_zero_the_province_adds_up_and_closes_the_week(open_page: Open, week: World, clock: Clock) -> None:
    sign_and_approve(open_page, 0, "制表签字")
    sign_and_approve(open_page, 1, "零报告")
    clock.set("2022-10-10 17:00")
    maker, boss = enter(open_page, "shengji"), enter(open_page, "shengshen")
    maker.goto("/collections/")
    maker.get_by_role("row", name="2022年10月3日—9日").get_by_role("link").first.click()
    press(maker, "全部接收（2）")
    maker.get_by_role("link", name="汇总上报").first.click()
    explain(maker)
    press(maker, "制表签字")
    report = Return.objects.get(compiles=True, period="2022-W40")
    approve(boss, report)
    version = fresh(report).current
    assert version is not None and version.cells["lines"][-1][:2] == ["1", "12"]
    assert recomputing.recomputed(version) == version.cells
    boss.get_by_text("中华全国总工会权益保障部").first.wait_for()
