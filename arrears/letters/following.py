"""What becomes of an issued letter: handed over or refused, objected to, answered, finished. Each is a dated fact."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from arrears.cases.acts import checked_type, sha256_of
from arrears.cases.models import Evidence
from arrears.letters.actions import check_drafter, check_reason, held, step
from arrears.letters.models import Answer, Delivery, Letter, LetterKind, LetterState
from arrears.letters.rules import split_names
from unions.common.clock import day_of
from unions.common.refusals import Refused
from unions.models import User

REACHED = (LetterState.DELIVERED, LetterState.REFUSED)
# 留置送达 and a refusal want somebody who saw it.
WITNESSED = (Delivery.LEFT,)


@transaction.atomic
def deliver(
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
    """送达: from this day the term to answer runs. By hand it names who signed; left behind, who saw it."""
    letter = _open(letter, by, seen, (LetterState.APPROVED,))
    _check_day(letter, on, at, since=letter.issued_on)
    if delivery == Delivery.BY_HAND and not received_by.strip():
        _refuse("received_by", "直接送达请填写签收人。")
    if delivery in WITNESSED and not split_names(witnesses):
        _refuse("witnesses", "留置送达请填写见证人。")
    facts = _delivery(letter, on, received_by, witnesses, note, proof, by, at) | {"delivery": delivery}
    return step(letter, LetterState.DELIVERED, "deliver", by, at, note, **facts)


@transaction.atomic
def refuse(
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
    """拒收: a recorded event with somebody who saw it; it is ground enough for the next letter."""
    letter = _open(letter, by, seen, (LetterState.APPROVED,))
    _check_day(letter, on, at, since=letter.issued_on)
    if not split_names(witnesses):
        _refuse("witnesses", "拒收须有见证人，请填写姓名和单位。")
    facts = _delivery(letter, on, "", witnesses, note, proof, by, at)
    return step(letter, LetterState.REFUSED, "refuse", by, at, note, **facts)


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
    kept = _kept(letter, proof, "送达凭证", by, at)
    return {
        "delivered_on": on,
        "received_by": received_by.strip(),
        "witnesses": "、".join(split_names(witnesses)),
        "delivery_note": note.strip(),
        "delivery_proof": kept,
    }


@transaction.atomic
def object_to(letter: Letter, by: User, at: datetime, *, seen: int, on: date, note: str) -> Letter:
    """异议 of the employer; the term to answer goes on."""
    letter = _open(letter, by, seen, (LetterState.DELIVERED,))
    if letter.kind == LetterKind.SUGGESTION or letter.objected_on is not None:
        raise Refused("建议书没有异议程序。" if letter.objected_on is None else "异议已经登记过。")
    _check_day(letter, on, at, since=letter.delivered_on)
    if not note.strip():
        _refuse("note", "请写明异议的内容。")
    return step(letter, LetterState.DELIVERED, "object", by, at, note, objected_on=on, objection=note.strip())


@transaction.atomic
def department_closes(letter: Letter, by: User, at: datetime, *, seen: int, on: date) -> Letter:
    """The department has finished the matter: its term to tell the union begins."""
    letter = _open(letter, by, seen, (LetterState.DELIVERED,))
    if letter.kind != LetterKind.SUGGESTION or letter.department_closed_on is not None:
        raise Refused("只有尚未登记办结的建议书才登记部门办结日期。")
    _check_day(letter, on, at, since=letter.delivered_on)
    return step(letter, LetterState.DELIVERED, "department_closes", by, at, department_closed_on=on)


@transaction.atomic
def answer(
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
    """The written answer, and what it comes to. One that refuses without reason is ground for the next letter."""
    letter = _open(letter, by, seen, REACHED)
    _check_day(letter, on, at, since=letter.delivered_on)
    if answer not in Answer.values:
        _refuse("answer", "请选择答复结果。")
    if not note.strip():
        _refuse("note", "请写明答复的主要内容。")
    kept = _kept(letter, proof, "书面答复", by, at)
    facts = {"answered_on": on, "answer": answer, "answer_note": note.strip(), "answer_paper": kept}
    return step(letter, LetterState.ANSWERED, "answer", by, at, note, **facts)


@transaction.atomic
def finish(letter: Letter, by: User, at: datetime, *, seen: int, reason: str) -> Letter:
    """Nothing more is asked of this letter."""
    letter = _open(letter, by, seen, (*REACHED, LetterState.ANSWERED))
    check_reason(reason, "请写明了结的原因，如：已足额支付、已转下一步。")
    facts = {"ended_by": by, "ended_at": at, "ended_reason": reason.strip()}
    return step(letter, LetterState.FINISHED, "finish", by, at, reason, **facts)


def _open(letter: Letter, by: User, seen: int, states: tuple[LetterState, ...]) -> Letter:
    letter = held(letter, seen, states)
    check_drafter(letter, by)
    return letter


def _refuse(field: str, sentence: str) -> None:
    raise Refused(sentence, {field: sentence})


def _check_day(letter: Letter, on: date, at: datetime, since: date | None) -> None:
    if on > day_of(at):
        _refuse("on", "日期不能晚于今天。")
    if since is not None and on < since:
        what = "成文" if since == letter.issued_on and letter.delivered_on is None else "送达"
        _refuse("on", f"日期不能早于{what}日期 {since}。")


def _kept(letter: Letter, upload: UploadedFile | None, note: str, by: User, at: datetime) -> Evidence | None:
    """The proof among the evidence of the case, under its SHA-256; a file that is there already is not kept twice."""
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
