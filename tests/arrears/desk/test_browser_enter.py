"""Enter sends nothing that cannot be taken back; such an act shows what was filled in and asks once; suggestions obey the keys."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.datastructures import MultiValueDict

from arrears.cases.models import Case, LedgerEntry
from arrears.workers.actions import WorkerFacts, add_workers
from tests.arrears.desk.test_browser_spine import enter, fill_in
from tests.browsing import press
from tests.cast import AT, World, a_case
from tests.pictures import picture
from tests.subjects import PNG
from tests.unions.common.test_visual_language import violations
from unions import uploads
from unions.common.encrypted_fields import Private
from unions.models import Event

Open = Callable[..., Any]
BACKEND = "unions.people.backends.AppointmentBackend"
TEMPLATES = Path(__file__).parents[3] / "templates"

# What cannot be taken back: filed, reported upward, booked, signed, decided.
ASKING = (
    "arrears/bulk/bulk_form.html",
    "arrears/cases/case_form.html",
    "arrears/cases/tab_ledger.html",
    "arrears/escalations/escalation.html",
    "arrears/escalations/tab.html",
    "arrears/letters/letter.html",
    "arrears/safety_nets/deposit_form.html",
    "arrears/safety_nets/drawing.html",
    "arrears/safety_nets/fund_form.html",
    "arrears/safety_nets/net_step.html",
    "arrears/sanctions/publication.html",
    "arrears/sanctions/sanction.html",
    "arrears/workers/worker.html",
    "arrears/workers/worker_pay.html",
    "reporting/returns/collection_tree.html",
    "reporting/returns/return_acts.html",
    "unions/accounts.html",
    "unions/approval_decide.html",
    "unions/approval_withdraw.html",
    "unions/dismiss.html",
    "unions/people.html",
)


@pytest.mark.parametrize("name", ASKING)
def test_what_cannot_be_taken_back_asks_first(name: str) -> None:
    assert re.search(r"{% csrf_token %}\s*(?:{% if [^%]+ %})*{% asks_first", (TEMPLATES / name).read_text())


def test_enter_in_any_field_of_the_filing_form_files_nothing(open_page: Open, world: World) -> None:
    li = enter(open_page, "li")
    li.goto("/cases/new/")
    fill_in(li)
    fields = li.locator("form.case-form input:not([type=hidden]):visible")
    assert fields.count() > 10
    for place in range(fields.count()):
        fields.nth(place).press("Enter")
        moved = fields.nth(place).evaluate(
            "field => document.activeElement !== field && field.form === document.activeElement.form"
        )
        assert moved, fields.nth(place).get_attribute("name")
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
    li.locator("details.own-employer > summary").click()
    li.get_by_label("单位名称").fill("台风食品厂")
    press(li, "保存草稿")  # can be taken back: not asked
    assert Case.objects.filter(number=None).count() == 1


def test_the_keys_go_through_the_suggestions(open_page: Open, world: World) -> None:
    a_case(world)
    sun = enter(open_page, "sun")
    sun.goto("/cases/new/")
    name = sun.get_by_role("combobox", name="单位名称")
    name.press_sequentially("海风")
    sun.locator(".suggest").first.wait_for()
    assert name.get_attribute("aria-expanded") == "true"
    name.press("ArrowDown")
    chosen = sun.locator(".suggest[aria-selected=true]")
    assert chosen.get_attribute("id") == name.get_attribute("aria-activedescendant")
    assert violations(sun) == []
    name.press("Enter")
    assert name.input_value() == "海风建设有限公司" and name.get_attribute("aria-expanded") == "false"
    assert sun.locator(".suggest").count() == 0
    name.press("Backspace")
    sun.locator(".suggest").first.wait_for()
    name.press("Escape")
    assert sun.locator(".suggest").count() == 0 and name.input_value() == "海风建设有限公"


def test_enter_books_nothing_and_the_button_asks(open_page: Open, world: World) -> None:
    case = a_case(world)
    he = enter(open_page, "he")
    he.goto(f"{case.get_absolute_url()}?tab=ledger&fill=all")
    before = LedgerEntry.objects.count()
    form = he.get_by_role("form", name="登记台账")
    form.get_by_label("依据").fill("银行回单")
    form.get_by_text("记入后尚未解决 0 人、0.00 元。").wait_for()
    form.get_by_label("金额").fill("100,000")
    form.get_by_text("记入后尚未解决 0 人、20,000.00 元。").wait_for()
    form.get_by_label("金额").fill("120000.01")
    form.get_by_text("所填多于未解决数").wait_for()
    form.get_by_label("金额").fill("120000")
    workers = form.locator("[name=workers]")
    all_of_them = workers.input_value()
    workers.fill("-")  # a number has begun
    form.get_by_role("status").wait_for(state="hidden")
    workers.fill(all_of_them)
    for field in form.locator("input:not([type=hidden]):visible").all():
        field.press("Enter")
    assert LedgerEntry.objects.count() == before
    press(he, "记入台账")
    assert LedgerEntry.objects.count() == before + 1


HTML = {"Accept": "text/html"}


def asking(page: str, form: str = "<main") -> dict[str, str]:
    """The field by which the form after `form` asks first."""
    asked = re.search(r'name="asks_first" value="([^"]+)"', page[page.index(form) :])
    assert asked
    return {"asks_first": html.unescape(asked[1])}


def carried(question: str) -> dict[str, str]:
    """What the page with the question sends for good."""
    found = re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', question[question.index("<main") :])
    again = {name: html.unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}
    assert "asks_first" not in again
    return again


@pytest.mark.django_db
def test_without_javascript_the_summary_is_a_page(world: World, client: Client) -> None:
    case = a_case(world)
    client.force_login(world.user("he"), BACKEND)
    page = client.get(f"{case.get_absolute_url()}?tab=ledger").text
    entry = {
        "seen": case.version,
        "kind": "paid",
        "on": "2026-11-18",
        "workers": "1",
        "amount": "500",
        "source": "银行回单",
        **asking(page, "post-title"),
    }
    before, events = LedgerEntry.objects.count(), Event.objects.count()
    answer = client.post(f"/cases/{case.pk}/entries/", entry, headers=HTML)
    assert answer.status_code == 200
    assert (LedgerEntry.objects.count(), Event.objects.count()) == (before, events), "what was tried is undone"
    for words in ("清偿", "500", "银行回单", "记入台账后不能修改"):
        assert words in answer.text, words
    assert "已记入" not in answer.text, "nobody is told that it was done"
    assert client.post(f"/cases/{case.pk}/entries/", carried(answer.text), headers=HTML).status_code == 302
    assert LedgerEntry.objects.count() == before + 1


@pytest.mark.django_db
def test_what_would_be_refused_is_refused_before_anything_is_asked(world: World, client: Client) -> None:
    case = a_case(world)
    client.force_login(world.user("he"), BACKEND)
    page = client.get(f"{case.get_absolute_url()}?tab=ledger").text
    entry = {"seen": case.version, "kind": "paid", "on": "2026-11-18", "workers": "1", "source": "银行回单"}
    asked = asking(page, "post-title")
    wrong = client.post(f"/cases/{case.pk}/entries/", entry | {"amount": "五百"} | asked, headers=HTML)
    assert wrong.status_code == 422 and "五百" in wrong.text and "银行回单" in wrong.text
    stale = client.post(f"/cases/{case.pk}/entries/", entry | {"amount": "500", "seen": "0"} | asked, headers=HTML)
    assert stale.status_code == 409
    assert client.post("/cases/0/entries/", entry | asked, headers=HTML).status_code == 404
    client.force_login(world.user("wang"), BACKEND)
    assert client.post(f"/cases/{case.pk}/entries/", entry | asked, headers=HTML).status_code == 403


@pytest.mark.django_db
def test_a_chosen_file_is_kept_over_the_question(world: World, client: Client, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    case = a_case(world)
    (worker,) = add_workers(case, [WorkerFacts(name=Private("张三"), owed=Decimal(4500))], world.user("he"), AT)
    client.force_login(world.user("he"), BACKEND)
    url = f"/cases/{case.pk}/workers/pay/"
    case.refresh_from_db()
    typed = {
        "seen": case.version,
        "on": "2026-11-18",
        "source": "银行代发",
        f"worker-{worker.pk}": "500",
        "slip": SimpleUploadedFile("回单.png", PNG),
        **asking(client.get(url).text, "multipart"),
    }
    question = client.post(url, typed, headers=HTML)
    assert question.status_code == 200 and "回单.png" in question.text
    assert not case.evidence.exists()
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(kept) == 1, "the file that was tried is gone, the one that is kept is there"
    again = carried(question.text)
    client.force_login(world.user("li"), BACKEND)
    assert client.post(url, again, headers=HTML).status_code == 422, "it is kept for her alone"
    client.force_login(world.user("he"), BACKEND)
    assert client.post(url, again, headers=HTML).status_code == 302
    assert case.evidence.get().file.read() == PNG
    assert client.post(url, {"kept_file": "x"}, headers=HTML).status_code == 422


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["reset", "disable"])
def test_what_has_a_button_alone_asks_on_a_page_too(world: World, client: Client, name: str) -> None:
    client.force_login(world.user("anquan"), BACKEND)
    li = world.user("li")
    url, page = f"/accounts/{li.pk}/{name}/", client.get("/accounts/?q=li").text
    answer = client.post(url, asking(page, f'action="{url}"'), headers=HTML)
    assert answer.status_code == 200 and ("立即失效" in answer.text or "立即退出" in answer.text)
    assert "一次性密码" not in answer.text
    fresh = world.user("li")
    assert (fresh.password, fresh.is_active) == (li.password, True)
    assert client.post(url, carried(answer.text), headers=HTML).status_code in (200, 302)
    fresh = world.user("li")
    assert (fresh.password, fresh.is_active) != (li.password, True)


@pytest.mark.django_db
def test_what_was_only_tried_leaves_nothing_in_the_session(world: World, client: Client) -> None:
    """The address of a feed that was not renewed is no address: it is not shown to whoever says no to the question."""
    client.force_login(world.user("he"), BACKEND)
    client.post("/work-calendar/feed/", headers=HTML)
    form = 'action="/work-calendar/feed/"'
    assert ".ics" in client.get("/work-calendar/").text, "the first one, shown once"
    page = client.get("/work-calendar/").text
    assert ".ics" not in page
    question = client.post("/work-calendar/feed/", asking(page, form), headers=HTML)
    assert question.status_code == 200 and "旧地址立即失效" in question.text
    assert ".ics" not in client.get("/work-calendar/").text
    assert client.post("/work-calendar/feed/", carried(question.text), headers=HTML).status_code == 302
    assert ".ics" in client.get("/work-calendar/").text


@pytest.mark.django_db
def test_a_file_chosen_beside_a_kept_one_is_not_dropped(
    world: World, client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    case, he = a_case(world), world.user("he")
    client.force_login(he, BACKEND)
    first = SimpleUploadedFile("先选.png", picture(1))
    tokens = uploads.keep_files(MultiValueDict({"papers": [first]}), he)
    sent = {"kept_file": tokens, "papers": SimpleUploadedFile("后选.png", picture(2))}
    assert client.post(f"/cases/{case.pk}/evidence/", sent, headers=HTML).status_code == 302
    assert list(case.evidence.values_list("name", flat=True)) == ["先选.png", "后选.png"]
