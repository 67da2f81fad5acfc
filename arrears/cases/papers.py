"""Photos and papers brought back from the spot: told by their first bytes, kept once under their SHA-256."""

from __future__ import annotations

from datetime import datetime

from django.core.files.uploadedfile import UploadedFile

from arrears.cases.acts import checked_type, sha256_of
from arrears.early_warning.models import SitePaper, WarningCheck
from arrears.inspections.models import Inspection
from unions.models import User


def keep_paper(
    upload: UploadedFile,
    by: User,
    at: datetime,
    *,
    check_made: WarningCheck | None = None,
    inspection: Inspection | None = None,
) -> SitePaper:
    """Keep one file of one visit; the same file again is the one already there. Refused: empty, too large, no evidence."""
    content_type = checked_type(upload)
    sha256 = sha256_of(upload)
    known = SitePaper.objects.filter(check_made=check_made, inspection=inspection, sha256=sha256).first()
    if known is not None:
        return known
    name = (upload.name or "材料").replace("\\", "/").rsplit("/", 1)[-1][:200]
    upload.seek(0)
    row = SitePaper(
        check_made=check_made,
        inspection=inspection,
        name=name,
        content_type=content_type,
        size=upload.size or 0,
        sha256=sha256,
        by=by,
        at=at,
    )
    row.file.save(name, upload, save=False)
    row.save()
    return row
