"""Pictures among kept files: read to their end before they are kept, and shown small in lists."""

from __future__ import annotations

import io
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageOps

from arrears.cases.models import Evidence
from unions.common.refusals import Refused

# What Pillow calls the kinds of pictures that are kept; MPO is a JPEG with further pictures behind it.
FORMATS = {"image/jpeg": ("JPEG", "MPO"), "image/png": ("PNG",), "image/gif": ("GIF",), "image/webp": ("WEBP",)}
MOST_PIXELS = 100_000_000  # of a picture that is unpacked here; a larger one is kept without a small one
SMALL = (320, 320)
SHOWN = frozenset({*FORMATS, "application/pdf"})  # what a browser shows by itself


def check_whole(file: IO[bytes], content_type: str, name: str) -> None:
    """Refuse a picture that cannot be read to its end. Files that are no pictures are left alone."""
    if content_type not in FORMATS:
        return
    try:
        _unpacked(file, content_type)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return  # more than is unpacked here: its beginning was read
    except Exception as error:  # Pillow meets a broken file with whatever its decoders raise
        raise Refused(f"“{name}”打不开，可能没有传完整，请重新选择或截图后再传。") from error


def _unpacked(file: IO[bytes], content_type: str) -> Any:
    """The picture, a JPEG no finer than a small one needs; None where it has too many pixels."""
    file.seek(0)
    image = Image.open(file, formats=FORMATS[content_type])
    if image.width * image.height > MOST_PIXELS:
        return None
    image.draft("RGB", SMALL)
    image.load()
    return image


def small_of(row: Evidence) -> str:
    """The name in storage of the small picture, made at the first asking; "" where there is none."""
    if row.content_type not in FORMATS:
        return ""
    name = small_path(row)
    if not default_storage.exists(name):
        with row.file.open("rb") as file:
            content = _small(file, row.content_type)
        if content is None:
            return ""
        name = default_storage.save(name, ContentFile(content))
    return name


def small_path(row: Evidence) -> str:
    return f"evidence-small/{row.sha256[:2]}/{row.sha256}-{row.pk}"


def _small(file: IO[bytes], content_type: str) -> bytes | None:
    try:
        image = _unpacked(file, content_type)
        if image is None:
            return None
        image = ImageOps.exif_transpose(image).convert("RGB")
        image.thumbnail(SMALL)
        out = io.BytesIO()
        image.save(out, "JPEG", quality=80)
    except Exception:  # kept before pictures were read to their end
        return None
    return out.getvalue()
