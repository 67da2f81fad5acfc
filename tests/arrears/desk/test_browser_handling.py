"""Handling through real browsers: nothing typed is lost when the session ends, and one box ticks the rows of a page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.utils import timezone

from arrears.bulk.models import BulkJob
from arrears.plans.models import Plan
from arrears.serious.models import Oversight
from tests.arrears.desk.test_browser_spine import enter, press
from tests.cast import PASSWORD, World, a_case, an_employer
from tests.readers import as_user, days_ago
from tests.unions.common.test_visual_language import violations
from unions.models import Stash

Open = Callable[..., Any]
SLOW = 30_000  # ms


def form_of(page: Any) -> Any:
    return page.get_by_role("form", name="提出督办")


def test_SD_2_4b_what_was_typed_outlives_the_session(open_page: Open, transactional_db: None, world: World) -> None:
    case = a_case(world)
    sun = enter(open_page, "sun")
    sun.set_default_timeout(SLOW)
    sun.goto(f"{case.get_absolute_url()}?tab=heavy")
    form_of(sun).get_by_label("责任领导").fill("周主席")
    form_of(sun).get_by_text("草稿已保存").wait_for()
    assert Stash.objects.get().form == f"oversight:{case.pk}"

    Session.objects.all().delete()
    form_of(sun).get_by_label("督办要求").fill("年底前全部清偿")
    sun.get_by_text("登录已过期").wait_for()
    sun.get_by_role("link", name="重新登录").click()
    sun.get_by_label("账号").fill("sun")
    sun.get_by_label("密码").fill(PASSWORD)
    sun.get_by_role("button", name="登录").click()
    sun.get_by_text("的填写，尚未提交").wait_for()
    assert form_of(sun).get_by_label("督办要求").input_value() == "年底前全部清偿"
    assert form_of(sun).get_by_label("责任领导").input_value() == "周主席"
    form_of(sun).get_by_text("草稿已保存").wait_for()

    other = enter(open_page, "sun", width=390)  # what the server kept is there in another browser
    other.set_default_timeout(SLOW)
    other.goto(f"{case.get_absolute_url()}?tab=heavy")
    other.get_by_text("的填写，尚未提交").wait_for()
    assert form_of(other).get_by_label("督办要求").input_value() == "年底前全部清偿"
    assert violations(other) == []
    form_of(other).get_by_label("挂牌督办").check()
    form_of(other).get_by_label("办结期限").fill((timezone.localdate() + timedelta(days=30)).isoformat())
    press(other, "提出")
    other.get_by_text("已提出挂牌督办").wait_for()
    assert Oversight.objects.get().demand == "年底前全部清偿" and not Stash.objects.exists()
    other.goto(f"{case.get_absolute_url()}?tab=heavy")
    assert form_of(other).get_by_label("督办要求").input_value() == ""


def test_a_plan_half_typed_is_there_again_and_can_be_thrown_away(
    open_page: Open, transactional_db: None, world: World
) -> None:
    case = a_case(world)
    he = enter(open_page, "he")
    he.set_default_timeout(SLOW)
    he.goto(f"/cases/{case.pk}/plans/repayment/new/")
    he.get_by_label("第 1 行金额").fill("60000")
    he.get_by_label("保证措施").fill("以设备抵押")
    he.get_by_text("草稿已保存").wait_for()
    again = enter(open_page, "he")
    again.set_default_timeout(SLOW)
    again.goto(f"/cases/{case.pk}/plans/repayment/new/")
    again.get_by_text("的填写，尚未提交").wait_for()
    assert again.get_by_label("第 1 行金额").input_value() == "60000"
    with again.expect_response(lambda answer: "/stash/" in answer.url):
        again.get_by_role("button", name="清空重填").click()
    assert again.get_by_label("第 1 行金额").input_value() == ""
    assert not Stash.objects.exists()


def test_keeping_is_for_what_the_reader_has_before_her(world: World) -> None:
    case = a_case(world)
    sun, feng = as_user(world, "sun"), as_user(world, "feng")
    url = f"/stash/oversight/{case.pk}/"
    assert sun.post(url, {"demand": "x" * 30_000, "materials": ["甲", "乙"]}).status_code == 200
    kept = Stash.objects.get()
    assert len(kept.fields["demand"][0]) == 20_000 and kept.fields["materials"] == ["甲", "乙"]
    assert feng.post(url, {"demand": "x"}).status_code == 404
    assert sun.post(f"/stash/anything/{case.pk}/", {"a": "b"}).status_code == 404
    assert sun.post("/stash/opinion/7/", {"a": "b"}).status_code == 404
    assert sun.post("/stash/opinion/0/", {"title": "讨薪视频"}).status_code == 200
    page = sun.get("/heavy/opinions/new/").text
    assert 'data-autosave="opinion"' in page and "讨薪视频" in page
    assert sun.post(url, {"forget": "1"}).status_code == 200
    assert not Stash.objects.filter(form=f"oversight:{case.pk}").exists()


def test_a_form_that_was_refused_keeps_and_one_that_was_accepted_forgets(world: World) -> None:
    case, he = a_case(world), as_user(world, "he")
    left = timezone.localdate() + timedelta(days=9)
    he.post(f"/stash/plan-repayment/{case.pk}/", {"amount_1": "1"})
    sent = {"seen": case.version, "rows": 1, "agreed_on": days_ago(1), "basis": "promise"}
    line = {"due_1": left.isoformat(), "amount_1": "120000", "workers_1": "12"}
    url = f"/cases/{case.pk}/plans/repayment/new/"
    assert he.post(url, sent).status_code == 422 and Stash.objects.exists()
    assert he.post(url, sent | line).status_code == 302 and not Stash.objects.exists()
    assert Plan.objects.get().case == case


def test_one_box_ticks_the_page_by_keyboard_and_all_that_match_still_works(
    open_page: Open, transactional_db: None, world: World
) -> None:
    rows = [a_case(world, employer=an_employer(f"第{n}建筑公司")) for n in range(3)]
    wang = enter(open_page, "wang")
    wang.set_default_timeout(SLOW)
    wang.goto("/cases/")
    box = wang.get_by_role("checkbox", name="选择本页全部").first
    box.focus()
    wang.keyboard.press("Space")
    ticked = wang.locator("input[name=cases]:checked")
    assert ticked.count() == 3
    wang.get_by_text("已选 3 件").wait_for()
    wang.get_by_role("checkbox", name=f"选择 {rows[0]}").uncheck()
    assert box.evaluate("one => [one.checked, one.indeterminate]") == [False, True]
    box.press("Space")
    assert ticked.count() == 3
    assert violations(wang) == []
    press(wang, "批量办理所选")
    wang.get_by_text("已选 3 件").first.wait_for()

    phone = enter(open_page, "wang", width=390)
    phone.set_default_timeout(SLOW)
    phone.goto("/cases/")
    phone.get_by_text("选择本页全部").click()
    assert phone.locator("input[name=cases]:checked").count() == 3
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.get_by_text("选择全部符合条件的案件").click()
    phone.get_by_text("将办理符合条件的全部案件").wait_for()
    press(phone, "批量办理所选")
    phone.get_by_text("已选 3 件").first.wait_for()
    assert not BulkJob.objects.exists()


def test_without_a_script_the_rows_tick_one_by_one(world: World) -> None:
    a_case(world)
    page = as_user(world, "wang").get("/cases/").text
    assert 'data-tick-all="cases" aria-label="选择本页全部" hidden' in page and "<script>" not in page
