"""What the staff of a unit do with a letter: ask, register a clue, join it to a case, explain, call back.

The letter follows its case: whoever handles that answers. Reading is free to the levels above; private words are masked
and opened one by one for a purpose that the log keeps.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from arrears.cases import acts, filing, workflow
from arrears.cases.evidence import store_evidence
from arrears.cases.filing import EmployerFacts
from arrears.cases.models import ActKind, Case, Channel, Outcome, State
from arrears.portal import places
from arrears.portal.actions.worker import write_message
from arrears.portal.models import LetterStanding, MessageKind, WindowLetter, WindowPaper, WindowWord
from unions.common import encryption as cipher
from unions.common.clock import day_of
from unions.common.features import provided
from unions.common.identity import PHONE, phone_key, refuse_numbers
from unions.common.refusals import Forbidden, Refused, Stale
from unions.common.text import number_key
from unions.log import audit
from unions.models import Event, User
from unions.people.rights import Right
from unions.tree import actions as tree

PRIVATE = {"name": "称呼", "phone": "联系电话"}
LONGEST_PURPOSE = 100
CONFIRMED, GOES_ON, UNREACHED = "confirmed", "goes_on", "unreached"
CALLED = {CONFIRMED: "本人确认撤回", GOES_ON: "本人要求继续办理", UNREACHED: "未接通"}


def may_answer(letter: WindowLetter, user: User) -> bool:
    """Whether `user` handles cases at the unit that answers."""
    return user.may(Right.HANDLE, letter.responsible_unit)


def _lock(letter: WindowLetter, by: User) -> WindowLetter:
    row = WindowLetter.objects.lock(letter.pk)
    if not may_answer(row, by):
        raise Forbidden(f"这封来信由“{row.responsible_unit}”的经办人办理，您不能在此办理。")
    return row


@transaction.atomic
def send_message(letter: WindowLetter, kind: MessageKind, text: str, by: User, at: datetime) -> WindowWord:
    """Send a question or a feedback. Feedback in a case is the act 反馈职工 as well (QD-4.2)."""
    letter = _lock(letter, by)
    if kind not in (MessageKind.QUESTION, MessageKind.FEEDBACK):
        raise Refused.for_field("kind", "请选择提问或反馈。")
    word = _answer(letter, kind, text, by, at)
    if kind == MessageKind.FEEDBACK and letter.case and acts.may_act(letter.case, by):
        acts.perform(
            letter.case, ActKind.FEEDBACK_WORKER, day_of(at), f"通过职工窗口反馈（{letter}）", Outcome.DONE, by, at
        )
    return word


@transaction.atomic
def explain_refusal(letter: WindowLetter, text: str, by: User, at: datetime) -> None:
    """Explain why nothing is registered: no arrears, or no matter of a union (SD-2.2b)."""
    letter = _lock(letter, by)
    if letter.standing != LetterStanding.NEW:
        raise Stale("这封来信已经登记或答复，请刷新页面。")
    if letter.case:
        raise Refused("这封来信已登记为线索，请在案件中认定“不属欠薪”，解释会显示给职工。")
    _answer(letter, MessageKind.EXPLANATION, text, by, at)
    _set(letter, at, standing=LetterStanding.EXPLAINED)


@transaction.atomic
def record_call(letter: WindowLetter, outcome: str, detail: str, by: User, at: datetime) -> None:
    """Record a call to a worker who asked to withdraw. Her own word ends the letter, never a case."""
    letter = _lock(letter, by)
    if not letter.withdrawal_asked_at:
        raise Stale("没有待回访的撤回要求，请刷新页面。")
    if outcome not in CALLED:
        raise Refused.for_field("outcome", "请选择回访结果。")
    _answer(letter, MessageKind.CALLED, f"{CALLED[outcome]}。{detail.strip()}", by, at)
    if letter.case and acts.may_act(letter.case, by):
        result = Outcome.UNREACHED if outcome == UNREACHED else Outcome.DONE
        words = f"就撤回要求回访：{CALLED[outcome]}。{detail.strip()}"
        acts.perform(letter.case, ActKind.FEEDBACK_WORKER, day_of(at), words, result, by, at)
    if outcome == UNREACHED:
        return
    ends = outcome == CONFIRMED and letter.case is None
    _set(letter, at, withdrawal_asked_at=None, **({"standing": LetterStanding.WITHDRAWN} if ends else {}))


@transaction.atomic
def register_clue(letter: WindowLetter, employer: EmployerFacts, facts: dict[str, Any], by: User, at: datetime) -> Case:
    """Register the letter as a clue, accepted on the day the worker wrote: terms run from then."""
    tree.hold_still()  # before the letter: a unit that moves holds the tree first and its letters then
    letter = _lock_unregistered(letter, by)
    given = facts | {
        "accepted_on": day_of(letter.at),
        "channel": Channel.WINDOW,
        "original_number": letter.number,
        "remark": f"职工窗口来信 {letter.shown_number}，原话见来信。",
    }
    draft = filing.open_draft(letter.responsible_unit, filing.employer_for(employer), given, by, at)
    case = workflow.move(draft, "report_clue", by, at, seen=draft.version)
    return _attach_to_case(letter, case, by, at)


@transaction.atomic
def join_case(letter: WindowLetter, number: str, by: User, at: datetime) -> Case:
    """Join the letter to a clue or case under way: several workers write about one matter."""
    letter = _lock_unregistered(letter, by)
    rows = Case.objects.visible_to(by).filed()
    number = number_key(number)
    case = rows.filter(number=number).first() or rows.filter(clue_number=number).first()
    wrong = "没有找到您可以办理的这个案件，请核对案件编号或线索编号。"
    if not number or case is None or not acts.may_act(case, by):
        raise Refused(wrong, {"number": wrong})
    return _attach_to_case(letter, case, by, at)


def _lock_unregistered(letter: WindowLetter, by: User) -> WindowLetter:
    letter = _lock(letter, by)
    if letter.case:
        raise Stale(f"这封来信已登记（{letter.case}），请刷新页面。")
    return letter


def _attach_to_case(letter: WindowLetter, case: Case, by: User, at: datetime) -> Case:
    letter.case = case
    _set(letter, at, standing=LetterStanding.TAKEN, unread=False)
    audit.record(letter.stream, "taken", by, at, union=letter.responsible_unit, case=case.pk)
    audit.record(case.stream, "window.taken", by, at, union=letter.responsible_unit, letter_from=letter.pk)
    _move_papers(letter, case, by, at)
    case.refresh_from_db()
    return case


@transaction.atomic
def take_over_papers(letter: WindowLetter, by: User, at: datetime) -> int:
    """Put photos sent since into the evidence of the case. Returns how many."""
    letter = _lock(letter, by)
    if letter.case is None:
        raise Refused("请先登记为线索，材料会一并收入证据。")
    if not acts.may_act(letter.case, by):
        raise Refused(f"案件{State(letter.case.state).label}，现在不能收入证据。")
    return _move_papers(letter, letter.case, by, at)


def _move_papers(letter: WindowLetter, case: Case, by: User, at: datetime) -> int:
    taken = 0
    for paper in letter.papers.filter(taken_over=False):
        if not case.evidence.filter(sha256=paper.sha256).exists():
            with paper.file.open("rb") as content:
                file = UploadedFile(content, name=paper.name, size=paper.size)
                store_evidence(case, file, f"职工窗口来信 {letter.shown_number}", by, at)
            taken += 1
    WindowPaper.objects.filter(letter=letter, taken_over=False).update(taken_over=True)
    return taken


@transaction.atomic
def name_worker(letter: WindowLetter, worker: int, by: User, at: datetime) -> None:
    """Establish which worker of the case's list wrote the letter: she may answer for what she was paid, from her letter."""
    letter = _lock(letter, by)
    if letter.worker_id is not None:
        raise Stale("来信人已经认定，请刷新页面。")
    if letter.case is None or worker not in dict(workers_like(letter)):
        raise Refused.for_field("worker", "名单中没有这名电话相同的职工，请刷新页面。")
    letter.worker_id = worker
    letter.save(update_fields=["worker"])
    audit.record(letter.stream, "worker", by, at, union=letter.responsible_unit, worker=worker)


@transaction.atomic
def unname_worker(letter: WindowLetter, reason: str, by: User, at: datetime) -> int:
    """Take back who wrote the letter (撤销认定): from the letter nobody answers for her payments any more. Returns how many answers
    for her payments were given since; they stand, and somebody looks into each.
    """
    letter = _lock(letter, by)
    if letter.worker_id is None:
        raise Stale("来信人没有认定，或已撤销认定，请刷新页面。")
    if not reason.strip():
        raise Refused.for_field("reason", "请写明撤销认定的原因。")
    refuse_numbers(reason, "reason")
    answers, worker, letter.worker_id = answers_since_named(letter), letter.worker_id, None
    letter.save(update_fields=["worker"])
    audit.record(
        letter.stream, "worker.undone", by, at, union=letter.responsible_unit, worker=worker, reason=reason.strip()
    )
    return answers


def answers_since_named(letter: WindowLetter) -> int:
    """How many answers for the payments of the worker who is said to have written it came since that was established."""
    named = Event.objects.filter(stream=letter.stream, verb="worker").order_by("-seq").first()
    if letter.worker_id is None or named is None:
        return 0
    return sum(answers(letter.worker_id, named.at) for answers in provided("answers of a worker"))


def workers_like(letter: WindowLetter) -> list[tuple[int, str]]:
    """Return (id, how the list shows her) of the workers of the case with the phone of the letter."""
    if letter.case is None or not letter.phone_print:
        return []
    prints = cipher.prints_of(PHONE, phone_key(letter.phone.text))
    return [pair for by_phone in provided("workers by phone") for pair in by_phone(letter.case, prints)]


@transaction.atomic
def change_officer(letter: WindowLetter, officer: User, by: User, at: datetime) -> None:
    """Let another colleague of the unit answer from now on."""
    letter = _lock(letter, by)
    if not places.officers_at(letter.responsible_unit).filter(pk=officer.pk).exists():
        raise Refused(
            f"{officer.name}不是“{letter.responsible_unit}”的经办人，请重新选择。", {"officer": "请重新选择。"}
        )
    before, letter.officer = letter.officer_id, officer
    letter.save(update_fields=["officer"])
    audit.record(letter.stream, "officer", by, at, union=letter.responsible_unit, before=before, officer=officer.pk)


@transaction.atomic
def reveal(letter: WindowLetter, name: str, purpose: str, by: User, at: datetime) -> str:
    """Return what the private field says. Who, when and for what purpose go into the log."""
    if not may_answer(letter, by):
        raise Forbidden(f"只有承办来信的“{letter.responsible_unit}”的经办人可以查看。")
    purpose = purpose.strip()
    if not purpose:
        raise Refused(f"请写明查看{PRIVATE[name]}的用途。")
    if len(purpose) > LONGEST_PURPOSE:
        raise Refused(f"用途最多 {LONGEST_PURPOSE} 个字。")
    refuse_numbers(purpose, "purpose")
    audit.record(letter.stream, "reveal", by, at, union=letter.responsible_unit, field=name, purpose=purpose)
    return str(getattr(letter, name).text)


def _answer(letter: WindowLetter, kind: MessageKind, text: str, by: User, at: datetime) -> WindowWord:
    if not text.strip():
        raise Refused.for_field("text", "请写明内容。")
    word = write_message(letter, kind, text, by, at)
    _set(letter, at, unread=False)
    return word


def _set(letter: WindowLetter, at: datetime, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(letter, name, value)
    letter.changed_at = at
    letter.save(update_fields=["changed_at", "case", *changes])
