"""Taking a checked sheet over: whole or not at all, and never twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import IntegrityError, connection, transaction

from arrears.cases.models import Act, ActKind, Case, Closure, Employer, EntryKind, LedgerEntry, Series, State
from arrears.cases.terms import keep_imported
from arrears.imports import likenesses
from arrears.imports.books import EmployerBook, ProjectBook, new_rows
from arrears.imports.checking import CheckedSheet, ImportRow, Progress
from arrears.imports.copying import Facts, copy_in, reserve
from unions.common.pg_copy import count_anew
from unions.common.refusals import Stale
from unions.log import audit
from unions.models import Event, Union, User
from unions.tree import actions as tree

# A closed row of the old books was paid in full: no other conclusion can be read from the sheet.
CONCLUSION = "paid"
SOURCE = "历史台账导入"
MEDIATED = "历史台账登记：已进行调解或提供法律服务"
_BATCH = 2000
_FEW = 1000  # rows that do not change how a query is planned
_TRIES = 3


@dataclass(frozen=True)
class ImportResult:
    """How many cases are new, and how many were on the books already."""

    created: int = 0
    unchanged: int = 0


@dataclass(frozen=True)
class Author:
    """Who brings the sheet in, when, and from which file: what every entry and event says."""

    by: User
    at: datetime
    file: str
    union: Union  # whose ledger it is; rows may belong to units below


def compare(sheet: CheckedSheet) -> ImportResult:
    """What taking the sheet over would do. Rows that contradict the books are added to `sheet.faults`."""
    fresh = new_rows(sheet)
    if sheet.faults:
        return ImportResult()
    likenesses.warn(sheet, fresh)
    return ImportResult(len(fresh), len(sheet.rows) - len(fresh))


def take_over(sheet: CheckedSheet, author: Author, progress: Progress = lambda done: None) -> ImportResult:
    """Write what is new, in one transaction (or inside the caller's). Nothing is written while there are faults.

    Imports queue up behind each other, so that two of the same file do not double; `progress` is told the rows done.
    """
    for attempt in range(1, _TRIES + 1):
        try:
            with transaction.atomic():
                return _take_over(sheet, author, progress)
        except IntegrityError as error:
            # Someone typed the same new employer in at this very moment: the next look finds it.
            if attempt == _TRIES:
                raise Stale("导入时有人正在登记同样的单位，本次没有导入任何内容，请稍后再试。") from error
    raise AssertionError("unreachable")


def _take_over(sheet: CheckedSheet, author: Author, progress: Progress) -> ImportResult:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('import-cases', 0))")
    if sheet.faults:
        return ImportResult()
    tree.hold_still()
    _stand_now(sheet, author.union)
    fresh = new_rows(sheet)
    if sheet.faults:
        return ImportResult()
    unchanged = len(sheet.rows) - len(fresh)
    employers = EmployerBook(fresh)
    pairs = [(row, employers.employer_of(row)) for row in fresh]
    employers.save()
    projects = ProjectBook(pairs)
    cases = _cases(pairs, projects, author)
    done = 0
    while batch := list(islice(cases, _BATCH)):
        _write(batch, author)
        done += len(batch)
        progress(unchanged + done)
    if done > _FEW:
        count_anew(Employer, Case, LedgerEntry, Act, Closure, Event)
    if fresh:
        audit.record(
            f"union:{author.union.pk}",
            "import_cases",
            author.by,
            author.at,
            union=author.union,
            file=author.file,
            created=len(fresh),
            unchanged=unchanged,
            amount=sheet.amount,
            paid=sheet.paid,
        )
    return ImportResult(len(fresh), unchanged)


def _stand_now(sheet: CheckedSheet, union: Union) -> None:
    """Bring the paths of the sheet's units up to date. Stale when one of them closed or left `union` meanwhile."""
    units = {row.union.pk: row.union for row in sheet.rows}
    now = Union.objects.in_bulk({union.pk, *units})
    head = now[union.pk]
    for pk, unit in units.items():
        if now[pk].is_closed or not head.contains(now[pk]):
            raise Stale(f"核对之后组织有了变动：“{unit}”已终止或已移出“{head}”。请重新上传核对。")
        unit.path = now[pk].path


def _cases(
    pairs: list[tuple[ImportRow, Employer]], projects: ProjectBook, author: Author
) -> Iterator[tuple[ImportRow, Facts]]:
    """The facts of a case, key and number among them, for every row in the order of the sheet."""
    rows = [row for row, _ in pairs]
    for (row, employer), pk, number in zip(pairs, reserve(Case, len(rows)), _numbers(rows), strict=True):
        project = projects.project_of(row, employer)
        whose = {"employer_id": employer.pk, "project_id": project and project.pk}
        yield row, {"id": pk, "number": number} | whose | _case(row, author)


def _numbers(rows: list[ImportRow]) -> Iterator[str]:
    """Case numbers by unit and year of acceptance, without gaps."""
    wanted = Counter((row.union.pk, row.accepted_on.year) for row in rows)
    # In one order, so that two transactions never wait for each other's series.
    serials = {(pk, year): iter(Series.take(f"case:{pk}", year, count)) for (pk, year), count in sorted(wanted.items())}
    for row in rows:
        year = row.accepted_on.year
        yield f"{row.union.code}-{year}-{next(serials[row.union.pk, year]):04d}"


def _case(row: ImportRow, author: Author) -> Facts:
    return {
        "state": (State.CLOSED if row.closed else State.OPEN).value,
        "industry": row.industry,
        "on_project": row.on_project,
        "nature": row.nature,
        "stated_workers": row.workers,
        "stated_migrants": row.migrants,
        "stated_amount": row.amount,
        "owed_from": row.owed_from,
        "owed_until": row.owed_until,
        "remark": row.remark,
        "channel": row.channel,
        "original_number": row.original_number,
        "fingerprint": row.fingerprint,
        "accepted_on": row.accepted_on,
        "verified_on": row.accepted_on,
        "closed_on": row.closed_on,
        "conclusion": CONCLUSION if row.closed else "",
        "union_id": row.union.pk,
        "path": row.union.path,
        "handling_union_id": row.union.pk,
        "filed_by_id": author.by.pk,
        "last_edited_by_id": author.by.pk,
        "created_at": author.at,
        "changed_at": author.at,
    }


def _write(batch: list[tuple[ImportRow, Facts]], author: Author) -> None:
    copy_in(Case, (case for _, case in batch))
    copy_in(LedgerEntry, (entry for row, case in batch for entry in _entries(row, case["id"], author)))
    copy_in(Act, (_mediation(row, case["id"], author) for row, case in batch if row.mediated))
    copy_in(Closure, (_closure(row, case["id"], author) for row, case in batch if row.closed))
    audit.record_births(_birth(row, case["id"], author) for row, case in batch)
    unfinished = [case["id"] for row, case in batch if not row.closed]
    keep_imported(unfinished, author.at)


def _entries(row: ImportRow, case: int, author: Author) -> Iterator[Facts]:
    same = {"case_id": case, "source": SOURCE, "by_id": author.by.pk, "at": author.at}
    kind = EntryKind.RECOGNISED.value
    yield same | {
        "kind": kind,
        "counts_as": kind,
        "on": row.accepted_on,
        "workers": row.workers,
        "migrants": row.migrants,
        "amount": row.amount,
    }
    if row.resolved_workers or row.resolved_amount:
        kind = EntryKind.PAID.value
        yield same | {
            "kind": kind,
            "counts_as": kind,
            "on": row.resolved_on,
            "workers": row.resolved_workers,
            "migrants": resolved_migrants(row),
            "amount": row.resolved_amount,
        }


def resolved_migrants(row: ImportRow) -> int:
    """The sheet does not say how many of those resolved are migrants: as few as it can be. All, when all are resolved."""
    return max(0, row.migrants - (row.workers - row.resolved_workers))


def _mediation(row: ImportRow, case: int, author: Author) -> Facts:
    return {
        "case_id": case,
        "kind": ActKind.MEDIATION.value,
        "on": row.accepted_on,
        "detail": MEDIATED,
        "union_id": row.union.pk,
        "by_id": author.by.pk,
        "at": author.at,
    }


def _closure(row: ImportRow, case: int, author: Author) -> Facts:
    return {
        "case_id": case,
        "on": row.closed_on,
        "conclusion": CONCLUSION,
        "approved_by_id": author.by.pk,
        "at": author.at,
    }


def _birth(row: ImportRow, case: int, author: Author) -> Event:
    """The first event of the case: what the sheet said, and in which row."""
    return Event(
        stream=f"case:{case}",
        verb="import",
        by_id=author.by.pk,
        union_id=row.union.pk,
        at=author.at,
        data={"file": author.file, "row": row.number, "says": row.says()},
    )
