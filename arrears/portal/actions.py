"""What the worker does: write, add, answer, ask to withdraw. Nothing private enters an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import IntegrityError, transaction

from arrears.cases.acts import checked_type, sha256_of
from arrears.portal import places, receipts
from arrears.portal.models import LetterStanding, Said, WindowLetter, WindowPaper, WindowWord
from arrears.portal.photos import reencoded
from arrears.portal.reminding import remind_of_letter
from unions.common.encrypted_fields import Private
from unions.common.identity import phone_fault, phone_key
from unions.common.refusals import Refused, Stale
from unions.log import audit
from unions.models import Union
from unions.tree import actions as tree

LONGEST_PHONE = 30  # characters, as on the form
PAPERS_MOST, PAPER_BYTES = 30, 20 * 2**20
WORDS_MOST = 200  # messages of one letter by the worker
REISSUE = timedelta(hours=2)
TRIES = 3
MINIMUM = "请至少写一样：单位名称、工地或地址，或者把情况简单说两句。"


@dataclass(frozen=True)
class WrittenForm:
    """What a worker wrote on the form, as she wrote it."""

    region_code: str = ""
    employer_name: str = ""
    place: str = ""
    workers_said: str = ""
    amount_said: str = ""
    since_said: str = ""
    words: str = ""
    name: str = ""
    phone: str = ""

    @property
    def text(self) -> str:
        return " ".join((self.employer_name, self.place, self.words))


@dataclass(frozen=True)
class Receipt:
    """`pin` is empty where the letter had come before and its PIN was already used."""

    letter: WindowLetter
    pin: str
    again: bool
    refused: list[str] = field(default_factory=list)  # files that were not kept, and why


def receive(
    told: WrittenForm, papers: Sequence[UploadedFile], token: str, poster: Union | None, at: datetime
) -> Receipt:
    """Take a letter in. The same form sent again (a double click, a lost answer) is the same letter."""
    if not told.text.strip():
        raise Refused(MINIMUM, {"employer_name": MINIMUM})
    known_by = receipts.form_print(token) or receipts.form_print(receipts.new_form())
    assert known_by is not None
    for _ in range(TRIES):
        if known := WindowLetter.objects.filter(token_print=known_by).first():
            return _again(known, told, papers, at)
        try:
            return _new(told, papers, known_by, poster, at)
        except IntegrityError:
            continue  # the same form at this very moment, or a number already drawn
    raise Stale("正在处理同一份来信，请稍等几秒再提交一次；填写的内容还在。")


@transaction.atomic
def _new(
    told: WrittenForm, papers: Sequence[UploadedFile], known_by: str, poster: Union | None, at: datetime
) -> Receipt:
    tree.hold_still()
    union, officer = places.receiver(told.region_code, poster.in_charge() if poster else None, told.text)
    union = Union.objects.get(pk=union.pk)  # its path as the tree now stands
    pin = receipts.new_pin()
    letter = WindowLetter.objects.create(
        number=receipts.new_number(),
        pin=make_password(pin),
        token_print=known_by,
        union=union,
        path=union.path,
        officer=officer,
        at=at,
        changed_at=at,
        **vars(told),
    )
    audit.record(letter.stream, "letter", None, at, union=union, officer=officer.pk if officer else None)
    refused = _keep_each(letter, papers, at)
    remind_of_letter(letter, at)
    return Receipt(letter, pin, again=False, refused=refused)


@transaction.atomic
def _again(letter: WindowLetter, told: WrittenForm, papers: Sequence[UploadedFile], at: datetime) -> Receipt:
    """The answer may never have arrived: a fresh PIN, unless the letter was already opened with the first one. What is
    written otherwise this time is kept as an addition."""
    letter = WindowLetter.objects.select_for_update().get(pk=letter.pk)
    if told.words.strip() and told.words.strip() != letter.words.text.strip():
        last = letter.messages.order_by("-id").first()
        if last is None or last.text.text != told.words.strip():
            _say(letter, Said.MORE, told.words, at)
    refused = _keep_each(letter, papers, at, quietly=True)
    pin = ""
    if letter.opened_at is None and at - letter.at < REISSUE:
        pin = receipts.new_pin()
        letter.pin = make_password(pin)
        letter.save(update_fields=["pin"])
        audit.record(letter.stream, "pin", None, at, union=letter.union)
    return Receipt(letter, pin, again=True, refused=refused)


# ---- afterwards -------------------------------------------------------------------------------------------------------


def opened(letter: WindowLetter, at: datetime) -> None:
    WindowLetter.objects.filter(pk=letter.pk, opened_at=None).update(opened_at=at)


@transaction.atomic
def add(letter: WindowLetter, text: str, papers: Sequence[UploadedFile], at: datetime) -> list[str]:
    """An addition, or the answer to what was asked last. Returns why files were not kept."""
    letter = _held(letter)
    lately = letter.messages.filter(by=None, at__gt=at - REISSUE)
    if text.strip() and any(word.text.text == text.strip() for word in lately):
        text = ""  # sent twice
        if not papers:
            return []
    elif not text.strip() and not papers:
        raise Refused.for_field("text", "请写几句，或选择照片。")
    _check_room(letter)
    refused = _keep_each(letter, papers, at)
    if text.strip():
        _say(letter, Said.ANSWER if asked(letter) else Said.MORE, text, at)
    elif len(refused) < len(papers):
        _touched(letter, at)
    return refused


@transaction.atomic
def leave_phone(letter: WindowLetter, phone: str, at: datetime) -> None:
    if len(phone.strip()) > LONGEST_PHONE:
        raise Refused(f"电话最多 {LONGEST_PHONE} 个字，请只写号码。")
    if fault := phone_fault(phone_key(phone)):
        raise Refused(f"电话{fault}")
    letter = _held(letter)
    letter.phone = Private(phone.strip())
    letter.changed_at = at
    letter.save(update_fields=["phone", "changed_at"])
    audit.record(letter.stream, "phone", None, at, union=letter.seat)


@transaction.atomic
def ask_withdrawal(letter: WindowLetter, reason: str, at: datetime) -> None:
    """Ends nothing: somebody may have pressed her. The union calls back and asks (design.md §4)."""
    letter = _held(letter)
    if letter.withdrawal_asked_at:
        return
    letter.withdrawal_asked_at = at
    letter.save(update_fields=["withdrawal_asked_at"])
    _say(letter, Said.WITHDRAW, reason.strip() or "（没有写原因）", at)
    audit.record(letter.stream, "withdraw", None, at, union=letter.seat)


def asked(letter: WindowLetter) -> WindowWord | None:
    """The question that nobody answered yet."""
    last = letter.messages.filter(kind__in=[Said.QUESTION, Said.ANSWER]).order_by("-id").first()
    return last if last and last.kind == Said.QUESTION else None


def _held(letter: WindowLetter) -> WindowLetter:
    # Held first, read after: whoever waited would see the letter as it is and its case as it was.
    WindowLetter.objects.select_for_update().get(pk=letter.pk)
    return WindowLetter.objects.select_related("union", "case").get(pk=letter.pk)


def _check_room(letter: WindowLetter) -> None:
    if letter.messages.filter(by=None).count() >= WORDS_MOST:
        raise Refused("补充得太多了，请直接打电话联系经办工会。")


def _say(letter: WindowLetter, kind: Said, text: str, at: datetime) -> None:
    word = WindowWord.objects.create(letter=letter, kind=kind, text=text.strip(), at=at)
    audit.record(letter.stream, f"said.{kind.value}", None, at, union=letter.seat, word=word.pk)
    if letter.case:
        audit.record(letter.case.stream, f"window.{kind.value}", None, at, union=letter.seat, letter_from=letter.pk)
    _touched(letter, at)


def _touched(letter: WindowLetter, at: datetime) -> None:
    letter.unread, letter.changed_at = True, at
    if letter.standing in (LetterStanding.EXPLAINED, LetterStanding.WITHDRAWN):
        letter.standing = LetterStanding.NEW  # said again: somebody looks again
    letter.save(update_fields=["unread", "changed_at", "standing"])
    remind_of_letter(letter, at)


# ---- photos -----------------------------------------------------------------------------------------------------------


def _keep_each(
    letter: WindowLetter, papers: Sequence[UploadedFile], at: datetime, *, quietly: bool = False
) -> list[str]:
    """Each by itself: a bad one costs neither the letter nor the good ones. `quietly`: one already there is no fault."""
    there = set(letter.papers.values_list("sha256", flat=True))
    refused = []
    for one in papers:
        try:
            content_type = _checked(one, len(there))
            sha256 = sha256_of(one)
            if sha256 not in there:  # what was kept, sent again: encoding it once more would make another file of it
                one = _reencoded(one)
                sha256 = sha256_of(one)
        except Refused as refusal:
            refused.append(refusal.message)
            continue
        if sha256 in there:
            refused += [] if quietly else [f"「{one.name}」已经收到过，不必重复提交。"]
            continue
        there.add(sha256)
        _keep(letter, one, content_type, sha256, at)
    return refused


def _reencoded(one: UploadedFile) -> UploadedFile:
    """The photo without where it was taken: it may go on to the employer's own town hall."""
    one.seek(0)
    content, name = one.read(), one.name or "照片"
    kept = reencoded(content, name)
    return one if kept == content else SimpleUploadedFile(name, kept, one.content_type or "")


def _checked(one: UploadedFile, already: int) -> str:
    if already >= PAPERS_MOST:
        raise Refused(f"「{one.name}」没有收下：一封来信最多 {PAPERS_MOST} 份材料，更多的请当面提交。")
    if (one.size or 0) > min(PAPER_BYTES, settings.EVIDENCE_MAX_BYTES):
        raise Refused(f"「{one.name}」超过 {PAPER_BYTES // 2**20} MB，没有收下，请压缩或截图后再传。")
    return checked_type(one)


def _keep(letter: WindowLetter, one: UploadedFile, content_type: str, sha256: str, at: datetime) -> None:
    name = (one.name or "材料").replace("\\", "/").rsplit("/", 1)[-1][:200]
    one.seek(0)
    row = WindowPaper(letter=letter, name=name, content_type=content_type, size=one.size or 0, sha256=sha256, at=at)
    row.file.save(name, one, save=False)
    row.save()
    audit.record(letter.stream, "paper", None, at, union=letter.union, paper=row.pk, sha256=sha256)
