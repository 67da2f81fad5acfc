"""Attaching a rulebook to a union, and ending it: one proposes, another approves; while it holds, it holds there and below."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from arrears.law.editions.rulebook_editions import every_edition, rulebooks_at
from arrears.law.models import Attachment
from arrears.law.obligations import recompute
from arrears.law.rules.reader import delivered_rulebooks
from arrears.law.rules.rulebook import Rulebook
from unions.approvals import Approval, ApprovalList, FieldValues, ShownLine, Transition
from unions.common.clock import day_of
from unions.common.formats import moment
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Event, Union, User
from unions.people.rights import Right

LONGEST_REASON = 200


# Asking --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def propose(
    union: Union, rulebook: str, since: date, reason: str, by: User, at: datetime, until: date | None = None
) -> Attachment:
    """Ask that a rulebook hold at `union` from `since` (to `until`). Nothing follows until it is approved.

    Raises Forbidden, Refused, Stale.
    """
    _check_asker(union, by)
    book = _notice(rulebook)
    _check_days(book, since, until)
    reason = _checked(reason)
    if Attachment.objects.filter(union=union, rulebook=rulebook, since=since).exists():
        raise Stale("同一规则同一起日已经提出过，请刷新页面。")
    keep_what_the_files_say(rulebook, at)
    if above := _holding_above(union, rulebook, since):
        raise Refused(f"“{above.union}”自 {above.since} 起已适用这部规则，所辖单位同样适用，无须另行提出。")
    row = Attachment.objects.create(
        union=union, rulebook=rulebook, since=since, until=until, reason=reason, by=by, at=at
    )
    _note(row, "attach", by, at, reason=reason)
    beginning.tell_if_nobody(row, at)
    return row


@transaction.atomic
def propose_end(row: Attachment, last_day: date, reason: str, by: User, at: datetime) -> Attachment:
    """Ask that it hold no longer than `last_day`, today at the earliest. Raises Forbidden, Refused, Stale."""
    row = ending.lock(row)
    _check_asker(row.union, by)
    if row.asked:
        raise Stale("这项适用有待批准的申请，请先办完再提出。")
    reason = _checked(reason)
    if last_day < max(day_of(at), row.since):
        raise Refused(
            "最后适用日不能早于今天，也不能早于起日；已经起算的期限仍按原规则办。", {"last_day": "早于今天或起日。"}
        )
    if row.until is not None and last_day >= row.until:
        raise Refused(f"这项适用本来到 {row.until} 为止，请填更早的日期。", {"last_day": "不早于现在的止日。"})
    row.last_day, row.end_reason, row.end_by, row.end_at = last_day, reason, by, at
    row.end_approved_by, row.end_approved_at = None, None
    row.save()
    _note(row, "attach.end", by, at, reason=reason, on=last_day)
    ending.tell_if_nobody(row, at)
    return row


# Answering -----------------------------------------------------------------------------------------------------------


class AttachmentApproval(Approval[Attachment]):
    """What the beginning and the end have in common: what is owed is counted again after the approval."""

    model = Attachment
    listed = ApprovalList(
        "attachment", "规则适用单位", ("union", "by", "end_by"), "arrears/law/attachment_approval_row.html"
    )
    unit = "union"
    act = "批准"
    this = "这项申请"
    title = "批准"
    opinion_help = "退回时必填。"
    why_not_title = "不能由您批准"
    give_up_button = "撤回申请"
    confirm = "批准后，有关案件的办理时限随即重新推算。"
    without_right = "须由“{unit}”的审批人批准。"
    changed = "这项申请已经办完或已改动，请刷新页面后再看。"
    waits = None  # its stage is the moment of the approval
    parts = ("union", "by", "end_by")
    declining_takes_a_second_person = True

    def lock(self, row: Attachment) -> Attachment:
        found = Attachment.objects.select_for_update(of=("self",)).select_related(*self.parts).filter(pk=row.pk).first()
        if found is None:
            raise Stale("这项申请已被退回或撤回，请回到规则页面。")
        return found

    def moved_on(self, row: Attachment) -> str:
        return self.changed

    def reason_given(self, text: str) -> str:
        return _checked(text, "opinion")

    def record(self, row: Attachment, verb: str, by: User, at: datetime, reason: str) -> None:
        event = _note(row, verb, by, at, **({"reason": reason} if reason else {}))
        if verb == self.approved.verb:
            recompute.ask_after(event)


class Beginning(AttachmentApproval):
    """The rulebook holds at the union and below. What was only asked for leaves no row, the log tells of it."""

    stage = "approved_at"
    approved = Transition(None, "attach.approve", "批准", "已批准，有关的办理时限正在重新推算。")
    declined = withdrawn = Transition(None, "attach.start.decline", "退回", "已退回或撤回，原来的适用范围不变。")
    asked = ("by", "at")
    decided = ("approved_by", "approved_at")

    def shown(self, row: Attachment, at: datetime) -> list[ShownLine]:
        return [
            ShownLine("规则", row.rulebook),
            ShownLine("适用单位", str(row.union)),
            ShownLine("自", str(row.since)),
            ShownLine("至", str(row.until or "通知失效")),
            ShownLine("理由", row.reason),
            ShownLine("提出时间", moment(row.at)),
        ]

    def before_decline(self, row: Attachment, by: User, at: datetime, opinion: str) -> FieldValues:
        return {"approved_by": None, "approved_at": None}

    def after_decline(self, row: Attachment, by: User, at: datetime) -> None:
        Attachment.objects.filter(pk=row.pk).delete()


class Ending(AttachmentApproval):
    """The rulebook holds no longer than its last day."""

    stage = "end_approved_at"
    approved = Transition(None, "attach.end.approve", "批准", "已批准，有关的办理时限正在重新推算。")
    declined = withdrawn = Transition(None, "attach.end.decline", "退回", "已退回或撤回，原来的适用范围不变。")
    asked = ("end_by", "end_at")
    decided = ("end_approved_by", "end_approved_at")
    declined_as_never_asked = True

    def waiting_rows(self) -> QuerySet[Attachment]:
        return super().waiting_rows().filter(end_at__isnull=False)

    def is_waiting(self, row: Attachment) -> bool:
        return row.asked == "end"

    def shown(self, row: Attachment, at: datetime) -> list[ShownLine]:
        return [
            ShownLine("规则", row.rulebook),
            ShownLine("适用单位", str(row.union)),
            ShownLine("最后适用日", str(row.last_day)),
            ShownLine("理由", row.end_reason),
            ShownLine("提出时间", moment(row.end_at)),
        ]

    def hold(self, row: Attachment, *stages: Any) -> Attachment:
        row = super().hold(row, *stages)
        if row.end_at is None:  # nobody asks any more
            raise Stale(self.changed)
        return row

    def before_approve(self, row: Attachment, by: User, at: datetime) -> FieldValues:
        return {"until": row.last_day}

    def before_decline(self, row: Attachment, by: User, at: datetime, opinion: str) -> FieldValues:
        return {"last_day": None, "end_reason": ""}


beginning, ending = Beginning(), Ending()


# As the files say ----------------------------------------------------------------------------------------------------


def keep_what_the_files_say(rulebook: str, at: datetime) -> int:
    """Write down as rows what the editions of a rulebook say of themselves, before other rows take their place; how many."""
    if Attachment.objects.approved().filter(rulebook=rulebook).exists():
        return 0
    first: dict[str, date] = {}
    for book in (edition for edition in every_edition() if edition.key == rulebook):
        first[book.attached_to] = min(book.first, first.get(book.attached_to, book.first))
    units = Union.objects.filter(code__in=first)
    for unit in units:
        row = Attachment.objects.create(
            union=unit, rulebook=rulebook, since=first[unit.code], reason="随规则文件", at=at, approved_at=at
        )
        _note(row, "attach.approve", None, at)
    return len(units)


def attach_as_delivered(at: datetime) -> int:
    """Attach every delivered notice to the union its file names, where that union exists; how many are new. For setting up a
    place: done by nobody, as `by` says.
    """
    return sum(keep_what_the_files_say(book.key, at) for book in delivered_rulebooks().values() if book.kind != "law")


def attach_with_edition(
    book: Rulebook, union: Union, since: date, asker: User, by: User, at: datetime
) -> Attachment | None:
    """A new edition names its union; where rows of its key say otherwise, that union is added from the day it speaks. The two
    people who put the edition in force are the two who agree to this.
    """
    rows = Attachment.objects.approved().filter(rulebook=book.key)
    if not rows.exists() or _holding_above(union, book.key, since):
        return None
    row = Attachment.objects.create(
        union=union,
        rulebook=book.key,
        since=since,
        reason="随新版规则启用",
        by=asker,
        at=at,
        approved_by=by,
        approved_at=at,
    )
    _note(row, "attach.approve", by, at)
    return row


def _holding_above(union: Union, rulebook: str, day: date) -> Attachment | None:
    """What holds at the unit or above it on that day, without an end that is known."""
    rows = Attachment.objects.approved().filter(rulebook=rulebook, union__in=union.line_ids(), until=None)
    return rows.filter(since__lte=day).select_related("union").first()


def _notice(rulebook: str) -> Rulebook:
    book = rulebooks_at().get(rulebook)
    if book is None:
        raise Refused(f"没有规则“{rulebook}”，请从清单中选择。")
    if book.kind == "law":
        raise Refused("法律层面的规则各地都适用，无需另行提出。")
    return book


def _check_asker(union: Union, by: User) -> None:
    if not by.may(Right.SUBMIT, union):
        raise Forbidden(f"须由“{union}”的统计员提出。")
    if union.is_closed:
        raise Refused(f"“{union}”已撤销，不能再适用规则。", {"union": "单位已撤销。"})


def _check_days(book: Rulebook, since: date, until: date | None) -> None:
    if until is not None and until < since:
        raise Refused("止日早于起日，请改正。", {"until": "止日早于起日。"})
    if since < book.first:
        raise Refused(f"通知自 {book.first} 起有效，起日不能更早。", {"since": f"早于 {book.first}。"})
    if book.last is not None and since > book.last:
        raise Refused(f"通知有效到 {book.last}，起日不能更晚。", {"since": f"晚于 {book.last}。"})
    if since.year - book.first.year > 100:
        raise Refused("起日过晚，请核对年份。", {"since": "请核对年份。"})


def _checked(reason: str, field: str = "reason") -> str:
    text = " ".join(reason.split())
    if not text:
        raise Refused.for_field(field, "请写明理由。")
    if len(text) > LONGEST_REASON:
        raise Refused(f"理由最多 {LONGEST_REASON} 个字，请缩短。", {field: f"最多 {LONGEST_REASON} 个字。"})
    return text


def _note(row: Attachment, verb: str, by: User | None, at: datetime, **facts: object) -> Event:
    return audit.record(
        f"rulebook:{row.rulebook}",
        verb,
        by,
        at,
        union=row.union,
        since=row.since,
        until=row.until,
        attachment=row.pk,
        **facts,
    )
