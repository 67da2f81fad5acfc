"""A matter put to a department, through real browsers: clerk, approver, the department's officer in her own window, clerk."""

from typing import Any

import pytest

from arrears.referrals import actions as referrals
from arrears.referrals.models import Referral, ReferralStage
from tests.arrears.desk.test_browser_spine import Open, enter, follow, press
from tests.browsing import open_tab
from tests.cast import AT, PASSWORD, World, a_case
from tests.departments import a_district_case, beside
from tests.unions.common.test_visual_language import violations
from unions.log import audit
from unions.people import agencies


def into_the_window(open_page: Open, name: str, width: int = 1440) -> Any:
    """A browser in which a department's officer has signed in: she lands in her window."""
    page = open_page(width=width)
    page.goto("/sign-in/")
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="收到的事项", level=1).wait_for()
    return page


def test_QH_3b_from_the_clerk_to_the_department_and_back(open_page: Open, world: World) -> None:
    beside(world)
    a_case(world)
    li = enter(open_page, "li")
    follow(li, "海风建设有限公司")
    open_tab(li, "办理")
    li.get_by_text("尚未使用的办理方式").click()
    with li.expect_navigation():
        li.locator(".folded-sections a", has_text="转送部门").click()
    follow(li, "提出转送")
    li.get_by_label("事由和请求").fill("海风建设拖欠 12 人工资，请依法查处。")
    press(li, "提交审批")
    li.get_by_text("等待“海风建设工会”的审批人审批后发出").wait_for()

    wang = enter(open_page, "wang")
    follow(wang, "海风建设有限公司")
    wang.get_by_text("审批内容").wait_for()
    press(wang, "批准并发出")
    wang.get_by_text("已批准并发出").wait_for()

    ma = into_the_window(open_page, "ma")
    follow(ma, "海风建设有限公司")
    press(ma, "接收")
    ma.get_by_text("已接收，发出单位已看到").wait_for()
    ma.get_by_label("结果").select_option(label="已责令限期支付")
    ma.get_by_label("答复内容").fill("已下达限期改正指令书，限十日内支付。")
    press(ma, "提交答复")
    ma.get_by_text("已答复，发出单位已看到").wait_for()

    li.reload()
    li.get_by_text("已下达限期改正指令书，限十日内支付。").wait_for()
    follow(li, "打开案件")
    open_tab(li, "概况")
    li.get_by_text("提请人社部门查处（").first.wait_for()
    assert Referral.objects.get().stage == ReferralStage.ANSWERED
    assert list(audit.broken_links()) == []


def test_a_tab_left_open_answers_nothing_twice(open_page: Open, world: World, problems: list[str]) -> None:
    here = beside(world)
    row = here.sent(a_district_case(world))
    ma = into_the_window(open_page, "ma")
    tab = ma.context.new_page()
    for page in (ma, tab):
        page.goto(f"/incoming/{row.pk}/")
    press(ma, "接收")
    press(tab, "接收")
    tab.get_by_text("可能已有人办理").wait_for()
    assert Referral.objects.get().stage == ReferralStage.ACCEPTED
    ma.goto("/cases/")
    assert "市南装饰" not in ma.content()
    problems[:] = [text for text in problems if "409" not in text and "404" not in text]


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_of_referrals_are_accessible_and_fit(open_page: Open, world: World, width: int) -> None:
    here = beside(world)
    agencies.name_liaison(here.kept["hr"], "马科长", "科长", "0532-88880000", world.user("sun"), AT)
    case = a_district_case(world)
    row = referrals.accept(here.sent(case), world.user("ma"), AT, opinion="收到")
    asked = here.put(case, "industry", "housing")
    pages = {
        "sun": [
            f"/cases/{case.pk}/?tab=referrals",
            f"/cases/{case.pk}/refer/?kind=police",
            "/clues/",
            "/agencies/",
            "/referrals/?list=accepted",
            row.get_absolute_url(),
            here.kept["hr"].get_absolute_url(),
            "/unions/370202/agencies/new/",
            f"/cases/{case.pk}/moves/transfer/",
        ],
        "zhou": [asked.get_absolute_url()],
    }
    for name, paths in pages.items():
        page = enter(open_page, name, width)
        for path in paths:
            look(page, path)
    ma = into_the_window(open_page, "ma", width)
    for path in ("/incoming/?list=accepted", f"/incoming/{row.pk}/"):
        look(ma, path)


def look(page: Any, path: str) -> None:
    page.goto(path)
    assert violations(page) == [], path
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
