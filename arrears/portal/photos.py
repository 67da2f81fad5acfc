"""Re-encodes a worker's photo: only the picture is kept, not where she stood, with what phone, when.

Done when it comes in, before it is hashed: what is kept, shown and sent on to departments is one and the same file. Pillow reads the
hostile bytes; a picture it cannot read whole, or one that unpacks to more than a phone takes, is refused.
"""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageSequence

from unions.common.refusals import Refused

MOST_PIXELS = 50_000_000  # of all frames: what the best phones take; each is unpacked to three or four bytes
QUALITY = 92  # of a picture that was turned; any other keeps the quality it came with
ORIENTATION = 0x0112
# What EXIF says of how the phone was held → how the picture is turned.
TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Beginnings of the files that are re-encoded → how; each stays what its name says.
FORMATS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"GIF87a": "GIF", b"GIF89a": "GIF"}
KEPT = ("icc_profile", "transparency")  # colour belongs to the picture


def reencoded(content: bytes, name: str) -> bytes:
    """Encode a picture anew, turned the right way up, without anything beside it; other files are left alone. Raises Refused."""
    kind = _format(content)
    if kind is None:
        return content
    try:
        return _reencoded(content, kind, name)
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(f"“{name}”的像素太多，没有收下，请截图后再传。") from error
    except Exception as error:  # Pillow meets a broken file with whatever its decoders raise
        raise Refused(f"“{name}”打不开，可能没有传完整，请重新选择或截图后再传。") from error


def _format(content: bytes) -> str | None:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    return next((kind for beginning, kind in FORMATS.items() if content.startswith(beginning)), None)


def _reencoded(content: bytes, kind: str, name: str) -> bytes:
    with Image.open(io.BytesIO(content), formats=(kind, "MPO")) as image:  # MPO: a JPEG with further pictures behind it
        count = getattr(image, "n_frames", 1) if image.format != "MPO" else 1
        if image.width * image.height * count > MOST_PIXELS:
            raise Refused(f"“{name}”的像素太多（{image.width}×{image.height}），没有收下，请截图后再传。")
        out = io.BytesIO()
        if count > 1:
            _save_frames(image, out, kind)
            return out.getvalue()
        turned = TURNED.get(_orientation(image))
        keep = image.format == "JPEG" and turned is None
        picture = image if turned is None else image.transpose(turned)
        profile = picture.info.get("icc_profile")
        _bare(picture).save(out, kind, quality="keep" if keep else QUALITY, icc_profile=profile)
        return out.getvalue()


def _orientation(image: Any) -> int:
    """How the picture is to be turned; 1 where nothing readable is said."""
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except Exception:  # EXIF that is not what it says costs the picture nothing
        return 1


def _save_frames(image: Any, out: io.BytesIO, kind: str) -> None:
    frames = [(_bare(frame.copy()), frame.info.get("duration", 100)) for frame in ImageSequence.Iterator(image)]
    pictures, durations = zip(*frames, strict=True)
    pictures[0].save(out, kind, save_all=True, append_images=pictures[1:], duration=list(durations), loop=0)


def _bare(image: Any) -> Any:
    """The picture with nothing that would be written beside it."""
    image.load()
    image.info = {key: value for key, value in image.info.items() if key in KEPT}
    return image
