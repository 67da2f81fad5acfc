"""The joint-punishment list (QP-3.1, QD-6.4): proposing an employer, the department's steps, early removal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from arrears.cases import acts, ledger
from arrears.cases.models import Act, ActKind, Case, Employer, Evidence, Outcome
from arrears.cases.second_person import CaseApproval, record_on_case
from arrears.law.legal_numbers import with_terms
from arrears.reminders.models import ReminderKind
from arrears.reminders.outbox import NewReminder, put
from arrears.reminders.staff import APPROVING, Staff
from arrears.sanctions import conditions
from arrears.sanctions.actions.sanctions import NOT_A_CASE
from arrears.sanctions.models import Listing, ListingStage
from arrears.sanctions.models.listing import BEFORE_THE_DEPARTMENT
from arrears.sanctions.terms import keep_listings
from unions.approvals import ApprovalList, ExcludedPeople, FieldValues, ShownLine, Transition
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.models import Agency, AgencyKind, User
from unions.people.holders import ids_of, joined
from unions.people.rights import Right

S = ListingStage
DEPARTMENT = "人力资源和社会保障部门"
DECIDED_TITLES = {
    "listing.propose": "提请列入名单已批准",
    "listing.decline": "提请列入名单未获批准",
    "listing.remove": "提前移出名单已批准",
    "listing.keep": "提前移出名单未获批准",
}
WAITING_TITLES = {ListingStage.REQUESTED: "提请列入名单待审批", ListingStage.REMOVAL_ASKED: "提前移出名单待审批"}


def may_propose(case: Case, user: User) -> bool:
    return (
        case.number is not None
        and case.state not in NOT_A_CASE
        and user.may(Right.HANDLE, case.handling_union.in_charge())
    )


def may_record_step(row: Listing, user: User) -> bool:
    """Whether `user` may record steps of the department: an officer of the unit that proposed."""
    return user.may(Right.HANDLE, row.union.in_charge())


def usual_department(case: Case) -> str:
    """The HR department beside the handling unit, to begin the field with."""
    beside = Agency.objects.at_hand(case.handling_union.in_charge()).filter(kind=AgencyKind.HR)
    return beside.values_list("name", flat=True).first() or DEPARTMENT


@transaction.atomic
def propose(case: Case, department: str, reason: str, by: User, at: datetime) -> Listing:
    """Ask to propose the employer for the list. Refused: listed or in procedure already."""
    case = ledger.lock(case)
    if not may_propose(case, by):
        raise Forbidden(f"提请列入由“{case.handling_union.in_charge()}”的经办人提出，案件须已立案。")
    employer = Employer.objects.select_for_update().get(pk=case.employer_id)
    today = day_of(at)
    if Listing.objects.under_way(today).filter(employer=employer).exists():
        raise Refused(f"“{employer.name}”已在名单上或正在列入程序中，无需重复提请。")
    row = Listing(
        case=case,
        employer=employer,
        union=case.handling_union.in_charge(),
        department=department.strip(),
        reason=reason.strip(),
        requested_by=by,
        requested_at=at,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Stale(f"“{employer.name}”刚刚由别人提请，请刷新页面。") from None
    _record(row, "listing.request", by, at, reason=row.reason)
    PROPOSAL.tell_if_nobody(row, at)
    return row


# ---- what two people agree to -------------------------------------------------------------------------------------


class ListingApproval(CaseApproval[Listing]):
    """What proposal and early removal share."""

    model = Listing
    listed = ApprovalList(
        "listing",
        "惩戒名单",
        ("employer", "union", "requested_by"),
        "arrears/sanctions/listing_approval_row.html",
        sections=("sanctions", "listings"),
    )
    unit = "union"
    this = "这一项"
    changed = "案件或名单在您查看之后有了变动，请重新查看后审批。"
    parts = (
        "case__employer",
        "case__handling_union",
        "employer",
        "union__parent",
        "requested_by",
        "removal_by",
        "promise",
    )
    kept = ("snapshot",)
    no_reason = "请填写完整：原因、文号等不能为空。"

    def shown(self, row: Listing, at: datetime) -> list[ShownLine]:
        """The employer, the reason, the conditions and the ledger; at a removal the correction."""
        sums = ledger.balance(row.case)
        head = [
            ShownLine("用人单位", row.employer.name),
            ShownLine("统一社会信用代码", row.employer.uscc or row.employer.get_no_code_display() or "—"),
            ShownLine("案件", str(row.case)),
            ShownLine("提请单位", str(row.union)),
            ShownLine("提请的部门", row.department),
            ShownLine("提请理由", row.reason),
        ]
        left = ShownLine("尚未解决", f"{sums.outstanding.workers} 人，{sums.outstanding.amount:,.2f} 元")
        if row.stage == S.REMOVAL_ASKED:
            return [*head, left, *_removal_lines(row)]
        owed = ShownLine("欠薪", f"{sums.owed.workers} 人，{sums.owed.amount:,.2f} 元")
        return [*head, owed, left, *_sanction_lines(row.case), *conditions.condition_lines(row.case, day_of(at))]

    def record(self, row: Listing, verb: str, by: User, at: datetime, reason: str) -> None:
        _record(row, verb, by, at, reason=reason)


class ListingProposal(ListingApproval):
    """The proposal to the department; the term of its decision runs from approval."""

    waits = S.REQUESTED
    approved = Transition(S.PROPOSED, "listing.propose", "批准提请", "已批准，决定期限开始计算。", "approve")
    declined = Transition(S.DECLINED, "listing.decline", "不批准", "已退回提出人。")
    withdrawn = Transition(S.WITHDRAWN, "listing.withdraw", "撤回", "已撤回。")
    withdrawn_in = (S.PROPOSED,)
    decided = ("approved_by", "approved_at", "opinion")
    not_the_asker = "审批之前只有提出人可以撤回。"
    title = "审批提请"

    def before_decline(self, row: Listing, by: User, at: datetime, opinion: str) -> FieldValues:
        return {"ended_at": at}

    def why_may_not_withdraw(self, row: Listing, user: User) -> str | None:
        """Before approval only the asker may withdraw, after it officers of the unit."""
        if row.stage == S.REQUESTED:
            return super().why_may_not_withdraw(row, user)
        return None if may_record_step(row, user) else f"须由“{row.union.in_charge()}”的经办人撤回。"

    def before_withdraw(self, row: Listing, by: User, at: datetime, opinion: str) -> FieldValues:
        if row.stage == S.PROPOSED:
            self.reason_given(opinion)
        return {"opinion": opinion or row.opinion, "ended_at": at}


class ListingRemoval(ListingApproval):
    """Early removal from the list and from what was published of it."""

    waits = S.REMOVAL_ASKED
    approved = Transition(S.REMOVED, "listing.remove", "同意移出", "已移出名单，公布的内容同时撤下。")
    declined = Transition(S.LISTED, "listing.keep", "不同意移出", "没有同意移出，仍在名单上。")
    asked = ("removal_by", "removal_at")
    decided = ("removed_by", "removed_at", "opinion")
    declined_as_never_asked = True
    title = "审批提前移出"

    def excluded_people(self, row: Listing) -> Iterator[ExcludedPeople]:
        """Bar also whoever proposed the listing."""
        yield ExcludedPeople({"您当初提请列入": [row.requested_by_id]}, "提请人", row.requested_at)
        yield from super().excluded_people(row)

    def excluded_ids(self) -> Any:
        return joined(super().excluded_ids(), ids_of(F("requested_by")))

    def before_decline(self, row: Listing, by: User, at: datetime, opinion: str) -> FieldValues:
        return {"removal_on": None, "removal_number": ""}


def _sanction_lines(case: Case) -> Iterable[ShownLine]:
    for one in case.sanctions.standing().order_by("decided_on", "pk"):
        term = f"，支付期限 {one.pay_by}" if one.pay_by else ""
        yield ShownLine("处理处罚", f"{one.summary}{term}，{one.get_outcome_display()}")


def _removal_lines(row: Listing) -> Iterable[ShownLine]:
    yield ShownLine("列入决定", f"{row.number}，{row.listed_on}")
    yield ShownLine("改正日期", str(row.corrected_on))
    yield ShownLine("书面信用承诺", f"{row.promise.name}（SHA-256 {row.promise.sha256[:16]}…）" if row.promise else "—")
    yield ShownLine("部门的移出决定", f"{row.removal_number}，{row.removal_on}")
    yield ShownLine("移出理由", row.removal_reason)


PROPOSAL, REMOVAL = ListingProposal(), ListingRemoval()
APPROVALS = (PROPOSAL, REMOVAL)
approve, decline, withdraw = PROPOSAL.approve, PROPOSAL.decline, PROPOSAL.withdraw
remove, keep = REMOVAL.approve, REMOVAL.decline
_hold, _move = PROPOSAL.hold, PROPOSAL.move


@transaction.atomic
def ask_removal(
    row: Listing, on: date, number: str, reason: str, promise: Evidence | None, by: User, at: datetime
) -> Listing:
    """Ask for early removal. Refused: less than six months after correction, or no written promise."""
    row = _hold(row, S.LISTED)
    if not may_record_step(row, by):
        raise Forbidden(f"由“{row.union.in_charge()}”的经办人登记。")
    if row.expired_on(day_of(at)):
        raise Refused(f"列入期限已于 {row.until} 届满，名单自行失效，无需移出。")
    if row.corrected_on is None or row.removable_from is None:
        raise Refused(with_terms("请先登记改正日期；改正满{listing-early-removal}才能提前移出。"))
    if on < row.removable_from:
        sentence = f"改正于 {row.corrected_on}，{row.removable_from} 起才能提前移出。"
        raise Refused(sentence, {"on": sentence})
    if on > day_of(at):
        raise Refused("移出决定日期不能晚于今天。", {"on": "日期不能晚于今天。"})
    if promise is None or promise.case_id != row.case_id:
        raise Refused("提前移出须有书面信用承诺，请先上传到案件证据。", {"promise": "请选择书面信用承诺。"})
    _move(
        row,
        S.REMOVAL_ASKED,
        removal_on=on,
        removal_number=_required(number, "number"),
        removal_reason=_required(reason, "note"),
        promise=promise,
        removal_by=by,
        removal_at=at,
    )
    _record(row, "listing.ask_removal", by, at, reason=row.removal_reason, number=row.removal_number)
    REMOVAL.tell_if_nobody(row, at)
    return row


def _required(text: str, field: str) -> str:
    if not text.strip():
        raise Refused("请填写完整：原因、文号等不能为空。", {field: "请填写。"})
    return text.strip()


def _record(row: Listing, verb: str, by: User, at: datetime, **facts: object) -> None:
    """Write the event, update the listing's terms and send reminders."""
    record_on_case(row.case, verb, by, at, row.union, listing=row.pk, **facts)
    keep_listings([row.pk], at)
    put(_reminders(row, verb, by, at), at)
    row.refresh_from_db()  # keep_listings writes when it is due


def _reminders(row: Listing, verb: str, by: User, at: datetime) -> Iterator[NewReminder]:
    """Reminders to approvers or to the asker; they name case numbers only."""
    if row.stage in WAITING_TITLES and verb in ("listing.request", "listing.ask_removal"):
        union = row.union.in_charge()
        people = Staff(day_of(at), {union.pk}).with_any(APPROVING, union.pk) - {by.pk}
        yield from (_reminder(user, row, verb, WAITING_TITLES[ListingStage(row.stage)], at) for user in people)
    if verb in DECIDED_TITLES:
        asker = row.removal_by_id if verb in ("listing.remove", "listing.keep") else row.requested_by_id
        if asker is not None and asker != by.pk:
            yield _reminder(asker, row, verb, DECIDED_TITLES[verb], at)


def _reminder(user: int, row: Listing, verb: str, what: str, at: datetime) -> NewReminder:
    title, url = f"案件 {row.case.number}：{what}", row.get_absolute_url()
    item = {"text": f"{title}。", "short": title, "url": url}
    key = f"{verb}:{row.pk}:{at:%Y%m%d%H%M%S}"
    return NewReminder(user, ReminderKind.IMMEDIATE, key, title, url, [item])


# ---- what the department does with a proposal (人社部令第45号) -----------------------------------------------------


def _check_recorder(row: Listing, by: User) -> None:
    if not may_record_step(row, by):
        raise Forbidden(f"由“{row.union.in_charge()}”的经办人登记。")


def _check_day(on: date, earliest: date | None, at: datetime, after: str) -> None:
    """Refuse a day after today or before the step before."""
    if on > day_of(at):
        raise Refused.for_field("on", "日期不能晚于今天。")
    if earliest is not None and on < earliest:
        sentence = f"日期不能早于{after}（{earliest}）。"
        raise Refused(sentence, {"on": sentence})


def _sent_on(row: Listing) -> date | None:
    return day_of(row.approved_at) if row.approved_at else None


@transaction.atomic
def record_notice(row: Listing, by: User, at: datetime, *, on: date) -> Listing:
    """The employer was facts what is intended; five working days to object."""
    row = _hold(row, S.PROPOSED)
    _check_recorder(row, by)
    _check_day(on, _sent_on(row), at, "提请日期")
    _move(row, S.NOTICED, notice_on=on)
    _record(row, "listing.notice", by, at, on=on)
    return row


@transaction.atomic
def record_objection(row: Listing, by: User, at: datetime, *, on: date, text: str) -> Listing:
    """Record the employer's objection; the department has five working days to answer."""
    row = _hold(row, S.NOTICED)
    _check_recorder(row, by)
    _check_day(on, row.notice_on, at, "告知日期")
    _move(row, S.OBJECTED, objection_on=on, objection=_required(text, "note"))
    _record(row, "listing.object", by, at, on=on, reason=row.objection)
    return row


@transaction.atomic
def record_answer(row: Listing, by: User, at: datetime, *, on: date, text: str) -> Listing:
    row = _hold(row, S.OBJECTED)
    _check_recorder(row, by)
    _check_day(on, row.objection_on, at, "提出异议日期")
    _move(row, S.ANSWERED, answered_on=on, answer=_required(text, "note"))
    _record(row, "listing.answer", by, at, on=on, reason=row.answer)
    return row


@transaction.atomic
def record_extension(row: Listing, by: User, at: datetime, *, text: str) -> Listing:
    """Extend the department's term by twenty working days, once."""
    row = _hold(row, *BEFORE_THE_DEPARTMENT)
    _check_recorder(row, by)
    if row.extended:
        raise Refused("决定期限已经延长过一次，不能再延长。")
    _move(row, ListingStage(row.stage), extended=True)
    _record(row, "listing.extend", by, at, reason=_required(text, "note"))
    return row


@transaction.atomic
def record_listing(row: Listing, by: User, at: datetime, *, on: date, number: str) -> Listing:
    """Record the decision to list, for three years from `on`; writes the act that tables count."""
    row = _hold(row, S.NOTICED, S.ANSWERED)
    _check_recorder(row, by)
    _check_day(on, row.answered_on or row.notice_on, at, "告知、答复日期")
    _move(row, S.LISTED, decided_on=on, listed_on=on, number=_required(number, "number"))
    _record_act(row, on, by, at)
    _record(row, "listing.list", by, at, on=on, number=row.number)
    return row


def _record_act(row: Listing, on: date, by: User, at: datetime) -> None:
    """Write the act, unless the answer to a referral has written it."""
    if Act.objects.filter(case=row.case, kind=ActKind.LISTING, on=on).exists():
        return
    detail = f"{row.department}决定列入失信联合惩戒名单，{row.number}"
    acts.write_act(row.case, ActKind.LISTING, on, detail, Outcome.DONE, row.union, by, at)


@transaction.atomic
def record_refusal(row: Listing, by: User, at: datetime, *, on: date, text: str) -> Listing:
    """Record the decision not to list, with its reason."""
    row = _hold(row, *BEFORE_THE_DEPARTMENT)
    _check_recorder(row, by)
    _check_day(on, row.answered_on or row.objection_on or row.notice_on or _sent_on(row), at, "上一步的日期")
    _move(row, S.NOT_LISTED, decided_on=on, refusal=_required(text, "note"))
    _record(row, "listing.refuse", by, at, on=on, reason=row.refusal)
    return row


@transaction.atomic
def record_correction(row: Listing, by: User, at: datetime, *, on: date) -> Listing:
    """Record the correction; six months later early removal is possible."""
    row = _hold(row, S.LISTED)
    _check_recorder(row, by)
    if row.corrected_on is not None:
        raise Stale(f"已登记于 {row.corrected_on} 改正，不能再改。")
    _check_day(on, row.listed_on, at, "列入日期")
    _move(row, S.LISTED, corrected_on=on)
    _record(row, "listing.correct", by, at, on=on)
    return row
