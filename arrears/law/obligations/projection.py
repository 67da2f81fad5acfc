"""Keeping the stored obligations in step with their subjects: in the transaction of the move, in bulk, and whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet

from arrears.law.calendar import calendar_at
from arrears.law.models import Obligation
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.obligations.derive import Owed, changed_fields, derive
from arrears.law.obligations.subject import Subject
from arrears.law.rules.workdays import Calendar
from unions.common.features import provided
from unions.common.pg_copy import copy_rows
from unions.models import Union

Reader = TypeVar("Reader")
NO_LONGER = "事实、规则更正后不再适用"
BATCH = 2000
COLUMNS = [one.name for one in fields(Owed)]
KEY = {"subject", "rulebook", "rule"}
CHANGEABLE = [name for name in COLUMNS if name not in KEY]


@dataclass
class Tools:
    """What a job derives with: made once, for all its subjects."""

    calendar: Calendar = field(default_factory=calendar_at)
    books: RulebooksByUnit = field(default_factory=RulebooksByUnit)
    _readers: dict[type, Any] = field(default_factory=dict)

    def shared(self, make: type[Reader]) -> Reader:
        """Return the one reader of this class that the whole job shares: it remembers what it has met."""
        if make not in self._readers:
            self._readers[make] = make()
        found: Reader = self._readers[make]
        return found


@dataclass
class ProjectionResult:
    """How many rows were new, changed, and no longer wanted. `moved`: (row before, what is owed) where the due time moved."""

    new: int = 0
    changed: int = 0
    lifted: int = 0
    moved: list[tuple[dict[str, Any], Owed]] = field(default_factory=list)

    def __iadd__(self, other: ProjectionResult) -> ProjectionResult:
        self.new, self.changed, self.lifted = (
            self.new + other.new,
            self.changed + other.changed,
            self.lifted + other.lifted,
        )
        self.moved += other.moved
        return self


def keep(streams: Iterable[str], subjects: Iterable[Subject], at: datetime, tools: Tools) -> ProjectionResult:
    """Write what `subjects` owe over what is stored under `streams` (all keys that were looked at, owing or not).

    What is stored and no longer follows from the facts is lifted with a reason, never deleted.
    """
    owed = (
        row
        for subject in subjects
        for row in derive(subject, tools.books.holding(subject.line_ids(), subject.place), tools.calendar)
    )
    return write(streams, owed, at)


def write(streams: Iterable[str], rows: Iterable[Owed], at: datetime) -> ProjectionResult:
    """The same for rows that follow from something else than a deadline of a rulebook: a return and its due time."""
    owed = {row.key: row for row in rows}
    stored = _stored(streams)
    kept = ProjectionResult()
    kept.new = _insert(row for key, row in owed.items() if key not in stored)
    changed = {}
    for key, before in stored.items():
        if key in owed and (names := _news(before, owed[key])):
            changed[before["pk"]] = owed[key]
            if "due_at" in names:
                kept.moved.append((before, owed[key]))
    _update(changed)
    kept.changed = len(changed)
    kept.lifted = _lift([row["pk"] for key, row in stored.items() if key not in owed and not row["lifted_at"]], at)
    return kept


def write_new(rows: Iterable[Owed]) -> int:
    """Rows of subjects that have none yet; how many."""
    return _insert(rows)


def _news(before: dict[str, Any], owed: Owed) -> list[str]:
    """In what the stored row is out of date. What is over keeps the version of the calendar it was counted by."""
    names = changed_fields(before, owed)
    over = before["met_at"] or before["lifted_at"]
    return [] if over and names == ["calendar_version"] else names


def _stored(streams: Iterable[str]) -> dict[tuple[str, str, str], dict[str, Any]]:
    rows = Obligation.objects.filter(subject__in=list(streams)).order_by().values("pk", *COLUMNS)
    return {(row["subject"], row["rulebook"], row["rule"]): row for row in rows}


def _insert(rows: Iterable[Owed]) -> int:
    new = [[getattr(row, name) for name in COLUMNS] for row in rows]
    if len(new) > 20:
        copy_rows(Obligation, COLUMNS, new)
    else:
        Obligation.objects.bulk_create(Obligation(**dict(zip(COLUMNS, row, strict=True))) for row in new)
    return len(new)


def _update(changed: dict[int, Owed]) -> None:
    rows = [Obligation(pk=pk, **vars(row)) for pk, row in changed.items()]
    Obligation.objects.bulk_update(rows, CHANGEABLE, batch_size=200)


def _lift(ids: list[int], at: datetime) -> int:
    if not ids:
        return 0
    return Obligation.objects.filter(pk__in=ids).update(lifted_at=at, lifted_reason=NO_LONGER)


# Whole ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CaseTerms:
    """How cases are derived again; `arrears.cases` declares it, for it alone reads cases."""

    rebuild_all: Callable[[datetime, Tools], ProjectionResult]
    rebuild_batch: Callable[[list[int], datetime, Tools], ProjectionResult]
    judged_at: Callable[[Union], QuerySet[Any]]  # filed cases the rulebooks of a unit judge


def case_terms() -> CaseTerms:
    (found,) = provided("case terms")
    assert isinstance(found, CaseTerms)
    return found


Rebuilder = Callable[[datetime, Tools], ProjectionResult]


def rebuild_all(at: datetime) -> ProjectionResult:
    """Every obligation of every subject, derived again from the facts, the rulebooks and the calendar."""
    tools = Tools()
    kept = case_terms().rebuild_all(at, tools)
    kept += rebuild_others(at, tools)
    return kept


def rebuild_others(at: datetime, tools: Tools) -> ProjectionResult:
    """Derive again what every other subject owes (returns, letters, referrals …). Apps declare "obligation rebuilders"."""
    rebuilders: tuple[Rebuilder, ...] = provided("obligation rebuilders")
    kept = ProjectionResult()
    for again in rebuilders:
        kept += again(at, tools)
    return kept


def batches(rows: QuerySet[Any]) -> Iterator[list[int]]:
    """Their ids in order, BATCH at a time."""
    ids = rows.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=BATCH)
    while batch := list(islice(ids, BATCH)):
        yield batch


def rebuilt(rows: QuerySet[Any], keep: Callable[[list[int]], ProjectionResult]) -> ProjectionResult:
    """`keep` for all of `rows`, a batch per transaction, each held: nobody changes one between reading it and writing what
    it owes."""
    kept = ProjectionResult()
    for ids in batches(rows):
        with transaction.atomic():
            held = rows.model._default_manager.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))
            kept += keep(list(held.values_list("pk", flat=True)))
    return kept
