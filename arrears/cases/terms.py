"""What cases owe: kept in step in the transaction of a move, after an import, and whole."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from arrears.cases.complaints import complaints, stream
from arrears.cases.facts import CaseReader
from arrears.cases.models import Case, State
from arrears.law.obligations.projection import BATCH, CaseTerms, ProjectionResult, Tools, batches, keep
from arrears.law.obligations.subject import territory
from unions.models import Union


def keep_cases(ids: Iterable[int], at: datetime, tools: Tools | None = None) -> ProjectionResult:
    """Bring the obligations of these cases into step; inside the caller's transaction, which holds the cases."""
    wanted = list(ids)
    tools = tools or Tools()
    cases = tools.shared(CaseReader).read(wanted)
    streams = [*(f"case:{pk}" for pk in wanted), *(stream(pk) for pk in wanted)]
    return keep(streams, [*cases, *complaints(cases)], at, tools)


def follow_case(sender: Any, case: Case, at: datetime, **kwargs: Any) -> None:
    """In the transaction of the move: the case and what it owes are never seen apart."""
    if case.state != State.DRAFT:
        keep_cases([case.pk], at)


def keep_imported(cases: Collection[int], at: datetime) -> None:
    """Unfinished cases of old books owe from now on; closed ones owe nothing (facts.owing_terms)."""
    ids = list(cases)
    tools = Tools()
    for first in range(0, len(ids), BATCH):
        keep_cases(ids[first : first + BATCH], at, tools)


def rebuild(
    cases: QuerySet[Case], at: datetime, tools: Tools | None = None, progress: Callable[[int], None] = lambda done: None
) -> ProjectionResult:
    """Derive the obligations of `cases` again, a batch per transaction; what is right already is left alone.

    The same result as all moves one by one. `progress` is told the cases done.
    """
    tools, kept, done = tools or Tools(), ProjectionResult(), 0
    for ids in batches(cases):
        kept += rebuild_batch(ids, at, tools)
        done += len(ids)
        progress(done)
    return kept


def rebuild_batch(ids: list[int], at: datetime, tools: Tools) -> ProjectionResult:
    with transaction.atomic():
        # Held, so that nobody moves a case between reading it and writing what it owes.
        held = Case.objects.filter(pk__in=ids).order_by("pk").select_for_update().values_list("pk", flat=True)
        return keep_cases(list(held), at, tools)


def rebuild_filed(at: datetime, tools: Tools) -> ProjectionResult:
    return rebuild(Case.objects.filed(), at, tools)


def judged_at(union: Union) -> QuerySet[Case]:
    """Filed cases on the books of the unit and below, and of employers at its place."""
    place = territory(union.region_code or "")
    held = Q(path__startswith=union.path)
    return Case.objects.filed().filter(held | Q(employer__region_code__startswith=place) if place else held)


TERMS = CaseTerms(rebuild_all=rebuild_filed, rebuild_batch=rebuild_batch, judged_at=judged_at)
