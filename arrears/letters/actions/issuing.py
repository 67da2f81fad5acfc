"""A letter until it has its number: drafted, submitted, approved by a second person; withdrawn, sent back, made void."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import CharField, F, Func, JSONField, OuterRef, Value
from django.db.models.functions import Cast, Concat

from arrears.cases import ledger
from arrears.cases.models import Case, Series
from arrears.cases.second_person import CaseApproval, case_events, excluded_from
from arrears.law.scope import chinese_day
from arrears.letters import paper, rules, wording
from arrears.letters.models import Letter, LetterKind, LetterState, SuggestionGround
from arrears.letters.terms import keep_letters
from arrears.reminders.approvals import remind_of_asked
from unions.approvals import ApprovalList, ExcludedPeople, FieldValues, ShownLine, Transition
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Event, Union, User
from unions.people.holders import ids_of, joined
from unions.people.rights import Right

DRAFT_FIELDS = frozenset(
    {"facts", "breached", "demand", "supervisors", "investigated_on", "contact", "department", "enclosures"}
)  # what a clerk fills in
WRITTEN = ("letter.draft", "letter.edit")  # verbs of whoever wrote in it


@transaction.atomic
def draft(
    case: Case,
    kind: LetterKind,
    issuer: Union,
    facts: dict[str, Any],
    by: User,
    at: datetime,
    *,
    follows: Letter | None = None,
) -> Letter:
    """Begin a letter. `facts`: DRAFT_FIELDS, any may be empty. `follows`: the letter before.

    Stale: the issuer has the same letter under way.
    """
    case = ledger.lock(case)
    if follows is not None:
        follows = Letter.objects.select_for_update().get(pk=follows.pk)
    if issuer.pk not in {unit.pk for unit in rules.issuing_units(case, by)}:
        raise Forbidden(f"您不能以“{issuer}”的名义就本案制发文书，或案件现在的状态不能制发。")
    if fault := rules.why_not_issue(case, kind, issuer, follows, at):
        raise Refused(fault)
    if twin := rules.same_letter_under_way(case, kind, issuer, follows):
        raise Stale(f"“{twin.issuer}”已有一份{kind.label}（{twin.get_state_display()}），请打开那一份继续办理。")
    letter = Letter(case=case, kind=kind, issuer=issuer, follows=follows, drafted_by=by, drafted_at=at)
    letter.ground = _ground(letter, at)
    _write(letter, facts)
    letter.save(force_insert=True)
    return record(letter, "draft", by, at)


@transaction.atomic
def edit(letter: Letter, facts: dict[str, Any], by: User, at: datetime, *, seen: int) -> Letter:
    """Change a draft. Stale: submitted or issued by now, or changed since version `seen`."""
    letter = locked(letter, seen, (LetterState.DRAFT,))
    check_drafter(letter, by)
    _write(letter, facts)
    letter.drafted_by = by
    letter.save(update_fields=[*DRAFT_FIELDS, "addressee", "drafted_by"])
    return record(letter, "edit", by, at)


def _write(letter: Letter, facts: dict[str, Any]) -> None:
    for name in DRAFT_FIELDS & facts.keys():
        setattr(letter, name, facts[name])
    kind = LetterKind(letter.kind)
    if kind == LetterKind.SUGGESTION and not letter.department:
        raise Refused.for_field("department", "请选择致送的部门。")
    letter.enclosures = sorted(one.pk for one in letter.enclosed())  # of this case, whatever was sent
    letter.addressee = wording.addressee_of(letter.case, kind, letter.issuer, letter.department)


def _ground(letter: Letter, at: datetime) -> str:
    if letter.kind != LetterKind.SUGGESTION or letter.follows is None:
        return ""
    return rules.ground_for(letter.follows, at) or ""


@transaction.atomic
def submit(letter: Letter, by: User, at: datetime, *, seen: int) -> Letter:
    """Submit a complete draft to the approver. Refused with the parts that are missing."""
    letter = locked(letter, seen, (LetterState.DRAFT,))
    check_drafter(letter, by)
    if faults := rules.missing_parts(letter):
        raise Refused("文书还不完整：" + "".join(faults.values()), faults)
    _check_still_possible(letter, at)
    letter = move_on(letter, LetterState.SUBMITTED, "submit", by, at, submitted_by=by, submitted_at=at)
    APPROVAL.tell_if_nobody(letter, at)
    return letter


class LetterApproval(CaseApproval[Letter]):
    """Approval numbers, writes and locks a letter. Nobody who wrote in it may approve it.

    Where writing fails, the number is given back.
    """

    model = Letter
    listed = ApprovalList(
        "letter", "一函两书", ("issuer", "submitted_by"), "arrears/letters/approval_row.html", sections=("letters",)
    )
    unit = "issuer"
    this = "这份文书"
    changed = "文书内容在您查看之后有了变动，请重新查看后审批。"
    stage = "state"
    waits = LetterState.SUBMITTED
    approved = Transition(LetterState.APPROVED, "letter.approve", "批准签发", "已签发，文号已编定，正式文书已锁定。")
    declined = Transition(LetterState.DRAFT, "letter.send_back", "退回拟稿人", "已退回拟稿人。")
    withdrawn = Transition(LetterState.WITHDRAWN, "letter.withdraw", "撤回", "已撤回，没有占用文号。")
    asked = ("submitted_by", "submitted_at")
    parts = (
        "case__employer",
        "case__union",
        "case__handling_union",
        "issuer__parent",
        "drafted_by",
        "submitted_by",
        "follows__issuer",
    )
    no_reason = "请写明退回的原因，便于拟稿人修改。"
    title = "批准签发"
    why_not_title = "不能由您签发"
    opinion_help = "退回时必填：写明要改什么。"

    def seal(self, row: Letter, at: datetime, lines: list[ShownLine] | None = None) -> str:
        return wording.seal(wording.paper_values(row, day_of(at)))

    def excluded_people(self, row: Letter) -> Iterator[ExcludedPeople]:
        yield ExcludedPeople({"您是拟稿人": _writers(row)}, "拟稿人", row.submitted_at)
        for writer in (row.submitted_by_id, row.drafted_by_id):
            yield excluded_from(row.case, writer, row.submitted_at)

    def excluded_ids(self) -> Any:
        letter = Func(OuterRef("pk"), function="to_jsonb", output_field=JSONField())
        stream = Concat(Value("case:"), Cast(OuterRef("case_id"), CharField()))
        written = Event.objects.filter(stream=stream, verb__in=WRITTEN, data__letter=letter).exclude(by=None)
        writers = ArraySubquery(written.order_by().values("by"))
        return joined(super().excluded_ids(), ids_of(F("drafted_by")), writers)

    def before_approve(self, row: Letter, by: User, at: datetime) -> FieldValues:
        if faults := rules.missing_parts(row):
            raise Refused("文书还不完整，请退回补齐：" + "".join(faults.values()))
        _check_still_possible(row, at)
        return _number_and_paper(row, day_of(at))

    def why_may_not_withdraw(self, row: Letter, user: User) -> str | None:
        """Whoever may draft may withdraw: an unissued letter has no number and leaves no gap."""
        return None if rules.may_draft(row, user) else _drafters_only(row)

    def before_withdraw(self, row: Letter, by: User, at: datetime, opinion: str) -> FieldValues:
        return {}

    def record(self, row: Letter, verb: str, by: User, at: datetime, reason: str) -> None:
        record(row, verb.removeprefix("letter."), by, at, reason)


def _writers(letter: Letter) -> set[int | None]:
    """Ids of everybody who wrote in it, not only who wrote last."""
    written = case_events(letter.case, WRITTEN, letter=letter.pk).order_by()
    return {letter.drafted_by_id, *written.values_list("by_id", flat=True)}


def _number_and_paper(letter: Letter, today: date) -> FieldValues:
    """The fields an issued letter gets: number, document, term."""
    kind, values = LetterKind(letter.kind), wording.paper_values(letter, today)
    (serial,) = Series.take(f"letter:{letter.issuer_id}:{kind}", today.year)
    number = wording.number_of(letter.issuer, kind, today.year, serial)
    values |= {"number": number, "date": chinese_day(today)}
    document = paper.render(values, paper.layout_for(letter))
    return {
        "year": today.year,
        "serial": serial,
        "number": number,
        "issued_on": today,
        "content": values,
        "document": Letter.document.field.storage.save(f"letters/{today.year}/{letter.pk}.docx", ContentFile(document)),
        "sha256": paper.digest(document),
        "addressee": values["addressee"],
        "reply_workdays": wording.reply_workdays(values),
    }


APPROVAL = LetterApproval()
approve, send_back, withdraw = APPROVAL.approve, APPROVAL.decline, APPROVAL.withdraw


@transaction.atomic
def take_back(letter: Letter, by: User, at: datetime, *, seen: int) -> Letter:
    """Withdraw an unissued letter, draft or submitted. Stale: changed since version `seen`."""
    letter = locked(letter, seen, (LetterState.DRAFT, LetterState.SUBMITTED))
    if letter.state == LetterState.SUBMITTED:
        return withdraw(letter, by=by, at=at)
    check_drafter(letter, by)
    return move_on(letter, LetterState.WITHDRAWN, "withdraw", by, at)


def _check_still_possible(letter: Letter, at: datetime) -> None:
    """Refuse when the case or the ground of the letter has changed since drafting."""
    fault = rules.why_not_issue(letter.case, LetterKind(letter.kind), letter.issuer, letter.follows, at)
    if not fault and letter.follows is not None and letter.kind == LetterKind.SUGGESTION:
        now = rules.ground_for(letter.follows, at)
        if now != letter.ground:
            was = SuggestionGround(letter.ground).label
            fault = f"提出建议的事由已有变化（拟稿时为“{was}”），请撤回后重新拟制。"
    if fault:
        raise Refused(fault)


@transaction.atomic
def make_void(letter: Letter, by: User, at: datetime, *, seen: int, reason: str) -> Letter:
    """作废: declare an issued letter void; it keeps its number."""
    letter = locked(letter, seen, [state for state in LetterState if state not in rules.UNISSUED_OR_VOID])
    check_approver(letter, by)
    check_reason(reason, "请写明作废的原因。")
    if rules.followers_in_force(letter).exists():
        raise Refused("后一份文书以本件为依据，请先将后一份撤回或作废。")
    facts = {"ended_by": by, "ended_at": at, "ended_reason": reason.strip()}
    return move_on(letter, LetterState.VOID, "void", by, at, reason, **facts)


# ---- what every step does ---------------------------------------------------------------------------------------


def locked(letter: Letter, seen: int, states: Collection[str]) -> Letter:
    """The letter and its case read anew and locked. Stale: changed since version `seen`."""
    row = APPROVAL.hold(letter, *states)
    if row.version != seen:
        raise Stale("您打开页面之后这份文书有了变动，请查看最新内容后再办理。")
    return row


def _drafters_only(letter: Letter) -> str:
    return f"这份文书由“{letter.issuer.in_charge()}”的填报员或经办人办理。"


def check_drafter(letter: Letter, by: User) -> None:
    if not rules.may_draft(letter, by):
        raise Forbidden(_drafters_only(letter))


def check_approver(letter: Letter, by: User) -> None:
    if not by.may(Right.APPROVE, letter.issuer.in_charge()):
        raise Forbidden(f"须由“{letter.issuer.in_charge()}”的审批人办理。")


def check_reason(reason: str, sentence: str) -> None:
    if not reason.strip():
        raise Refused.for_field("reason", sentence)


def move_on(
    letter: Letter, to: LetterState, verb: str, by: User, at: datetime, reason: str = "", **facts: Any
) -> Letter:
    """Move the letter to state `to`, write `facts` and the event."""
    APPROVAL.move(letter, to, **facts)
    return record(letter, verb, by, at, reason)


def record(letter: Letter, verb: str, by: User, at: datetime, reason: str = "", **data: Any) -> Letter:
    """Write the event, update the letter's terms and remind its approvers."""
    Letter.objects.filter(pk=letter.pk).update(version=F("version") + 1)
    Case.objects.filter(pk=letter.case_id).update(version=F("version") + 1, changed_at=at)
    audit.record(
        letter.case.stream,
        f"letter.{verb}",
        by,
        at,
        union=letter.issuer,
        letter=letter.pk,
        letter_kind=letter.kind,
        number=letter.number or "",
        shown=letter.sha256,
        reason=reason.strip(),
        **data,
    )
    letter.refresh_from_db()
    if letter.is_issued:
        keep_letters([letter.pk], at)
    titles = {APPROVAL: f"{letter.get_kind_display()}待签发"}
    remind_of_asked(letter, str(letter.case.number), "letter", titles, at)
    letter.refresh_from_db()  # keep_letters writes when it is due
    return letter
