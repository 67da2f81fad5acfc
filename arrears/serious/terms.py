"""Oversight and public opinion → obligations: the term set above, 第一时间介入 by the notices."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Min

from arrears.cases.facts import CaseContext
from arrears.cases.models import Case
from arrears.law.obligations.derive import Owed, end_of_day
from arrears.law.obligations.projection import ProjectionResult, Tools, keep, rebuilt, write
from arrears.law.obligations.requirements import with_clauses
from arrears.law.obligations.subject import Places, Subject
from arrears.law.rules.facts import Facts, Moment
from arrears.law.rules.workdays import named
from arrears.serious.models import IN_EFFECT, Emergency, Opinion, Oversight, OversightStage, UnitCall

BOOK, RULE = "oversight", "report-back"
APPROVED = (*IN_EFFECT, OversightStage.LIFTED)
# By these the case has another officer or another unit: its oversight is owed by those.
CHANGES_HANDLER = frozenset({"accept_transfer", "escalate.receive", "escalate.take_over", "edit"})


def keep_oversights(ids: Collection[int], at: datetime) -> ProjectionResult:
    """Bring the terms of these into step, inside the caller's transaction. Until it is approved nothing is owed."""
    rows = Oversight.objects.filter(pk__in=ids, stage__in=APPROVED).select_related("setter", "case__handling_union")
    return write(
        [Oversight(pk=pk).stream for pk in ids], with_clauses(("oversight", _term_to_report(row)) for row in rows), at
    )


def _term_to_report(row: Oversight) -> Owed:
    """Met by the report: whether it does is the setter's to say, and its no opens the term again."""
    assert row.decided_at is not None
    due_at = end_of_day(row.due_on)
    holder = row.case.handling_union.in_charge()
    return Owed(
        subject=row.stream,
        rulebook=BOOK,
        rule=RULE,
        case_id=row.case_id,
        holder_id=holder.pk,
        path=holder.path,
        officer_id=row.case.officer_id,
        bearer="承办单位",
        title=f"{row.get_kind_display()}：限期办结并报告",
        started_at=row.decided_at,
        due_at=due_at,
        clock_at=due_at,
        met_at=row.reported_at,
        explanation=f"{row.setter}定于{named(row.due_on)}前办结并提交解除报告；责任人：{row.responsible}",
    )


def keep_calls(ids: Collection[int], at: datetime) -> ProjectionResult:
    """Bring the terms of these calls to account into step: owed by the unit that was called, met by its result (SD-3.4b)."""
    rows = UnitCall.objects.filter(pk__in=ids).select_related("setter", "unit")
    return write(
        [UnitCall(pk=pk).stream for pk in ids], with_clauses(("accountability", _term_of(row)) for row in rows), at
    )


def _term_of(row: UnitCall) -> Owed:
    due_at, holder = end_of_day(row.due_on), row.unit.in_charge()
    return Owed(
        subject=row.stream,
        rulebook=BOOK,
        rule="call-answer",
        case_id=None,
        holder_id=holder.pk,
        path=holder.path,
        officer_id=None,
        bearer=row.unit.name[:80],
        title=f"{row.get_kind_display()}后整改并反馈",
        started_at=row.at,
        due_at=due_at,
        clock_at=due_at,
        met_at=row.result_at,
        explanation=f"{row.setter}于{named(row.on)}{row.get_kind_display()}，定于{named(row.due_on)}前整改；责任人：{row.persons}",
    )


def keep_opinions(ids: Collection[int], at: datetime, tools: Tools | None = None) -> ProjectionResult:
    rows = Opinion.objects.filter(pk__in=ids)
    places = Places()
    return keep([Opinion(pk=pk).stream for pk in ids], [_subject(row, places) for row in rows], at, tools or Tools())


def _subject(row: Opinion, places: Places) -> Subject:
    moments: dict[str, Moment] = {"opinion_seen_at": row.seen_at}
    if row.answered_at is not None:
        moments["opinion_answered_at"] = row.answered_at
    line = places.line(row.path)
    region = next((place.region for place in reversed(line) if place.region), "")
    facts = Facts(subject="opinion", moments=moments, union_kind=line[-1].kind, region=region)
    return Subject(key=row.stream, facts=facts, line=line, handling=line[-1], officer=row.by_id)


def rebuild(at: datetime, tools: Tools) -> ProjectionResult:
    """Every one's term again."""
    kept = rebuilt(Oversight.objects.all(), lambda ids: keep_oversights(ids, at))
    kept += rebuilt(UnitCall.objects.all(), lambda ids: keep_calls(ids, at))
    kept += rebuilt(Opinion.objects.all(), lambda ids: keep_opinions(ids, at, tools))
    return kept


def follow_case(sender: Any, case: Case, at: datetime, **kwargs: Any) -> None:
    """What is overseen goes with the case to whoever handles it."""
    standing = case.oversights.filter(stage__in=IN_EFFECT).values_list("pk", flat=True)
    keep_oversights(list(standing), at)


# ---- emergencies: facts of the case's own terms ------------------------------------------------------------------


def add_incidents(around: CaseContext) -> None:
    """The last emergency of each case: when it began, and when the first level was on the spot (QD-6.5)."""
    rows = Emergency.objects.filter(case__in=around.ids).order_by("id").annotate(there=Min("arrivals__arrived_at"))
    for case, began, there in rows.values_list("case_id", "incident_at", "there"):
        around.incidents[case] = (began, there)
