"""并案: a duplicate case is merged into another by two people, and parted from it again.

The duplicate's entries are cancelled one by one (冲正), so every sum counts the matter once from that day and every earlier
one as it was; undoing writes them anew. The case that remains keeps its own books: what only the duplicate recorded is
entered there first (docs/decisions/018-merging.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from arrears.cases import closing_blockers, ledger, snapshot, workflow
from arrears.cases.models import Case, State
from arrears.cases.second_person import at_work, excluded_from
from arrears.merging import merge_relations
from arrears.merging.models import IN_FORCE, CaseLink, Merger, MergerStage, SetApart
from arrears.reminders.approvals import remind_of_asked
from unions.approvals import Approval, ApprovalList, ExcludedPeople, FieldValues, ShownLine, Transition
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import User
from unions.people.holders import ids_of
from unions.people.rights import Right

MERGEABLE = workflow.MOVES["merge"].starts
TAKES = frozenset({State.CLUE, State.OPEN, State.LEGAL, State.SETTLED})  # a case another may be merged into
S = MergerStage


# ---- links between cases ----------------------------------------------------------------------------------------------------


@transaction.atomic
def link(case: Case, other: Case, note: str, by: User, at: datetime) -> CaseLink:
    """Link two cases as one matter; both stay. `by` must work on one of them."""
    if case.pk == other.pk:
        raise Refused("不能把案件关联到它自己。")
    if not (works_on(case, by) or works_on(other, by)):
        raise Forbidden("须由其中一件的承办单位或立案单位关联。")
    first, second = sorted((case, other), key=lambda one: one.pk)
    for one in (first, second):
        ledger.lock(one)
    row, made = CaseLink.objects.get_or_create(
        case=first, other=second, ended_at=None, defaults={"note": note.strip()[:200], "by": by, "at": at}
    )
    if made:
        audit.record(case.stream, "link", by, at, union=case.handling_union, other=other.pk)
        audit.record(other.stream, "link", by, at, union=other.handling_union, other=case.pk)
    return row


@transaction.atomic
def unlink(row: CaseLink, by: User, at: datetime) -> None:
    """End the link between two cases."""
    if not (works_on(row.case, by) or works_on(row.other, by)):
        raise Forbidden("须由其中一件的承办单位或立案单位取消关联。")
    if not CaseLink.objects.filter(pk=row.pk, ended_at=None).update(ended_at=at, ended_by=by):
        raise Stale("这两件的关联已经取消。")
    audit.record(row.case.stream, "unlink", by, at, union=row.case.handling_union, other=row.other_id)
    audit.record(row.other.stream, "unlink", by, at, union=row.other.handling_union, other=row.case_id)


@transaction.atomic
def set_apart(case: Case, other: Case, common: Sequence[str], by: User, at: datetime) -> SetApart:
    """Say that two cases are not one matter, though they have `common` in common; neither is offered at the other until there is more."""
    if not (works_on(case, by) or works_on(other, by)):
        raise Forbidden("须由其中一件的承办单位或立案单位确认。")
    if case.number is None or other.number is None:
        raise Refused("草稿立案后再确认是否重复。")
    first, second = sorted((case, other), key=lambda one: one.pk)
    row = SetApart.objects.create(case=first, other=second, common=list(common), by=by, at=at)
    audit.record(case.stream, "set_apart", by, at, union=case.handling_union, other=other.pk)
    audit.record(other.stream, "set_apart", by, at, union=other.handling_union, other=case.pk)
    return row


def works_on(case: Case, user: User) -> bool:
    """Whether `user` handles the case or files for the unit whose books it is on."""
    return handles(case, user) or user.may(Right.FILE, case.union.in_charge())


# ---- what is shown and approved -------------------------------------------------------------------------------------


def compared(duplicate: Case, into: Case) -> list[tuple[str, str, str]]:
    """Return rows (label, of the duplicate, of the case that remains): both reports side by side."""
    other = {line.label: line.value for line in _lines(into)}
    return [(line.label, line.value, other.get(line.label, "—")) for line in _lines(duplicate)]


def _lines(case: Case) -> list[ShownLine]:
    units = ShownLine("立案、承办单位", f"{case.union}；{case.handling_union}")
    return [ShownLine("案件", str(case)), ShownLine("状态", State(case.state).label), units, *snapshot.report(case)]


def handles(case: Case, user: User) -> bool:
    return user.may(Right.HANDLE, case.handling_union.in_charge())


def may_request(duplicate: Case, user: User) -> bool:
    """Whether `user` may ask to merge: she handles the duplicate, and it is a clue or open."""
    return duplicate.state in MERGEABLE and handles(duplicate, user)


# ---- asked and decided ----------------------------------------------------------------------------------------------


@transaction.atomic
def request(duplicate: Case, into: Case, reason: str, by: User, at: datetime, *, seen: int) -> Merger:
    """Ask to merge `duplicate` into `into`. The view makes sure that `by` may see both."""
    duplicate, into = _lock_both(duplicate, into)
    if duplicate.state == State.TRANSFERRING:
        raise Refused("案件正在转办，请等对方接收，或先撤回转办，再提出并案。")
    if not may_request(duplicate, by):
        raise Forbidden("并案须由承办这件案件的经办人提出，且案件须为线索或办理中。")
    if duplicate.version != seen:
        raise Stale("您打开页面之后案件有了变动，请查看最新内容后再提出。")
    _check_target(duplicate, into)
    if bound := closing_blockers.why_not_merge(duplicate):
        raise Refused("".join(bound))
    if not reason.strip():
        raise Refused("请写明为什么是同一件事。", {"reason": "请写明理由。"})
    if duplicate.mergers.filter(stage__in=[S.REQUESTED, *IN_FORCE]).exists():
        raise Stale("这件案件已经提出过并案，请等待审批。")
    row = Merger.objects.create(
        duplicate=duplicate,
        into=into,
        reason=reason.strip(),
        snapshot_hash=audit.digest(compared(duplicate, into)),
        requested_by=by,
        requested_at=at,
    )
    merging.record(row, "merge.request", by, at, row.reason)
    merging.tell_if_nobody(row, at)
    return row


def _lock_both(duplicate: Case, into: Case) -> tuple[Case, Case]:
    """Lock both cases, the lower id first, so that two crossing mergers do not wait for ever."""
    held = {case.pk: ledger.lock(case) for case in sorted((duplicate, into), key=lambda case: case.pk)}
    return held[duplicate.pk], held[into.pk]


def _check_target(duplicate: Case, into: Case) -> None:
    if duplicate.pk == into.pk:
        raise Refused("不能把案件并入它自己。")
    if into.state not in TAKES:
        raise Refused(f"要并入的案件{State(into.state).label}，不能再并入案件。")
    if duplicate.absorbed.filter(stage__in=IN_FORCE).exists():
        raise Refused("已有案件并入这一件，请先撤销那次并案，或把另一件并入这一件。")


class MergerApproval(Approval[Merger]):
    """What the merging of two cases and their parting have in common: nobody at work on either case decides."""

    model = Merger
    listed = ApprovalList(
        "merger", "并案", ("duplicate__employer", "into", "requested_by"), "arrears/merging/approval_row.html"
    )
    unit = "duplicate.handling_union"
    this = "这项并案"
    changed = "两件案件在您查看之后有了变动，请重新查看后审批。"
    no_reason = "请写明不同意的原因。"
    declining_takes_a_second_person = True

    def seal(self, row: Merger, at: datetime, lines: list[ShownLine] | None = None) -> str:
        """The reports of both cases, side by side."""
        return audit.digest(compared(row.duplicate, row.into))

    def excluded_people(self, row: Merger) -> Iterator[ExcludedPeople]:
        for case in (row.duplicate, row.into):
            yield excluded_from(case, self.asker_id(row), getattr(row, self.asked[1]))

    def excluded_ids(self) -> Any:
        return ids_of(self.asker(), *at_work("duplicate"), *at_work("into"))

    def lock(self, row: Merger) -> Merger:
        duplicate, into = _lock_both(row.duplicate, row.into)
        people = ("requested_by", "undo_requested_by", "decided_by")
        row = Merger.objects.select_for_update(of=("self",)).select_related(*people).get(pk=row.pk)
        row.duplicate, row.into = duplicate, into
        return row

    def record(self, row: Merger, verb: str, by: User, at: datetime, reason: str) -> None:
        """Approved, it is a move of the duplicate through the one door; anything else is an event of its own."""
        if verb == self.approved.verb:
            name = "unmerge_clue" if verb == "unmerge" and row.duplicate.verified_on is None else verb
            seen = row.duplicate.version
            row.duplicate = workflow.move(row.duplicate, name, by, at, seen=seen, merger=row, reason=reason)
            return
        unit = row.duplicate.handling_union
        audit.record(row.duplicate.stream, verb, by, at, union=unit, other=row.into_id, reason=reason)
        words = {merging: "并案待审批", parting: "撤销并案待审批"}
        remind_of_asked(row, str(row.duplicate.number), "merger", words, at)


class Merging(MergerApproval):
    """The duplicate goes into the other case; its entries are cancelled one by one."""

    waits = S.REQUESTED
    approved = Transition(S.MERGED, "merge", "批准并案", "已批准并案：台账逐笔冲正，统计从今天起只计一次。", "approve")
    declined = Transition(S.DECLINED, "merge.decline", "不同意", "已退回，案件保持原样。")
    withdrawn = Transition(S.WITHDRAWN, "merge.withdraw", "撤回申请", "已撤回并案申请。")

    def before_approve(self, row: Merger, by: User, at: datetime) -> FieldValues:
        _check_target(row.duplicate, row.into)
        return {"merged_on": day_of(at), "answered": [entry.pk for entry in ledger.standing(row.duplicate)]}

    def after_approve(self, row: Merger, by: User, at: datetime) -> None:
        merge_relations.carry_over(row, by, at)
        audit.record(row.into.stream, "merge.into", by, at, union=row.into.handling_union, other=row.duplicate_id)


class Parting(MergerApproval):
    """The duplicate is what it was, its entries written anew on the day of the parting; or it stays merged."""

    waits = S.UNDO_REQUESTED
    approved = Transition(S.UNDONE, "unmerge", "批准撤销并案", "已撤销并案：案件恢复办理，台账逐笔重新记入。", "undo")
    declined = Transition(S.MERGED, "merge.keep", "不同意", "已退回，案件保持原样。", "decline")
    asked = ("undo_requested_by", "undo_requested_at")
    decided = ("undone_by",)

    def before_approve(self, row: Merger, by: User, at: datetime) -> FieldValues:
        merge_relations.bring_back(row, by, at)
        return {"undone_on": day_of(at)}

    def before_decline(self, row: Merger, by: User, at: datetime, opinion: str) -> FieldValues:
        return {"undone_by": None, "decision": opinion}

    def after_approve(self, row: Merger, by: User, at: datetime) -> None:
        audit.record(row.into.stream, "merge.undone", by, at, union=row.into.handling_union, other=row.duplicate_id)


merging, parting = Merging(), Parting()
APPROVALS = (merging, parting)
approve, decline, withdraw = merging.approve, merging.decline, merging.withdraw
undo, keep = parting.approve, parting.decline


@transaction.atomic
def request_undo(row: Merger, reason: str, by: User, at: datetime) -> Merger:
    """Ask that two merged cases be parted again."""
    row = parting.hold(row, S.MERGED)
    if not handles(row.duplicate, by):
        raise Forbidden(f"须由“{row.duplicate.handling_union.in_charge()}”的经办人提出。")
    if not reason.strip():
        raise Refused("请写明为什么不是同一件事。", {"opinion": "请写明理由。"})
    parting.move(row, S.UNDO_REQUESTED, undo_requested_by=by, undo_requested_at=at, undo_reason=reason.strip())
    parting.record(row, "merge.ask_undo", by, at, row.undo_reason)
    parting.tell_if_nobody(row, at)
    return row


def merger_in_force(case: Case) -> Merger | None:
    """Return the merger by which `case` counts in another one today."""
    return case.mergers.filter(stage__in=IN_FORCE).select_related("into__employer").first()


def mergers_into(case: Case, user: User) -> list[Merger]:
    """List the mergers of duplicates into `case` that the reader may see."""
    rows = Merger.objects.visible_to(user).filter(into=case, stage__in=IN_FORCE)
    return list(rows.select_related("duplicate__employer"))
