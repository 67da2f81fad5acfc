"""导入台账 in the browser: upload, preview, confirm; the upload row as the truth behind the tasks."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from arrears.cases.models import Case
from arrears.imports import uploads
from arrears.imports.columns import COLUMNS
from arrears.imports.models import Upload
from tests.cast import PASSWORD, World
from tests.readers import as_user
from tests.sheets import GOOD, REAL, sheet
from unions.people.appointments import sync_rights


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def content(path: Path) -> SimpleUploadedFile:
    return SimpleUploadedFile(path.name, path.read_bytes())


def received(world: World, path: Path, by: str = "sun", code: str = "370202") -> Upload:
    return uploads.receive(content(path), world.unions[code], world.user(by), timezone.now())


def worked(upload: Upload) -> None:
    """What waits of the upload is worked off."""
    uploads.JOB.work(upload.pk, timezone.now)


def test_from_upload_to_cases(world: World, tmp_path: Path, django_assert_max_num_queries: Any) -> None:
    path = sheet(tmp_path / "台账.xlsx", [GOOD, GOOD | {"原编号": "A-2"}])
    client = as_user(world, "sun")
    answer = client.post("/import/cases/", {"union": world.unions["370202"].pk, "file": content(path)})
    upload = Upload.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/import/cases/{upload.pk}/")
    assert "排队中" in client.get(answer.headers["Location"]).content.decode()
    worked(upload)
    with django_assert_max_num_queries(8):
        page = client.get(f"/import/cases/{upload.pk}/").content.decode()
    assert "核对无误" in page and "确认导入 2 件" in page and "every 1s" not in page
    assert not Case.objects.exists()
    assert client.post(f"/import/cases/{upload.pk}/confirm/").status_code == 302
    fragment = client.get(f"/import/cases/{upload.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 1s"' in fragment and "<html" not in fragment
    worked(upload)
    assert "新登记 2 件" in client.get(f"/import/cases/{upload.pk}/").content.decode()
    assert Case.objects.filter(filed_by=world.user("sun"), number__startswith="370202-2023-").count() == 2
    with django_assert_max_num_queries(9):
        assert "已导入" in client.get("/import/cases/").content.decode()


def test_a_second_click_and_a_task_delivered_twice_change_nothing(world: World, tmp_path: Path) -> None:
    upload = received(world, sheet(tmp_path / "a.xlsx", [GOOD]))
    client = as_user(world, "sun")
    worked(upload)
    worked(upload)
    assert client.post(f"/import/cases/{upload.pk}/confirm/").status_code == 302
    again = client.post(f"/import/cases/{upload.pk}/confirm/")
    assert again.status_code == 409 and "可能已经点过" in again.content.decode()
    worked(upload)
    worked(upload)
    upload.refresh_from_db()
    assert (upload.stage, upload.report["created"], Case.objects.count()) == ("done", 1, 1)


def test_bad_cells_are_shown_and_come_back_as_a_workbook(world: World, tmp_path: Path) -> None:
    upload = received(world, sheet(tmp_path / "a.xlsx", [GOOD, GOOD | {"原编号": "=1+1", "欠薪金额(元)": "很多"}]))
    worked(upload)
    client = as_user(world, "sun")
    page = client.get(f"/import/cases/{upload.pk}/").content.decode()
    assert "1 行共 1 处需要改正" in page and "不是数字" in page
    answer = client.get(f"/import/cases/{upload.pk}/marked.xlsx")
    rows = list(openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active.iter_rows())
    assert [rows[0][0].value, rows[0][-1].value] == ["原行号", "错误原因"]
    bad = {cell.value: cell for cell in rows[1]}
    assert (bad["=1+1"].data_type, bad["=1+1"].quotePrefix) == ("s", True)
    assert bad["很多"].fill.fgColor.rgb == "00FFD9D6" and bad[3].column == 1
    assert client.post(f"/import/cases/{upload.pk}/confirm/").status_code == 409


def test_an_upload_is_its_senders_alone(world: World, tmp_path: Path) -> None:
    upload = received(world, sheet(tmp_path / "a.xlsx", [GOOD]))
    for name in ("zhou", "li", "han", "shenji"):
        client = as_user(world, name)
        for end in ("", "marked.xlsx"):
            assert client.get(f"/import/cases/{upload.pk}/{end}").status_code == 404
        for end in ("confirm/", "retry/"):
            assert client.post(f"/import/cases/{upload.pk}/{end}").status_code == 404


def test_who_may_not_file_may_not_import(world: World, tmp_path: Path) -> None:
    for name in ("zhou", "qian", "wu", "xitong"):
        assert as_user(world, name).get("/import/cases/").status_code == 403
    path = sheet(tmp_path / "a.xlsx", [GOOD])
    answer = as_user(world, "li").post("/import/cases/", {"union": world.unions["370202"].pk, "file": content(path)})
    assert answer.status_code == 422 and "您不能为这个工会登记案件" in answer.content.decode()
    assert Client().get("/import/cases/").status_code == 302


def test_rights_lost_between_upload_and_work_stop_it(world: World, tmp_path: Path) -> None:
    upload = received(world, sheet(tmp_path / "a.xlsx", [GOOD]))
    worked(upload)
    uploads.confirm(Upload.objects.get(), world.user("sun"), timezone.now())
    world.user("sun").appointments.update(until=timezone.localdate() - timedelta(days=1))
    sync_rights(world.user("sun"), timezone.localdate())
    worked(upload)
    upload.refresh_from_db()
    assert upload.stage == "refused" and "没有在“市南区总工会”登记案件的权限" in upload.report["failure"]
    assert not Case.objects.exists()


def test_what_a_killed_worker_left_is_taken_up_again_and_given_up_at_last(
    world: World, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    upload = received(world, sheet(tmp_path / "a.xlsx", [GOOD]))
    found = Upload.objects.filter(pk=upload.pk)
    long_ago = timezone.now() - timedelta(minutes=10)
    found.update(state="running", attempts=1, changed_at=long_ago)
    with django_capture_on_commit_callbacks() as sent:
        uploads.JOB.requeue_stale(timezone.now())
    assert (found.get().state, found.get().attempts, len(sent)) == ("waiting", 1, 1)
    found.update(stage="writing", state="running", attempts=2, changed_at=timezone.now())
    uploads.JOB.requeue_stale(timezone.now())
    assert found.get().state == "running"  # still at work
    found.update(changed_at=long_ago)
    uploads.JOB.requeue_stale(timezone.now())
    assert found.get().state == "failed" and "中断了两次" in found.get().error
    client = as_user(world, "sun")
    assert "重新核对" in client.get(f"/import/cases/{upload.pk}/").content.decode()
    client.post(f"/import/cases/{upload.pk}/retry/")
    assert (found.get().stage, found.get().state, found.get().report) == ("checking", "waiting", {})


def test_with_the_broker_down_the_row_waits(
    world: World, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    """No Redis runs in this test."""
    path = sheet(tmp_path / "a.xlsx", [GOOD])
    with django_capture_on_commit_callbacks(execute=True):
        answer = as_user(world, "sun").post(
            "/import/cases/", {"union": world.unions["370202"].pk, "file": content(path)}
        )
    assert (answer.status_code, Upload.objects.get().state) == (302, "waiting")


@pytest.mark.parametrize("body, words", [(b"", "是空文件"), (b"a,b\n1,2\n", "")])
def test_a_file_that_is_none_gets_a_sentence(world: World, body: bytes, words: str) -> None:
    client = as_user(world, "sun")
    sent = {"union": world.unions["370202"].pk, "file": SimpleUploadedFile("台账.xlsx", body)}
    answer = client.post("/import/cases/", sent)
    if words:
        assert answer.status_code == 422 and words in answer.content.decode()
        return
    upload = Upload.objects.get()
    worked(upload)
    assert "这不是 Excel 工作簿" in client.get(f"/import/cases/{upload.pk}/").content.decode()


def test_the_template_is_the_sheet(world: World, tmp_path: Path) -> None:
    answer = as_user(world, "sun").get("/import/cases/template.xlsx")
    book = openpyxl.load_workbook(BytesIO(answer.content))
    assert [cell.value for cell in book.worksheets[0][1]] == [column.name for column in COLUMNS]
    assert len(book.worksheets[0].data_validations.dataValidation) == 6
    # Its example, put into the first sheet, can be imported.
    example = {
        row[0].value: row[3].value for row in book.worksheets[1].iter_rows(min_row=2) if row[3].value is not None
    }
    upload = received(world, sheet(tmp_path / "a.xlsx", [example]))
    worked(upload)
    assert Upload.objects.get().stage == "checked", Upload.objects.get().report


def test_the_real_ledger_in_the_browser(celery_worker: Any, world: World, page: Any) -> None:
    """Upload, preview, confirm, watch the bar, done; the worker runs over Redis."""
    page.goto("/sign-in/?next=/import/cases/")
    page.fill("input[name=username]", "sun")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.set_input_files("input[type=file]", str(REAL))
    page.click("text=上传并核对")
    page.wait_for_selector("text=核对无误，待您确认", timeout=120_000)
    assert "14,603.47" in page.inner_text(".stats")
    page.click("text=确认导入 25,725 件")
    page.wait_for_selector("progress[value]", timeout=120_000)
    page.wait_for_selector("text=新登记 25,725 件", timeout=240_000)
    assert re.fullmatch(r".*/import/cases/\d+/", page.url)
    page.click("text=查看案件")
    page.wait_for_selector("text=370202-20")
    assert Case.objects.filter(filed_by=world.people["sun"]).count() == 25_725
