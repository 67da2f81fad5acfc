"""One fact of a case corrected in its place: the rules and the log of the whole form, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from arrears.cases.forms.case import initial_of
from arrears.cases.models import Case, Employer
from arrears.desk.views.case_fact import FACTS, _as_sent
from tests.arrears.desk.test_browser_spine import enter
from tests.cast import World, a_case, a_draft
from tests.readers import as_user
from tests.unions.common.test_visual_language import violations
from unions.form_drafts import draft_of
from unions.models import Event

HTMX = {"HX-Request": "true"}


@pytest.fixture
def li(world: World) -> Client:
    return as_user(world, "li")


def at(case: Case, name: str) -> str:
    return f"/cases/{case.pk}/edit/{name}/"


def test_one_fact_is_saved_and_nothing_else_changes(li: Client, world: World) -> None:
    case = a_case(world, causes=["difficulty", "fled"], condition="账户被冻结", remark="原来的说明")
    before = initial_of(case)
    form = li.get(at(case, "remark"), headers=HTMX)
    assert 'name="remark"' in form.text and 'name="condition"' not in form.text and "<html" not in form.text
    answer = li.post(at(case, "remark"), {"seen": case.version, "remark": "新的说明"}, headers=HTMX)
    assert answer.status_code == 204 and answer["HX-Refresh"] == "true"
    case.refresh_from_db()
    assert initial_of(case) == before | {"remark": "新的说明"}
    event = Event.objects.filter(stream=case.stream).latest("seq")
    assert (event.verb, event.data["changed"]) == ("edit", ["remark"])


@pytest.mark.parametrize("name", FACTS)
def test_what_was_not_touched_changes_nothing(li: Client, world: World, name: str) -> None:
    case = a_case(world, causes=["fled"], discovered_on=date(2026, 9, 1), extreme=True, original_number="A-12")
    sent = {field: _as_sent(value) for field, value in initial_of(case).items() if field in FACTS[name]}
    assert li.post(at(case, name), {"seen": case.version, **sent}, headers=HTMX).status_code == 204
    assert Event.objects.filter(stream=case.stream).latest("seq").data["changed"] == []
    assert not Event.objects.filter(verb="correct").exists()
    assert Employer.objects.count() == 1


def test_the_rules_of_the_whole_form_hold(li: Client, world: World) -> None:
    case = a_case(world)
    for name, said, sentence in (
        ("accepted", {"accepted_on": ""}, "受理日期"),
        ("accepted", {"accepted_on": "昨天"}, "昨天"),
        ("owed", {"owed_from": "2026-10-01", "owed_until": "2026-09-01"}, "不能早于"),
        ("code", {"uscc": "123"}, "123"),
        ("name", {"employer_name": ""}, "单位名称"),
    ):
        answer = li.post(at(case, name), {"seen": case.version, **said}, headers=HTMX)
        assert answer.status_code == 422 and sentence in answer.text, name
    assert Case.objects.get(pk=case.pk).version == case.version


def test_no_employee_is_a_number_and_stays(li: Client, world: World) -> None:
    case = a_case(world)
    Employer.objects.filter(pk=case.employer_id).update(workforce=0)
    assert li.post(at(case, "remark"), {"seen": case.version, "remark": "说明"}, headers=HTMX).status_code == 204
    assert Employer.objects.get(pk=case.employer_id).workforce == 0


def test_a_stale_form_keeps_what_was_typed_and_says_what_is_there_now(li: Client, world: World) -> None:
    case = a_case(world)
    seen = case.version
    assert li.post(at(case, "remark"), {"seen": seen, "remark": "甲的说明"}, headers=HTMX).status_code == 204
    answer = li.post(at(case, "remark"), {"seen": seen, "remark": "乙的说明"}, headers=HTMX)
    assert answer.status_code == 422 and "乙的说明" in answer.text
    assert "现在是“甲的说明”" in answer.text and "李填报" in answer.text
    fresh = Case.objects.get(pk=case.pk)
    assert fresh.remark == "甲的说明" and f'value="{fresh.version}"' in answer.text
    again = li.post(at(case, "remark"), {"seen": fresh.version, "remark": "乙的说明"}, headers=HTMX)
    assert again.status_code == 204 and Case.objects.get(pk=case.pk).remark == "乙的说明"


def test_without_javascript_the_whole_form_opens_at_its_field(li: Client, world: World) -> None:
    case = a_case(world)
    page = li.get(f"/cases/{case.pk}/?tab=facts")
    assert f'href="{at(case, "address")}"' in page.text
    answer = li.get(at(case, "address"))
    assert answer.status_code == 302 and answer["Location"] == f"/cases/{case.pk}/edit/#id_address"
    assert li.post(at(case, "remark"), {"seen": case.version, "remark": "说明"}).status_code == 302
    assert li.get(at(case, "number"), headers=HTMX).status_code == 404


def test_who_may_not_edit_sees_no_link(world: World) -> None:
    case = a_case(world)
    assert "fact-correct" not in as_user(world, "wang").get(f"/cases/{case.pk}/?tab=facts").text
    assert as_user(world, "wang").get(at(case, "remark"), headers=HTMX).status_code == 403


def test_what_is_typed_into_the_whole_form_outlives_one_fact(li: Client, world: World) -> None:
    draft = a_draft(world)
    li.post(f"/cases/{draft.pk}/autosave/", {"remark": "正在填写", "seen": draft.version})
    assert (
        li.post(at(draft, "address"), {"seen": draft.version, "address": "香港中路 1 号"}, headers=HTMX).status_code
        == 204
    )
    stash = draft_of(world.user("li"), f"case:{draft.pk}")
    assert stash is not None and stash.fields["remark"] == "正在填写"


def test_a_fact_is_corrected_by_the_keyboard_alone(open_page: Callable[..., Any], world: World, tmp_path: Any) -> None:
    case = a_case(world)
    page = enter(open_page, "li", 390)
    page.goto(f"/cases/{case.pk}/?tab=facts")
    link = page.locator("#fact-address .fact-correct")
    link.press("Enter")
    field = page.locator("#fact-address input[name=address]")
    field.wait_for()
    assert field.evaluate("field => field === document.activeElement")
    assert violations(page) == []
    field.fill("不保存")
    field.press("Escape")
    assert page.locator("#fact-address form").count() == 0
    assert link.evaluate("link => link === document.activeElement")
    link.press("Enter")
    field.wait_for()
    field.fill("香港中路 1 号")
    with page.expect_navigation():
        field.press("Enter")
    assert "香港中路 1 号" in page.locator("#fact-address dd").inner_text()
