"""Evidence as people handle it: kinds, whole pictures, small ones, and the preview under the access check of the file."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from arrears.cases.forms.steps import kind_named
from arrears.cases.models import Evidence, EvidenceKind
from tests.cast import World, a_case, a_draft
from tests.pictures import picture
from tests.readers import as_user

PDF = b"%PDF-1.7 x"


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def li(world: World) -> Client:
    return as_user(world, "li")


def upload(client: Client, case: Any, *files: SimpleUploadedFile, **said: Any) -> Any:
    return client.post(f"/cases/{case.pk}/evidence/", {"papers": list(files), **said})


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("6—10月工资表.pdf", "payroll"),
        ("劳动合同.pdf", "contract"),
        ("欠条.jpg", "iou"),
        ("打卡记录.xlsx", "attendance"),
        ("银行回单.png", "bank"),
        ("调解协议.docx", "agreement"),
        ("IMG_0012.JPG", "media"),
        ("材料.pdf", "other"),
    ],
)
def test_a_name_says_the_kind_where_nobody_does(name: str, kind: str) -> None:
    assert kind_named(name) == EvidenceKind(kind)


def test_each_of_several_files_has_its_kind(li: Client, world: World) -> None:
    case = a_case(world)
    files = [SimpleUploadedFile(f"{number}.pdf", PDF + bytes([number])) for number in range(3)]
    assert upload(li, case, *files, kind="payroll", kinds=["bank", "", "iou"]).status_code == 302
    assert [row.kind for row in case.evidence.all()] == ["bank", "other", "iou"]
    assert upload(li, case, SimpleUploadedFile("4.pdf", PDF + b"4"), kind="attendance").status_code == 302
    assert Evidence.objects.latest("pk").kind == "attendance"
    page = li.get(f"/cases/{case.pk}/?tab=evidence").text
    assert "银行流水／回单" in page and "技术信息" in page
    assert upload(li, case, SimpleUploadedFile("5.pdf", PDF + b"5"), kind="x").status_code == 422


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_broken_picture_is_no_evidence(li: Client, world: World, kind: str) -> None:
    case, whole = a_case(world), picture(kind=kind, size=(200, 200))
    broken = SimpleUploadedFile(f"照片.{kind.lower()}", whole[: len(whole) // 2])
    answer = upload(li, case, broken)
    assert answer.status_code == 422 and "打不开，可能没有传完整" in answer.text
    assert not Evidence.objects.exists()
    assert upload(li, case, SimpleUploadedFile(f"照片.{kind.lower()}", whole)).status_code == 302


def test_a_small_picture_is_made_once_under_the_access_of_the_file(li: Client, world: World, tmp_path: Path) -> None:
    case = a_case(world)
    upload(li, case, SimpleUploadedFile("现场.jpg", picture(kind="JPEG", size=(2000, 1000))))
    row = case.evidence.get()
    small = f"/cases/{case.pk}/evidence/{row.pk}/small/"
    answer = li.get(small)
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert Image.open(io.BytesIO(content)).size == (320, 160)
    assert answer["Cache-Control"] == "private, no-store" and answer["X-Content-Type-Options"] == "nosniff"
    (made,) = [path for path in (tmp_path / "files/evidence-small").rglob("*") if path.is_file()]
    before = made.stat().st_mtime_ns
    li.get(small)
    assert made.stat().st_mtime_ns == before
    for way in ("small", "inline", "page"):
        assert as_user(world, "feng").get(f"/cases/{case.pk}/evidence/{row.pk}/{way}/").status_code == 404


def test_a_draft_that_goes_takes_its_small_pictures(
    li: Client, world: World, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    draft = a_draft(world)
    upload(li, draft, SimpleUploadedFile("现场.png", picture()))
    li.get(f"/cases/{draft.pk}/evidence/{draft.evidence.get().pk}/small/")
    with django_capture_on_commit_callbacks(execute=True):
        assert li.post(f"/cases/{draft.pk}/discard/").status_code == 302
    assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "content", "policy"),
    [("a.png", picture(), "sandbox"), ("a.pdf", PDF, "default-src 'none'; object-src 'self'")],
)
def test_a_browser_shows_pictures_and_pdf_and_nothing_in_them_runs(
    li: Client, world: World, name: str, content: bytes, policy: str
) -> None:
    case = a_case(world)
    upload(li, case, SimpleUploadedFile(name, content))
    at = f"/cases/{case.pk}/evidence/{case.evidence.get().pk}/"
    answer = li.get(f"{at}inline/")
    assert b"".join(answer.streaming_content) == content  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("inline") and answer["X-Frame-Options"] == "SAMEORIGIN"
    assert policy in answer["Content-Security-Policy"] and "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff" and "no-store" in answer["Cache-Control"]
    page = li.get(f"{at}page/")
    assert f"{at}inline/" in page.text and "<html" in page.text
    panel = li.get(f"{at}page/", headers={"HX-Request": "true", "HX-Target": "evidence-panel"})
    assert f"{at}inline/" in panel.text and "<html" not in panel.text


def test_what_no_browser_shows_is_only_given_out(li: Client, world: World) -> None:
    case = a_case(world)
    upload(li, case, SimpleUploadedFile("考勤.xlsx", b"PK\x03\x04 x"))
    at = f"/cases/{case.pk}/evidence/{case.evidence.get().pk}/"
    assert li.get(f"{at}inline/").status_code == 404 and li.get(f"{at}small/").status_code == 404
    assert "请下载查看" in li.get(f"{at}page/").text
