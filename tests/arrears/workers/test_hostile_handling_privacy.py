"""Private words and figures that cannot be, from people who mean no good or do not think: window, worker list, log."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from time import process_time
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from arrears.cases.models import Case
from arrears.portal.models import WindowLetter
from arrears.workers import actions as workers
from arrears.workers.models import Worker
from tests.arrears.workers.test_workers import IDENTITY, NAME, PHONE, facts, listed
from tests.cast import AT, World, a_case, a_draft
from tests.readers import as_user
from tests.window import look, write
from unions.models import Event

NUMBERS = [
    "给 13812345678 回电话",
    "138-1234-5678",
    "１３８１２３４５６７８",
    "3702 0219 9001 0112 37",
    "证号37020219900101123X",
]


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def patient(world: World, name: str) -> Client:
    """A browser that is shown the page of a fault, as people are."""
    client = Client(raise_request_exception=False)
    client.force_login(world.user(name), backend="unions.people.backends.AppointmentBackend")
    return client


# ---- the log ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", NUMBERS)
def test_no_number_gets_into_the_log_by_way_of_a_purpose(world: World, said: str) -> None:
    letter, case = write().letter, a_case(world)
    (listed_one,) = listed(world, case, [facts(phone=PHONE)])
    assert (
        as_user(world, "sun").post(f"/worker-letters/{letter.pk}/reveal/phone/", {"purpose": said}).status_code == 422
    )
    he, url = as_user(world, "he"), f"/cases/{case.pk}/workers/{listed_one.pk}"
    assert he.post(f"{url}/reveal/phone/", {"purpose": said}).status_code == 422
    assert he.post(f"{url}/remove/", {"seen": listed_one.version, "reason": said}).status_code == 422
    assert not Event.objects.filter(verb__contains="reveal").exists()


def test_dates_and_sums_may_be_said(world: World) -> None:
    letter = write().letter
    sun, url = as_user(world, "sun"), f"/worker-letters/{letter.pk}/reveal/phone/"
    for said in ("核对 2026-11-20 09:30 的来电", "核实 120000.00 元", "对照 370202-2026-0001 号案件"):
        assert PHONE in sun.post(url, {"purpose": said}).text, said


def test_the_whole_database_holds_no_number_in_the_clear(world: World) -> None:
    """Whatever way they were typed: every table, the log, sessions and stashes among them."""
    case, he = a_case(world), as_user(world, "he")
    wide = {"name": NAME, "phone": "１３８ １２３４ ５６７８", "identity": "37020219900101123７", "owed": "9,000"}
    assert he.post(f"/cases/{case.pk}/workers/new/", wide).status_code == 200
    row = Worker.objects.get()
    assert (row.phone.text, row.identity.text) == (PHONE, IDENTITY)
    he.post(f"/cases/{case.pk}/workers/sheet/", {"text": f"李铁\t{PHONE[:-1]}9\t4500元"})
    he.post(f"/cases/{case.pk}/workers/{row.pk}/reveal/identity/", {"purpose": "申请支付令"})
    mine = look(write())
    mine.post("/window/mine/phone/", {"phone": f"+86 {PHONE}"})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        for (table,) in cursor.fetchall():
            for word in (PHONE, PHONE[3:], IDENTITY, NAME):
                cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{word}%"])  # noqa: S608
                assert cursor.fetchone() == (0,), (table, word)


# ---- what does not fit --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["甲\x00乙", "甲" * 100_000, " "])
def test_a_reason_that_cannot_be_kept_is_refused(world: World, said: str) -> None:
    case = a_case(world)
    row = listed(world, case)[0]
    url = f"/cases/{case.pk}/workers/{row.pk}/remove/"
    assert patient(world, "he").post(url, {"seen": row.version, "reason": said}).status_code == 422
    assert Worker.objects.listed().filter(pk=row.pk).exists()


def test_a_phone_as_long_as_a_book_is_refused(world: World) -> None:
    mine = look(write())
    answer = mine.post("/window/mine/phone/", {"phone": f"138{' ' * 200_000}12345678"})
    assert answer.status_code == 422 and WindowLetter.objects.get().phone.text == PHONE


@pytest.mark.parametrize("name", ["phone", "withdraw", "more"])
def test_a_nul_at_the_window(world: World, name: str) -> None:
    mine = look(write())
    mine.raise_request_exception = False
    answer = mine.post(f"/window/mine/{name}/", dict.fromkeys(("phone", "reason", "text"), "138\x0012345678"))
    assert answer.status_code in (302, 422) and mine.get("/window/mine/").status_code == 200


@pytest.mark.parametrize("text", ["甲\n" * 900_000, f"张三 {'1,' * 900_000}", "张三 13800001111 4500元\n" * 50_000])
def test_a_list_as_long_as_a_book_is_refused_at_once(world: World, text: str) -> None:
    """Two million characters are read in one go; what follows the last line that counts is not."""
    case = a_case(world)
    began = process_time()
    answer = as_user(world, "he").post(f"/cases/{case.pk}/workers/sheet/", {"text": text})
    assert answer.status_code == 422 and ("分成几次" in answer.text or "请一人一行" in answer.text)
    assert process_time() - began < 3 and not Worker.objects.exists()


def test_a_list_beyond_all_books_is_not_adopted(world: World) -> None:
    draft = a_draft(world)
    most = replace(facts("甲"), owed=Decimal("99999999999.99"))
    workers.add_workers(draft, [most] * 1200, world.user("li"), AT)
    draft.refresh_from_db()
    answer = patient(world, "li").post(f"/cases/{draft.pk}/workers/adopt/", {"seen": draft.version})
    assert answer.status_code == 422 and "金额过大" in answer.text
    assert Case.objects.get().stated_amount == Decimal(120000)
