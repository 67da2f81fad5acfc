"""Keeping files: evidence of a case, and papers brought back from a visit; known by their first bytes, kept once under their SHA-256."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F

from arrears.cases import ledger
from arrears.cases.acts import may_act
from arrears.cases.filing import may_edit
from arrears.cases.models import Case, Evidence, EvidenceKind
from arrears.cases.pictures import check_whole
from unions.common.refusals import Forbidden, Refused
from unions.log import audit
from unions.models import User

# What may be kept as evidence: by the first bytes, not by the name.
SIGNATURES: dict[str, tuple[bytes, ...]] = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "application/pdf": (b"%PDF-",),
    "application/zip": (b"PK\x03\x04",),  # docx, xlsx
    "application/x-ole-storage": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",),  # doc, xls
    "audio/mpeg": (b"ID3", b"\xff\xfb", b"\xff\xf3"),
}
KINDS_FOR_PEOPLE = "图片（JPG、PNG、GIF）、PDF、Word、Excel、MP3"


@transaction.atomic
def keep_evidence(
    case: Case, upload: UploadedFile[bytes], note: str, by: User, at: datetime, kind: EvidenceKind = EvidenceKind.OTHER
) -> Evidence:
    """Keep an evidence file. Refused: empty, too large, of a kind that is not evidence, a broken picture, or already there."""
    case = ledger.lock(case)
    if not (may_act(case, by) or may_edit(case, by)):
        raise Forbidden("您不能为本案上传证据。")
    return store_evidence(case, upload, note, by, at, kind)


def store_evidence(
    case: Case, upload: UploadedFile[bytes], note: str, by: User, at: datetime, kind: EvidenceKind = EvidenceKind.OTHER
) -> Evidence:
    """Store an evidence file. Whoever calls holds the case's row and has checked the right. Refused as `keep_evidence` says."""
    content_type = checked_type(upload)
    sha256 = sha256_of(upload)
    if known := case.evidence.filter(sha256=sha256).first():
        raise Refused(f"这份文件已在证据中（{known.name}），无需重复上传。")
    name = (upload.name or "证据").replace("\\", "/").rsplit("/", 1)[-1][:200]
    upload.seek(0)
    row = Evidence(
        case=case,
        kind=kind,
        name=name,
        content_type=content_type,
        size=upload.size or 0,
        sha256=sha256,
        note=note.strip()[:200],
        by=by,
        at=at,
    )
    row.file.save(name, upload, save=False)
    row.save()
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1, changed_at=at)
    audit.record(case.stream, "evidence", by, at, union=case.handling_union, evidence=row.pk, sha256=sha256)
    return row


def checked_type(upload: UploadedFile[bytes]) -> str:
    """What the file is by its first bytes. Refused: empty, too large, of no kind that is kept, a broken picture."""
    content_type = _type_of(upload)
    check_whole(upload, content_type, upload.name or "图片")
    return content_type


def _type_of(upload: UploadedFile[bytes]) -> str:
    size = upload.size or 0
    if size == 0:
        raise Refused(f"“{upload.name}”是空文件，请重新选择。")
    if size > settings.EVIDENCE_MAX_BYTES:
        limit = settings.EVIDENCE_MAX_BYTES // 2**20
        raise Refused(f"“{upload.name}”超过 {limit} MB，请压缩或拆分后上传。")
    upload.seek(0)
    head = upload.read(16)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    for content_type, beginnings in SIGNATURES.items():
        if head.startswith(beginnings):
            return content_type
    raise Refused(f"“{upload.name}”不是可接受的证据文件，请上传{KINDS_FOR_PEOPLE}。")


def sha256_of(upload: UploadedFile[bytes]) -> str:
    upload.seek(0)
    value = hashlib.sha256()
    for chunk in upload.chunks():
        value.update(chunk)
    return value.hexdigest()


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
