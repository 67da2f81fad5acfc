"""What a worker does with her letter: write, add, answer, ask to withdraw. Nothing private enters an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import IntegrityError, transaction

from arrears.cases.evidence import checked_type, sha256_of
from arrears.portal import places, receipts
from arrears.portal.models import LetterStanding, MessageKind, WindowLetter, WindowPaper, WindowWord
from arrears.portal.photos import reencoded
from arrears.reminders.models import ReminderKind
from arrears.reminders.outbox import NewReminder, put
from arrears.reminders.staff import Staff
from unions.common.clock import day_of
from unions.common.encrypted_fields import Private
from unions.common.identity import phone_fault, phone_key
from unions.common.receipts import new_number, new_pin
from unions.common.refusals import Refused, Stale
from unions.log import audit
from unions.models import Union, User
from unions.tree import actions as tree

LONGEST_PHONE = 30  # characters, as on the form
PAPERS_MOST, PAPER_BYTES = 30, 20 * 2**20
WORDS_MOST = 200  # messages of one letter by the worker
REISSUE = timedelta(hours=2)
TRIES = 3
MINIMUM = "请至少写一样：单位名称、工地或地址，或者把情况简单说两句。"


@dataclass(frozen=True)
class WrittenForm:
    """What a worker wrote on the form, in her own words."""

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
    """What the worker gets for a letter. `pin` is empty where it came before and its PIN was used."""

    letter: WindowLetter
    pin: str
    again: bool
    refused: list[str] = field(default_factory=list)  # files that were not kept, and why


def receive_letter(
    written: WrittenForm, papers: Sequence[UploadedFile], token: str, poster: Union | None, at: datetime
) -> Receipt:
    """Receive a letter. The same form sent again (a double click, a lost answer) is the same letter."""
    if not written.text.strip():
        raise Refused(MINIMUM, {"employer_name": MINIMUM})
    known_by = receipts.form_print(token) or receipts.form_print(receipts.new_form())
    assert known_by is not None
    for _ in range(TRIES):
        if known := WindowLetter.objects.filter(token_print=known_by).first():
            return _receive_again(known, written, papers, at)
        try:
            return _receive_new(written, papers, known_by, poster, at)
        except IntegrityError:
            continue  # the same form at this very moment, or a number already drawn
    raise Stale("正在处理同一份来信，请稍等几秒再提交一次；填写的内容还在。")


@transaction.atomic
def _receive_new(
    written: WrittenForm, papers: Sequence[UploadedFile], known_by: str, poster: Union | None, at: datetime
) -> Receipt:
    tree.hold_still()
    union, officer = places.receiver(written.region_code, poster.in_charge() if poster else None, written.text)
    union = Union.objects.get(pk=union.pk)  # its path as the tree now stands
    pin = new_pin()
    letter = WindowLetter.objects.create(
        number=new_number(),
        pin=make_password(pin),
        token_print=known_by,
        union=union,
        path=union.path,
        officer=officer,
        at=at,
        changed_at=at,
        **vars(written),
    )
    audit.record(letter.stream, "letter", None, at, union=union, officer=officer.pk if officer else None)
    refused = _keep_each(letter, papers, at)
    remind_of_letter(letter, at)
    return Receipt(letter, pin, again=False, refused=refused)


@transaction.atomic
def _receive_again(letter: WindowLetter, written: WrittenForm, papers: Sequence[UploadedFile], at: datetime) -> Receipt:
    """Answer a form that was sent before: with a fresh PIN, unless the letter was opened with the first.

    Words that differ this time are kept as an addition.
    """
    letter = WindowLetter.objects.select_for_update().get(pk=letter.pk)
    if written.words.strip() and written.words.strip() != letter.words.text.strip():
        last = letter.messages.order_by("-id").first()
        if last is None or last.text.text != written.words.strip():
            _say(letter, MessageKind.MORE, written.words, at)
    refused = _keep_each(letter, papers, at, quietly=True)
    pin = ""
    if letter.opened_at is None and at - letter.at < REISSUE:
        pin = new_pin()
        letter.pin = make_password(pin)
        letter.save(update_fields=["pin"])
        audit.record(letter.stream, "pin", None, at, union=letter.union)
    return Receipt(letter, pin, again=True, refused=refused)


# ---- afterwards -------------------------------------------------------------------------------------------------------


def mark_opened(letter: WindowLetter, at: datetime) -> None:
    """Note the first look at a letter: from then on its PIN is not drawn again."""
    WindowLetter.objects.filter(pk=letter.pk, opened_at=None).update(opened_at=at)


@transaction.atomic
def add_message(letter: WindowLetter, text: str, papers: Sequence[UploadedFile], at: datetime) -> list[str]:
    """Add words or photos, or answer the last question. Returns why files were not kept (Chinese)."""
    letter = WindowLetter.objects.lock(letter.pk)
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
        _say(letter, MessageKind.ANSWER if open_question(letter) else MessageKind.MORE, text, at)
    elif len(refused) < len(papers):
        _touch(letter, at)
    return refused


@transaction.atomic
def save_phone(letter: WindowLetter, phone: str, at: datetime) -> None:
    """Keep the phone a worker leaves later. Refused where it is no phone number."""
    if len(phone.strip()) > LONGEST_PHONE:
        raise Refused(f"电话最多 {LONGEST_PHONE} 个字，请只写号码。")
    if fault := phone_fault(phone_key(phone)):
        raise Refused(f"电话{fault}")
    letter = WindowLetter.objects.lock(letter.pk)
    letter.phone = Private(phone.strip())
    letter.changed_at = at
    letter.save(update_fields=["phone", "changed_at"])
    audit.record(letter.stream, "phone", None, at, union=letter.responsible_unit)


@transaction.atomic
def ask_withdrawal(letter: WindowLetter, reason: str, at: datetime) -> None:
    """Note that the worker asks to withdraw. The letter goes on until the union has called back."""
    letter = WindowLetter.objects.lock(letter.pk)
    if letter.withdrawal_asked_at:
        return
    letter.withdrawal_asked_at = at
    letter.save(update_fields=["withdrawal_asked_at"])
    _say(letter, MessageKind.WITHDRAW, reason.strip() or "（没有写原因）", at)
    audit.record(letter.stream, "withdraw", None, at, union=letter.responsible_unit)


def open_question(letter: WindowLetter) -> WindowWord | None:
    """Return the question of the unit that is not answered yet."""
    last = letter.messages.filter(kind__in=[MessageKind.QUESTION, MessageKind.ANSWER]).order_by("-id").first()
    return last if last and last.kind == MessageKind.QUESTION else None


def _check_room(letter: WindowLetter) -> None:
    if letter.messages.filter(by=None).count() >= WORDS_MOST:
        raise Refused("补充得太多了，请直接打电话联系经办工会。")


def write_message(letter: WindowLetter, kind: MessageKind, text: str, by: User | None, at: datetime) -> WindowWord:
    """Write a message with its events. `by`: None for the worker."""
    word = WindowWord.objects.create(letter=letter, kind=kind, text=text.strip(), by=by, at=at)
    audit.record(letter.stream, f"said.{kind.value}", by, at, union=letter.responsible_unit, word=word.pk)
    if letter.case:
        verb = f"window.{kind.value}"
        audit.record(letter.case.stream, verb, by, at, union=letter.responsible_unit, letter_from=letter.pk)
    return word


def _say(letter: WindowLetter, kind: MessageKind, text: str, at: datetime) -> None:
    write_message(letter, kind, text, None, at)
    _touch(letter, at)


def _touch(letter: WindowLetter, at: datetime) -> None:
    """Mark the letter unread, open again if it was ended, and remind the unit."""
    letter.unread, letter.changed_at = True, at
    if letter.standing in (LetterStanding.EXPLAINED, LetterStanding.WITHDRAWN):
        letter.standing = LetterStanding.NEW  # said again: somebody looks again
    letter.save(update_fields=["unread", "changed_at", "standing"])
    remind_of_letter(letter, at)


def remind_of_letter(letter: WindowLetter, at: datetime) -> int:
    """Remind whoever answers for the letter, at once (SD-2.2b). Returns how many were reminded.

    Once until somebody of the unit has answered, however often the worker adds something.
    """
    unit = letter.responsible_unit
    officer = letter.case.officer_id if letter.case else letter.officer_id
    answered = letter.messages.exclude(by=None).order_by("-id").values_list("pk", flat=True).first()
    pulls_back = letter.withdrawal_asked_at is not None
    key = f"worker-letter:{letter.pk}:{answered or 0}{':withdraw' if pulls_back else ''}"
    title, url = ("职工来信要求撤回，请电话回访" if pulls_back else "有职工来信等待办理", letter.get_absolute_url())
    item = {"text": f"{title}。", "short": "职工来信", "url": url}
    people = Staff(day_of(at), {unit.pk}).acting(unit.pk, officer)
    return put((NewReminder(user, ReminderKind.IMMEDIATE, key, title, url, [item]) for user in people), at)


# ---- photos -----------------------------------------------------------------------------------------------------------


def _keep_each(
    letter: WindowLetter, papers: Sequence[UploadedFile], at: datetime, *, quietly: bool = False
) -> list[str]:
    """Keep each file by itself and return why others were not kept. `quietly`: one already there is no fault."""
    there = set(letter.papers.values_list("sha256", flat=True))
    refused = []
    for one in papers:
        try:
            content_type = _check_file(one, len(there))
            sha256 = sha256_of(one)
            if sha256 not in there:  # what was kept, sent again: encoding it once more would make another file of it
                one = _reencoded(one)
                sha256 = sha256_of(one)
        except Refused as refusal:
            refused.append(refusal.message)
            continue
        if sha256 in there:
            refused += [] if quietly else [f"“{one.name}”已经收到过，无需重复提交。"]
            continue
        there.add(sha256)
        _keep(letter, one, content_type, sha256, at)
    return refused


def _reencoded(one: UploadedFile) -> UploadedFile:
    """Return the photo without where and when it was taken: it may reach the employer's town hall."""
    one.seek(0)
    content, name = one.read(), one.name or "照片"
    kept = reencoded(content, name)
    return one if kept == content else SimpleUploadedFile(name, kept, one.content_type or "")


def _check_file(one: UploadedFile, already: int) -> str:
    if already >= PAPERS_MOST:
        raise Refused(f"“{one.name}”没有收下：一封来信最多 {PAPERS_MOST} 份材料，更多的请当面提交。")
    if (one.size or 0) > min(PAPER_BYTES, settings.EVIDENCE_MAX_BYTES):
        raise Refused(f"“{one.name}”超过 {PAPER_BYTES // 2**20} MB，没有收下，请压缩或截图后再传。")
    return checked_type(one)


def _keep(letter: WindowLetter, one: UploadedFile, content_type: str, sha256: str, at: datetime) -> None:
    name = (one.name or "材料").replace("\\", "/").rsplit("/", 1)[-1][:200]
    one.seek(0)
    row = WindowPaper(letter=letter, name=name, content_type=content_type, size=one.size or 0, sha256=sha256, at=at)
    row.file.save(name, one, save=False)
    row.save()
    audit.record(letter.stream, "paper", None, at, union=letter.union, paper=row.pk, sha256=sha256)
