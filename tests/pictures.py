"""Pictures for tests: small, whole, and different where their shade is."""

from __future__ import annotations

import io

from PIL import Image


def picture(shade: int = 0, kind: str = "PNG", size: tuple[int, int] = (8, 8)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (shade % 256, 90, 120)).save(out, kind)
    return out.getvalue()
