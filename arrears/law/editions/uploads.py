"""A new rulebook on its way in: read and refused or kept, tried in the background, put in force by a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from arrears.law.calendar import calendar_at
from arrears.law.editions import display, pipeline
from arrears.law.editions.rulebook_editions import RulebookEditions, rulebooks_at
from arrears.law.editions.texts import NoticeText, bare
from arrears.law.models import RulebookUpload, TrialStage
from arrears.law.obligations import recompute
from arrears.law.obligations.attachments import attach_with_edition
from arrears.law.rules.holiday_sources import CalendarError
from arrears.law.rules.reader import parse_rulebook
from arrears.law.rules.rulebook import Rulebook
from arrears.law.rules.schedule import routines, schedule
from unions import jobs
from unions.approvals import Approval, ApprovalList, FieldValues, ShownLine, Transition
from unions.common.clock import day_of
from unions.common.features import provided
from unions.common.refusals import Refused, Stale
from unions.jobs import Now
from unions.models import JobState, Union, User

LONGEST = 500_000  # characters of a rulebook or a notice; the longest of ours has 13,000
ACTIVATED = "《{row.title}》已启用，自 {row.active_from} 起按它判断；此前的期间仍按原规则。"
DISCARDED = "已作废这次上传的《{row.title}》。"
LONGEST_TRIAL = timedelta(days=366 * 3)
EARLIEST, LATEST = date(1951, 1, 1), date(2090, 1, 1)  # what the calendar can count

# Who -----------------------------------------------------------------------------------------------------------------


def shown_to(user: User) -> QuerySet[RulebookUpload]:
    """Uploads of the provinces where the user brings in or approves rulebooks."""
    return pipeline.shown_to(RulebookUpload, user).select_related("attached_to").defer("content", "notice_text")


# Bringing in ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def bring_in(
    content: str, file: str, notice_text: str, since: date, until: date, office: Union, by: User, at: datetime
) -> RulebookUpload:
    """Keep a sound rulebook and have it tried. Raises RulebookError (every line and reason), Refused, Forbidden."""
    pipeline.check_office(office, by, "规则")
    _check_size(content, notice_text)
    _check_trial_days(since, until, day_of(at))
    book = parse_rulebook(content, file)
    attached = _check_place(book, office)
    _check_countable(book, day_of(at))
    upload = RulebookUpload.objects.create(
        key=book.key,
        title=book.title,
        content=content,
        notice_text=notice_text.strip(),
        digest=book.digest,
        office=office,
        attached_to=attached,
        by=by,
        uploaded_at=at,
        since=since,
        until=until,
        changed_at=at,
    )
    pipeline.record(upload, "upload_rulebook", by, at, title=book.title)
    JOB.send(upload.pk)
    return upload


def _check_countable(book: Rulebook, today: date) -> None:
    """Every term and every due day can be counted out: a rulebook in force must never break a page or a night's work."""
    calendar = calendar_at()
    if not EARLIEST <= book.first <= LATEST:
        raise Refused(
            f"有效期起 {book.first} 不在 {EARLIEST} 至 {LATEST} 之间，请核对 first。", {"file": "有效期不对。"}
        )
    try:
        for rule in book.deadlines:
            display.reckoned(rule, today, calendar)
        for listed in (schedule, routines):
            listed(book, book.first, book.first + 2 * LONGEST_TRIAL, calendar)
    except (CalendarError, OverflowError) as error:
        raise Refused(f"规则里有算不出的日期：{error}请核对期限和报送日。", {"file": "有算不出的日期。"}) from error


def _check_size(content: str, notice_text: str) -> None:
    if not content.strip():
        raise Refused("规则文件是空的，请选择写好的 .toml 文件。", {"file": "文件是空的。"})
    if max(len(content), len(notice_text)) > LONGEST:
        raise Refused(f"文字超过 {LONGEST:,} 字，请核对是否选错了文件。")


def _check_trial_days(since: date, until: date, today: date) -> None:
    if until < since:
        raise Refused("试算止日早于起日，请调换。", {"until": "早于试算起日。"})
    if until > today:
        raise Refused("试算止日不能晚于今天：试算用的是已经受理的案件。", {"until": "晚于今天。"})
    if until - since > LONGEST_TRIAL:
        raise Refused("一次最多试算三年的案件，请缩短起止日期。", {"since": "超过三年。"})


def _check_place(book: Rulebook, office: Union) -> Union:
    """The union the book is attached to. It, and what the book replaces, must lie in the office's province."""
    if book.kind != "notice":
        raise Refused('法律层面的规则（kind = "law"）随程序发布，不能上传。')
    if not pipeline.is_key(book.key):
        raise Refused(f"规则的 key“{book.key}”只能用小写字母、数字和连字符，例如 qinghai-2027-8。")
    attached = Union.objects.filter(code=book.attached_to, valid_until=None).first()
    if attached is None or not office.contains(attached):
        raise Refused(f"适用单位（attached_to）“{book.attached_to}”不是“{office}”或其所辖工会的编码，请核对。")
    before = rulebooks_at().get(book.key)
    if before and not Union.objects.filter(code=before.attached_to, path__startswith=office.path).exists():
        raise Refused(f"已有同名规则“{book.key}”属于其他地方，请换一个 key。")
    return attached


def replaced_by(upload: RulebookUpload) -> Rulebook | None:
    """The rulebook in force whose place it would take."""
    return rulebooks_at().get(upload.key)


def notice_of(pk: int) -> NoticeText | None:
    """The notice pasted with an upload, to read beside it."""
    text = RulebookUpload.objects.values_list("notice_text", flat=True).filter(pk=pk).first()
    return NoticeText(text) if text else None


def not_in_notice(book: Rulebook, text: NoticeText) -> list[str]:
    """Quotations that do not stand in the pasted notice, as “clause：words”."""
    cited = [(clause.id, clause.quotation) for clause in book.clauses]
    cited += [(entry.clause, entry.quotation) for entry in book.entries()]
    missing = [f"{clause}：{words}" for clause, words in cited if words and bare(words) not in text.bare]
    return list(dict.fromkeys(missing))


# What it needs -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RulebookLack:
    """What a rulebook (or a form) needs and there is not, in words. What rests on it begins once it is there; `blocks`: it never
    can, so nothing is put in force. `url`: where it waits for its own approval.
    """

    sentence: str
    blocks: bool = False
    url: str = ""


def lacks(upload: RulebookUpload) -> list[RulebookLack]:
    """What is missing before it can do what it says, as of now. Apps declare "rulebook needs"."""
    book = parse_rulebook(upload.content, "rulebook.toml")
    return [lack for needs in provided("rulebook needs") for lack in needs(book, upload)]


# In force ------------------------------------------------------------------------------------------------------------


def begins_on(upload: RulebookUpload, today: date) -> date:
    """The day from which it speaks: the notice's own, however late it is entered. Another text of what already speaks (the same
    notice put right) speaks from today: what was done by the former stays as it was judged.
    """
    first = parse_rulebook(upload.content, "rulebook.toml").first
    before = RulebookEditions.load().newest(upload.key)
    if before is None:
        return first
    began = max(before.first, before.content.first)
    return first if first > began else max(today, began)


class RulebookApproval(Approval[RulebookUpload]):
    """A tried rulebook is in force from the notice's own day; the edition before keeps the days before, and what is owed is
    counted again. Until then its uploader and the province's approver may give it up.
    """

    model = RulebookUpload
    listed = ApprovalList(
        "rulebook-upload", "上传的规则", ("by",), "arrears/law/rulebook_approval_row.html", full_list="rulebooks"
    )
    unit = "office"
    this = "这份规则"
    act = "启用"
    without_right = "启用规则须由“{unit}”的审批人办理。"
    without_right_to_decline = "只有上传人或本省审批人可以作废。"
    changed = "规则或试算的结果在您查看之后有了变动，请刷新后再看。"
    waits = TrialStage.TRIED
    approved = Transition(TrialStage.ACTIVE, "activate_rulebook", "启用", ACTIVATED, "activate")
    declined = withdrawn = Transition(TrialStage.DISCARDED, "discard_rulebook", "作废", DISCARDED, "discard")
    declined_in = withdrawn_in = (TrialStage.TRIAL,)
    asked = ("by", "uploaded_at")
    asker_is = ("您是上传人", "上传人")
    decided = ("decided_by", "decided_at")
    no_reason = "请写明作废的理由。"
    longest = 200
    title = "启用"
    opinion_help = "作废时必填：写明理由。"
    give_up_help = "写明理由。"
    why_not_title = "不能由您启用"
    confirm = "启用后，自所列生效日起按它判断。"

    def why_may_not_give_up(self, row: RulebookUpload, user: User, at: datetime) -> str | None:
        """What is under trial can be stopped only before a worker is at it."""
        if row.stage == TrialStage.TRIAL and row.state == JobState.RUNNING:
            return "正在试算，请等试算结束。"
        return super().why_may_not_give_up(row, user, at)

    def waits_since(self) -> Any:
        return F("changed_at")  # when it had been tried

    def shown(self, row: RulebookUpload, at: datetime) -> list[ShownLine]:
        return [
            ShownLine("规则", f"{row.title}（{row.key}）"),
            ShownLine("适用单位", str(row.attached_to)),
            ShownLine("文件校验值", row.digest),
            ShownLine("试算案件", str(row.result.get("cases", "—"))),
            ShownLine("替换", str(row.result.get("replaces", "—"))),
            ShownLine("生效日", str(row.active_from or begins_on(row, day_of(at)))),
            ShownLine("尚缺", "；".join(lack.sentence for lack in lacks(row)) or "—"),
        ]

    def lock(self, row: RulebookUpload) -> RulebookUpload:
        """All editions of a key: two who activate at once must not both be the newest."""
        rows = list(RulebookUpload.objects.select_for_update().filter(key=row.key).order_by("pk"))
        return next(one for one in rows if one.pk == row.pk)

    def before_approve(self, row: RulebookUpload, by: User, at: datetime) -> FieldValues:
        if row.result["replaces"] != _in_force(row.key):
            raise Stale("试算以后，同名规则另有一版启用，比较的结果已经过时。请重新上传试算后再启用。")
        if missing := [lack.sentence for lack in lacks(row) if lack.blocks]:
            raise Refused("这份规则还不能启用：" + "".join(missing))
        first = begins_on(row, day_of(at))
        before = RulebookUpload.objects.filter(key=row.key, stage=TrialStage.ACTIVE)
        before.update(stage=TrialStage.RETIRED, active_until=first - pipeline.ONE_DAY, changed_at=at)
        book = parse_rulebook(row.content, "rulebook.toml")
        attach_with_edition(book, row.attached_to, first, row.by, by, at)
        return {"active_from": first, "changed_at": at}

    def before_decline(self, row: RulebookUpload, by: User, at: datetime, opinion: str) -> FieldValues:
        cancelled = {"state": JobState.CANCELLED} if row.under_way else {}
        return {"reason": opinion, "changed_at": at} | cancelled

    def record(self, row: RulebookUpload, verb: str, by: User, at: datetime, reason: str) -> None:
        told = {"since": row.active_from} if row.stage == TrialStage.ACTIVE else {}
        event = pipeline.record(row, verb, by, at, **told, reason=reason)
        if row.stage == TrialStage.ACTIVE:
            recompute.ask_after(event)


approval = RulebookApproval()
activate, discard = approval.approve, approval.give_up


# In the worker -------------------------------------------------------------------------------------------------------


def _run(upload: RulebookUpload, now: Now) -> None:
    """Try the rulebook. It only reads, and asks for no right of its own."""
    book = parse_rulebook(upload.content, "rulebook.toml")
    (old_cases,) = provided("old cases")
    cases = old_cases(upload.attached_to, upload.since, upload.until)
    upload.advance(now(), done_count=0, total_count=cases.count())
    replaces = _in_force(upload.key)  # before reading that edition: one activated meanwhile makes this trial stale
    result = cases.try_out(
        book, replaced_by(upload), calendar_at(), lambda done: upload.advance(now(), done_count=done)
    )
    upload.finish(now(), stage=TrialStage.TRIED, result=result | {"replaces": replaces}, done_count=result["cases"])
    approval.tell_if_nobody(upload, now())


def _in_force(key: str) -> int:
    """The upload that speaks for a key now; 0: the file of the program, or nothing."""
    standing = RulebookUpload.objects.filter(key=key, stage=TrialStage.ACTIVE)
    return standing.values_list("pk", flat=True).first() or 0


JOB = jobs.Kind(
    model=RulebookUpload,
    run=_run,
    queue="rollup",
    gave_up="试算时多次中断，请重新上传；仍不成功请联系系统管理员。",
    crashed="试算时出错，请稍后重试；仍不成功请联系系统管理员。",
)
