"""The publication list of a period, of offenders (QP-3.3) or honest employers (YK-3b): drafted, approved by another, published, withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from arrears.cases import ledger
from arrears.cases.filing import EmployerFacts, employer_for
from arrears.cases.models import Case, Employer, NoCode
from arrears.cases.signals import case_changed
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.obligations.requirements import line_of, required
from arrears.sanctions.actions.sanctions import NOT_A_CASE, check_may_record_sanction
from arrears.sanctions.models import (
    CreditGrade,
    Grounds,
    Listing,
    Publication,
    PublicationKind,
    PublicationRow,
    PublicationStage,
    PutForward,
    Sanction,
)
from arrears.sanctions.models.publication import owing
from arrears.sanctions.privacy import private_words
from unions.approvals import Approval, ApprovalList, ExcludedPeople, FieldValues, ShownLine, Transition
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Union, User
from unions.people.holders import ids_of, joined
from unions.people.rights import Right
from unions.tree import actions as tree
from unions.tree.regions import region_of

S = PublicationStage
MOST_YEARS = 3  # no longer than the joint-punishment list itself
HONEST_STEP = "honest-employers"  # of vocabulary.REQUIREMENTS
EDITABLE_FIELDS = ("representative", "address", "violation", "decision")


@dataclass(frozen=True)
class DraftedRow:
    """One employer to publish: the facts, and the decisions they rest on."""

    employer: Employer
    case: Case | None
    violation: str
    decision: str
    decided_on: date
    workers: int
    amount: Decimal
    sanctions: tuple[Sanction, ...] = ()
    listing: Listing | None = None
    put_forward: PutForward | None = None


@dataclass(frozen=True)
class PublicationPeriod:
    """`label`: 2026Q4 or 2026H2; first and last day."""

    label: str
    first: date
    last: date


def may_draft(union: Union, user: User) -> bool:
    unit = union.in_charge()
    return user.may(Right.SUBMIT, unit) or user.may(Right.HANDLE, unit)


def asks_for_honest(unit: Union, day: date, books: RulebooksByUnit | None = None) -> bool:
    """Whether a notice in force at the unit wants honest employers shown (YK-3b)."""
    return bool(required([HONEST_STEP], line_of(unit.path), day, books=books))


def may_withdraw(row: Publication, user: User) -> bool:
    return user.may(Right.APPROVE, row.union.in_charge())


# ---- drafting -----------------------------------------------------------------------------------------------------


@transaction.atomic
def draft(
    union: Union,
    span: PublicationPeriod,
    until: date,
    rows: Sequence[DraftedRow],
    by: User,
    at: datetime,
    *,
    kind: str = PublicationKind.OFFENDERS,
) -> Publication:
    """Draft the list of a period. Refused: the period is not over or has a list already, or no notice asks for this kind."""
    tree.hold_still()
    union = Union.objects.get(pk=union.pk)
    if not may_draft(union, by):
        raise Forbidden(f"公布名单由“{union.in_charge()}”的经办人或统计员拟制。")
    today = day_of(at)
    if kind == PublicationKind.HONEST and not asks_for_honest(union, today):
        raise Refused.for_field("kind", f"适用于“{union}”的通知没有要求公布无欠薪诚信企业。")
    if span.last >= today:
        raise Refused(
            f"{span.last} 之前的决定都作出后才能拟制本期名单，请等到期间结束。", {"period": "期间还没有结束。"}
        )
    _check_until(until, today)
    row = Publication(
        union=union,
        path=union.path,
        kind=kind,
        period=span.label,
        first=span.first,
        last=span.last,
        until=until,
        drafted_by=by,
        drafted_at=at,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Refused(f"“{union}”{row.period_words}已有一份名单，请打开那一份。", {"period": "已有名单。"}) from None
    add_rows(row, rows)
    audit.record(row.stream, "publication.draft", by, at, union=union, period=span.label, rows=len(rows))
    return row


@transaction.atomic
def propose_honest(
    row: Publication, name: str, code: str, why: str, checked: str, by: User, at: datetime
) -> PublicationRow:
    """Propose an employer as an honest one (YK-3b). Refused: it owed, was sanctioned or listed in the period or since."""
    row = APPROVAL.hold(row, S.DRAFT)
    _check_drafter(row, by)
    if not row.is_honest:
        raise Refused("只有无欠薪诚信企业名单可以推荐用人单位。")
    no_code = "" if code else NoCode.UNKNOWN.value
    facts = EmployerFacts(name=name, uscc=code, no_code=no_code, region_code=region_of(row.union)[:6])
    employer = employer_for(facts)
    if fault := why_not_honest(employer, row.first, day_of(at)):
        sentence = f"“{employer.name}”{fault}，不能列为无欠薪诚信企业。"
        raise Refused(sentence, {"employer_name": sentence})
    words = {"violation": why.strip(), "decision": checked.strip()}
    if found := private_words(employer.pk, words):
        raise Refused("公布内容不得含有职工信息或个人号码。", found)
    proposed = DraftedRow(employer, None, words["violation"], words["decision"], day_of(at), 0, Decimal(0))
    if not add_rows(row, [proposed]):
        sentence = f"“{employer.name}”已在这份名单上。"
        raise Refused(sentence, {"employer_name": sentence})
    _add_editor(row, by)
    audit.record(row.stream, "publication.propose", by, at, union=row.union, employer=employer.pk)
    return row.rows.get(employer=employer)


def why_not_honest(employer: Employer, since: date, day: date) -> str:
    """What speaks against calling an employer honest for a period beginning on `since`; "" if nothing (decision 057)."""
    same = Employer.objects.perhaps(employer).values("pk")
    if owing().filter(employer__in=same).exists():
        return "有查实未办结的欠薪案件"
    verified = Case.objects.filter(employer__in=same, verified_on__isnull=False).exclude(state__in=NOT_A_CASE)
    if verified.filter(Q(closed_on=None) | Q(closed_on__gte=since)).exists():
        return f"{since} 以后有查实的欠薪案件"
    if Listing.objects.standing(day).filter(employer__in=same).exists():
        return "在失信联合惩戒名单上"
    sanctioned = Sanction.objects.standing().exclude(grade=CreditGrade.A)
    if sanctioned.filter(case__employer__in=same, decided_on__gte=since).exists():
        return f"{since} 以后受过处理处罚"
    offenders = PublicationRow.objects.shown_on(day).filter(publication__kind=PublicationKind.OFFENDERS)
    return "正在作为重大欠薪违法行为公布" if offenders.filter(employer__in=same).exists() else ""


def _check_until(until: date, today: date) -> None:
    latest = today.replace(year=today.year + MOST_YEARS, day=min(today.day, 28))
    if not today <= until <= latest:
        sentence = f"公布至的日期应在今天与 {latest} 之间。"
        raise Refused(sentence, {"until": sentence})


def add_rows(row: Publication, rows: Iterable[DraftedRow]) -> int:
    """Add rows of employers not yet on the list; the number of rows added."""
    named = set(row.rows.values_list("employer_id", flat=True))
    made = 0
    for one in rows:
        if one.employer.pk in named:
            continue
        line = PublicationRow.objects.create(
            publication=row,
            employer=one.employer,
            case=one.case,
            name=one.employer.name,
            code=one.employer.uscc or one.employer.get_no_code_display(),
            address=one.employer.address,
            violation=one.violation,
            decision=one.decision,
            decided_on=one.decided_on,
            workers=one.workers,
            amount=one.amount,
            listing=one.listing,
            put_forward=one.put_forward,
        )
        line.sanctions.set(one.sanctions)
        made += 1
    return made


@transaction.atomic
def collect_again(row: Publication, rows: Sequence[DraftedRow], by: User, at: datetime) -> int:
    """Add what was decided since the draft; the number of rows added."""
    row = APPROVAL.hold(row, S.DRAFT)
    _check_drafter(row, by)
    made = add_rows(row, rows)
    _add_editor(row, by)
    audit.record(row.stream, "publication.collect", by, at, union=row.union, rows=made)
    return made


@transaction.atomic
def reword(line: PublicationRow, words: dict[str, str], by: User, at: datetime) -> PublicationRow:
    """Change the words on one employer. Refused: names of workers, identity or phone numbers."""
    row = APPROVAL.hold(line.publication, S.DRAFT)
    _check_drafter(row, by)
    given = {name: words.get(name, "").strip() for name in EDITABLE_FIELDS}
    for name in ("violation", "decision"):
        if not given[name]:
            what = "推荐理由和核对情况" if row.is_honest else "主要违法事实和处理情况"
            raise Refused(f"{what}不能为空。", {name: "请填写。"})
    if found := private_words(line.employer_id, given):
        raise Refused("公布内容不得含有职工信息或个人号码。", found)
    PublicationRow.objects.filter(pk=line.pk).update(**given)
    _add_editor(row, by)
    audit.record(row.stream, "publication.reword", by, at, union=row.union, employer=line.employer_id)
    line.refresh_from_db()
    return line


@transaction.atomic
def take_out(line: PublicationRow, reason: str, by: User, at: datetime) -> PublicationRow:
    """Leave an employer out of the list; without `reason` take it in again."""
    row = APPROVAL.hold(line.publication, S.DRAFT)
    _check_drafter(row, by)
    PublicationRow.objects.filter(pk=line.pk).update(out=bool(reason.strip()), out_reason=reason.strip())
    _add_editor(row, by)
    verb = "publication.take_out" if reason.strip() else "publication.put_back"
    audit.record(row.stream, verb, by, at, union=row.union, employer=line.employer_id, reason=reason.strip())
    line.refresh_from_db()
    return line


# ---- two people ---------------------------------------------------------------------------------------------------


def frozen_rows(row: Publication) -> list[dict[str, Any]]:
    """All rows as they are approved and frozen, those left out with their reason."""
    return [
        {
            "name": line.name,
            "code": line.code,
            "address": line.address,
            "representative": line.representative,
            "violation": line.violation,
            "decision": line.decision,
            "decided_on": str(line.decided_on),
            "workers": line.workers,
            "amount": str(line.amount),
            "out": line.out_reason,
        }
        for line in row.rows.order_by("pk")
    ]


class PublicationApproval(Approval[Publication]):
    """Approval freezes and publishes the list. Nobody who worked on it may approve it."""

    model = Publication
    listed = ApprovalList(
        "publication",
        "公布名单",
        ("union", "submitted_by"),
        "arrears/sanctions/publication_approval_row.html",
        sections=("sanctions", "publications"),
    )
    unit = "union"
    this = "这份名单"
    changed = "名单在您查看之后有了变动，请重新查看后审批。"
    waits = S.SUBMITTED
    approved = Transition(S.PUBLISHED, "publication.approve", "批准公布", "已批准，从现在起公开显示。")
    declined = Transition(S.DRAFT, "publication.decline", "退回", "已退回拟制人。")
    asked = ("submitted_by", "submitted_at")
    decided = ("decided_by", "decided_at", "opinion")
    parts = ("union__parent", "drafted_by", "submitted_by")
    opinion_help = "退回时必填。批准后立即公开显示。"

    def seal(self, row: Publication, at: datetime, lines: list[ShownLine] | None = None) -> str:
        """SHA-256 of unit, kind, period, last day and rows."""
        return audit.digest([row.union.code, row.kind, row.period, row.until, frozen_rows(row)])

    def excluded_people(self, row: Publication) -> Iterator[ExcludedPeople]:
        people: dict[str, list[int | None]] = {
            "您拟制了这份名单": [row.drafted_by_id],
            "您将这份名单送审": [row.submitted_by_id],
            "您改动过这份名单": list(row.editors),
        }
        yield ExcludedPeople(people, "拟制人", row.submitted_at)

    def excluded_ids(self) -> Any:
        return joined(ids_of(F("drafted_by"), F("submitted_by")), F("editors"))

    def before_approve(self, row: Publication, by: User, at: datetime) -> FieldValues:
        _check_until(row.until, day_of(at))
        if gone := _row_without_ground(row):
            raise Refused(f"“{gone.name}”所依据的决定或提请已撤销、或已移出名单，请退回拟制人。")
        for line in row.rows.filter(out=False).select_related("employer") if row.is_honest else ():
            if fault := why_not_honest(line.employer, row.first, day_of(at)):
                raise Refused(f"“{line.name}”{fault}，请退回拟制人。")
        return {"published_on": day_of(at), "frozen": frozen_rows(row), "hash": self.seal(row, at)}

    def move(self, row: Publication, to: PublicationStage, **facts: Any) -> None:
        super().move(row, to, version=row.version + 1, **facts)

    def record(self, row: Publication, verb: str, by: User, at: datetime, reason: str) -> None:
        sealed = {"sha256": row.hash} if row.stage == S.PUBLISHED else {}
        audit.record(row.stream, verb, by, at, union=row.union, **sealed, reason=reason)


def _row_without_ground(row: Publication) -> PublicationRow | None:
    """A row whose decision was voided or request withdrawn, or None."""
    rows = row.rows.filter(out=False)
    return (
        rows.filter(sanctions__voided_at__isnull=False).first()
        or rows.filter(listing__stage="removed").first()
        or rows.filter(pk__in=PublicationRow.objects.taken_back().values("pk")).first()
    )


APPROVAL = PublicationApproval()
approve, decline = APPROVAL.approve, APPROVAL.decline


@transaction.atomic
def submit(row: Publication, by: User, at: datetime) -> Publication:
    row = APPROVAL.hold(row, S.DRAFT)
    _check_drafter(row, by)
    if not row.rows.filter(out=False).exists():
        raise Refused("名单里没有要公布的用人单位；本期没有的，可以作废这份名单。")
    for line in row.rows.filter(out=False):
        if private_words(line.employer_id, {name: getattr(line, name) for name in ("name", *EDITABLE_FIELDS)}):
            raise Refused(f"“{line.name}”的公布内容含有职工信息或个人号码，请改写后再送审。")
    APPROVAL.move(row, S.SUBMITTED, submitted_by=by, submitted_at=at, opinion="")
    audit.record(row.stream, "publication.submit", by, at, union=row.union)
    APPROVAL.tell_if_nobody(row, at)
    return row


@transaction.atomic
def discard(row: Publication, by: User, at: datetime) -> Publication:
    row = APPROVAL.hold(row, S.DRAFT)
    _check_drafter(row, by)
    APPROVAL.move(row, S.DISCARDED, decided_by=by, decided_at=at)
    audit.record(row.stream, "publication.discard", by, at, union=row.union)
    return row


# ---- off the public page ------------------------------------------------------------------------------------------


@transaction.atomic
def withdraw(row: Publication, *, by: User, at: datetime, opinion: str) -> Publication:
    """Withdraw a published list at once; one approver is enough."""
    row = APPROVAL.hold(row, S.PUBLISHED)
    _check_withdrawer(row, by)
    APPROVAL.move(row, S.WITHDRAWN, withdrawn_by=by, withdrawn_at=at, withdrawal=required_reason(opinion))
    audit.record(row.stream, "publication.withdraw", by, at, union=row.union, reason=opinion.strip())
    return row


@transaction.atomic
def withdraw_row(line: PublicationRow, *, by: User, at: datetime, opinion: str) -> PublicationRow:
    row = APPROVAL.hold(line.publication, S.PUBLISHED)
    _check_withdrawer(row, by)
    changes = {"withdrawn_by": by, "withdrawn_at": at, "withdrawal": required_reason(opinion)}
    if not PublicationRow.objects.filter(pk=line.pk, withdrawn_at=None, out=False).update(**changes):
        raise Stale(f"“{line.name}”已经撤下，请刷新页面。")
    audit.record(
        row.stream,
        "publication.withdraw_row",
        by,
        at,
        union=row.union,
        employer=line.employer_id,
        reason=opinion.strip(),
    )
    line.refresh_from_db()
    return line


# ---- shared -------------------------------------------------------------------------------------------------------


def _check_withdrawer(row: Publication, by: User) -> None:
    if not may_withdraw(row, by):
        raise Forbidden(f"撤下公布内容由“{row.union.in_charge()}”的审批人办理。")


def _check_drafter(row: Publication, by: User) -> None:
    if not may_draft(row.union, by):
        raise Forbidden(f"公布名单由“{row.union.in_charge()}”的经办人或统计员拟制。")


def required_reason(text: str) -> str:
    if not text.strip():
        raise Refused.for_field("opinion", "请写明原因。")
    return text.strip()


def _add_editor(row: Publication, by: User) -> None:
    editors = sorted({*row.editors, by.pk})
    Publication.objects.filter(pk=row.pk).update(editors=editors, version=F("version") + 1)


def published_employers(day: date) -> QuerySet[PublicationRow]:
    """Rows that the public may read on a day."""
    return PublicationRow.objects.shown_on(day)


# ---- requests of member bodies: 提请公布 (YK-3) --------------------------------------------------------------------


@transaction.atomic
def request_publication(
    case: Case, body: str, grounds: Sequence[str], reason: str, on: date, by: User, at: datetime
) -> PutForward:
    """Record that a member body asks for publication; it counts for the next list."""
    case = ledger.lock(case)
    check_may_record_sanction(case, by, "提请公布")
    if on > day_of(at):
        raise Refused.for_field("on", "提请日期不能晚于今天。")
    chosen = [ground.value for ground in Grounds if ground.value in grounds]
    if not chosen:
        raise Refused("请选择至少一种情形。", {"grounds": "请选择数额大、时间长或性质恶劣。"})
    row = PutForward(case=case, body=body.strip(), grounds=chosen, reason=reason.strip(), on=on, by=by, at=at)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        sentence = f"“{row.body}”已就本案提请公布。"
        raise Refused(sentence, {"body": sentence}) from None
    _record_on_case(row, "publish.put_forward", by, at, reason=row.reason)
    return row


@transaction.atomic
def withdraw_request(row: PutForward, reason: str, by: User, at: datetime) -> PutForward:
    case = ledger.lock(row.case)
    check_may_record_sanction(case, by, "撤回提请")
    if not reason.strip():
        raise Refused.for_field("reason", "请写明撤回的原因。")
    changes = {"ended_at": at, "ended_by": by, "end_reason": reason.strip()}
    if not PutForward.objects.filter(pk=row.pk, ended_at=None).update(**changes):
        raise Stale("这项提请已经撤回，请刷新页面。")
    row.refresh_from_db()
    _record_on_case(row, "publish.take_back", by, at, reason=row.end_reason)
    return row


def _record_on_case(row: PutForward, verb: str, by: User, at: datetime, **changes: object) -> None:
    Case.objects.filter(pk=row.case_id).update(version=F("version") + 1, changed_at=at)
    union = row.case.handling_union.in_charge()
    audit.record(row.case.stream, verb, by, at, union=union, body=row.body, **changes)
    row.case.refresh_from_db()
    case_changed.send(Case, case=row.case, verb=verb, by=by, at=at)
