"""Files that are not what they say: evidence that would run, workbooks that would fill the memory."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from arrears.cases.models import Case, Evidence
from arrears.imports import run, uploads
from arrears.imports.columns import SHEET
from arrears.imports.models import Upload
from arrears.imports.writing import Author, take_over
from tests.cast import World, a_case, an_employer
from tests.pictures import picture
from tests.readers import as_user
from tests.sheets import GOOD, sheet
from unions.common.refusals import Refused, Stale
from unions.common.tables import open_table
from unions.common.xlsx_guard import Unreadable
from unions.tree import actions as tree
from unions.tree.imports import import_unions

LIMIT = 50 * 2**20
PNG = picture()


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


# ---- evidence -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("图.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("页.html", b"<!doctype html><script>alert(1)</script>"),
        ("图.png", b"<script>alert(1)</script>"),
        ("程序.png", b"MZ\x90\x00"),
        ("空.png", b""),
        ("图.webp", b"RIFF\x00\x00\x00\x00WAVE"),
    ],
)
def test_what_would_run_is_no_evidence(world: World, name: str, body: bytes) -> None:
    case = a_case(world)
    answer = as_user(world, "li").post(
        f"/cases/{case.pk}/evidence/", {"papers": SimpleUploadedFile(name, body), "note": ""}
    )
    assert answer.status_code == 422 and not Evidence.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd",
        "..\\..\\工资.png",
        'a"\r\nSet-Cookie: x=1\r\n.png',
        "名\u202egnp.exe",
        "甲" * 250 + ".png",
        "\x00.png",
    ],
)
def test_a_file_name_is_a_name_only(world: World, tmp_path: Path, name: str) -> None:
    case, li = a_case(world), as_user(world, "li")
    answer = li.post(f"/cases/{case.pk}/evidence/", {"papers": SimpleUploadedFile("x", PNG, "image/png")})
    kept = Evidence.objects.get()
    Evidence.objects.update(name=name.replace("\x00", "")[:200])  # as if the parser had let it pass
    answer = li.get(f"/cases/{case.pk}/evidence/{kept.pk}/")
    assert answer.status_code == 200 and b"".join(answer.streaming_content) == PNG  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment") and "Set-Cookie" not in answer
    assert "\n" not in answer["Content-Disposition"] and "\r" not in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Content-Type"] == "image/png"
    stored = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert [path.name for path in stored] == [kept.sha256]


def test_evidence_is_found_through_its_own_case_only(world: World) -> None:
    """Another case's number, another unit's reader, a draft's reader from above: 404 each."""
    mine, other = a_case(world), a_case(world, "sun", "370202", employer=an_employer("市南餐饮"))
    as_user(world, "li").post(f"/cases/{mine.pk}/evidence/", {"papers": SimpleUploadedFile("a.png", PNG)})
    row = Evidence.objects.get()
    assert as_user(world, "sun").get(f"/cases/{other.pk}/evidence/{row.pk}/").status_code == 404
    assert as_user(world, "sun").get(f"/cases/{mine.pk}/evidence/{row.pk}/").status_code == 200
    for stranger in ("feng", "zheng", "wei", "wu", "xitong", "shenji"):
        assert as_user(world, stranger).get(f"/cases/{mine.pk}/evidence/{row.pk}/").status_code == 404


# ---- workbooks ----------------------------------------------------------------------------------------------------


def rewritten(path: Path, part: str, change: Callable[[str], str]) -> Path:
    """The workbook with one of its parts changed."""
    with zipfile.ZipFile(path) as before:
        parts = {name: before.read(name) for name in before.namelist()}
    parts[part] = change(parts[part].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after:
        for name, body in parts.items():
            after.writestr(name, body)
    return path


def with_rows(path: Path, rows: str) -> Path:
    return rewritten(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace("</sheetData>", f"{rows}</sheetData>"))


LONG = " " * 500
FAR = {
    "plainly": '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "behind a long tag": f'<row{LONG}r="1048576"><c{LONG}r="XFD1048576"><v>1</v></c></row>',
    "in a row without its number": '<row><c r="GR1048576"><v>1</v></c></row>',
    "behind an attribute with a bracket": '<row r="9"><c s=">" r="XFD9"><v>1</v></c></row>',
    "as an inline text": '<row r="1048576"><c r="GR1048576" t="inlineStr"><is><t>a</t></is></c></row>',
    "under a prefix": '<x:row xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="1048576">'
    '<x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
}


@pytest.mark.parametrize("rows", FAR.values(), ids=FAR)
def test_a_cell_in_the_far_corner(world: World, tmp_path: Path, rows: str) -> None:
    """calamine would ask for the whole block between: up to 17 milliard cells."""
    path = with_rows(sheet(tmp_path / "a.xlsx", [GOOD]), rows)
    with pytest.raises(Unreadable):
        open_table(path, SHEET, most_bytes=LIMIT)
    with path.open("rb") as file, pytest.raises(Refused):
        import_unions(file, None, timezone.now())


def test_a_sheet_hidden_behind_a_comment(tmp_path: Path) -> None:
    path = with_rows(sheet(tmp_path / "a.xlsx", [GOOD]), FAR["plainly"])
    decoy = '<!-- <sheet name="x" sheetId="9" r:id="rId99"/> -->'
    rewritten(path, "xl/workbook.xml", lambda xml: xml.replace("<sheets>", f"{decoy}<sheets>"))
    with pytest.raises(Unreadable):
        open_table(path, SHEET, most_bytes=LIMIT)


ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY l "lol"><!ENTITY m "&l;&l;&l;&l;">]>'


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_a_workbook_with_entities(world: World, tmp_path: Path, part: str) -> None:
    path = rewritten(
        sheet(tmp_path / "a.xlsx", [GOOD]),
        part,
        lambda xml: (
            f"{xml[: xml.index('?>') + 2] if xml.startswith('<?') else ''}{ENTITY}"
            f"{xml[xml.index('?>') + 2 :] if xml.startswith('<?') else xml}".replace("海风建设有限公司", "&e;&m;")
        ),
    )
    with pytest.raises(Unreadable, match="声明"):
        open_table(path, SHEET, most_bytes=LIMIT)


def test_a_zip_that_unpacks_to_gigabytes(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", [GOOD])
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/image1.png", "w", force_zip64=True) as part,
    ):
        for _ in range(520):
            part.write(b"\x00" * 2**20)
    assert path.stat().st_size < 2**20
    with pytest.raises(Unreadable, match="展开后过大"):
        open_table(path, SHEET, most_bytes=LIMIT)


@pytest.mark.parametrize("body", [b"PK\x03\x04", b"PK\x03\x04" + b"\x00" * 100, b"\x00" * 50, "编码,名称\n".encode()])
def test_what_is_no_workbook(world: World, tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(body)
    with pytest.raises(Unreadable):
        open_table(path, SHEET, most_bytes=LIMIT)
    with pytest.raises(Refused):
        import_unions(BytesIO(body), None, timezone.now())


@pytest.mark.parametrize("text", ["海风_x0000_建设", "海风\u202e建设", "=cmd|'/c calc'!A1", "海风\n建设", "🧧" * 60])
def test_texts_in_cells(world: World, tmp_path: Path, text: str) -> None:
    """Taken over as text or refused with the cell named; never a broken task."""
    path = sheet(tmp_path / "a.xlsx", [GOOD | {"企业名称": text, "项目名称": text}])
    union, sun, at = world.unions["370202"], world.user("sun"), timezone.now()
    upload = uploads.receive(SimpleUploadedFile("a.xlsx", path.read_bytes()), union, sun, at)
    uploads.JOB.work(upload.pk, lambda: at)
    upload.refresh_from_db()
    assert upload.stage in ("checked", "refused")
    if upload.stage == "checked":
        uploads.confirm(upload, sun, at)
        uploads.JOB.work(upload.pk, lambda: at)
        assert Upload.objects.get().stage == "done" and Case.objects.count() == 1


@pytest.mark.parametrize("change", ["closed", "moved away"])
def test_a_unit_that_changed_between_the_preview_and_the_writing(world: World, tmp_path: Path, change: str) -> None:
    """What was confirmed is not what would come in: nothing does, and the page says why."""
    path = sheet(tmp_path / "a.xlsx", [GOOD | {"受理工会代码": "370202E0001"}])
    sun, at = world.user("sun"), timezone.now()
    file = SimpleUploadedFile("a.xlsx", path.read_bytes())
    upload = uploads.receive(file, world.unions["370202"], sun, at)
    uploads.JOB.work(upload.pk, lambda: at)
    upload.refresh_from_db()
    uploads.confirm(upload, sun, at)
    read = run.read(path, world.unions["370202"], at)
    unit, day = world.unions["370202E0001"], timezone.localdate()
    if change == "closed":
        tree.close(unit, world.unions["370202"], day, None, at)
    else:
        tree.move(unit, world.unions["370203"], day, None, at)
    with pytest.raises(Stale, match="组织有了变动"):
        take_over(read, Author(sun, at, "a.xlsx", world.unions["370202"]))
    uploads.JOB.work(upload.pk, lambda: at)
    upload.refresh_from_db()
    assert upload.stage == "refused" and not Case.objects.exists()
