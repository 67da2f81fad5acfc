"""Enter sends nothing that cannot be taken back; such an act shows what was filled in and asks once; suggestions obey the keys."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from arrears.cases.models import Case, LedgerEntry
from tests.arrears.desk.test_browser_spine import enter, fill_in
from tests.browsing import press
from tests.cast import World, a_case
from tests.unions.common.test_visual_language import violations

Open = Callable[..., Any]
BACKEND = "unions.people.backends.AppointmentBackend"
TEMPLATES = Path(__file__).parents[3] / "templates"

# What cannot be taken back: filed, reported upward, booked, signed, decided.
ASKING = (
    "arrears/cases/case_form.html",
    "arrears/cases/tab_ledger.html",
    "arrears/escalations/tab.html",
    "arrears/safety_nets/deposit_form.html",
    "arrears/safety_nets/drawing.html",
    "arrears/safety_nets/fund_form.html",
    "arrears/safety_nets/net_step.html",
    "arrears/workers/worker_pay.html",
    "reporting/returns/return_acts.html",
    "unions/approval_decide.html",
)


@pytest.mark.parametrize("name", ASKING)
def test_what_cannot_be_taken_back_asks_first(name: str) -> None:
    assert re.search(r"{% csrf_token %}\s*(?:{% if draft %})?{% asks_first", (TEMPLATES / name).read_text())


def test_enter_in_any_field_of_the_filing_form_files_nothing(open_page: Open, world: World) -> None:
    li = enter(open_page, "li")
    li.goto("/cases/new/")
    fill_in(li)
    fields = li.locator("form.case-form input:not([type=hidden]):visible")
    assert fields.count() > 10
    for place in range(fields.count()):
        fields.nth(place).press("Enter")
    assert li.url.endswith("/cases/new/") and not Case.objects.exists()
    assert not li.locator("#confirm").is_visible()


def test_filing_shows_what_was_filled_in_and_asks_once(open_page: Open, world: World) -> None:
    li = enter(open_page, "li")
    li.goto("/cases/new/")
    fill_in(li)
    li.get_by_role("button", name="正式立案").click()
    dialog = li.get_by_role("dialog")
    said = dialog.inner_text()
    for words in ("海风建设有限公司", "市南区", "建筑业", "120,000.00 元", "企业工会报告"):
        assert words in said, words
    assert violations(li) == []
    dialog.get_by_role("button", name="取消").click()
    assert not Case.objects.exists()
    press(li, "正式立案")
    assert Case.objects.get().number
    li.goto("/cases/new/")
    li.get_by_label("单位名称").fill("台风食品厂")
    press(li, "保存草稿")  # can be taken back: not asked
    assert Case.objects.filter(number=None).count() == 1


def test_the_keys_go_through_the_suggestions(open_page: Open, world: World) -> None:
    a_case(world)
    li = enter(open_page, "li")
    li.goto("/cases/new/")
    name = li.get_by_role("combobox", name="单位名称")
    name.press_sequentially("海风")
    li.locator(".suggest").first.wait_for()
    assert name.get_attribute("aria-expanded") == "true"
    name.press("ArrowDown")
    chosen = li.locator(".suggest[aria-selected=true]")
    assert chosen.get_attribute("id") == name.get_attribute("aria-activedescendant")
    assert violations(li) == []
    name.press("Enter")
    assert name.input_value() == "海风建设有限公司" and name.get_attribute("aria-expanded") == "false"
    assert li.locator(".suggest").count() == 0
    name.press("Backspace")
    li.locator(".suggest").first.wait_for()
    name.press("Escape")
    assert li.locator(".suggest").count() == 0 and name.input_value() == "海风建设有限公"


def test_enter_books_nothing_and_the_button_asks(open_page: Open, world: World) -> None:
    case = a_case(world)
    he = enter(open_page, "he")
    he.goto(f"{case.get_absolute_url()}?tab=ledger&fill=all")
    before = LedgerEntry.objects.count()
    form = he.get_by_role("form", name="记一笔")
    form.get_by_label("依据").fill("银行回单")
    for field in form.locator("input:not([type=hidden]):visible").all():
        field.press("Enter")
    assert LedgerEntry.objects.count() == before
    press(he, "记入台账")
    assert LedgerEntry.objects.count() == before + 1


@pytest.mark.django_db
def test_without_javascript_the_summary_is_a_page(world: World, client: Client) -> None:
    case = a_case(world)
    client.force_login(world.user("he"), BACKEND)
    page = client.get(f"{case.get_absolute_url()}?tab=ledger").text
    asked = re.search(r'name="asks_first" value="([^"]+)"', page[page.index("post-title") :])
    assert asked
    entry = {
        "seen": case.version,
        "kind": "paid",
        "on": "2026-11-18",
        "workers": "1",
        "amount": "500",
        "source": "银行回单",
        "asks_first": asked[1].replace("&quot;", '"'),
    }
    before = LedgerEntry.objects.count()
    answer = client.post(f"/cases/{case.pk}/entries/", entry, headers={"Accept": "text/html"})
    assert answer.status_code == 200 and LedgerEntry.objects.count() == before
    for words in ("清偿", "500", "银行回单", "记入台账后不能修改"):
        assert words in answer.text, words
    again = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text[answer.text.index("<main") :])
    )
    again.pop("csrfmiddlewaretoken", None)
    assert "asks_first" not in again
    assert client.post(f"/cases/{case.pk}/entries/", again, headers={"Accept": "text/html"}).status_code == 302
    assert LedgerEntry.objects.count() == before + 1
