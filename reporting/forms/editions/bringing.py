"""Another edition of a form on its way in: read and refused or kept, put in force and taken out by a second person."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import PurePath

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from arrears.law.scope import EARLIEST, month_days
from arrears.reminders import outbox
from arrears.reminders.models import ReminderKind
from arrears.reminders.outbox import Word
from arrears.reminders.staff import APPROVING, Staff
from reporting.forms.editions.form_editions import Edition, shelf
from reporting.forms.files import Form, known, read
from reporting.forms.models import SPOKEN, EditionStage, FormEdition
from unions import second_person
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Union, UnionKind, User
from unions.people.rights import Right

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_KEY = 60
MOST_BYTES = 1_000_000  # of an uploaded file; the longest of ours has 6,000
LONGEST_TOLD = 60  # characters of a title in a reminder
LATEST = date(2090, 1, 1)


# Who -----------------------------------------------------------------------------------------------------------------


def shown_to(user: User) -> QuerySet[FormEdition]:
    """Editions of the provinces where the user brings in or approves forms."""
    paths = {*user.paths(Right.SUBMIT), *user.paths(Right.APPROVE)}
    found = FormEdition.objects.filter(office__path__in=paths, office__kind=UnionKind.PROVINCE)
    return found.select_related("office", "by", "decided_by", "withdrawal_by", "withdrawn_by")


def barred_because(edition: FormEdition, user: User, day: date) -> str | None:
    """Why `user` may not be the second person for what is asked now (Chinese), or None. There is no bypass."""
    if not user.may(Right.APPROVE, edition.office):
        return f"须由「{edition.office}」的审批人办理。"
    withdrawing = edition.stage == EditionStage.WITHDRAWING
    first, asked = (edition.withdrawal_by_id, "申请人") if withdrawing else (edition.by_id, "上传人")
    asked_on = day_of(edition.withdrawal_at or edition.uploaded_at)
    return second_person.barred_because(user, {f"您是{asked}": [first]}, asked, day, asked_on, "办理")


def _check_office(office: Union, by: User) -> None:
    if office.kind != UnionKind.PROVINCE or not by.may(Right.SUBMIT, office):
        raise Forbidden("报表格式由省总工会的统计员上传，您没有这项权限。")


# Bringing in ---------------------------------------------------------------------------------------------------------


def key_of(given: str, file: str) -> str:
    """The form's key: the one given, else the file's name. Raises Refused."""
    key = given.strip() or PurePath(file).stem
    if not SLUG.fullmatch(key) or len(key) > LONGEST_KEY:
        raise Refused(
            f"报表代码「{key[:LONGEST_KEY]}」只能用小写字母、数字和连字符，例如 shandong-winter。",
            {"key": "只能用小写字母、数字和连字符。"},
        )
    return key


@transaction.atomic
def bring_in(content: str, key: str, file: str, office: Union, by: User, at: datetime) -> FormEdition:
    """Keep a sound form to be looked at. Raises FormError (line and reason), Refused, Forbidden."""
    _check_office(office, by)
    key = key_of(key, file)
    form = read(content, key)
    _check_place(form, office)
    newest = replaced_by(key)
    if newest and newest.form.digest == form.digest:
        raise Refused("这份格式与现行的完全相同，不必上传。", {"file": "与现行格式完全相同。"})
    try:
        with transaction.atomic():
            edition = FormEdition.objects.create(
                key=key,
                title=form.title,
                content=content,
                digest=form.digest,
                file=file[:200],
                office=office,
                by=by,
                uploaded_at=at,
                replaces=newest.form.digest if newest else "",
            )
    except IntegrityError:
        raise Refused("同样的格式已经上传，请到“报表格式”里查看。", {"file": "同样的格式已经上传。"}) from None
    _note(edition, "upload_form", by, at, title=edition.title)
    _tell_approvers(edition, "待启用", by, at)
    return edition


def _note(edition: FormEdition, verb: str, by: User, at: datetime, **facts: object) -> None:
    audit.record(edition.stream, verb, by, at, edition.office, upload=edition.pk, sha256=edition.digest, **facts)


def _check_place(form: Form, office: Union) -> None:
    """What the form says it belongs to, and what it would replace, must lie in the office's province."""
    if form.attached_to and not _holds(office, form.attached_to):
        raise Refused(
            f"适用工会编码（attached_to）「{form.attached_to}」不是「{office}」或其所辖工会的编码，请核对。",
            {"file": "适用单位不在本省。"},
        )
    before = FormEdition.objects.filter(key=form.key, stage__in=SPOKEN).select_related("office").first()
    file = known().get(form.key)
    elsewhere = before.office_id != office.pk if before else file and not _holds(office, file.attached_to)
    if elsewhere:
        raise Refused(f"已有同名报表「{form.key}」属于其他地方，请换一个报表代码。", {"key": "已被其他地方使用。"})


def _holds(office: Union, code: str) -> bool:
    attached = Union.objects.filter(code=code).first() if code else None
    return attached is not None and office.contains(attached)


def replaced_by(key: str) -> Edition | None:
    """The edition whose place a new one would take."""
    return shelf().newest(key)


# In force ------------------------------------------------------------------------------------------------------------


def earliest(newest: Edition | None, today: date) -> date:
    """The first day an edition may speak for: the month just over, which is reported now, but nothing reported before.

    Never before the one it replaces; a form that is new has nothing old to keep.
    """
    if newest is None:
        return EARLIEST
    return max(newest.first, month_days(month_days(today)[0] - timedelta(1))[0])


@transaction.atomic
def activate(pk: int, since: date, by: User, at: datetime) -> FormEdition:
    """Put an edition in force for periods that end on `since` or later. Raises Refused, Forbidden, Stale."""
    edition = _locked(pk)
    _check_second(edition, by, at)
    if edition.stage != EditionStage.WAITING:
        raise Stale(f"这份格式现在是“{edition.get_state_display()}”，不能启用，请刷新后再看。")
    _check_place(read(edition.content, edition.key), edition.office)
    newest = replaced_by(edition.key)
    _check_since(since, earliest(newest, day_of(at)))
    if (newest.form.digest if newest else "") != edition.replaces:
        raise Stale("上传之后现行格式已经换过，这份是照旧格式改的。请作废后对照现行格式重新上传。")
    edition.stage, edition.active_from = EditionStage.ACTIVE, since
    edition.decided_by, edition.decided_at = by, at
    edition.save()
    _note(edition, "activate_form", by, at, since=since)
    return edition


def _check_since(since: date, first: date) -> None:
    if since < first:
        raise Refused(
            f"启用日 {since} 早于 {first}：更早的期间已经按原格式报过，不能改。请改为 {first} 或以后。",
            {"since": f"不早于 {first}。"},
        )
    if since > LATEST:
        raise Refused(f"启用日 {since} 过晚，请核对年份。", {"since": "日期过晚。"})


@transaction.atomic
def discard(pk: int, reason: str, by: User, at: datetime) -> FormEdition:
    """Give up an upload that was never in force: its uploader or the province's approver. Raises Refused, Forbidden, Stale."""
    edition = _locked(pk)
    if by.pk != edition.by_id and not by.may(Right.APPROVE, edition.office):
        raise Forbidden("只有上传人或本省审批人可以作废。")
    if edition.stage != EditionStage.WAITING:
        raise Stale(f"这份格式现在是“{edition.get_state_display()}”，不能作废，请刷新后再看。")
    edition.stage, edition.reason = EditionStage.DISCARDED, _reason(reason, "作废")
    edition.decided_by, edition.decided_at = by, at
    edition.save()
    _note(edition, "discard_form", by, at, reason=edition.reason)
    return edition


# Out of force --------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_withdrawal(pk: int, reason: str, by: User, at: datetime) -> FormEdition:
    """Ask that an edition in force be withdrawn. Raises Refused, Forbidden, Stale."""
    edition = _locked(pk)
    _check_office(edition.office, by)
    if edition.stage != EditionStage.ACTIVE:
        raise Stale(f"这份格式现在是“{edition.get_state_display()}”，不能申请停用，请刷新后再看。")
    edition.stage, edition.withdrawal_reason = EditionStage.WITHDRAWING, _reason(reason, "停用")
    edition.withdrawal_by, edition.withdrawal_at = by, at
    edition.save()
    _note(edition, "ask_form_withdrawal", by, at, reason=edition.withdrawal_reason)
    _tell_approvers(edition, "申请停用", by, at)
    return edition


@transaction.atomic
def withdraw(pk: int, by: User, at: datetime) -> FormEdition:
    """From today the edition before holds again; what ended earlier keeps this one. Raises Forbidden, Stale."""
    edition = _asked_back(pk)
    _check_second(edition, by, at)
    edition.stage, edition.active_until = EditionStage.WITHDRAWN, day_of(at) - timedelta(1)
    edition.withdrawn_by, edition.withdrawn_at = by, at
    edition.save()
    _note(edition, "withdraw_form", by, at, until=edition.active_until)
    return edition


@transaction.atomic
def keep(pk: int, by: User, at: datetime) -> FormEdition:
    """Leave it in force: who asked changes his mind, or the approver says no. Raises Forbidden, Stale."""
    edition = _asked_back(pk)
    if by.pk != edition.withdrawal_by_id and not by.may(Right.APPROVE, edition.office):
        raise Forbidden("只有申请人或本省审批人可以保留。")
    edition.stage, edition.withdrawal_reason = EditionStage.ACTIVE, ""
    edition.withdrawal_by = edition.withdrawal_at = None
    edition.save()
    _note(edition, "keep_form", by, at)
    return edition


def _asked_back(pk: int) -> FormEdition:
    edition = _locked(pk)
    if edition.stage != EditionStage.WITHDRAWING:
        raise Stale(f"这份格式现在是“{edition.get_state_display()}”，没有待办的停用申请，请刷新后再看。")
    return edition


def _check_second(edition: FormEdition, by: User, at: datetime) -> None:
    if reason := barred_because(edition, by, day_of(at)):
        raise Forbidden(reason)


def _reason(text: str, what: str) -> str:
    if not text.strip():
        raise Refused(f"请写明{what}的理由。", {"reason": "请写明理由。"})
    return text.strip()[:200]


def _locked(pk: int) -> FormEdition:
    key = FormEdition.objects.values_list("key", flat=True).get(pk=pk)
    # All editions of a key: two who activate at once must not both replace the same one.
    rows = list(FormEdition.objects.select_for_update().filter(key=key).order_by("pk"))
    return next(row for row in rows if row.pk == pk)


# Telling the second person -------------------------------------------------------------------------------------------


def _tell_approvers(edition: FormEdition, what: str, by: User, at: datetime) -> None:
    """A reminder for everyone who may decide, but not for who asks."""
    people = Staff(day_of(at), [edition.office_id]).with_any(APPROVING, edition.office_id) - {by.pk}
    title, url = f"报表格式《{edition.title[:LONGEST_TOLD]}》{what}，请审核", edition.get_absolute_url()
    key = f"form-edition:{edition.pk}:{edition.stage}:{int(at.timestamp())}"
    outbox.put([Word(pk, ReminderKind.IMMEDIATE, key, title, url) for pk in people], at)
