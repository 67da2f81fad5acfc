"""A worker's photo without what her phone wrote beside the picture: where she stood, with what phone, when.

Taken off when it comes in, before it is hashed: what is kept, shown and sent on to departments is one and the same file.
Only how the picture is to be turned stays. The picture itself is untouched; a file that is not what it says is left alone.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_SOI, _EOI, _SOS, _APP1, _EXIF = 0xD8, 0xD9, 0xDA, 0xE1, b"Exif\x00\x00"
# Colour belongs to the picture: JFIF, ICC profile, Adobe. Every other APPn and the comment says something about it.
_KEPT_APPS = {0xE0: b"", 0xE2: b"ICC_PROFILE\x00", 0xEE: b"Adobe"}
_COMMENT = 0xFE
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_TOLD = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
_WEBP_TOLD = frozenset({b"EXIF", b"XMP "})
_WEBP_FLAGS = 0x08 | 0x04  # "there is EXIF", "there is XMP"
_ORIENTATION = 0x0112


class _Unsound(Exception):
    """The file breaks off or is no such picture."""


def without_place(content: bytes) -> bytes:
    """The same picture, told nothing of; `content` itself where it is no picture we can read."""
    try:
        if content.startswith(b"\xff\xd8\xff"):
            return _jpeg(content)
        if content.startswith(_PNG):
            return _PNG + b"".join(_png(content))
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return _webp(content)
    except (_Unsound, struct.error, IndexError):
        return content
    return content


# ---- JPEG -----------------------------------------------------------------------------------------------------------


def _jpeg(content: bytes) -> bytes:
    kept, turned = [b"\xff\xd8"], 1
    for marker, segment in _segments(content):
        if marker == _APP1 and segment[4:10] == _EXIF:
            turned = _orientation(segment[10:])
        elif _is_kept(marker, segment):
            kept.append(segment)
    if 1 < turned <= 8:
        kept.insert(1, _turn(turned))
    return b"".join(kept)


def _is_kept(marker: int, segment: bytes) -> bool:
    if marker == _COMMENT:
        return False
    return not 0xE0 <= marker <= 0xEF or (marker in _KEPT_APPS and segment[4:].startswith(_KEPT_APPS[marker]))


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """(marker, bytes) up to the end of the picture; what a phone appends after it (a film, a second picture) is left out."""
    at = 2
    while True:
        if content[at] != 0xFF:
            raise _Unsound
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == _EOI:
            yield marker, content[at : at + 2]
            return
        (length,) = struct.unpack_from(">H", content, at + 2)
        end = at + 2 + length
        if marker == _SOS:
            end = _end_of_scan(content, end)
        if length < 2 or end > len(content):
            raise _Unsound
        yield marker, content[at:end]
        at = end


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the next marker begins; stuffed bytes and restarts belong to the scan."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise _Unsound
        if content[at + 1] not in (0x00, *range(0xD0, 0xD8)):
            return at
        at += 2


def _orientation(tiff: bytes) -> int:
    """How the picture is to be turned (1–8); 1 where nothing is said."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, first)
        for place in range(min(count, 200)):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * place)
            if tag == _ORIENTATION and kind == 3:
                return int(value)
    except struct.error:
        return 1
    return 1


def _turn(orientation: int) -> bytes:
    """An EXIF segment that says nothing but how to turn the picture."""
    tiff = b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0)
    return struct.pack(">BBH", 0xFF, _APP1, 2 + len(_EXIF) + len(tiff)) + _EXIF + tiff


# ---- PNG, WebP ------------------------------------------------------------------------------------------------------


def _png(content: bytes) -> Iterator[bytes]:
    at = len(_PNG)
    while True:
        (length,) = struct.unpack_from(">I", content, at)
        kind, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content):
            raise _Unsound
        if kind not in _PNG_TOLD:
            yield content[at:end]
        if kind == b"IEND":
            return
        at = end


def _webp(content: bytes) -> bytes:
    (size,) = struct.unpack_from("<I", content, 4)
    at, last, kept = 12, 8 + size, []
    if last > len(content) + 1:
        raise _Unsound
    while at + 8 <= min(last, len(content)):
        kind = content[at : at + 4]
        (length,) = struct.unpack_from("<I", content, at + 4)
        end = at + 8 + length + length % 2
        chunk = content[at:end]
        if len(chunk) < 8 + length:
            raise _Unsound
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~_WEBP_FLAGS]) + chunk[9:]
        if kind not in _WEBP_TOLD:
            kept.append(chunk)
        at = end
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body
