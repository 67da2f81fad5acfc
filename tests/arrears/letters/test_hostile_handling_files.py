"""Files in the handling of cases: photos that tell where they were taken, layouts that reach outside, names that would run."""

from __future__ import annotations

import base64
import hashlib
import io
import struct
import zlib
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from arrears.letters.models import LetterLayout
from arrears.portal.photos import without_place
from tests.arrears.letters.test_letter_pages import brought, docx_with
from tests.cast import World
from tests.departments import PICTURE
from tests.readers import as_user
from tests.window import write

PLACE = b"36.0671N 120.3826E"


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


# ---- photos -------------------------------------------------------------------------------------------------------


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, 2 + len(body)) + body


def exif(orientation: int, order: str = ">") -> bytes:
    mark = b"MM\x00*" if order == ">" else b"II*\x00"
    rows = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0) + struct.pack(f"{order}HHII", 0x8825, 4, 1, 38)
    return b"Exif\x00\x00" + mark + struct.pack(f"{order}IH", 8, 2) + rows + struct.pack(f"{order}I", 0) + PLACE


def a_jpeg(orientation: int = 6, order: str = ">") -> bytes:
    """Two scans, stuffed bytes and a restart in them; places in EXIF, XMP, Photoshop, comment and in what comes after."""
    told = [
        (0xE1, exif(orientation, order)),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + PLACE),
        (0xED, b"Photoshop 3.0\x00" + PLACE),
        (0xE2, b"MPF\x00" + PLACE),
        (0xFE, PLACE),
    ]
    kept = [(0xE0, b"JFIF\x00\x01\x01"), (0xE2, b"ICC_PROFILE\x00\x01\x01"), (0xDB, b"\x00" * 65)]
    head = b"".join(segment(*one) for one in (*kept[:1], *told, *kept[1:]))
    scan = segment(0xDA, b"\x01\x01\x00") + b"pix\xff\x00els\xff\xd0more"
    return b"\xff\xd8" + head + scan + scan + b"\xff\xd9" + b"\xff\xd8" + segment(0xE1, exif(1)) + b"\xff\xd9"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def a_png() -> bytes:
    told = b"".join(chunk(kind, PLACE) for kind in (b"eXIf", b"tEXt", b"iTXt"))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", b"\x00" * 13)
        + told
        + chunk(b"IDAT", b"pixels")
        + chunk(b"IEND", b"")
        + PLACE
    )


def a_webp() -> bytes:
    rows = [(b"VP8X", b"\x2c" + b"\x00" * 9), (b"VP8 ", b"pixels"), (b"EXIF", PLACE), (b"XMP ", PLACE + b"!")]
    body = b"WEBP" + b"".join(
        kind + struct.pack("<I", len(said)) + said + b"\x00" * (len(said) % 2) for kind, said in rows
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize("photo", [a_jpeg(), a_jpeg(8, "<"), a_png(), a_webp()], ids=["jpeg", "intel", "png", "webp"])
def test_a_photo_forgets_where_it_was_taken(photo: bytes) -> None:
    assert PLACE in photo
    kept = without_place(photo)
    assert PLACE not in kept and b"pix" in kept
    assert without_place(kept) == kept, "once is enough: the same photo sent again has the same hash"


@pytest.mark.parametrize(("orientation", "order"), [(6, ">"), (8, "<"), (3, "<")])
def test_a_photo_stays_the_right_way_up(orientation: int, order: str) -> None:
    kept = without_place(a_jpeg(orientation, order))
    assert kept.startswith(b"\xff\xd8\xff\xe1") and kept[12:16] == b"MM\x00*" and kept[31] == orientation
    assert b"JFIF" in kept and b"ICC_PROFILE" in kept and kept.endswith(b"more\xff\xd9")
    assert kept.count(b"pix\xff\x00els\xff\xd0more") == 2
    assert b"\xff\xe1" not in without_place(a_jpeg(1))


def test_the_browser_still_shows_it(browser: Any) -> None:
    """A real picture, made by the browser itself, with a place put into it."""
    page = browser.new_page()
    draw = (
        "(kind) => { const c = document.createElement('canvas'); c.width = 4; c.height = 2; return c.toDataURL(kind); }"
    )
    shown = """async (bytes) => { const kind = new Blob([new Uint8Array(bytes)]);
        const bitmap = await createImageBitmap(kind); return [bitmap.width, bitmap.height]; }"""
    for kind in ("image/jpeg", "image/png", "image/webp"):
        made = base64.b64decode(page.evaluate(draw, kind).partition(",")[2])
        assert without_place(made)[:4] == made[:4]
        assert page.evaluate(shown, list(without_place(made))) == [4, 2], kind
    jpeg = base64.b64decode(page.evaluate(draw, "image/jpeg").partition(",")[2])
    turned = without_place(jpeg[:2] + segment(0xE1, exif(6)) + jpeg[2:])
    assert PLACE not in turned and page.evaluate(shown, list(turned)) == [2, 4], "turned as the phone was held"
    page.close()


@given(st.sampled_from([a_jpeg(), a_png(), a_webp()]), st.integers(0, 400), st.binary(max_size=6))
def test_a_broken_photo_breaks_nothing(photo: bytes, cut: int, noise: bytes) -> None:
    without_place(photo[:cut])
    without_place(photo[:cut] + noise + photo[cut + len(noise) :])


def test_what_a_worker_sends_is_kept_and_handed_on_without_the_place(world: World) -> None:
    letter = write(papers=[SimpleUploadedFile("工地.jpg", a_jpeg()), SimpleUploadedFile("工地2.jpg", a_jpeg())]).letter
    paper = letter.papers.get()
    answer = as_user(world, "sun").get(f"/worker-letters/{letter.pk}/papers/{paper.pk}/")
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert PLACE not in body and len(body) == paper.size and paper.content_type == "image/jpeg"
    assert hashlib.sha256(body).hexdigest() == paper.sha256
    assert without_place(PICTURE) == PICTURE


# ---- layouts of letters -------------------------------------------------------------------------------------------


def with_part(part: str, text: str | bytes) -> bytes:
    return changed(part, lambda _: text if isinstance(text, bytes) else text.encode(), docx_with("x"))


def changed(part: str, change: Any, source: bytes) -> bytes:
    out = io.BytesIO()
    with ZipFile(io.BytesIO(source)) as before, ZipFile(out, "w") as made:
        for one in before.infolist():
            if one.filename != part:
                made.writestr(one, before.read(one))
        made.writestr(part, change(before.read(part) if part in before.namelist() else b""))
    return out.getvalue()


LINKED = (
    '<?xml version="1.0" encoding="{}"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId900" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
    'Target="http://evil.example/x.png" {}/></Relationships>'
)
FOOTER = "word/_rels/footer1.xml.rels"


@pytest.mark.parametrize("mode", ["TargetMode='External'", 'TargetMode = "External"', 'TargetMode="&#69;xternal"'])
def test_a_link_to_the_outside_in_any_writing_is_refused(world: World, mode: str) -> None:
    assert brought(world, with_part(FOOTER, LINKED.format("utf-8", mode))).status_code == 422
    other = LINKED.format("utf-16", mode).encode("utf-16")
    assert brought(world, with_part(FOOTER, other)).status_code == 422
    assert not LetterLayout.objects.exists()


def with_fields(*codes: str) -> bytes:
    """Fields spread over runs, as Word writes them."""
    runs = "".join(
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        + "".join(f"<w:r><w:instrText>{part}</w:instrText></w:r>" for part in code.split("|"))
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        for code in codes
    )
    return changed(
        "word/document.xml", lambda text: text.replace(b"<w:r><w:t>HERE</w:t></w:r>", runs.encode()), docx_with("HERE")
    )


@pytest.mark.parametrize(
    "code",
    [
        "INCLUDEPICTURE http://evil/x.png",
        "INCLUDE|PICTURE x",
        "DDEAUTO c:\\cmd.exe",
        " link Excel.Sheet x",
        "{{ employer }}",
        "PAGE</w:instrText></w:r><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>PAGE",
    ],
)
def test_a_field_that_does_more_than_count_pages_is_refused(world: World, code: str) -> None:
    answer = brought(world, with_fields(code))
    assert answer.status_code == 422 and "域代码" in answer.text
    simple = f'<w:fldSimple w:instr="{code}"/>' if "<" not in code else '<w:fldSimple w:instr="DDE"/>'
    again = changed(
        "word/document.xml", lambda text: text.replace(b"</w:p>", f"{simple}</w:p>".encode(), 1), docx_with("x")
    )
    assert brought(world, again).status_code == 422


def test_page_numbers_are_welcome(world: World) -> None:
    assert brought(world, with_fields("PAGE \\* MERGEFORMAT", " NUM|PAGES ")).status_code == 302


def test_another_document_within_is_refused(world: World) -> None:
    within = changed(
        "word/document.xml", lambda text: text.replace(b"</w:p>", b"</w:p><w:altChunk/>", 1), docx_with("x")
    )
    assert brought(world, within).status_code == 422
