"""Exports as tasks: one row is the truth; a killed worker, a double message, a dismissed colleague, an expired file."""

from __future__ import annotations

import hashlib
import time
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from arrears.law.scope import Period, Scope
from reporting.exports import actions as exports
from reporting.exports.models import Download, Export
from reporting.forms.files import known
from tests.books import write_case
from tests.cast import AT, PASSWORD, World, an_employer, load
from tests.lent import lent
from unions.common.refusals import Forbidden
from unions.models import Event, JobState
from unions.people.appointments import dismiss

FORM = known()["qinghai-annex-1"]
OCTOBER = Period(date(2022, 10, 1), date(2022, 10, 31), date(2022, 11, 30))


@pytest.fixture(autouse=True)
def annex_taken_over(request: pytest.FixtureRequest) -> None:
    if "world" in request.fixturenames:
        request.getfixturevalue("world")
        lent("qinghai-2022-41")


def now() -> Any:
    return AT


def asked(world: World, who: str = "shen", code: str = "370000") -> Export:
    return exports.request(FORM, Scope(world.unions[code], OCTOBER), world.user(who), AT)


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content)


@pytest.fixture
def books(world: World) -> World:
    for day in range(1, 4):
        write_case(world, date(2022, 10, day), day, "10000", employer=an_employer(f"单位{day}"))
    return world


def test_made_in_the_background_and_fetched(books: World, client: Client) -> None:
    export = asked(books)
    assert export.state == JobState.WAITING
    exports.JOB.work(export.pk, now)
    export.refresh_from_db()
    assert (export.state, export.done_count, export.total_count) == (JobState.DONE, 3, 3)
    assert export.name == "欠薪事件线索汇总表_山东省总工会_2022-10.xlsx"
    assert export.expires_at == AT + timedelta(hours=settings.EXPORT_LIFETIME_HOURS)
    Export.objects.update(expires_at=timezone.now() + timedelta(hours=1))
    client.force_login(books.user("shen"), backend="unions.people.backends.AppointmentBackend")
    answer = client.get(reverse("export-file", args=[export.pk]))
    got = content(answer)
    assert hashlib.sha256(got).hexdigest() == export.sha256 and len(got) == export.size
    assert load_workbook(BytesIO(got)).worksheets[0]["A1"].value == "欠薪事件线索汇总表"
    assert "attachment" in answer["Content-Disposition"]
    assert Download.objects.get().by.username == "shen"
    assert [event.verb for event in Event.objects.filter(stream=export.stream)] == ["request", "download"]


def test_a_table_by_unit_as_pdf_says_how_many_rows_it_has(books: World) -> None:
    """Its rows are not the form's: they are counted as its workbook counts them."""
    december = Period(date(2023, 12, 1), date(2023, 12, 31), date(2023, 12, 31))
    form, scope = known()["shandong-monthly-bulletin"], Scope(books.unions["370000"], december)
    found = []
    for kind in ("xlsx", "pdf"):
        exports.JOB.work(exports.request(form, scope, books.user("shen"), AT, kind).pk, now)
        found.append(Export.objects.get(kind=kind))
    assert [one.state for one in found] == [JobState.DONE, JobState.DONE]
    assert found[0].done_count == found[1].done_count > 1
    assert found[1].file.read().startswith(b"%PDF") and found[1].name.endswith(".pdf")


def test_asked_twice_is_one(books: World) -> None:
    assert asked(books).pk == asked(books).pk


def test_delivered_twice_is_written_once(books: World) -> None:
    export = asked(books)
    exports.JOB.work(export.pk, now)
    first = Export.objects.get().file.name
    exports.JOB.work(export.pk, now)
    assert Export.objects.get().file.name == first and Export.objects.get().attempts == 1


def test_only_who_may_export(books: World) -> None:
    for who, code in (("li", "370202E0001"), ("sun", "370203"), ("wu", "370202"), ("sun", "370000")):
        with pytest.raises(Forbidden):
            asked(books, who, code)
    assert asked(books, "sun", "370202E0001").pk, "the right spreads over what lies below"


def test_a_right_lost_meanwhile_stops_it(books: World) -> None:
    export = asked(books, "qian", "370202")
    row = books.user("qian").appointments.get()
    dismiss(row, timezone.localdate(), books.user("wu"), timezone.now())
    exports.JOB.work(export.pk, now)
    export.refresh_from_db()
    assert (export.state, bool(export.file)) == (JobState.FAILED, False)
    assert "没有导出" in export.error


def test_cancelled_while_it_runs_leaves_no_file(books: World) -> None:
    """Cancelled at the very end: the run notices when it hands over, and takes its file away."""
    export = asked(books)
    ticks: list[int] = []

    def clock() -> Any:
        ticks.append(1)
        if len(ticks) == 3:  # claimed, counted, … then somebody cancels
            exports.cancel(Export.objects.get(), books.user("shen"), AT)
        return AT

    exports.JOB.work(export.pk, clock)
    export.refresh_from_db()
    assert (export.state, export.file.name) == (JobState.CANCELLED, "")
    assert not list(Path(settings.MEDIA_ROOT).glob(f"exports/**/{export.pk}-*"))


def test_a_killed_worker_is_replaced_and_gives_up_after_three(books: World) -> None:
    export = asked(books)
    for attempt in (1, 2, 3):
        Export.objects.update(state=JobState.RUNNING, attempts=attempt, changed_at=AT - timedelta(minutes=6))
        sent = exports.JOB.requeue_stale(AT)
        export.refresh_from_db()
        assert (sent, export.state) == ((1, "waiting") if attempt < 3 else (0, "failed"))
    assert "重新导出" in export.error


def test_the_dead_worker_that_wakes_up_writes_nothing(books: World) -> None:
    export = asked(books)
    beats: list[int] = []

    def clock() -> Any:
        beats.append(1)
        if len(beats) == 3:  # it slept; meanwhile the row went to another run
            Export.objects.update(attempts=2)
        return AT

    exports.JOB.work(export.pk, clock)
    export.refresh_from_db()
    assert (export.state, export.attempts, export.file.name) == (JobState.RUNNING, 2, "")


def test_what_waits_too_long_is_sent_again(books: World) -> None:
    asked(books)
    assert exports.JOB.requeue_stale(AT + timedelta(minutes=1)) == 0
    assert exports.JOB.requeue_stale(AT + timedelta(minutes=3)) == 1
    assert exports.JOB.requeue_stale(AT + timedelta(minutes=4)) == 0


def test_expired_files_go_and_their_rows_stay(books: World, client: Client) -> None:
    export = asked(books)
    exports.JOB.work(export.pk, now)
    stored = Path(settings.MEDIA_ROOT) / Export.objects.get().file.name
    assert stored.exists()
    client.force_login(books.user("shen"), backend="unions.people.backends.AppointmentBackend")
    Export.objects.update(expires_at=timezone.now())
    answer = client.get(reverse("export-file", args=[export.pk]))
    assert (answer.status_code, "已过期" in answer.content.decode()) == (410, True)
    assert exports.JOB.expire(timezone.now()) == 1
    assert not stored.exists() and Export.objects.get().state == JobState.EXPIRED
    assert client.get(reverse("export-file", args=[export.pk])).status_code == 410
    assert "已过期" in client.get(reverse("export", args=[export.pk])).content.decode()


def test_exports_are_their_owners_alone(books: World, client: Client) -> None:
    export = asked(books)
    exports.JOB.work(export.pk, now)
    client.force_login(books.user("han"), backend="unions.people.backends.AppointmentBackend")
    for name in ("export", "export-file"):
        assert client.get(reverse(name, args=[export.pk])).status_code == 404
    assert client.post(reverse("export-cancel", args=[export.pk])).status_code == 404
    assert reverse("export", args=[export.pk]) not in client.get(reverse("exports")).content.decode()
    assert client.get(reverse("export-new")).status_code == 405


def test_asking_from_the_page(books: World, client: Client, django_assert_max_num_queries: Any) -> None:
    client.force_login(books.user("sun"), backend="unions.people.backends.AppointmentBackend")
    form = {"form": "qinghai-annex-1", "union": "370202", "month": "2022-10", "as_of": "2022-11-30"}
    answer = client.post(reverse("export-new"), form)
    export = Export.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("export", args=[export.pk]))
    assert (export.since, export.until, export.as_of) == (OCTOBER.since, OCTOBER.until, OCTOBER.as_of)
    assert client.post(reverse("export-new"), form | {"month": "x"}).status_code == 422
    assert client.post(reverse("export-new"), form | {"form": "x"}).status_code == 404
    assert client.post(reverse("export-new"), form | {"union": "370203"}).status_code == 404
    fragment = client.get(reverse("export", args=[export.pk]), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment and "排队中" in fragment and "hx-trigger" in fragment
    with django_assert_max_num_queries(9):
        assert client.get(reverse("exports")).status_code == 200
    assert client.post(reverse("export-cancel", args=[export.pk])).status_code == 302
    again = client.get(reverse("export", args=[export.pk]), headers={"HX-Request": "true"}).content.decode()
    assert "已取消" in again and "every 1s" not in again
    assert client.post(reverse("export-cancel", args=[export.pk])).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_over_redis_in_the_browser(cast_database: None, celery_worker: Any, open_page: Any, tmp_path: Path) -> None:
    """The whole way: the province's statistician opens the table, asks, watches, and the file comes by itself."""
    world = load()
    lent("qinghai-2022-41")
    write_case(world, date(2022, 10, 3), 37, "1234567.89", employer=an_employer('=HYPERLINK("http://x")'), industry="C")
    page = open_page(1440)
    page.goto("/sign-in/")
    page.fill("input[name=username]", "shen")
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.goto("/forms/qinghai-annex-1/?month=2022-10&as_of=2022-11-30")
    with page.expect_download() as arriving:
        page.get_by_role("button", name="导出 Excel").click()
    file = arriving.value
    assert file.suggested_filename == "欠薪事件线索汇总表_山东省总工会_2022-10.xlsx"
    file.save_as(tmp_path / "got.xlsx")
    ws = load_workbook(tmp_path / "got.xlsx").worksheets[0]
    assert [cell.value for cell in ws[3]][2:] == ['=HYPERLINK("http://x")', "制造业", 37, 123.46, "否", "否"]
    page.get_by_text("可以下载").wait_for()
    time.sleep(1.2)  # no second download, no more asking
    assert Download.objects.count() == 1
