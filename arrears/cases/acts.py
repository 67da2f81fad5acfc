"""Recording what was done in a case, and keeping its evidence."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F

from arrears.cases import ledger
from arrears.cases.filing import may_edit
from arrears.cases.models import Act, ActKind, Case, Evidence, Outcome, State
from arrears.cases.signals import case_changed
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right

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


# Acts that may be tried in vain: every attempt is recorded, only one that reached somebody counts (QD-4.2).
CALL_BACKS = frozenset({ActKind.FEEDBACK_WORKER, ActKind.FEEDBACK_HOTLINE})


def may_act(case: Case, user: User) -> bool:
    """Whoever handles the case, or files for its unit while that unit handles it."""
    if case.state in (State.DRAFT, State.CLOSED, State.DISMISSED, State.MERGED):
        return False
    unit = case.handling_union.in_charge()
    return user.may(Right.HANDLE, unit) or (case.handling_union_id == case.union_id and user.may(Right.FILE, unit))


@transaction.atomic
def perform(case: Case, kind: ActKind, on: date, detail: str, outcome: Outcome, by: User, at: datetime) -> Act:
    """Record one act. A failed negotiation or mediation sets the day from which QD-5 counts, unless it is known."""
    case = ledger.lock(case)
    if not may_act(case, by):
        raise Forbidden(f"本案由「{case.handling_union}」承办，您不能在此登记。")
    if on > day_of(at):
        raise Refused.for_field("on", "日期不能晚于今天。")
    if outcome == Outcome.UNREACHED and kind not in CALL_BACKS:
        raise Refused("「未接通」只用于反馈职工、反馈热线。", {"outcome": "请选择其他结果。"})
    facts = {}
    if kind == ActKind.NEGOTIATION and outcome == Outcome.FAILED and case.negotiation_failed_on is None:
        facts["negotiation_failed_on"] = on
    return write_act(case, kind, on, detail, outcome, case.handling_union, by, at, **facts)


def write_act(
    case: Case,
    kind: ActKind,
    on: date,
    detail: str,
    outcome: Outcome,
    union: Union,
    by: User,
    at: datetime,
    **facts: Any,
) -> Act:
    """Write an act down as done by `union`, which need not handle the case; `facts`: what it sets on the case.

    Whoever calls holds the case's row and has checked the right.
    """
    act = Act.objects.create(
        case=case, kind=kind, on=on, detail=detail.strip(), outcome=outcome, union=union, by=by, at=at
    )
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1, changed_at=at, **facts)
    audit.record(case.stream, f"act.{kind}", by, at, union=union, act=act.pk, on=on, outcome=outcome)
    case.refresh_from_db()
    case_changed.send(Case, case=case, verb="act", by=by, at=at)
    return act


@transaction.atomic
def keep_evidence(case: Case, upload: UploadedFile[bytes], note: str, by: User, at: datetime) -> Evidence:
    """Keep an evidence file. Refused: empty, too large, of a kind that is not evidence, or already there."""
    case = ledger.lock(case)
    if not (may_act(case, by) or may_edit(case, by)):
        raise Forbidden("您不能为本案上传证据。")
    return store_evidence(case, upload, note, by, at)


def store_evidence(case: Case, upload: UploadedFile[bytes], note: str, by: User, at: datetime) -> Evidence:
    """Store an evidence file. Whoever calls holds the case's row and has checked the right. Refused as `keep_evidence` says."""
    content_type = checked_type(upload)
    sha256 = sha256_of(upload)
    if known := case.evidence.filter(sha256=sha256).first():
        raise Refused(f"这份文件已在证据中（{known.name}），不必重复上传。")
    name = (upload.name or "证据").replace("\\", "/").rsplit("/", 1)[-1][:200]
    upload.seek(0)
    row = Evidence(
        case=case,
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
    size = upload.size or 0
    if size == 0:
        raise Refused(f"「{upload.name}」是空文件，请重新选择。")
    if size > settings.EVIDENCE_MAX_BYTES:
        limit = settings.EVIDENCE_MAX_BYTES // 2**20
        raise Refused(f"「{upload.name}」超过 {limit} MB，请压缩或拆分后上传。")
    upload.seek(0)
    head = upload.read(16)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    for content_type, beginnings in SIGNATURES.items():
        if head.startswith(beginnings):
            return content_type
    raise Refused(f"「{upload.name}」不是可接受的证据文件，请上传{KINDS_FOR_PEOPLE}。")


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
