"""Actions on editions of a form: bring one in, put it in force, take it out by a second person."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import PurePath

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from arrears.law.editions import pipeline
from arrears.law.editions.pipeline import Edition
from arrears.law.scope import EARLIEST, month_days
from arrears.reminders import outbox
from arrears.reminders.models import ReminderKind
from arrears.reminders.outbox import NewReminder
from arrears.reminders.staff import APPROVING, Staff
from reporting.forms import needs
from reporting.forms.editions.form_editions import FormEditions
from reporting.forms.files import Form, known, read
from reporting.forms.models import EditionStage, FormEdition
from unions.approvals import Approval, ApprovalList, FieldValues, ShownLine, Transition
from unions.common.clock import day_of
from unions.common.features import provided
from unions.common.refusals import Refused, Stale
from unions.models import Union, User

MOST_BYTES = 1_000_000  # of an uploaded file; the longest of ours has 6,000
LONGEST_TOLD = 60  # characters of a title in a reminder
LATEST = date(2090, 1, 1)


# Who -----------------------------------------------------------------------------------------------------------------


def shown_to(user: User) -> QuerySet[FormEdition]:
    """Editions of the provinces where the user brings in or approves forms."""
    return pipeline.shown_to(FormEdition, user).select_related("withdrawal_by", "withdrawn_by")


# Bringing in ---------------------------------------------------------------------------------------------------------


def key_of(given: str, file: str) -> str:
    """The form's key: the one given, else the file's name. Raises Refused."""
    key = given.strip() or PurePath(file).stem
    if not pipeline.is_key(key):
        raise Refused(
            f"报表代码“{key[: pipeline.LONGEST_KEY]}”只能用小写字母、数字和连字符，例如 shandong-winter。",
            {"key": "只能用小写字母、数字和连字符。"},
        )
    return key


@transaction.atomic
def bring_in(content: str, key: str, file: str, office: Union, by: User, at: datetime) -> FormEdition:
    """Keep a sound form to be looked at. Raises FormError (every line and reason), Refused, Forbidden."""
    pipeline.check_office(office, by, "报表格式")
    key = key_of(key, file)
    form = read(content, key)
    _check_place(form, office)
    newest = replaced_by(key)
    if newest and newest.content.digest == form.digest:
        raise Refused("这份格式与现行的完全相同，无需上传。", {"file": "与现行格式完全相同。"})
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
                replaces=newest.content.digest if newest else "",
            )
    except IntegrityError:
        raise Refused("同样的格式已经上传，请到“报表格式”里查看。", {"file": "同样的格式已经上传。"}) from None
    pipeline.record(edition, "upload_form", by, at, title=edition.title)
    _tell_approvers(edition, "待启用", by, at)
    FormActivation(day_of(at)).tell_if_nobody(edition, at)
    return edition


def _check_place(form: Form, office: Union) -> None:
    """What the form says it belongs to, and what it would replace, must lie in the office's province."""
    if form.attached_to and not _holds(office, form.attached_to):
        raise Refused(
            f"适用工会编码（attached_to）“{form.attached_to}”不是“{office}”或其所辖工会的编码，请核对。",
            {"file": "适用单位不在本省。"},
        )
    before = FormEdition.objects.filter(key=form.key, stage__in=FormEdition.standing).select_related("office").first()
    file = known().get(form.key)
    elsewhere = before.office_id != office.pk if before else file and not _holds(office, file.attached_to)
    if elsewhere:
        raise Refused(f"已有同名报表“{form.key}”属于其他地方，请换一个报表代码。", {"key": "已被其他地方使用。"})


def _holds(office: Union, code: str) -> bool:
    attached = Union.objects.filter(code=code).first() if code else None
    return attached is not None and office.contains(attached)


def replaced_by(key: str) -> Edition[Form] | None:
    """The edition whose place a new one would take."""
    return FormEditions.load().newest(key)


# In force ------------------------------------------------------------------------------------------------------------


def earliest(newest: Edition[Form] | None, today: date) -> date:
    """The first day an edition may speak for: the month just over, which is reported now, but nothing reported before.

    Never before the one it replaces; a form that is new has nothing old to keep.
    """
    if newest is None:
        return EARLIEST
    return max(newest.first, month_days(month_days(today)[0] - timedelta(1))[0])


ACTIVATED = "《{row.title}》已启用，截止日在 {row.active_from} 及以后的期间用这份格式。"
WITHDRAWN = "《{row.title}》这一版自今天起停用，恢复用上一版；以前的期间不变。"


class FormApproval(Approval[FormEdition]):
    """What putting an edition in force and taking it out have in common."""

    model = FormEdition
    listed = ApprovalList(
        "form-edition", "上传的报表格式", ("by",), "reporting/forms/approval_row.html", full_list="form-editions"
    )
    unit = "office"
    this = "这份格式"
    act = "办理"
    why_not_title = "不能由您办理"
    changed = "这份格式在您查看之后有了变动，请刷新后再看。"
    longest = 200

    def shown(self, row: FormEdition, at: datetime) -> list[ShownLine]:
        return [
            ShownLine("报表", f"{row.title}（{row.key}）"),
            ShownLine("校验值", row.digest),
            ShownLine("替换", row.replaces or "—"),
            ShownLine(
                "尚缺", "；".join(lack.sentence for lack in needs.of_form(read(row.content, row.key), row)) or "—"
            ),
            ShownLine("停用理由", row.withdrawal_reason or "—"),
        ]

    def lock(self, row: FormEdition) -> FormEdition:
        """All editions of a key: two who activate at once must not both replace the same one."""
        rows = list(FormEdition.objects.select_for_update().filter(key=row.key).order_by("pk"))
        return next(one for one in rows if one.pk == row.pk)

    def record(self, row: FormEdition, verb: str, by: User, at: datetime, reason: str) -> None:
        days = {"since": row.active_from, "until": row.active_until}
        pipeline.record(row, verb, by, at, **{name: day for name, day in days.items() if day}, reason=reason)


class FormActivation(FormApproval):
    """In force for periods that end on `since` or later, a day the second person chooses. Until then it may be given up."""

    waits = EditionStage.WAITING
    approved = Transition(EditionStage.ACTIVE, "activate_form", "启用", ACTIVATED, "activate")
    declined = withdrawn = Transition(
        EditionStage.DISCARDED, "discard_form", "作废", "已作废这次上传的《{row.title}》。", "discard"
    )
    asked = ("by", "uploaded_at")
    asker_is = ("您是上传人", "上传人")
    decided = ("decided_by", "decided_at")
    no_reason = "请写明作废的理由。"
    title = "启用"
    opinion_help = "作废时必填：写明理由。"
    give_up_help = "写明理由。"
    confirm = "启用后，截止日在启用日及以后的期间用这份格式。"
    without_right_to_decline = "只有上传人或本省审批人可以作废。"

    def __init__(self, since: date | None = None) -> None:
        self.since = since

    def before_approve(self, row: FormEdition, by: User, at: datetime) -> FieldValues:
        assert self.since is not None
        form = read(row.content, row.key)
        _check_place(form, row.office)
        if missing := [lack.sentence for lack in needs.of_form(form, row) if lack.blocks]:
            raise Refused("这份格式还不能启用：" + "".join(missing))
        newest = replaced_by(row.key)
        _check_since(self.since, earliest(newest, day_of(at)))
        if (newest.content.digest if newest else "") != row.replaces:
            raise Stale("上传之后现行格式已经换过，这份是照旧格式改的。请作废后对照现行格式重新上传。")
        return {"active_from": self.since}

    def after_approve(self, row: FormEdition, by: User, at: datetime) -> None:
        """Returns that waited for the form are opened."""
        for follow in provided("form followers"):
            follow(row.key, at)

    def before_decline(self, row: FormEdition, by: User, at: datetime, opinion: str) -> FieldValues:
        return {"reason": opinion}


def _check_since(since: date, first: date) -> None:
    if since < first:
        raise Refused.for_field(
            "since", f"启用日 {since} 早于 {first}：更早的期间已经按原格式报过，不能改。请改为 {first} 或以后。"
        )
    if since > LATEST:
        raise Refused(f"启用日 {since} 过晚，请核对年份。", {"since": "日期过晚。"})


# Out of force --------------------------------------------------------------------------------------------------------


class FormWithdrawal(FormApproval):
    """From the day of the approval the edition before holds again; what ended earlier keeps this one. Or it stays in force: who
    asked changes his mind, or the approver says no.
    """

    waits = EditionStage.WITHDRAWING
    approved = Transition(EditionStage.WITHDRAWN, "withdraw_form", "停用", WITHDRAWN, "withdraw")
    declined = withdrawn = Transition(
        EditionStage.ACTIVE, "keep_form", "继续使用", "《{row.title}》这一版继续使用。", "keep"
    )
    asked = ("withdrawal_by", "withdrawal_at")
    asker_is = ("您是申请人", "申请人")
    decided = ("withdrawn_by", "withdrawn_at")
    declined_as_never_asked = True
    without_right_to_decline = "只有申请人或本省审批人可以保留。"
    title = "停用"
    opinion_help = give_up_help = ""
    confirm = "停用后，截止日在今天及以后的期间恢复用上一版。"

    def reason_given(self, text: str) -> str:
        return text.strip()  # to keep what is in force needs none

    def before_approve(self, row: FormEdition, by: User, at: datetime) -> FieldValues:
        _check_not_asked_for(row, day_of(at))
        return {"active_until": day_of(at) - timedelta(1)}

    def before_decline(self, row: FormEdition, by: User, at: datetime, opinion: str) -> FieldValues:
        return {"withdrawal_reason": ""}


def _check_not_asked_for(row: FormEdition, today: date) -> None:
    """The only edition of a form stays as long as a rulebook asks for it: its senders would have nothing to fill in."""
    others = [one for one in FormEditions.load().rows[row.key] if one.upload != row.pk]
    if any(one.speaks_on(today) for one in others):
        return
    if books := [f"《{book.title}》" for book in needs.asked_for_by(row.key, today)]:
        names = "、".join(dict.fromkeys(books))
        raise Refused(f"{names}要求填报这张报表，停用后各单位将无表可填。请先启用替换的格式，或先停止适用该规则。")


activation, withdrawal = FormActivation(), FormWithdrawal()
discard, keep = activation.give_up, withdrawal.give_up


@transaction.atomic
def ask_withdrawal(row: FormEdition, reason: str, by: User, at: datetime) -> FormEdition:
    """Ask that an edition in force be withdrawn. Raises Refused, Forbidden, Stale."""
    edition = withdrawal.lock(row)
    pipeline.check_office(edition.office, by, "报表格式")
    if edition.stage != EditionStage.ACTIVE:
        raise Stale(f"这份格式现在是“{edition.get_state_display()}”，不能申请停用，请刷新后再看。")
    edition.stage, edition.withdrawal_reason = EditionStage.WITHDRAWING, pipeline.given_reason(reason, "停用")
    edition.withdrawal_by, edition.withdrawal_at = by, at
    edition.save()
    pipeline.record(edition, "ask_form_withdrawal", by, at, reason=edition.withdrawal_reason)
    _tell_approvers(edition, "申请停用", by, at)
    withdrawal.tell_if_nobody(edition, at)
    return edition


# Telling the second person -------------------------------------------------------------------------------------------


def _tell_approvers(edition: FormEdition, what: str, by: User, at: datetime) -> None:
    """A reminder for everyone who may decide, but not for who asks."""
    people = Staff(day_of(at), [edition.office_id]).with_any(APPROVING, edition.office_id) - {by.pk}
    title, url = f"报表格式《{edition.title[:LONGEST_TOLD]}》{what}，请审核", edition.get_absolute_url()
    key = f"form-edition:{edition.pk}:{edition.stage}:{int(at.timestamp())}"
    outbox.put([NewReminder(pk, ReminderKind.IMMEDIATE, key, title, url) for pk in people], at)
