"""The publication list of a period (QP-3.3): drafted, rows taken out for a reason, approved by another person, frozen, shown, withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from arrears.cases.models import Case, Employer
from arrears.sanctions.discretion import leaks
from arrears.sanctions.models import Listing, Publication, PublicationRow, PublicationStage, PutForward, Sanction
from unions.approvals import Approval, Barring, FieldValues, ShownLine, Transition
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right
from unions.tree import actions as tree

S = PublicationStage
MOST_YEARS = 3  # no longer than the joint-punishment list itself
WORDS = ("representative", "address", "violation", "decision")


@dataclass(frozen=True)
class Drafted:
    """One employer as the books of the period give it: published facts, and the decisions they rest on."""

    employer: Employer
    case: Case
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
    seat = union.in_charge()
    return user.may(Right.SUBMIT, seat) or user.may(Right.HANDLE, seat)


def may_withdraw(row: Publication, user: User) -> bool:
    return user.may(Right.APPROVE, row.union.in_charge())


# ---- drafting -----------------------------------------------------------------------------------------------------


@transaction.atomic
def draft(
    union: Union, span: PublicationPeriod, until: date, rows: Sequence[Drafted], by: User, at: datetime
) -> Publication:
    """A list of what was decided in `span`. Refused: the period is not over, or has a list already."""
    tree.hold_still()
    union = Union.objects.get(pk=union.pk)
    if not may_draft(union, by):
        raise Forbidden(f"公布名单由「{union.in_charge()}」的经办人或统计员拟制。")
    today = day_of(at)
    if span.last >= today:
        raise Refused(
            f"{span.last} 之前的决定都作出后才能拟制本期名单，请等到期间结束。", {"period": "期间还没有结束。"}
        )
    _check_until(until, today)
    row = Publication(
        union=union,
        path=union.path,
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
        raise Refused(f"「{union}」{row.period_said}已有一份名单，请打开那一份。", {"period": "已有名单。"}) from None
    add(row, rows)
    audit.record(row.stream, "publication.draft", by, at, union=union, period=span.label, rows=len(rows))
    return row


def _check_until(until: date, today: date) -> None:
    latest = today.replace(year=today.year + MOST_YEARS, day=min(today.day, 28))
    if not today <= until <= latest:
        sentence = f"公布至的日期应在今天与 {latest} 之间。"
        raise Refused(sentence, {"until": sentence})


def add(row: Publication, rows: Iterable[Drafted]) -> int:
    """Rows of employers the list does not name yet; how many."""
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
def collect_again(row: Publication, rows: Sequence[Drafted], by: User, at: datetime) -> int:
    """What was entered since the draft was made; how many rows are new."""
    row = approval.hold(row, S.DRAFT)
    _drafter(row, by)
    made = add(row, rows)
    _edited(row, by)
    audit.record(row.stream, "publication.collect", by, at, union=row.union, rows=made)
    return made


@transaction.atomic
def reword(line: PublicationRow, words: dict[str, str], by: User, at: datetime) -> PublicationRow:
    """Mend what is said of one employer. Refused: anything that names a worker, an identity or a telephone number."""
    row = approval.hold(line.publication, S.DRAFT)
    _drafter(row, by)
    said = {name: words.get(name, "").strip() for name in WORDS}
    for name in ("violation", "decision"):
        if not said[name]:
            raise Refused("主要违法事实和处理情况不能为空。", {name: "请填写。"})
    if found := leaks(line.employer_id, said):
        raise Refused("公布内容不得含有职工信息或个人号码。", found)
    PublicationRow.objects.filter(pk=line.pk).update(**said)
    _edited(row, by)
    audit.record(row.stream, "publication.reword", by, at, union=row.union, employer=line.employer_id)
    line.refresh_from_db()
    return line


@transaction.atomic
def take_out(line: PublicationRow, reason: str, by: User, at: datetime) -> PublicationRow:
    """This employer is not published this time. `reason` "": it is put back."""
    row = approval.hold(line.publication, S.DRAFT)
    _drafter(row, by)
    PublicationRow.objects.filter(pk=line.pk).update(out=bool(reason.strip()), out_reason=reason.strip())
    _edited(row, by)
    verb = "publication.take_out" if reason.strip() else "publication.put_back"
    audit.record(row.stream, verb, by, at, union=row.union, employer=line.employer_id, reason=reason.strip())
    line.refresh_from_db()
    return line


# ---- two people ---------------------------------------------------------------------------------------------------


def content(row: Publication) -> list[dict[str, Any]]:
    """What is approved and frozen: every row with what is said of it, those left out with their reason."""
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
    """The list is frozen as it was shown, and public from the approval until its last day. Whoever had a hand in it does not
    approve it.
    """

    model = Publication
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
        """The list as it stands, with its unit, its period and its last day."""
        return audit.digest([row.union.code, row.period, row.until, content(row)])

    def barrings(self, row: Publication) -> Iterator[Barring]:
        people: dict[str, list[int | None]] = {
            "您拟制了这份名单": [row.drafted_by_id],
            "您将这份名单送审": [row.submitted_by_id],
            "您改动过这份名单": list(row.editors),
        }
        yield Barring(people, "拟制人", row.submitted_at)

    def before_approve(self, row: Publication, by: User, at: datetime) -> FieldValues:
        _check_until(row.until, day_of(at))
        if gone := _gone(row):
            raise Refused(f"「{gone.name}」所依据的决定或提请已撤销、或已移出名单，请退回拟制人。")
        return {"published_on": day_of(at), "frozen": content(row), "hash": self.seal(row, at)}

    def move(self, row: Publication, to: PublicationStage, **facts: Any) -> None:
        super().move(row, to, version=row.version + 1, **facts)

    def record(self, row: Publication, verb: str, by: User, at: datetime, reason: str) -> None:
        sealed = {"sha256": row.hash} if row.stage == S.PUBLISHED else {}
        audit.record(row.stream, verb, by, at, union=row.union, **sealed, reason=reason)


def _gone(row: Publication) -> PublicationRow | None:
    """A row whose decision does not stand any more."""
    rows = row.rows.filter(out=False)
    return (
        rows.filter(sanctions__voided_at__isnull=False).first()
        or rows.filter(listing__stage="removed").first()
        or rows.filter(pk__in=PublicationRow.objects.taken_back().values("pk")).first()
    )


approval = PublicationApproval()
approve, decline = approval.approve, approval.decline


@transaction.atomic
def submit(row: Publication, by: User, at: datetime) -> Publication:
    row = approval.hold(row, S.DRAFT)
    _drafter(row, by)
    if not row.rows.filter(out=False).exists():
        raise Refused("名单里没有要公布的用人单位；本期没有的，可以作废这份名单。")
    for line in row.rows.filter(out=False):
        if leaks(line.employer_id, {name: getattr(line, name) for name in ("name", *WORDS)}):
            raise Refused(f"「{line.name}」的公布内容含有职工信息或个人号码，请改写后再送审。")
    approval.move(row, S.SUBMITTED, submitted_by=by, submitted_at=at, opinion="")
    audit.record(row.stream, "publication.submit", by, at, union=row.union)
    return row


@transaction.atomic
def discard(row: Publication, by: User, at: datetime) -> Publication:
    row = approval.hold(row, S.DRAFT)
    _drafter(row, by)
    approval.move(row, S.DISCARDED, decided_by=by, decided_at=at)
    audit.record(row.stream, "publication.discard", by, at, union=row.union)
    return row


# ---- off the public page ------------------------------------------------------------------------------------------


@transaction.atomic
def withdraw(row: Publication, *, by: User, at: datetime, opinion: str) -> Publication:
    """The whole list goes off the public page at once; one approver is enough, for what is wrong must not stand."""
    row = approval.hold(row, S.PUBLISHED)
    _withdrawer(row, by)
    approval.move(row, S.WITHDRAWN, withdrawn_by=by, withdrawn_at=at, withdrawal=reason_given(opinion))
    audit.record(row.stream, "publication.withdraw", by, at, union=row.union, reason=opinion.strip())
    return row


@transaction.atomic
def withdraw_row(line: PublicationRow, *, by: User, at: datetime, opinion: str) -> PublicationRow:
    row = approval.hold(line.publication, S.PUBLISHED)
    _withdrawer(row, by)
    told = {"withdrawn_by": by, "withdrawn_at": at, "withdrawal": reason_given(opinion)}
    if not PublicationRow.objects.filter(pk=line.pk, withdrawn_at=None, out=False).update(**told):
        raise Stale(f"「{line.name}」已经撤下，请刷新页面。")
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


def _withdrawer(row: Publication, by: User) -> None:
    if not may_withdraw(row, by):
        raise Forbidden(f"撤下公布内容由「{row.union.in_charge()}」的审批人办理。")


def _drafter(row: Publication, by: User) -> None:
    if not may_draft(row.union, by):
        raise Forbidden(f"公布名单由「{row.union.in_charge()}」的经办人或统计员拟制。")


def reason_given(text: str) -> str:
    if not text.strip():
        raise Refused.for_field("opinion", "请写明原因。")
    return text.strip()


def _edited(row: Publication, by: User) -> None:
    editors = sorted({*row.editors, by.pk})
    Publication.objects.filter(pk=row.pk).update(editors=editors, version=F("version") + 1)


def shown_on(day: date) -> QuerySet[PublicationRow]:
    """Return what everybody may read of employers on a day."""
    return PublicationRow.objects.shown_on(day)
