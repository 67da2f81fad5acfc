"""The way of one case through real browsers, from the enterprise union to the province's official table."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from arrears.cases import ledger
from arrears.cases.models import Case, State
from tests.browsing import open_tab, press
from tests.cast import PASSWORD, World, a_case
from tests.lent import lent
from tests.readers import days_ago
from tests.unions.common.test_visual_language import violations
from unions.log import audit

Open = Callable[..., Any]


def enter(open_page: Open, name: str, width: int = 1440) -> Any:
    """A browser of her own in which `name` has signed in."""
    page = open_page(width=width)
    page.goto("/sign-in/")
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="工作台", level=1).wait_for()
    return page


def follow(page: Any, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("link", name=name, exact=True).first.click()


def unfold(page: Any, title: str) -> None:
    """Open the fields behind `title`."""
    fold = page.locator("details.field-fold").filter(has_text=title)
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()


def fill_in(page: Any) -> None:
    page.get_by_label("单位名称").fill("海风建设有限公司")
    page.get_by_label("无统一社会信用代码的原因").select_option(label="暂未查明")
    page.get_by_label("所在区县").select_option(label="市南区")
    page.get_by_label("所属行业").select_option(label="建筑业")
    page.get_by_label("发生在工程建设项目").check()
    page.get_by_label("项目名称").fill("海风大厦")
    page.get_by_label("项目性质").select_option(label="其他")
    page.get_by_label("欠薪涉及人数").fill("１２")
    page.get_by_label("其中农民工").fill("10")
    page.get_by_label("欠薪金额").fill("120000.00")
    page.get_by_label("欠薪起始日期").fill(days_ago(150))
    page.get_by_label("欠薪截止日期").fill(days_ago(20))
    page.get_by_label("受理渠道").select_option(label="企业工会报告")
    page.get_by_label("受理日期").fill(days_ago(9))
    unfold(page, "协商、期限")
    page.get_by_label("协商失败日期").fill(days_ago(7))
    unfold(page, "企业经营状况及工会意见")
    page.get_by_label("生产经营和财务状况").fill("回款滞后，账户余额不足。")


def test_a_case_goes_from_the_enterprise_to_the_official_table(
    open_page: Open, celery_worker: Any, world: World, tmp_path: Path
) -> None:
    lent("qinghai-2022-41")
    li = enter(open_page, "li")
    follow(li, "登记案件")
    fill_in(li)
    press(li, "正式立案")
    li.get_by_text("已正式立案，编号 370202E0001-").wait_for()
    case = Case.objects.get()
    assert ledger.balance(case).owed == ledger.Sums(12, 10, ledger.Decimal("120000.00"))
    open_tab(li, "上报与流转")
    press(li, "提出上报")
    li.get_by_text("已提出上报“市南区总工会”").wait_for()

    wang = enter(open_page, "wang")
    follow(wang, "海风建设有限公司")
    wang.get_by_text("按属地原则向上级工会报告").wait_for()
    press(wang, "批准上报")
    wang.get_by_text("已批准上报").wait_for()

    sun = enter(open_page, "sun")
    follow(sun, "海风建设有限公司")
    sun.get_by_label("由本级办理").check()
    press(sun, "接收")
    sun.get_by_text("已接收上报，由“市南区总工会”办理").first.wait_for()
    follow(sun, "打开案件")
    open_tab(sun, "台账与职工")
    record_payments(sun)
    follow(sun, "提请办结")
    sun.get_by_label("足额清偿").check()
    press(sun, "确认提请办结")
    sun.get_by_text("等待审批人").wait_for()
    assert sun.get_by_role("link", name="批准办结").count() == 0

    zhou = enter(open_page, "zhou")
    follow(zhou, "海风建设有限公司")
    press(zhou, "批准办结")
    zhou.get_by_text("已批准办结并销账").wait_for()
    zhou.goto(f"{case.get_absolute_url()}?tab=facts")
    case.refresh_from_db()
    assert (case.state, case.handling_union.code) == (State.CLOSED, "370202")
    assert not ledger.balance(case).outstanding
    assert list(audit.broken_links()) == []

    shen = enter(open_page, "shen")
    follow(shen, "报送")
    follow(shen, "报表")
    assert annex_1_row(shen, tmp_path / "annex-1.xlsx") == [
        1,
        case.accepted_on,
        "海风建设有限公司",
        "建筑业",
        12,
        12,
        "否",
        "是",
    ]


def annex_1_row(page: Any, file: Path) -> list[Any]:
    """The first row of Annex 1 for the month of acceptance, as the province downloads it."""
    page.goto(f"/forms/qinghai-annex-1/?month={days_ago(9)[:7]}")
    page.get_by_role("cell", name="海风建设有限公司").wait_for()
    with page.expect_download(timeout=30_000) as arriving:
        page.get_by_role("button", name="导出 Excel").click()
    arriving.value.save_as(file)
    sheet = load_workbook(file).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    heading = next(number for number, row in enumerate(rows) if row[0] == "序号")
    assert rows[heading] == [
        "序号",
        "受理日期",
        "企业名称",
        "所属行业",
        "欠薪涉及人数(人)",
        "欠薪(争议)金额(万元)",
        "是否进行调解或提供法律服务",
        "是否办结",
    ]
    row = rows[heading + 1]
    return [row[0], row[1].date(), *row[2:]]


def record_payments(page: Any) -> None:
    """7 people are paid 70,000, then all the rest."""
    form = page.get_by_role("form", name="登记台账")
    for label, value in (
        ("日期", days_ago(3)),
        ("人数", "7"),
        ("其中农民工", "6"),
        ("金额", "70000"),
        ("依据", "银行回单 0017"),
    ):
        form.get_by_label(label).fill(value)
    press(page, "记入台账")
    page.get_by_text("已记入台账：清偿").wait_for()
    follow(page, "按未付余额填入")
    assert form.get_by_label("金额").input_value() == "50000.00"
    press(page, "记入台账")
    page.get_by_text("人数和金额均已解决").wait_for()


def test_what_was_typed_outlives_signing_out(open_page: Open, world: World) -> None:
    li = enter(open_page, "li")
    li.goto("/cases/new/")
    li.get_by_label("单位名称").fill("台风食品厂")
    li.get_by_label("欠薪金额").fill("十二万")
    li.get_by_text(re.compile("草稿已保存")).wait_for()
    li.locator("summary.user-summary").click()
    press(li, "退出登录")
    again = enter(open_page, "li")
    again.get_by_text("台风食品厂").wait_for()
    again.goto("/cases/new/")
    again.get_by_text("已恢复上次未提交的内容").wait_for()
    assert again.get_by_label("单位名称").input_value() == "台风食品厂"
    assert again.get_by_label("欠薪金额").input_value() == "十二万"
    again.get_by_role("button", name="清空重填").click()
    with again.expect_navigation():
        again.get_by_role("dialog").get_by_role("button", name="清空").click()
    assert again.get_by_label("单位名称").input_value() == ""


def test_a_wrong_form_keeps_everything_and_says_what_is_wrong(
    open_page: Open, world: World, problems: list[str]
) -> None:
    li = enter(open_page, "li")
    li.goto("/cases/new/")
    li.get_by_label("单位名称").fill("台风食品厂")
    li.get_by_label("欠薪金额").fill("12万")
    unfold(li, "企业经营状况及工会意见")
    li.get_by_label("情况说明").fill("三月起未发工资")
    press(li, "正式立案")
    li.get_by_text("处需要改正").wait_for()
    assert li.get_by_text("请按元填写，如 12 万元写成 120000。").count() == 2
    assert li.get_by_label("情况说明").input_value() == "三月起未发工资"
    assert violations(li) == []
    problems[:] = [text for text in problems if "422" not in text]


def test_the_next_question_waits_for_the_answer_to_the_last(open_page: Open, world: World) -> None:
    """On a busy server: what is asked while somebody types is asked in turn, and nothing counts as broken."""
    a_case(world)
    sun = enter(open_page, "sun")
    asked: list[Any] = []

    def hold_the_first(route: Any) -> None:
        asked.append(route)
        if len(asked) > 1:
            route.continue_()

    sun.route("**/cases/duplicates/**", hold_the_first)
    sun.goto("/cases/new/")
    sun.get_by_label("单位名称").fill("海风建设有限公司")
    sun.get_by_label("所在区县").select_option(label="市南区")
    sun.wait_for_timeout(1000)
    assert len(asked) == 1
    asked[0].continue_()
    sun.locator("#likenesses").get_by_text("海风建设有限公司").first.wait_for()
    assert len(asked) > 1


def test_a_known_employer_fills_the_form(open_page: Open, world: World) -> None:
    a_case(world)
    sun = enter(open_page, "sun")
    sun.goto("/cases/new/")
    sun.get_by_label("单位名称").press_sequentially("海风")
    sun.get_by_role("option", name=re.compile("海风建设有限公司")).click()
    assert sun.get_by_label("单位名称").input_value() == "海风建设有限公司"
    assert sun.get_by_label("所在区县").input_value() == "370202"


@pytest.mark.parametrize("width", [1440, 390])
def test_case_pages_are_accessible_and_fit(open_page: Open, world: World, width: int) -> None:
    case = a_case(world, mass=True, negotiation_failed_on=date(2026, 11, 12))
    he = enter(open_page, "he", width)
    tabs = [f"/cases/{case.pk}/?tab={tab}" for tab in ("facts", "ledger", "acts", "evidence", "escalations")]
    others = [
        "/",
        "/cases/",
        "/cases/new/",
        f"/cases/{case.pk}/edit/",
        f"/cases/{case.pk}/moves/go_legal/",
        f"/cases/{case.pk}/report/",
        "/escalations/",
    ]
    for path in [*tabs, *others]:
        he.goto(path)
        assert violations(he) == [], path
        assert he.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
