"""What people and programs send that no form asked for: a sentence and a 4xx, never a 500, never a changed row."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from arrears.api.views import ByCode, NewestFirst
from arrears.cases.forms.case import CaseForm
from arrears.cases.models import Case, LedgerEntry
from arrears.inspections.forms.inspections import InspectionForm
from tests.cast import World, a_case
from tests.subjects import load

BACKEND = "unions.people.backends.AppointmentBackend"
NUL, RIGHT_TO_LEFT = "单位\x00名", "单位\u202e名\r\n🧧"
TEXTS = {"employer_name", "condition", "reason", "name", "source"}
FIGURES = ("-1", "1e400", "NaN", "9" * 40)
DAYS = {"on", "since", "until", "last_day", "as_of", "from", "owed_from", "ordered_to_pay_by", "accepted_on"}
ASKED = (NUL, "٣²" * 20, "9999-12-31")

PERIOD = ("union", "month", "from", "as_of", "page")
QUERIES: dict[str, dict[str, tuple[str, ...]]] = {
    "lv": {
        "/cases/": ("q", "state", "industry", "unit", "since", "until", "mine", "after", "before", "unheard"),
        "/cases/employers/": ("employer_name",),
        "/cases/units/": ("union",),
        "/inspections/units/": ("union",),
        "/inspections/": ("q", "industry", "unit", "since", "until", "projects", "after", "before"),
        "/escalations/": ("list", "after", "before"),
        "/exports/": ("after", "before"),
        "/overview/": ("unit",),
        "/overview/charts/places/": ("unit",),
        "/overview/cases/": ("unit", "what", "since", "until", "after", "before"),
        "/forms/shandong-monthly-bulletin/": PERIOD,
        "/forms/shandong-winter/": PERIOD,
        "/forms/shandong-winter/cell/": ("union", "from", "as_of", "row", "column", "page"),
        "/unions/": ("q", "after"),
        "/unions/370200/children/": ("after",),
        "/api/cases/": ("state", "union", "since", "until", "cursor"),
        "/api/unions/": ("parent", "kind", "q", "cursor"),
    },
    "shenji": {"/audit/": ("q", "by", "since", "until", "before")},
    "anquan": {"/accounts/": ("q", "state", "after")},
}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def signed_in(world: World, name: str, **options: Any) -> Client:
    client = Client(raise_request_exception=False, **options)
    client.force_login(world.user(name), backend=BACKEND)
    return client


@pytest.mark.parametrize("name", QUERIES)
def test_any_query_is_answered(world: World, name: str) -> None:
    client, faults = signed_in(world, name), []
    for url, keys in QUERIES[name].items():
        for key in keys:
            for value in ASKED:
                answer = client.get(url, {key: value})
                if answer.status_code >= 500:
                    faults.append((url, key, value))
    assert faults == []


FULL = {
    "union": "370202E0001",
    "employer_name": "某某公司",
    "no_code": "unknown",
    "region_code": "370202",
    "industry": "E",
    "channel": "report",
    "stated_workers": "3",
    "stated_amount": "100",
    "accepted_on": "2026-11-01",
    "submit": "file",
    "on_project": "on",
    "nature": "other",
    "project_name": "工程",
}
VISIT = {name: FULL[name] for name in ("union", "employer_name", "no_code", "region_code", "industry")} | {
    "on": "2026-11-01",
    "workers": "3",
}
ENTRY = {"kind": "recognised", "on": "2026-11-18", "workers": "1", "amount": "1", "source": "凭证"}
TREE = {"on": "2026-11-20", "confirmed": "1"}
NEWCOMER = {"role": "clerk", "who": "new", "username": "neu", "name": "新人", "since": "2026-11-20"}
# (who, address, fields to spoil, what is in order otherwise); {…}: things of tests/subjects.py.
SHEETS: list[tuple[str, str, tuple[str, ...], dict[str, str]]] = [
    ("li", "/cases/new/", (*CaseForm.base_fields, "once", "submit"), FULL),
    ("li", "/cases/autosave/", ("employer_name", "seen", "condition"), {}),
    ("he", "/cases/{case}/edit/", ("employer_name", "seen", "condition", "ordered_to_pay_by", "owed_from"), FULL),
    ("he", "/cases/{case}/entries/", (*ENTRY, "migrants", "seen"), ENTRY | {"seen": "{version}"}),
    ("he", "/cases/{case}/entries/{entry}/reverse/", ("on", "source"), {"on": "2026-11-20", "source": "错"}),
    (
        "he",
        "/cases/{case}/acts/",
        ("kind", "on", "detail", "outcome", "seen"),
        {"seen": "{version}", "kind": "negotiation", "on": "2026-11-18", "outcome": "failed"},
    ),
    ("he", "/cases/{case}/moves/go_legal/", ("reason", "seen", "seal"), {"seen": "{version}", "reason": "已仲裁"}),
    ("he", "/cases/{case}/moves/settle/", ("conclusion", "seen"), {"seen": "{version}"}),
    ("li", "/cases/{case}/escalate/", ("sender", "ground", "reason", "seen"), {"seen": "{version}"}),
    ("wang", "/escalations/{report}/approve/", ("seal", "opinion"), {}),
    ("wang", "/escalations/{report}/decline/", ("opinion",), {}),
    ("sun", "/escalations/{sent-report}/receive/", ("opinion", "handled_by"), {"handled_by": "below"}),
    ("he", "/inspections/new/", tuple(InspectionForm.base_fields), VISIT),
    ("sun", "/exports/new/", ("form", "union", "from", "as_of"), {"form": "shandong-winter"}),
    ("li", "/import/cases/", ("union", "file"), {}),
    ("shenji", "/audit/verify/", ("stream",), {}),
    ("xitong", "/unions/370202/edit/", ("name", "region_code", "reports_to", "duty_phone"), {"name": "市南"}),
    (
        "xitong",
        "/unions/370202/found/",
        ("code", "name", "kind", "since", "region_code"),
        {"code": "370202E0077", "name": "新", "kind": "enterprise", "since": "2026-11-01"},
    ),
    ("xitong", "/unions/370202/move/", ("parent", "on"), TREE | {"parent": "370000"}),
    ("xitong", "/unions/370202/split/", ("code", "name", "children", "on"), TREE | {"code": "370299", "name": "新"}),
    ("xitong", "/unions/370202/merge/", ("units", "on"), TREE),
    ("xitong", "/unions/import/confirm/", ("token",), {}),
    ("wu", "/unions/370202/people/appoint/", (*NEWCOMER, "email", "until", "acting_for"), NEWCOMER),
    ("wu", "/unions/370202E0001/people/{appointment}/dismiss/", ("last_day",), {}),
]


def spoilings(key: str) -> list[str]:
    days, texts = ["9999-12-31"] * (key in DAYS), [RIGHT_TO_LEFT] * (key in TEXTS)
    return [NUL, *days, *texts]


def test_any_field_is_answered(subjects_database: None, world: World) -> None:
    things, faults = load(), []
    for name, url, keys, base in SHEETS:
        client = signed_in(world, name)
        whole = {key: value.format(**things) for key, value in base.items()}
        for key in keys:
            for value in spoilings(key):
                with transaction.atomic():
                    answer = client.post(url.format(**things), whole | {key: value})
                    transaction.set_rollback(True)
                if answer.status_code >= 500:
                    faults.append((url, key, value[:12]))
    assert faults == []


@pytest.mark.parametrize("figure", FIGURES)
def test_figures_that_are_none(world: World, figure: str) -> None:
    """And those too large for the books: said at the field, nothing written."""
    case = a_case(world)
    he = signed_in(world, "he")
    for key in ("workers", "migrants", "amount"):
        spoilt = ENTRY | {"seen": str(case.version), key: figure}
        assert he.post(f"/cases/{case.pk}/entries/", spoilt).status_code == 422
    for key in ("stated_workers", "stated_migrants", "stated_amount", "workforce"):
        assert he.post("/cases/new/", FULL | {key: figure}).status_code == 422
    assert LedgerEntry.objects.count() == Case.objects.count() == 1


def test_a_text_as_long_as_a_book(world: World) -> None:
    long = {"remark": "甲" * 5001, "address": "甲" * 201, "original_number": "1" * 61}
    for key, value in long.items():
        answer = signed_in(world, "li").post("/cases/new/", FULL | {key: value})
        assert answer.status_code == 422 and "个字" in answer.content.decode()


def test_a_nul_is_named(world: World) -> None:
    answer = signed_in(world, "lv").get("/unions/", {"q": NUL})
    assert answer.status_code == 422 and "空字符" in answer.content.decode()
    answer = signed_in(world, "lv").get("/api/cases/", {"cursor": base64.b64encode(b"p=%00").decode()})
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")


@pytest.mark.parametrize("cursor", ["p=abc", "p=%00", "p=9e999", f"p={'9' * 40}", "o=9999999999", "r=1&p=-1", "x"])
def test_a_cursor_somebody_changed(world: World, cursor: str) -> None:
    client = signed_in(world, "lv")
    for url, pages in (("/api/cases/", NewestFirst), ("/api/unions/", ByCode)):
        answer = client.get(url, {pages.cursor_query_param: base64.b64encode(cursor.encode()).decode()})
        assert answer.status_code in (200, 404), (url, cursor)


BODIES = [
    "[]",
    "null",
    '"x"',
    "1e400",
    "{",
    '{"seen": 1e400}',
    '{"seen": [], "kind": {}, "on": []}',
    '{"seen": %d, "kind": "recognised", "on": "2026-11-18", "workers": 99999999999, "source": "a"}',
    '{"seen": %d, "kind": "recognised", "on": "2026-11-18", "amount": "99999999999999.99", "source": "a"}',
    '{"seen": %d, "kind": "adjusted", "on": "2026-11-18", "workers": -99999999999, "source": "a"}',
    '{"seen": %d, "kind": "recognised", "on": "0001-01-01", "amount": "1.00", "source": "a"}',
    '{"seen": %d, "kind": "paid", "on": "9999-12-31", "amount": "1.00"}',
    '{"seen": %d, "kind": "paid", "on": "2026-11-18", "amount": "NaN"}',
    '{"seen": %d, "kind": "paid", "on": "2026-11-18", "amount": Infinity}',
    '{"seen": %d, "kind": "paid", "on": "2026-11-18", "amount": "1.00", "source": "\\u0000"}',
    '{"seen": %d, "kind": "paid", "on": "2026-11-18", "amount": "1.00", "source": "\\ud800"}',
    '{"seen": %d, "kind": "\\ud800", "on": "2026-11-18", "amount": "1.00"}',
    '{"seen": %d, "kind": "paid", "on": "2026-11-18", "amount": "1.00", "\\ud800": "a"}',
    '{"seen": %d, "kind": "reversed", "on": "2026-11-18", "amount": "1.00"}',
]


def test_json_of_any_kind_is_refused_in_a_sentence(world: World) -> None:
    case = a_case(world)
    client = signed_in(world, "he", headers={"accept": "application/json"})
    for body in BODIES:
        sent = body % case.version if "%d" in body else body
        for url in ("entries/", "moves/settle/", "moves/no-such/"):
            answer = client.post(f"/api/cases/{case.pk}/{url}", sent, content_type="application/json")
            assert 400 <= answer.status_code < 500, (body, url, answer.content)
            assert json.loads(answer.content)["detail"]
            if "\\u" in body and url == "entries/":
                assert "无法识别的字符" in json.loads(answer.content)["detail"]
        answer = client.post("/api/cases/", sent, content_type="application/json")
        assert 400 <= answer.status_code < 500, body
    assert LedgerEntry.objects.count() == 1 and Case.objects.count() == 1


def test_addresses_with_impossible_numbers(world: World) -> None:
    client = signed_in(world, "he")
    for number in ("0", "9" * 18, "9" * 19, "9" * 400):
        for url in (
            "cases/{}/",
            "cases/{}/report/",
            "escalations/{}/",
            "exports/{}/file/",
            "import/cases/{}/",
            "api/cases/{}/",
        ):
            assert client.get("/" + url.format(number)).status_code == 404, (url, number)


def test_a_body_too_large_is_refused(world: World, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    client = signed_in(world, "li")
    assert client.post("/cases/new/", {"remark": "甲" * 5000}).status_code == 400
    many = {f"x{number}": "1" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10**6
    assert client.post("/cases/new/", many).status_code == 400


def test_what_a_page_sends_along_is_not_given_back_as_typed(world: World) -> None:
    case = a_case(world)
    typed = {"source": "银行回单第十二号附后", "asks_first": '{"only": [], "says": "记入台账后不能修改，请核对。"}'}
    page = signed_in(world, "qian").post(f"/cases/{case.pk}/entries/", typed)
    assert page.status_code == 403
    assert typed["source"] in page.text and "only" not in page.text
