"""What becomes of an issued letter: delivered or refused, objected to, answered, finished. Each step has its date."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from arrears.cases.evidence import checked_type, sha256_of
from arrears.cases.models import Evidence
from arrears.letters.actions.issuing import check_drafter, check_reason, locked, move_on
from arrears.letters.models import Delivery, Letter, LetterKind, LetterState, ReplyResult
from unions.common.clock import day_of
from unions.common.refusals import Refused
from unions.common.text import split_names
from unions.models import User

REACHED = (LetterState.DELIVERED, LetterState.REFUSED)
# 留置送达 and a refusal want somebody who saw it.
WITNESSED = (Delivery.LEFT,)


@transaction.atomic
def record_delivery(
    letter: Letter,
    by: User,
    at: datetime,
    *,
    seen: int,
    on: date,
    delivery: str,
    received_by: str = "",
    witnesses: str = "",
    note: str = "",
    proof: UploadedFile | None = None,
) -> Letter:
    """送达: record the delivery; the term to answer runs from `on`."""
    letter = _locked_for_drafter(letter, by, seen, (LetterState.APPROVED,))
    _check_day(letter, on, at, since=letter.issued_on)
    if delivery == Delivery.BY_HAND and not received_by.strip():
        raise Refused.for_field("received_by", "直接送达请填写签收人。")
    if delivery in WITNESSED and not split_names(witnesses):
        raise Refused.for_field("witnesses", "留置送达请填写见证人。")
    facts = _delivery(letter, on, received_by, witnesses, note, proof, by, at) | {"delivery": delivery}
    return move_on(letter, LetterState.DELIVERED, "deliver", by, at, note, **facts)


@transaction.atomic
def record_refusal(
    letter: Letter,
    by: User,
    at: datetime,
    *,
    seen: int,
    on: date,
    witnesses: str,
    note: str = "",
    proof: UploadedFile | None = None,
) -> Letter:
    """拒收: record that receipt was refused, with a witness; the next letter may follow."""
    letter = _locked_for_drafter(letter, by, seen, (LetterState.APPROVED,))
    _check_day(letter, on, at, since=letter.issued_on)
    if not split_names(witnesses):
        raise Refused.for_field("witnesses", "拒收须有见证人，请填写姓名和单位。")
    facts = _delivery(letter, on, "", witnesses, note, proof, by, at)
    return move_on(letter, LetterState.REFUSED, "refuse", by, at, note, **facts)


def _delivery(
    letter: Letter,
    on: date,
    received_by: str,
    witnesses: str,
    note: str,
    proof: UploadedFile | None,
    by: User,
    at: datetime,
) -> dict[str, Any]:
    kept = _keep_as_evidence(letter, proof, "送达凭证", by, at)
    return {
        "delivered_on": on,
        "received_by": received_by.strip(),
        "witnesses": "、".join(split_names(witnesses)),
        "delivery_note": note.strip(),
        "delivery_proof": kept,
    }


@transaction.atomic
def record_objection(letter: Letter, by: User, at: datetime, *, seen: int, on: date, note: str) -> Letter:
    """异议: record the employer's objection; the term to answer goes on."""
    letter = _locked_for_drafter(letter, by, seen, (LetterState.DELIVERED,))
    if letter.kind == LetterKind.SUGGESTION or letter.objected_on is not None:
        raise Refused("建议书没有异议程序。" if letter.objected_on is None else "异议已经登记过。")
    _check_day(letter, on, at, since=letter.delivered_on)
    if not note.strip():
        raise Refused.for_field("note", "请写明异议的内容。")
    return move_on(letter, LetterState.DELIVERED, "object", by, at, note, objected_on=on, objection=note.strip())


@transaction.atomic
def record_department_closing(letter: Letter, by: User, at: datetime, *, seen: int, on: date) -> Letter:
    """Record that the department finished the matter; its term to answer begins."""
    letter = _locked_for_drafter(letter, by, seen, (LetterState.DELIVERED,))
    if letter.kind != LetterKind.SUGGESTION or letter.department_closed_on is not None:
        raise Refused("只有尚未登记办结的建议书才登记部门办结日期。")
    _check_day(letter, on, at, since=letter.delivered_on)
    return move_on(letter, LetterState.DELIVERED, "department_closes", by, at, department_closed_on=on)


@transaction.atomic
def record_reply(
    letter: Letter,
    by: User,
    at: datetime,
    *,
    seen: int,
    on: date,
    answer: str,
    note: str,
    proof: UploadedFile | None = None,
) -> Letter:
    """Record the written answer and its result; one without reason is a ground for the next letter."""
    letter = _locked_for_drafter(letter, by, seen, REACHED)
    _check_day(letter, on, at, since=letter.delivered_on)
    if answer not in ReplyResult.values:
        raise Refused.for_field("answer", "请选择答复结果。")
    if not note.strip():
        raise Refused.for_field("note", "请写明答复的主要内容。")
    kept = _keep_as_evidence(letter, proof, "书面答复", by, at)
    facts = {"answered_on": on, "answer": answer, "answer_note": note.strip(), "answer_paper": kept}
    return move_on(letter, LetterState.ANSWERED, "answer", by, at, note, **facts)


@transaction.atomic
def finish(letter: Letter, by: User, at: datetime, *, seen: int, reason: str) -> Letter:
    """End a letter of which nothing more is asked."""
    letter = _locked_for_drafter(letter, by, seen, (*REACHED, LetterState.ANSWERED))
    check_reason(reason, "请写明办结的原因，如：已足额支付、已转下一步。")
    facts = {"ended_by": by, "ended_at": at, "ended_reason": reason.strip()}
    return move_on(letter, LetterState.FINISHED, "finish", by, at, reason, **facts)


def _locked_for_drafter(letter: Letter, by: User, seen: int, states: tuple[LetterState, ...]) -> Letter:
    letter = locked(letter, seen, states)
    check_drafter(letter, by)
    return letter


def _check_day(letter: Letter, on: date, at: datetime, since: date | None) -> None:
    if on > day_of(at):
        raise Refused.for_field("on", "日期不能晚于今天。")
    if since is not None and on < since:
        what = "成文" if since == letter.issued_on and letter.delivered_on is None else "送达"
        raise Refused.for_field("on", f"日期不能早于{what}日期 {since}。")


def _keep_as_evidence(
    letter: Letter, upload: UploadedFile | None, note: str, by: User, at: datetime
) -> Evidence | None:
    """Keep an upload as evidence of the case; a file that is there already is not kept twice."""
    if upload is None:
        return None
    content_type, sha256 = checked_type(upload), sha256_of(upload)
    if known := letter.case.evidence.filter(sha256=sha256).first():
        return known
    name = (upload.name or note).replace("\\", "/").rsplit("/", 1)[-1][:200]
    upload.seek(0)
    row = Evidence(
        case=letter.case,
        name=name,
        content_type=content_type,
        size=upload.size or 0,
        sha256=sha256,
        note=f"{note}：{letter.number}"[:200],
        by=by,
        at=at,
    )
    row.file.save(name, upload, save=False)
    row.save()
    return row
