"""Files in the handling of cases: photos that tell where they were taken, layouts that reach outside, names that would run."""

from __future__ import annotations

import base64
import hashlib
import io
import struct
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st
from PIL import Image

from arrears.letters.models import LetterLayout
from arrears.portal.photos import reencoded
from tests.arrears.letters.test_letter_pages import brought, docx_with
from tests.cast import World
from tests.departments import PICTURE
from tests.readers import as_user
from tests.window import write
from unions.common.refusals import Refused

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


LEFT, RIGHT = (200, 30, 30), (30, 30, 200)


def a_picture(kind: str, size: tuple[int, int] = (32, 16)) -> bytes:
    """Red on the left, blue on the right."""
    picture, out = Image.new("RGB", size, LEFT), io.BytesIO()
    picture.paste(RIGHT, (size[0] // 2, 0, *size))
    picture.save(out, kind)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def near(found: Any, wanted: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 40 for one, other in zip(found, wanted, strict=True))


def a_jpeg(orientation: int = 6, order: str = ">") -> bytes:
    """Places in EXIF, XMP, Photoshop, comment, a second picture's index, and in what comes after."""
    told = [
        (0xE1, exif(orientation, order)),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + PLACE),
        (0xED, b"Photoshop 3.0\x00" + PLACE),
        (0xE2, b"MPF\x00" + PLACE),
        (0xFE, PLACE),
        (0xE2, b"ICC_PROFILE\x00\x01\x01" + b"colour"),
    ]
    bare = a_picture("JPEG")
    head = b"".join(segment(*one) for one in told)
    return bare[:20] + head + bare[20:] + b"\xff\xd8" + segment(0xE1, exif(1)) + b"\xff\xd9"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def a_png() -> bytes:
    told = b"".join(chunk(kind, PLACE) for kind in (b"eXIf", b"tEXt", b"iTXt"))
    bare = a_picture("PNG")
    return bare[:33] + told + bare[33:] + PLACE


def a_webp() -> bytes:
    plain = a_picture("WEBP")[12:]
    rows = [(b"VP8X", b"\x0c\0\0\0\x1f\0\0\x0f\0\0"), plain, (b"EXIF", PLACE), (b"XMP ", PLACE + b"!")]
    body = b"WEBP" + b"".join(
        one
        if isinstance(one, bytes)
        else one[0] + struct.pack("<I", len(one[1])) + one[1] + b"\x00" * (len(one[1]) % 2)
        for one in rows
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def a_gif() -> bytes:
    first, out = opened(a_picture("GIF")), io.BytesIO()
    first.save(out, "GIF", save_all=True, append_images=[first.rotate(180)], comment=PLACE)
    return out.getvalue()


PHOTOS = {
    "jpeg": a_jpeg(1),
    "turned": a_jpeg(6),
    "intel": a_jpeg(8, "<"),
    "png": a_png(),
    "webp": a_webp(),
    "gif": a_gif(),
}


@pytest.mark.parametrize("kind", PHOTOS)
def test_a_photo_forgets_where_it_was_taken(kind: str) -> None:
    photo = PHOTOS[kind]
    assert PLACE in photo
    kept = reencoded(photo, "x")
    assert PLACE not in kept and sorted(opened(kept).size) == [16, 32]
    assert reencoded(photo, "x") == kept, "once is enough: the same photo sent again has the same hash"
    assert PLACE not in reencoded(kept, "x")


@pytest.mark.parametrize(("orientation", "order"), [(6, ">"), (8, "<"), (3, "<")])
def test_a_photo_stays_the_right_way_up(orientation: int, order: str) -> None:
    kept = opened(reencoded(a_jpeg(orientation, order), "x"))
    first, last = kept.getpixel((1, 1)), kept.getpixel((kept.width - 2, kept.height - 2))
    red_first = orientation == 6
    assert near(first, LEFT if red_first else RIGHT) and near(last, RIGHT if red_first else LEFT)
    assert kept.size == ((32, 16) if orientation == 3 else (16, 32))
    assert b"\xff\xe1" not in reencoded(a_jpeg(orientation, order), "x") and kept.info.get("icc_profile") == b"colour"
    assert b"\xff\xe1" not in reencoded(a_jpeg(1), "x")


def test_every_frame_of_a_moving_picture_stays() -> None:
    assert opened(reencoded(a_gif(), "x")).n_frames == opened(a_gif()).n_frames == 2  # type: ignore[attr-defined]


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
        assert reencoded(made, "x")[:4] == made[:4]
        assert page.evaluate(shown, list(reencoded(made, "x"))) == [4, 2], kind
    jpeg = base64.b64decode(page.evaluate(draw, "image/jpeg").partition(",")[2])
    turned = reencoded(jpeg[:2] + segment(0xE1, exif(6)) + jpeg[2:], "x")
    assert PLACE not in turned and page.evaluate(shown, list(turned)) == [2, 4], "turned as the phone was held"
    page.close()


@tries(deadline=None)  # a busy machine
@given(st.sampled_from([a_jpeg(), a_png(), a_webp(), a_gif()]), st.integers(0, 400), st.binary(max_size=6))
def test_a_broken_photo_breaks_nothing(photo: bytes, cut: int, noise: bytes) -> None:
    for broken in (photo[:cut], photo[:cut] + noise + photo[cut + len(noise) :]):
        with suppress(Refused):
            reencoded(broken, "x")


def a_bomb() -> bytes:
    """A few kilobytes that say they unpack to four hundred million pixels."""
    head = struct.pack(">IIBBBBB", 20_000, 20_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "sentence"), [(a_bomb(), "像素太多"), (PICTURE[:45], "打不开"), (a_jpeg()[:300], "打不开")]
)
def test_a_picture_that_cannot_be_unpacked_is_refused_in_chinese(content: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=f"“工地.png”.*{sentence}"):
        reencoded(content, "工地.png")


def test_what_is_no_picture_is_left_alone() -> None:
    assert reencoded(b"%PDF-1.7 " + PLACE, "x.pdf") == b"%PDF-1.7 " + PLACE


def test_what_a_worker_sends_is_kept_and_handed_on_without_the_place(world: World) -> None:
    letter = write(papers=[SimpleUploadedFile("工地.jpg", a_jpeg()), SimpleUploadedFile("工地2.jpg", a_jpeg())]).letter
    paper = letter.papers.get()
    answer = as_user(world, "sun").get(f"/worker-letters/{letter.pk}/papers/{paper.pk}/")
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert PLACE not in body and len(body) == paper.size and paper.content_type == "image/jpeg"
    assert hashlib.sha256(body).hexdigest() == paper.sha256
    again = write(papers=[SimpleUploadedFile("工地.jpg", a_jpeg()), SimpleUploadedFile("下载的.jpg", body)])
    assert again.letter.papers.count() == 1 and "“下载的.jpg”已经收到过" in again.page, "what was kept, sent again"


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
