"""并案: a case that turned out to be a duplicate goes into another, by a second person, and back again.

The duplicate's entries are cancelled one by one (冲正), so every sum counts the matter once from that day and every earlier
one as it was; undoing writes them anew. The case that remains keeps its own books: what only the duplicate recorded is
entered there first (docs/decisions/018-merging.md).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from arrears.cases import closing_blockers as open_ends
from arrears.cases import ledger, snapshot, workflow
from arrears.cases.models import Case, State
from arrears.cases.second_person import barred_because
from arrears.cases.signals import merger_changed
from arrears.cases.snapshot import Line
from arrears.merging import merge_relations as carrying
from arrears.merging.models import IN_FORCE, CaseLink, Merger, MergerStage
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import User
from unions.people.rights import Right

MERGEABLE = workflow.MOVES["merge"].starts
TAKES = frozenset({State.CLUE, State.OPEN, State.LEGAL, State.SETTLED})  # a case another may be merged into
_GONE = "这项并案刚刚有了变动，请刷新页面查看。"


# ---- same matter ----------------------------------------------------------------------------------------------------


@transaction.atomic
def link(case: Case, other: Case, note: str, by: User, at: datetime) -> CaseLink:
    """Say that two cases are one matter; both stay. The linker sees both and works on one of them."""
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
    if not (works_on(row.case, by) or works_on(row.other, by)):
        raise Forbidden("须由其中一件的承办单位或立案单位取消关联。")
    if not CaseLink.objects.filter(pk=row.pk, ended_at=None).update(ended_at=at, ended_by=by):
        raise Stale("这两件的关联已经取消。")
    audit.record(row.case.stream, "unlink", by, at, union=row.case.handling_union, other=row.other_id)
    audit.record(row.other.stream, "unlink", by, at, union=row.other.handling_union, other=row.case_id)


def works_on(case: Case, user: User) -> bool:
    return handles(case, user) or user.may(Right.FILE, case.union.in_charge())


# ---- what is shown and approved -------------------------------------------------------------------------------------


def compared(duplicate: Case, into: Case) -> list[tuple[str, str, str]]:
    """(label, of the duplicate, of the case that remains): the reports of both side by side."""
    other = {line.label: line.value for line in _lines(into)}
    return [(line.label, line.value, other.get(line.label, "—")) for line in _lines(duplicate)]


def _lines(case: Case) -> list[Line]:
    units = Line("立案、承办单位", f"{case.union}；{case.handling_union}")
    return [Line("案件", str(case)), Line("状态", State(case.state).label), units, *snapshot.report(case)]


def seal(duplicate: Case, into: Case) -> str:
    return audit.digest(compared(duplicate, into))


def handles(case: Case, user: User) -> bool:
    return user.may(Right.HANDLE, case.handling_union.in_charge())


def may_request(duplicate: Case, user: User) -> bool:
    """Whoever handles the duplicate, while it is a clue or open."""
    return duplicate.state in MERGEABLE and handles(duplicate, user)


# ---- asked and decided ----------------------------------------------------------------------------------------------


@transaction.atomic
def request(duplicate: Case, into: Case, reason: str, by: User, at: datetime, *, seen: int) -> Merger:
    """Ask to merge `duplicate` into `into`. The asker sees both (the view's business) and handles the duplicate."""
    duplicate, into = _both(duplicate, into)
    if duplicate.state == State.TRANSFERRING:
        raise Refused("案件正在转办，请等对方接收，或先撤回转办，再提出并案。")
    if not may_request(duplicate, by):
        raise Forbidden("并案须由承办这件案件的经办人提出，且案件须为线索或办理中。")
    if duplicate.version != seen:
        raise Stale("您打开页面之后案件有了变动，请查看最新内容后再提出。")
    _check_target(duplicate, into)
    if bound := open_ends.keeping_apart(duplicate):
        raise Refused("".join(bound))
    if not reason.strip():
        raise Refused("请写明为什么是同一件事。", {"reason": "请写明理由。"})
    if duplicate.mergers.filter(stage__in=[MergerStage.REQUESTED, *IN_FORCE]).exists():
        raise Stale("这件案件已经提出过并案，请等待审批。")
    row = Merger.objects.create(
        duplicate=duplicate,
        into=into,
        reason=reason.strip(),
        snapshot_hash=seal(duplicate, into),
        requested_by=by,
        requested_at=at,
    )
    _note(row, "merge.request", by, at, reason=row.reason)
    return row


def _both(duplicate: Case, into: Case) -> tuple[Case, Case]:
    """Both as they are now, held, the lower number first: two mergers crossing each other do not wait for ever."""
    held = {case.pk: ledger.lock(case) for case in sorted((duplicate, into), key=lambda case: case.pk)}
    return held[duplicate.pk], held[into.pk]


def _check_target(duplicate: Case, into: Case) -> None:
    if duplicate.pk == into.pk:
        raise Refused("不能把案件并入它自己。")
    if into.state not in TAKES:
        raise Refused(f"要并入的案件{State(into.state).label}，不能再并入案件。")
    if duplicate.absorbed.filter(stage__in=IN_FORCE).exists():
        raise Refused("已有案件并入这一件，请先撤销那次并案，或把另一件并入这一件。")


def barred(row: Merger, user: User, at: datetime) -> str | None:
    """Why `user` may not decide what waits, or None: neither the asker nor anyone at work on either case."""
    unit = row.duplicate.handling_union.in_charge()
    if not user.may(Right.APPROVE, unit):
        return f"须由「{unit}」的审批人审批。"
    undoing = row.stage == MergerStage.UNDO_REQUESTED
    asker, asked_at = (
        (row.undo_requested_by, row.undo_requested_at) if undoing else (row.requested_by, row.requested_at)
    )
    asked_on = day_of(asked_at) if asked_at else None
    first = barred_because(row.duplicate, user, asker, day_of(at), asked_on)
    return first or barred_because(row.into, user, asker, day_of(at), asked_on)


@transaction.atomic
def approve(row: Merger, by: User, at: datetime, *, shown: str, opinion: str = "") -> Merger:
    """The second person's yes, bound to what she was shown of both cases; 409 when either has changed since."""
    row = _held(row, MergerStage.REQUESTED)
    if because := barred(row, by, at):
        raise Forbidden(because)
    _check_target(row.duplicate, row.into)
    if shown != seal(row.duplicate, row.into):
        raise Stale("两件案件在您查看之后有了变动，请重新查看后审批。")
    standing = ledger.standing(row.duplicate)
    _step(
        row,
        MergerStage.MERGED,
        decided_by=by,
        decided_at=at,
        decision=opinion.strip(),
        merged_on=day_of(at),
        answered=[entry.pk for entry in standing],
    )
    row.duplicate = workflow.move(
        row.duplicate, "merge", by, at, seen=row.duplicate.version, merger=row, reason=row.reason
    )
    carrying.along(row, by, at)
    audit.record(row.into.stream, "merge.into", by, at, union=row.into.handling_union, other=row.duplicate_id)
    return row


@transaction.atomic
def decline(row: Merger, by: User, at: datetime, *, opinion: str) -> Merger:
    """No: the case stays as it is, or (asked to undo) stays merged."""
    row = _held(row, MergerStage.REQUESTED, MergerStage.UNDO_REQUESTED)
    if because := barred(row, by, at):
        raise Forbidden(because)
    if not opinion.strip():
        raise Refused("请写明不同意的原因。", {"opinion": "请写明原因。"})
    undoing = row.stage == MergerStage.UNDO_REQUESTED
    if undoing:
        _step(row, MergerStage.MERGED, decision=opinion.strip())
    else:
        _step(row, MergerStage.DECLINED, decision=opinion.strip(), decided_by=by, decided_at=at)
    _note(row, "merge.keep" if undoing else "merge.decline", by, at, reason=opinion.strip())
    return row


@transaction.atomic
def withdraw(row: Merger, by: User, at: datetime) -> Merger:
    row = _held(row, MergerStage.REQUESTED)
    if by != row.requested_by:
        raise Forbidden("只有提出人可以撤回。")
    _step(row, MergerStage.WITHDRAWN, decided_at=at)
    _note(row, "merge.withdraw", by, at)
    return row


@transaction.atomic
def ask_undo(row: Merger, reason: str, by: User, at: datetime) -> Merger:
    """Ask that the cases be parted again."""
    row = _held(row, MergerStage.MERGED)
    if not handles(row.duplicate, by):
        raise Forbidden(f"须由「{row.duplicate.handling_union.in_charge()}」的经办人提出。")
    if not reason.strip():
        raise Refused("请写明为什么不是同一件事。", {"reason": "请写明理由。"})
    _step(row, MergerStage.UNDO_REQUESTED, undo_requested_by=by, undo_requested_at=at, undo_reason=reason.strip())
    _note(row, "merge.ask_undo", by, at, reason=reason.strip())
    return row


@transaction.atomic
def undo(row: Merger, by: User, at: datetime) -> Merger:
    """Part them: the duplicate is what it was, its entries written anew on the day of the undoing."""
    row = _held(row, MergerStage.UNDO_REQUESTED)
    if because := barred(row, by, at):
        raise Forbidden(because)
    _step(row, MergerStage.UNDONE, undone_by=by, undone_on=day_of(at))
    name = "unmerge" if row.duplicate.verified_on else "unmerge_clue"
    carrying.back(row, by, at)
    workflow.move(row.duplicate, name, by, at, seen=row.duplicate.version, merger=row, reason=row.undo_reason)
    audit.record(row.into.stream, "merge.undone", by, at, union=row.into.handling_union, other=row.duplicate_id)
    return row


def _held(row: Merger, *stages: MergerStage) -> Merger:
    """The row and both cases as they are now, held; Stale when its stage has moved on."""
    duplicate, into = _both(row.duplicate, row.into)
    people = ("requested_by", "undo_requested_by", "decided_by")
    row = Merger.objects.select_for_update(of=("self",)).select_related(*people).get(pk=row.pk)
    row.duplicate, row.into = duplicate, into
    if row.stage not in stages:
        raise Stale(_GONE)
    return row


def _step(row: Merger, stage: MergerStage, **facts: Any) -> None:
    if Merger.objects.filter(pk=row.pk, stage=row.stage).update(stage=stage, **facts) != 1:
        raise Stale(_GONE)
    for name, value in facts.items():
        setattr(row, name, value)
    row.stage = stage


def _note(row: Merger, verb: str, by: User, at: datetime, **data: Any) -> None:
    audit.record(row.duplicate.stream, verb, by, at, union=row.duplicate.handling_union, other=row.into_id, **data)
    merger_changed.send(Merger, merger=row, verb=verb, by=by, at=at)


def merged_since(case: Case) -> Merger | None:
    """The merging under which `case` counts elsewhere today."""
    return case.mergers.filter(stage__in=IN_FORCE).select_related("into__employer").first()


def absorbed(case: Case, user: User) -> list[Merger]:
    """Duplicates that went into `case`, as far as the reader may see them."""
    rows = Merger.objects.visible_to(user).filter(into=case, stage__in=IN_FORCE)
    return list(rows.select_related("duplicate__employer"))
