"""Proposing an employer for the list, and taking it off early: two persons for either (QP-3.1, QD-6.4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from arrears.cases import ledger, snapshot
from arrears.cases.models import Case, Employer, Evidence
from arrears.cases.second_person import barred_because
from arrears.cases.signals import case_changed, listing_changed
from arrears.cases.snapshot import Line
from arrears.sanctions import conditions
from arrears.sanctions.decisions import NOT_A_CASE
from arrears.sanctions.models import Listing, ListingStage
from unions import second_person
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Agency, AgencyKind, User
from unions.people.rights import Right

S = ListingStage
DEPARTMENT = "人力资源和社会保障部门"


def may_propose(case: Case, user: User) -> bool:
    return (
        case.number is not None
        and case.state not in NOT_A_CASE
        and user.may(Right.HANDLE, case.handling_union.in_charge())
    )


def may_record(row: Listing, user: User) -> bool:
    """Officers of the unit that proposed it note what the department did."""
    return user.may(Right.HANDLE, row.union.in_charge())


def usual_department(case: Case) -> str:
    """The HR department beside the handling unit, as a start for whoever types."""
    beside = Agency.objects.at_hand(case.handling_union.in_charge()).filter(kind=AgencyKind.HR)
    return beside.values_list("name", flat=True).first() or DEPARTMENT


@transaction.atomic
def propose(case: Case, department: str, reason: str, by: User, at: datetime) -> Listing:
    """Ask to put the employer of `case` forward. Refused: it is on the list or in procedure already, in whatever case."""
    case = ledger.lock(case)
    if not may_propose(case, by):
        raise Forbidden(f"提请列入由「{case.handling_union.in_charge()}」的经办人提出，案件须已立案。")
    employer = Employer.objects.select_for_update().get(pk=case.employer_id)
    today = day_of(at)
    if Listing.objects.under_way(today).filter(employer=employer).exists():
        raise Refused(f"「{employer.name}」已在名单上或正在列入程序中，不必重复提请。")
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
        raise Stale(f"「{employer.name}」刚刚由别人提请，请刷新页面。") from None
    note(row, "listing.request", by, at, reason=row.reason)
    return row


def shown(row: Listing, day: date) -> list[Line]:
    """What the second person sees and signs: who, why, the conditions met or not, the books; at a removal, the correction."""
    sums = ledger.balance(row.case)
    head = [
        Line("用人单位", row.employer.name),
        Line("统一社会信用代码", row.employer.uscc or row.employer.get_no_code_display() or "—"),
        Line("案件", str(row.case)),
        Line("提请单位", str(row.union)),
        Line("提请的部门", row.department),
        Line("提请理由", row.reason),
    ]
    left = Line("尚未解决", f"{sums.outstanding.workers} 人，{sums.outstanding.amount:,.2f} 元")
    if row.stage == S.REMOVAL_ASKED:
        return [*head, left, *_removal(row)]
    owed = Line("欠薪", f"{sums.owed.workers} 人，{sums.owed.amount:,.2f} 元")
    return [*head, owed, left, *_orders(row.case), *conditions.lines(row.case, day)]


def _orders(case: Case) -> Iterable[Line]:
    for one in case.sanctions.standing().order_by("decided_on", "pk"):
        term = f"，支付期限 {one.pay_by}" if one.pay_by else ""
        yield Line("处理处罚", f"{one.said}{term}，{one.get_outcome_display()}")


def _removal(row: Listing) -> Iterable[Line]:
    yield Line("列入决定", f"{row.number}，{row.listed_on}")
    yield Line("改正日期", str(row.corrected_on))
    yield Line("书面信用承诺", f"{row.promise.name}（SHA-256 {row.promise.sha256[:16]}…）" if row.promise else "—")
    yield Line("部门的移出决定", f"{row.removal_number}，{row.removal_on}")
    yield Line("移出理由", row.removal_reason)


def frozen(row: Listing) -> list[Line]:
    return [Line(label, value) for label, value in row.snapshot]


def barred(row: Listing, user: User, at: datetime) -> str | None:
    """Why `user` may not decide what waits in `row` (the proposal or the removal), or None."""
    seat = row.union.in_charge()
    if not user.may(Right.APPROVE, seat):
        return f"须由「{seat}」的审批人审批。"
    asker, asked_at = row.requested_by, row.requested_at
    if row.stage == S.REMOVAL_ASKED and row.removal_by and row.removal_at:
        # Who put it forward is bound as well: the removal undoes what she asked for.
        asked = {"您当初提请列入": [row.requested_by_id]}
        if because := second_person.barred_because(user, asked, "提请人", day_of(at), day_of(asked_at)):
            return because
        asker, asked_at = row.removal_by, row.removal_at
    return barred_because(row.case, user, asker, day_of(at), day_of(asked_at))


@transaction.atomic
def approve(row: Listing, by: User, at: datetime, *, seen: str, opinion: str = "") -> Listing:
    """The proposal goes to the department; the term of its decision runs from now."""
    row = held(row, S.REQUESTED)
    lines = _second_person(row, by, at, seen)
    step(row, S.PROPOSED, approved_by=by, approved_at=at, opinion=opinion.strip(), snapshot=snapshot.stored(lines))
    note(row, "listing.propose", by, at, reason=row.opinion)
    return row


@transaction.atomic
def decline(row: Listing, by: User, at: datetime, *, opinion: str) -> Listing:
    row = held(row, S.REQUESTED)
    _check_approver(row, by)
    step(row, S.DECLINED, approved_by=by, approved_at=at, opinion=needed(opinion, "opinion"), ended_at=at)
    note(row, "listing.decline", by, at, reason=row.opinion)
    return row


@transaction.atomic
def withdraw(row: Listing, by: User, at: datetime, *, opinion: str = "") -> Listing:
    """Before the approval by whoever asked; until the department gives notice by officers of the unit, with a reason."""
    row = held(row, S.REQUESTED, S.PROPOSED)
    if row.stage == S.REQUESTED and by != row.requested_by:
        raise Forbidden("审批之前只有提出人可以撤回。")
    if row.stage == S.PROPOSED:
        if not may_record(row, by):
            raise Forbidden(f"须由「{row.union.in_charge()}」的经办人撤回。")
        needed(opinion, "opinion")
    step(row, S.WITHDRAWN, opinion=opinion.strip() or row.opinion, ended_at=at)
    note(row, "listing.withdraw", by, at, reason=opinion.strip())
    return row


# ---- early removal ------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_removal(
    row: Listing, on: date, number: str, reason: str, promise: Evidence | None, by: User, at: datetime
) -> Listing:
    """Six months after the correction, with a written promise: one person enters the department's decision, another confirms."""
    row = held(row, S.LISTED)
    if not may_record(row, by):
        raise Forbidden(f"由「{row.union.in_charge()}」的经办人登记。")
    if row.expired_on(day_of(at)):
        raise Refused(f"列入期限已于 {row.until} 届满，名单自行失效，不必移出。")
    if row.corrected_on is None or row.removable_from is None:
        raise Refused("请先登记改正日期；改正满六个月才能提前移出。")
    if on < row.removable_from:
        sentence = f"改正于 {row.corrected_on}，{row.removable_from} 起才能提前移出。"
        raise Refused(sentence, {"on": sentence})
    if on > day_of(at):
        raise Refused("移出决定日期不能晚于今天。", {"on": "日期不能晚于今天。"})
    if promise is None or promise.case_id != row.case_id:
        raise Refused("提前移出须有书面信用承诺，请先上传到案件证据。", {"promise": "请选择书面信用承诺。"})
    step(
        row,
        S.REMOVAL_ASKED,
        removal_on=on,
        removal_number=needed(number, "number"),
        removal_reason=needed(reason, "note"),
        promise=promise,
        removal_by=by,
        removal_at=at,
    )
    note(row, "listing.ask_removal", by, at, reason=row.removal_reason, number=row.removal_number)
    return row


@transaction.atomic
def remove(row: Listing, by: User, at: datetime, *, seen: str, opinion: str = "") -> Listing:
    """Off the list, and out of everything published of it."""
    row = held(row, S.REMOVAL_ASKED)
    lines = _second_person(row, by, at, seen)
    step(row, S.REMOVED, removed_by=by, removed_at=at, snapshot=snapshot.stored(lines), opinion=opinion.strip())
    note(row, "listing.remove", by, at, reason=row.opinion)
    return row


@transaction.atomic
def keep(row: Listing, by: User, at: datetime, *, opinion: str) -> Listing:
    """The removal does not do: the employer stays on the list."""
    row = held(row, S.REMOVAL_ASKED)
    _check_approver(row, by)
    told = needed(opinion, "opinion")
    step(row, S.LISTED, opinion=told, removal_on=None, removal_number="", removal_by=None, removal_at=None)
    note(row, "listing.keep", by, at, reason=told)
    return row


# ---- shared -------------------------------------------------------------------------------------------------------


def needed(text: str, field: str) -> str:
    if not text.strip():
        raise Refused("请填写完整：原因、文号等不能为空。", {field: "请填写。"})
    return text.strip()


def _check_approver(row: Listing, by: User) -> None:
    if not by.may(Right.APPROVE, row.union.in_charge()):
        raise Forbidden(f"须由「{row.union.in_charge()}」的审批人审批。")


def _second_person(row: Listing, by: User, at: datetime, seen: str) -> list[Line]:
    if because := barred(row, by, at):
        raise Forbidden(because)
    lines = shown(row, day_of(at))
    if seen != snapshot.seal(lines):
        raise Stale("案件或名单在您查看之后有了变动，请重新查看后审批。")
    return lines


def held(row: Listing, *stages: ListingStage) -> Listing:
    """The row and its case as they are now, held; Stale when the stage has moved on."""
    ledger.lock(row.case)
    row = (
        Listing.objects.select_for_update(of=("self",))
        .select_related(
            "case__employer",
            "case__handling_union",
            "employer",
            "union__parent",
            "requested_by",
            "removal_by",
            "promise",
        )
        .get(pk=row.pk)
    )
    if row.stage not in stages:
        raise Stale(f"这一项现在是「{ListingStage(row.stage).label}」，可能已有人办理，请刷新页面。")
    return row


def step(row: Listing, stage: ListingStage, **facts: object) -> None:
    if Listing.objects.filter(pk=row.pk, stage=row.stage).update(stage=stage, **facts) != 1:
        raise Stale("这一项刚刚有人办理过，请刷新页面。")
    row.refresh_from_db()


def note(row: Listing, verb: str, by: User, at: datetime, **told: object) -> None:
    Case.objects.filter(pk=row.case_id).update(version=F("version") + 1, changed_at=at)
    audit.record(row.case.stream, verb, by, at, union=row.union, listing=row.pk, **told)
    row.case.refresh_from_db()
    case_changed.send(Case, case=row.case, verb=verb, by=by, at=at)
    listing_changed.send(Listing, listing=row, verb=verb, by=by, at=at)
    row.refresh_from_db()
