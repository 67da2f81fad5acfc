"""The worker list in the browser: what each page shows, refuses and keeps."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from arrears.cases import ledger
from arrears.cases.evidence import keep_evidence
from arrears.cases.models import Case, LedgerEntry
from arrears.workers import actions as workers
from arrears.workers import sheet as worker_rows
from arrears.workers.models import Worker
from arrears.workers.template import write_template
from tests.arrears.escalations.test_escalation_pages import asked
from tests.arrears.workers.test_workers import IDENTITY, NAME, PHONE, facts, listed, twelve
from tests.cast import AT, PASSWORD, World, a_case, a_draft, load
from tests.readers import as_user, days_ago, settled
from tests.subjects import PNG
from unions.models import Event

HTMX = {"HX-Request": "true"}


@pytest.fixture
def he(world: World) -> Client:
    return as_user(world, "he")


def fragment(client: Client, case: Case, query: str = "") -> Any:
    return client.get(f"/cases/{case.pk}/workers/{query}", headers=HTMX)


# ---- the list -------------------------------------------------------------------------------------------------------


def test_the_list_is_masked_for_everybody(world: World) -> None:
    case = a_case(world)
    listed(world, case, [facts(phone=PHONE, identity=IDENTITY)])
    for name in ("he", "wang", "sun", "han"):
        page = fragment(as_user(world, name), case)
        assert page.status_code == 200 and "138****5678" in page.text
        assert not any(word in page.text for word in (NAME, PHONE, IDENTITY))
    assert "reveal" not in fragment(as_user(world, "wang"), case).text


def test_the_case_page_costs_the_same_with_and_without_a_list(
    he: Client, world: World, django_assert_num_queries: Any
) -> None:
    case = a_case(world)
    he.get(f"/cases/{case.pk}/?tab=workers")
    with CaptureQueriesContext(connection) as before:
        he.get(f"/cases/{case.pk}/?tab=workers")
    listed(world, case, [facts(f"职工{n}") for n in range(80)])
    with django_assert_num_queries(len(before)):
        he.get(f"/cases/{case.pk}/?tab=workers")


def test_the_price_of_the_list_does_not_grow(he: Client, world: World, django_assert_num_queries: Any) -> None:
    case = a_case(world)
    listed(world, case, [facts(f"职工{n}", 100) for n in range(40)])
    fragment(he, case)
    # session, reader, whether she is of a department, her grants, the case, everyone's figures, balance, one page,
    # what the paid ones answered, the answers of the page, messages sent, and who agreed to them
    with django_assert_num_queries(12):
        fragment(he, case)
    listed(world, case, [facts(f"职工{n}", 100) for n in range(100)])
    with django_assert_num_queries(12):
        page = fragment(he, case, "?page=3")
    assert "第 3 页，共 3 页" in page.text


def test_one_worker_is_entered_with_what_is_wrong_beside_the_field(he: Client, world: World) -> None:
    case = a_case(world)
    url = f"/cases/{case.pk}/workers/new/"
    sent = {"name": NAME, "phone": "1381234567", "owed": "5,000 元", "owed_from": "2026-06", "owed_until": "2026-08"}
    answer = he.post(url, sent, headers=HTMX)
    assert answer.status_code == 422 and "现有 10 位" in answer.text and NAME in answer.text
    answer = he.post(url, sent | {"phone": PHONE, "migrant": "on"}, headers=HTMX)
    assert answer.status_code == 200 and "已加入名单" in answer.text and PHONE not in answer.text
    worker = Worker.objects.get()
    assert (worker.owed, worker.migrant, worker.owed_until) == (5000, True, date(2026, 8, 31))


def test_a_correction_leaves_private_words_alone(he: Client, world: World) -> None:
    case = a_case(world)
    (made,) = listed(world, case, [facts(phone=PHONE, identity=IDENTITY, job="木工")])
    url = f"/cases/{case.pk}/workers/{made.pk}/"
    page = he.get(url)
    assert not any(word in page.text for word in (NAME, PHONE, IDENTITY)) and "138****5678" in page.text
    assert he.post(url, {"seen": 1, "owed": "9000", "job": ""}).status_code == 302
    again = Worker.objects.get()
    assert (again.name.text, again.phone.text, again.owed, again.job) == (NAME, PHONE, 9000, "")
    assert he.post(url, {"seen": 1, "owed": "8000"}).status_code == 409
    assert Worker.objects.get().owed == 9000


def test_removing_asks_for_a_reason(he: Client, world: World) -> None:
    case = a_case(world)
    (made,) = listed(world, case, [facts()])
    url = f"/cases/{case.pk}/workers/{made.pk}/remove/"
    assert he.post(url, {"seen": 1}).status_code == 422
    assert he.post(url, {"seen": 1, "reason": "不属本案"}).status_code == 302
    assert he.get(f"/cases/{case.pk}/workers/{made.pk}/").status_code == 404


def test_a_revealed_word_is_not_kept_by_the_browser(he: Client, world: World) -> None:
    case = a_case(world)
    (made,) = listed(world, case, [facts(phone=PHONE)])
    url = f"/cases/{case.pk}/workers/{made.pk}/reveal/phone/"
    refused = he.post(url, {"purpose": ""}, headers=HTMX)
    assert refused.status_code == 422 and PHONE not in refused.text and 'class="secret"' in refused.text
    answer = he.post(url, {"purpose": "电话核实"}, headers=HTMX)
    assert PHONE in answer.text and "no-store" in answer["Cache-Control"]
    assert he.post(f"/cases/{case.pk}/workers/{made.pk}/reveal/job/", {"purpose": "x"}).status_code == 404
    page = he.get(f"/cases/{case.pk}/?tab=facts")
    assert "手机号，用途：电话核实" in page.text and PHONE not in page.text


def test_a_draft_takes_its_figures_from_the_list(world: World) -> None:
    li, draft = as_user(world, "li"), a_draft(world, stated_workers=0, stated_migrants=0, stated_amount=0)
    listed(world, draft, twelve())
    draft.refresh_from_db()
    assert "按名单改写草稿" in fragment(li, draft).text
    assert li.post(f"/cases/{draft.pk}/workers/adopt/", {"seen": draft.version}).status_code == 302
    draft.refresh_from_db()
    assert (draft.stated_workers, draft.stated_migrants, draft.stated_amount) == (12, 10, Decimal(120000))


def test_the_gap_is_told_and_the_adjustment_is_filled_in(he: Client, world: World) -> None:
    case = a_case(world)
    listed(world, case, twelve(migrants=9)[:11])
    page = fragment(he, case)
    assert "少 1 人（农民工 1 人）、10,000.00 元" in " ".join(page.text.split()) and "fill=list" in page.text
    form = he.get(f"/cases/{case.pk}/?tab=ledger&fill=list").context["entry_form"]
    assert (form["kind"].value(), form["workers"].value(), form["amount"].value()) == ("adjusted", -1, Decimal(-10000))


# ---- pasted, imported ------------------------------------------------------------------------------------------------


def test_a_pasted_list_is_previewed_then_taken_over_whole(he: Client, world: World) -> None:
    case = a_case(world)
    url = f"/cases/{case.pk}/workers/sheet/"
    text = f"姓名\t手机\t欠薪\n{NAME}\t{PHONE}\t5000\n李四\t138\t4000"
    preview = he.post(url, {"text": text})
    assert preview.status_code == 422 and "第 3 行“手机号”" in preview.text and text.split("\n")[1] in preview.text
    assert he.post(url, {"text": text, "confirm": "1"}).status_code == 422 and not Worker.objects.exists()
    text = text.replace("\t138\t", "\t13812345679\t")
    assert he.post(url, {"text": text}).status_code == 200 and not Worker.objects.exists()
    assert he.post(url, {"text": text, "confirm": "1"}).status_code == 302
    assert [row.name.text for row in Worker.objects.all()] == [NAME, "李四"]
    again = he.post(url, {"text": text, "confirm": "1"})  # a second click adds nobody twice
    assert again.status_code == 422 and Worker.objects.count() == 2


def test_a_list_beyond_the_books_is_said_before_it_is_taken_over(he: Client, world: World) -> None:
    case = a_case(world)  # 120,000 yuan
    url = f"/cases/{case.pk}/workers/sheet/"
    assert "名单多于台账" not in he.post(url, {"text": f"{NAME} {PHONE} 120000元"}).text
    page = he.post(url, {"text": f"{NAME} {PHONE} 120000元\n李四 500元"}).text
    assert "名单多于台账" in page and "多出 500.00 元" in page and "核对无误" in page


def test_the_template_is_read_back(he: Client, world: World, tmp_path: Path) -> None:
    out = BytesIO()
    write_template(out)
    book = load_workbook(out)
    assert [cell.value for cell in book.active[1]] == list(worker_rows.COLUMNS.values())
    book.active.append([NAME, PHONE, IDENTITY, "木工", "是", "2026-06", "2026-10", 5000, None])
    book.save(path := tmp_path / "list.xlsx")
    case = a_case(world)
    upload = SimpleUploadedFile("名单.xlsx", path.read_bytes())
    page = he.post(f"/cases/{case.pk}/workers/sheet/", {"file": upload})
    assert page.status_code == 200 and "核对无误" in page.text
    assert page.context["reading"].facts[0].owed_until == date(2026, 10, 31)


def test_a_file_that_is_no_workbook_is_refused_in_a_sentence(he: Client, world: World) -> None:
    case = a_case(world)
    page = he.post(f"/cases/{case.pk}/workers/sheet/", {"file": SimpleUploadedFile("a.xlsx", b"nothing")})
    assert page.status_code == 422 and "xlsx" in page.text


def test_what_was_paid_already_goes_into_one_entry(he: Client, world: World) -> None:
    case = a_case(world)
    url = f"/cases/{case.pk}/workers/sheet/"
    text = "姓名\t欠薪\t已付\n张三\t5000\t1000\n李四\t4000\t4000"
    assert "名单中的已付金额" in he.post(url, {"text": text}).text
    assert he.post(url, {"text": text, "confirm": "1", "entry": "new"}).status_code == 422
    sent = {"text": text, "confirm": "1", "entry": "new", "on": days_ago(2)}
    assert he.post(url, sent).status_code == 302
    entry = LedgerEntry.objects.get(kind="paid")
    assert (entry.workers, entry.amount, entry.payments.count()) == (1, 5000, 2)


def test_somebody_listed_elsewhere_is_pointed_out(he: Client, world: World) -> None:
    other = a_case(world)
    listed(world, other, [facts(phone=PHONE)])
    case = a_case(world, employer=other.employer)
    page = he.post(f"/cases/{case.pk}/workers/sheet/", {"text": f"王五 {PHONE} 3000"})
    assert page.status_code == 200 and "有 1 名职工的手机号或身份证号相同" in page.text


# ---- paying ---------------------------------------------------------------------------------------------------------


def test_a_payment_keeps_what_was_typed_and_posts_once(he: Client, world: World) -> None:
    case = a_case(world)
    first, second = listed(world, case)[:2]
    url = f"/cases/{case.pk}/workers/pay/"
    sent = {"seen": case.version, "on": days_ago(1), f"worker-{first.pk}": "10000", f"worker-{second.pk}": "10001"}
    page = he.post(url, sent)
    assert page.status_code == 422 and "未付只有 10,000.00 元" in page.text and "10001" in page.text
    sent[f"worker-{second.pk}"] = "4,000"
    assert he.post(url, sent).status_code == 302
    assert he.post(url, sent).status_code == 409  # a second click
    entry = LedgerEntry.objects.get(kind="paid")
    assert (entry.workers, entry.amount) == (1, Decimal(14000))


def test_an_entry_of_the_ledger_is_shared_out(he: Client, world: World) -> None:
    case = a_case(world)
    first = listed(world, case)[0]
    entry = ledger.post(case, "paid", AT.date(), world.user("he"), AT, workers=1, migrants=1, amount=Decimal(10000))  # type: ignore[arg-type]
    case.refresh_from_db()
    url = f"/cases/{case.pk}/workers/pay/"
    assert f'value="{entry.pk}"' in he.get(url).text
    sent = {"seen": case.version, "entry": entry.pk, f"worker-{first.pk}": "10000"}
    assert he.post(url, sent).status_code == 302
    assert LedgerEntry.objects.filter(kind="paid").count() == 1 and first.payments.get().entry == entry


# ---- in the browser -------------------------------------------------------------------------------------------------


def test_in_the_browser_a_clerk_enters_pastes_and_reveals(
    cast_database: None, transactional_db: None, open_page: Any, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    world = load()
    case = a_case(world)
    page = open_page(width=390)
    page.goto("/sign-in/")
    page.fill("[name=username]", "he")
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.goto(f"/cases/{case.pk}/?tab=workers")
    page.fill("[name=name]", NAME)
    page.fill("[name=owed]", "5000")
    page.fill("[name=phone]", PHONE)
    page.click("button:has-text('加入名单')")
    page.wait_for_selector("text=已加入名单")
    page.goto(f"/cases/{case.pk}/workers/sheet/")
    page.fill("[name=text]", "李四 13812345679 4500元 2026.6-10")
    page.click("button:has-text('核对')")
    page.click("button:has-text('加入名单')")
    page.wait_for_selector("text=已把 1 人加入职工名单")
    secret = page.locator("td[data-label=手机号] .secret").first
    secret.locator("summary").click()
    secret.locator("input[name=purpose]").fill("电话核实金额")
    secret.locator("button").click()
    page.wait_for_selector(f"text={PHONE}")
    assert Event.objects.get(verb="worker.reveal").data["reason"] == "电话核实金额"
    assert workers.totals(case.workers.with_paid()).owed == ledger.Sums(2, 0, Decimal(9500))


# ---- whoever approves is told ----------------------------------------------------------------------------------------


def test_the_approver_of_a_report_is_told_that_list_and_ledger_disagree(world: World) -> None:
    row = asked(world)
    wang = as_user(world, "wang")
    assert "不一致" not in wang.get(row.get_absolute_url()).text
    assert "没有上传证据" in wang.get(row.get_absolute_url()).text
    listed(world, row.case, [facts("张三", 9000)])
    keep_evidence(row.case, SimpleUploadedFile("工资表.png", PNG), "", world.user("he"), AT)
    page = wang.get(row.get_absolute_url()).text
    assert "欠薪：职工名单与台账不一致" in page and "名单 1 人" in page and "台账 12 人" in page
    assert f'<a href="/cases/{row.case_id}/?tab=evidence#evidence">证据 1 份</a>' in page


def test_the_approver_of_a_closing_is_told_too(world: World) -> None:
    case = settled(world)
    wang = as_user(world, "wang")
    assert "本案未上传任何证据材料" in wang.get(f"/cases/{case.pk}/moves/close/").text


def test_the_warning_leads_to_the_books_and_to_the_list(he: Client, world: World) -> None:
    case = a_case(world)
    listed(world, case, [facts("张三", 9000)])
    page = fragment(he, case).text
    assert "?tab=ledger&amp;fill=list" in page and "更正台账" in page
    assert "补录名单" in page and f"/cases/{case.pk}/workers/sheet/" in page
