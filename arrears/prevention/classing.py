"""Risk classes of employers (QP-4.3), derived by one SQL statement, for one employer or for 200,000.

An employer is known to a general (or industrial) union by a case, an inspection, a warning or a key target recorded there or
below. The rulebook that holds at the union on the day classes it; a change by hand in force goes before the rule.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction

from arrears.cases.models import Case, State
from arrears.cases.signals import is_idle
from arrears.cases.workflow import MOVES
from arrears.early_warning.models import WarningSignal
from arrears.inspections.models import Inspection, KeyTarget
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.obligations.risk_classes import entry
from arrears.law.rules.rulebook import Grade, Rulebook
from arrears.prevention.models import EmployerRisk, RiskChangeStage
from unions.common.clock import day_of
from unions.common.pg_copy import count_anew
from unions.models import Union, UnionKind

# Acts on a case that may change a class: those that change its state.
CHANGES = frozenset(MOVES)
# Where a class stands: the units that supervise, not the grassroots whose records they are.
SEATS = (UnionKind.PROVINCE, UnionKind.CITY, UnionKind.DISTRICT, UnionKind.INDUSTRY, UnionKind.DIRECT)
LIVE = (State.OPEN, State.TRANSFERRING, State.LEGAL, State.SETTLED)
NO_CASES = (State.DRAFT, State.DISMISSED, State.MERGED)
MANY = 1000  # rows; after so many the table is counted anew
FEW = 200  # employers held one by one; imports of more hold each other off by themselves
_HOLD = "SELECT pg_advisory_xact_lock(hashtextextended('employer-risk:' || %s, 0))"
_HOLD_THE_FREE = """
SELECT pk FROM unnest(%s::bigint[]) pk WHERE pg_try_advisory_xact_lock(hashtextextended('employer-risk:' || pk, 0))
"""

_PASS = """
WITH rule AS MATERIALIZED (
    SELECT * FROM unnest(
        %(seat)s::bigint[], %(rank)s::int[], %(label)s::text[], %(every_days)s::int[], %(service)s::text[],
        %(warned)s::int[], %(arrears)s::int[], %(unfinished)s::int[], %(findings)s::int[], %(workforce)s::int[],
        %(years)s::int[], %(book)s::text[], %(clause)s::text[]
    ) AS rule(seat, rank, label, every_days, service, warned, arrears, unfinished, findings, workforce, years, book, clause)
), known AS MATERIALIZED (
    SELECT employer_id, path, CASE WHEN verified_on IS NOT NULL THEN accepted_on END AS owed_on,
           (verified_on IS NOT NULL AND state = ANY(%(live)s))::int AS live, 0 AS unsolved
    FROM cases_case WHERE state <> ALL(%(no_cases)s) AND {only}
    UNION ALL
    SELECT employer_id, path, NULL, 0, 0 FROM inspections_inspection WHERE {only}
    UNION ALL
    SELECT visit.employer_id, visit.path, NULL, 0, 1
    FROM inspections_finding found JOIN inspections_inspection visit ON visit.id = found.inspection_id
    WHERE found.closed_on IS NULL AND {only}
    UNION ALL
    SELECT employer_id, path, NULL, 0, 0 FROM early_warning_warningsignal WHERE withdrawn_at IS NULL AND {only}
    UNION ALL
    SELECT employer_id, path, NULL, 0, 0 FROM inspections_keytarget WHERE ended_on IS NULL AND {only}
), place AS MATERIALIZED (
    SELECT DISTINCT ON (part.path) part.path, seat.id AS seat, seat.path AS seat_path
    FROM (SELECT DISTINCT path FROM known) part
    CROSS JOIN LATERAL unnest(string_to_array(rtrim(part.path, '.'), '.')::bigint[]) WITH ORDINALITY AS step(id, depth)
    JOIN unions_union seat ON seat.id = step.id AND seat.id = ANY(%(seats)s)
    ORDER BY part.path, step.depth DESC
), fact AS (
    SELECT place.seat, place.seat_path, known.employer_id AS employer,
           count(*) FILTER (WHERE known.owed_on > %(today)s::date - make_interval(years => book.years)) AS arrears,
           sum(known.live) AS unfinished, sum(known.unsolved) AS findings
    FROM known JOIN place USING (path) JOIN (SELECT DISTINCT seat, years FROM rule) book ON book.seat = place.seat
    GROUP BY 1, 2, 3
), stand AS (
    SELECT fact.*, coalesce(graded.rank, 0) AS warned, coalesce(graded.level, '') AS level,
           coalesce(firm.workforce, 0) AS workforce
    FROM fact JOIN cases_employer firm ON firm.id = fact.employer
    LEFT JOIN early_warning_warningstanding graded ON graded.union_id = fact.seat AND graded.employer_id = fact.employer
), classed AS (
    SELECT DISTINCT ON (stand.seat, stand.employer)
           stand.*, rule.rank, rule.label, rule.every_days, rule.service, rule.years, rule.book, rule.clause,
           array_remove(ARRAY[
               CASE WHEN stand.warned >= rule.warned THEN 'warned' END,
               CASE WHEN stand.arrears >= rule.arrears THEN 'arrears' END,
               CASE WHEN stand.unfinished >= rule.unfinished THEN 'unfinished' END,
               CASE WHEN stand.findings >= rule.findings THEN 'findings' END,
               CASE WHEN stand.workforce >= rule.workforce THEN 'workforce' END
           ], NULL) AS reached
    FROM stand JOIN rule ON rule.seat = stand.seat AND (
        rule.rank = 1 OR stand.warned >= rule.warned OR stand.arrears >= rule.arrears
        OR stand.unfinished >= rule.unfinished OR stand.findings >= rule.findings OR stand.workforce >= rule.workforce
    )
    ORDER BY stand.seat, stand.employer, rule.rank DESC
)
INSERT INTO prevention_employerrisk (
    union_id, path, employer_id, label, rank, score, every_days, service, rule_label, rule_rank, change_id, warned,
    warned_level, arrears, unfinished, findings, workforce, years, reached, rulebook, clause, since, at
)
SELECT classed.seat, classed.seat_path, classed.employer, coalesce(hand.label, classed.label),
       coalesce(hand.rank, classed.rank),
       least(classed.arrears + classed.unfinished + classed.findings + classed.warned, 9999),
       CASE WHEN hand.rank IS NULL THEN classed.every_days ELSE hand.every_days END,
       coalesce(hand.service, classed.service), classed.label, classed.rank, hand.change_id, classed.warned,
       classed.level, classed.arrears, classed.unfinished, classed.findings, classed.workforce, classed.years,
       classed.reached, classed.book, classed.clause, %(today)s, %(at)s
FROM classed
LEFT JOIN (
    SELECT change.id AS change_id, change.union_id, change.employer_id, rule.label, rule.rank, rule.every_days, rule.service
    FROM prevention_riskchange change JOIN rule ON rule.seat = change.union_id AND rule.label = change.label
    WHERE change.stage = %(approved)s AND change.until >= %(today)s
) hand ON hand.union_id = classed.seat AND hand.employer_id = classed.employer
ORDER BY classed.employer, classed.seat
ON CONFLICT (union_id, employer_id) DO UPDATE SET
    path = excluded.path, label = excluded.label, rank = excluded.rank, score = excluded.score,
    every_days = excluded.every_days, service = excluded.service, rule_label = excluded.rule_label,
    rule_rank = excluded.rule_rank, change_id = excluded.change_id, warned = excluded.warned,
    warned_level = excluded.warned_level, arrears = excluded.arrears, unfinished = excluded.unfinished,
    findings = excluded.findings, workforce = excluded.workforce, years = excluded.years, reached = excluded.reached,
    rulebook = excluded.rulebook, clause = excluded.clause, at = excluded.at
"""


@transaction.atomic
def classify(employers: Collection[int] | None, at: datetime, books: RulebooksByUnit | None = None) -> int:
    """Bring the rows of these employers (None: of all) into step; how many stand now. One statement that writes, one that
    removes whom nobody knows any more.

    An employer that somebody else is classing at this moment is classed again after the commit: who waited for the other here
    would hold what the other may want next.
    """
    if employers is not None and len(employers) <= FEW:
        free = _lock_free(employers)
        if busy := sorted(set(employers) - free):
            transaction.on_commit(partial(_class_in_turn, busy, at))
        employers = free
    if employers is not None and not employers:
        return 0
    return _pass(employers, at, books)


@transaction.atomic
def _class_in_turn(employers: list[int], at: datetime) -> None:
    """Class in a transaction of its own, after waiting for others that class the same employers."""
    with connection.cursor() as cursor:
        for pk in employers:
            cursor.execute(_HOLD, [pk])
    _pass(employers, at, None)


def _lock_free(employers: Collection[int]) -> set[int]:
    """Lock the employers whose classes nobody else is writing, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_THE_FREE, [sorted(employers)])
        return {pk for (pk,) in cursor.fetchall()}


def _pass(employers: Collection[int] | None, at: datetime, books: RulebooksByUnit | None) -> int:
    rules = _rules(books or RulebooksByUnit(), _seats(employers), at)
    asked: dict[str, Any] = {
        **rules,
        "seats": sorted(set(rules["seat"])),
        "live": list(LIVE),
        "no_cases": list(NO_CASES),
        "today": day_of(at),
        "at": at,
        "approved": RiskChangeStage.APPROVED.value,
        "employers": sorted(employers or ()),
    }
    only = "TRUE" if employers is None else "employer_id = ANY(%(employers)s::bigint[])"
    with connection.cursor() as cursor:
        cursor.execute(_PASS.format(only=only), asked)
        written = cursor.rowcount
    gone = EmployerRisk.objects.filter(at__lt=at)
    (gone if employers is None else gone.filter(employer__in=employers)).delete()
    if written > MANY:
        count_anew(EmployerRisk)
    return int(written)


def _seats(employers: Collection[int] | None) -> list[Union]:
    """Return the unions that may class: all, or those above the units that know these employers.

    Two queries at most.
    """
    seats = Union.objects.filter(kind__in=SEATS, valid_until=None).only("path")
    if employers is None:
        return list(seats)
    first, *others = (
        model._default_manager.filter(employer__in=employers).order_by().values_list("path", flat=True)
        for model in (Case, Inspection, WarningSignal, KeyTarget)
    )
    paths = first.union(*others)
    return list(seats.filter(pk__in={int(part) for path in paths for part in path.split(".") if part}))


def _rules(books: RulebooksByUnit, seats: Iterable[Union], at: datetime) -> dict[str, list[Any]]:
    """Return every class that holds at one of the unions, as columns for the statement."""
    columns: dict[str, list[Any]] = {
        name: []
        for name in (
            "seat",
            "rank",
            "label",
            "every_days",
            "service",
            "warned",
            "arrears",
            "unfinished",
            "findings",
            "workforce",
            "years",
            "book",
            "clause",
        )
    }
    for pk, found in _entries(books, seats, at):
        for row in _levels(pk, *found):
            for name, value in row.items():
                columns[name].append(value)
    return columns


def _entries(
    books: RulebooksByUnit, seats: Iterable[Union], at: datetime
) -> Iterable[tuple[int, tuple[Grade, Rulebook]]]:
    day = day_of(at)
    for unit in seats:
        if found := entry(books, unit.line_ids(), day):
            yield unit.pk, found


def _levels(seat: int, grade: Grade, book: Rulebook) -> Iterable[dict[str, Any]]:
    for rank, level in enumerate(grade.levels, 1):
        yield {
            "seat": seat,
            "rank": rank,
            "label": level.label,
            "every_days": level.every_days,
            "service": level.service,
            "warned": level.warned_from,
            "arrears": level.arrears_from,
            "unfinished": level.unfinished_from,
            "findings": level.findings_from,
            "workforce": level.workforce_from,
            "years": grade.years or 0,
            "book": book.key,
            "clause": grade.clause,
        }


def follow(employers: Collection[int], at: datetime) -> None:
    """Class these employers again after an act upon their warnings or inspections; does nothing within idle(follow)."""
    if not is_idle(follow):
        classify(employers, at)


def follow_case(sender: Any, case: Case, at: datetime, **kwargs: Any) -> None:
    """Class the employer again after a move of its case, in its transaction."""
    classify([case.employer_id], at)
