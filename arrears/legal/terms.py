"""Terms of proceedings, by the law (LAW-arbitration, LAW-confirmation, LAW-payment-order).

Mediation 15 days, acceptance 5 working days, award 45 (+15) days, to sue 15, to have an agreement confirmed 30,
to pay or object to a payment order 15.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from arrears.cases.models import NO_MORE, Case
from arrears.law.obligations.projection import ProjectionResult, Tools, keep, rebuilt
from arrears.law.obligations.subject import End, Places, Subject
from arrears.law.rules.facts import Facts, Moment
from arrears.legal.models import Proceeding, ProceedingKind, ProceedingStage

# The entry of the law an extension of the award is for.
AWARD = "arbitration-award"
# What follows upon an award or an agreement, and the results of an arbitration that are one.
FOLLOWING = (ProceedingKind.LITIGATION, ProceedingKind.CONFIRMATION)
AWARDS = frozenset({"awarded", "rejected"})
Applied = tuple[str, date]  # kind, day
Dated = dict[str, date | None]
REFUSED, OTHERWISE, CASE_OVER = "不予受理", "未经此步骤即已结束", "案件已办结或不再办理"


def keep_proceedings(ids: Collection[int], at: datetime, tools: Tools | None = None) -> ProjectionResult:
    """Derive the terms of these proceedings again. The caller's transaction has locked their cases."""
    rows = list(Proceeding.objects.filter(pk__in=ids).select_related("case__employer", "case__handling_union"))
    places, later = Places(), _taken(rows)
    subjects = [one for row in rows for one in _subjects(row, places, later.get(row.case_id, ()))]
    return keep([f"proceeding:{pk}" for pk in ids], subjects, at, tools or Tools())


def _taken(rows: Iterable[Proceeding]) -> dict[int, list[Applied]]:
    """Return case id → suits and confirmations applied for in it, with their days."""
    found: dict[int, list[Applied]] = {}
    wanted = Proceeding.objects.filter(case__in={row.case_id for row in rows}, kind__in=FOLLOWING)
    for case, kind, on in wanted.order_by("applied_on").values_list("case_id", "kind", "applied_on"):
        found.setdefault(case, []).append((kind, on))
    return found


def _subjects(row: Proceeding, places: Places, later: Collection[Applied]) -> Iterator[Subject]:
    """Yield its own course, whose terms end with it, and what the law opens upon its end."""
    yield _subject(row, places, _course(row), _end(row))
    if following := _following(row, later):
        yield _subject(row, places, following, _over(row))


def _subject(row: Proceeding, places: Places, dated: Dated, ended: End | None) -> Subject:
    line = places.line(row.case.handling_union.path)
    known: dict[str, Moment] = {name: day for name, day in dated.items() if day is not None}
    facts = Facts(
        subject="dispute",
        moments=known,
        union_kind=line[-1].kind,
        region=row.case.employer.region_code,
        extended=frozenset({AWARD}) if row.extended else frozenset(),
    )
    return Subject(
        key=row.stream,
        facts=facts,
        line=line,
        handling=line[-1],
        officer=row.case.officer_id,
        case=row.case_id,
        ended=ended,
    )


def _course(row: Proceeding) -> Dated:
    """Return the dated facts of a proceeding by their names in rulebooks."""
    if row.kind == ProceedingKind.MEDIATION:
        return {"mediation_applied_on": row.applied_on, "mediation_closed_on": row.ended_on}
    if row.kind == ProceedingKind.ARBITRATION:
        awarded = row.ended_on if row.stage == ProceedingStage.ENDED else None
        return {
            "arbitration_applied_on": row.applied_on,
            "arbitration_accepted_on": row.accepted_on,
            "arbitration_awarded_on": awarded,
        }
    if row.kind == ProceedingKind.PAYMENT_ORDER:
        return {"payment_order_served_on": row.served_on, "payment_order_closed_on": row.ended_on}
    return {}


def _following(row: Proceeding, later: Collection[Applied]) -> Dated:
    """Return the dated facts after its end: a suit after an award, confirmation after an agreement."""
    if row.stage != ProceedingStage.ENDED or row.ended_on is None:
        return {}
    if row.kind == ProceedingKind.ARBITRATION and row.result in AWARDS:
        filed = _first(later, ProceedingKind.LITIGATION, row.ended_on)
        return {"award_served_on": row.served_on or row.ended_on, "litigation_filed_on": filed}
    if row.kind == ProceedingKind.MEDIATION and row.result == "agreed":
        confirmed = _first(later, ProceedingKind.CONFIRMATION, row.ended_on)
        return {"mediation_agreed_on": row.ended_on, "confirmation_applied_on": confirmed}
    return {}


def _first(later: Collection[Applied], kind: ProceedingKind, since: date) -> date | None:
    return next((on for found, on in later if found == kind and on >= since), None)


def _end(row: Proceeding) -> End | None:
    if row.ended_at is not None:
        return End(row.ended_at, REFUSED if row.stage == ProceedingStage.REFUSED else OTHERWISE)
    return _over(row)


def _over(row: Proceeding) -> End | None:
    return End(row.case.changed_at, CASE_OVER) if row.case.state in NO_MORE else None


def rebuild(at: datetime, tools: Tools) -> ProjectionResult:
    """Every proceeding's terms again."""
    return rebuilt(Proceeding.objects.all(), lambda ids: keep_proceedings(ids, at, tools))


def follow_case(sender: Any, case: Case, at: datetime, **kwargs: Any) -> None:
    """Derive the terms of proceedings again after a move, in its transaction: they end with the case."""
    if proceedings := list(case.proceedings.values_list("pk", flat=True)):
        keep_proceedings(proceedings, at)
