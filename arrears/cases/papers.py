"""Photos and papers brought back from the spot: told by their first bytes, kept once under their SHA-256."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from arrears.cases.acts import checked_type, sha256_of
from unions.models import User


def keep_paper(papers: Any, upload: UploadedFile[bytes], by: User, at: datetime) -> Any:
    """Keep one file among the `papers` of one visit; the same file again is the one already there.

    `papers`: the manager of a visit's papers (`visit.papers`). Refused: empty, too large, no evidence.
    """
    content_type = checked_type(upload)
    sha256 = sha256_of(upload)
    known = papers.filter(sha256=sha256).first()
    if known is not None:
        return known
    name = (upload.name or "材料").replace("\\", "/").rsplit("/", 1)[-1][:200]
    upload.seek(0)
    row = papers.model(name=name, content_type=content_type, size=upload.size or 0, sha256=sha256, by=by, at=at)
    row.file.save(name, upload, save=False)
    papers.add(row, bulk=False)
    return row
