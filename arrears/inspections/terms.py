"""Terms of rounds, reviews, platform checks and findings, each due on the day people set."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull

from arrears.cases.models import NO_MORE, Case
from arrears.inspections.models import (
    CheckPoint,
    Finding,
    Inspection,
    PlatformCheck,
    Resolution,
    Review,
    ReviewFinding,
    Round,
    RoundTarget,
)
from arrears.law.obligations.derive import Owed, end_of_day, start_of_day
from arrears.law.obligations.projection import ProjectionResult, Tools, batches, rebuilt, write
from arrears.law.obligations.requirements import with_clauses
from arrears.law.obligations.subject import Place, Places
from arrears.law.rules.workdays import named
from unions.common.features import provided
from unions.models import Union

ROUND, REVIEW, PLATFORM, FINDING, RESOLUTION = (
    "round",
    "review",
    "platform",
    "inspection",
    "resolution",
)  # in the place of a rulebook: whoever set the day
OFF, CASE_OVER = "计划已取消", "案件已办结或不再办理"


def _called_off(lifted_at: datetime | None, met_at: datetime | None) -> tuple[datetime | None, str]:
    """When and why a term fell away: what was met before it was called off stays met."""
    return (lifted_at, OFF) if lifted_at is not None and met_at is None else (None, "")


def _begin(day: date | None) -> datetime | None:
    return start_of_day(day) if day else None


# Rounds --------------------------------------------------------------------------------------------------------------


def with_visits(targets: QuerySet[RoundTarget]) -> QuerySet[Any]:  # rows carry more than the model
    """Each with `met_on` and `met_by` (id of the inspection): the first visit in the window by a unit of the round."""
    visits = Inspection.objects.filter(
        Q(path__startswith=OuterRef("round__path")) | Q(path__startswith=OuterRef("path")),
        Q(project=OuterRef("project")) | Q(IsNull(OuterRef("project"), True)),
        employer=OuterRef("employer"),
        on__gte=OuterRef("round__since"),
        on__lte=OuterRef("round__until"),
    ).order_by("on", "pk")
    return targets.annotate(met_on=Subquery(visits.values("on")[:1]), met_by=Subquery(visits.values("pk")[:1]))


def keep_rounds(ids: Collection[int], at: datetime) -> ProjectionResult:
    """One term per unit that was sent somewhere: met by the last of its visits, on the day of that visit.

    The rounds are held: two visits that each are the last one of somebody must not overlook each other.
    """
    held = Round.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))
    by_pk = {row.pk: row for row in held.select_related("union")}
    visits: dict[tuple[int, int], list[date | None]] = {}
    targets = with_visits(RoundTarget.objects.filter(round__in=by_pk)).order_by("pk")
    for pk, unit, met_on in targets.values_list("round", "union", "met_on"):
        visits.setdefault((pk, unit), []).append(met_on)
    rows = Union.objects.select_related("parent").in_bulk({unit for _, unit in visits})
    owed = [(f"round-{by_pk[pk].kind}", _go(by_pk[pk], rows[unit], days)) for (pk, unit), days in visits.items()]
    return write([f"round:{pk}" for pk in ids], with_clauses(owed), at)


def _go(row: Round, unit: Union, days: list[date | None]) -> Owed:
    done = [day for day in days if day is not None]
    met_at = _begin(max(done)) if len(done) == len(days) else None
    words = f"{row.union}制定的“{row.name}”列入 {len(days)} 户，{named(row.until)}前查完；登记排查即算查过"
    holder = unit.in_charge()
    due_at = end_of_day(row.until)
    lifted_at, lifted_reason = _called_off(row.called_off_at, met_at)
    return Owed(
        subject=row.stream,
        rulebook=ROUND,
        rule=f"unit-{unit.pk}",
        holder_id=holder.pk,
        path=holder.path,
        officer_id=row.by_id,
        bearer="检查单位",
        title=f"{row.get_kind_display()}：{row.name}"[:80],
        started_at=row.at,
        due_at=due_at,
        clock_at=due_at,
        met_at=met_at,
        lifted_at=lifted_at,
        lifted_reason=lifted_reason,
        explanation=words,
    )


# Looks between units -------------------------------------------------------------------------------------------------


def keep_reviews(ids: Collection[int], at: datetime) -> ProjectionResult:
    """The visit by whoever inspects, and an answer from the inspected unit to each finding."""
    parts = ("planner__parent", "inspector__parent", "inspected__parent")
    by_pk = {row.pk: row for row in Review.objects.filter(pk__in=ids).select_related(*parts)}
    found = list(ReviewFinding.objects.filter(review__in=by_pk).order_by("pk"))
    owed = [_visit(row) for row in by_pk.values()]
    owed += [_put_right(one, by_pk[one.review_id]) for one in found]
    streams = [f"review:{pk}" for pk in ids] + [one.stream for one in found]
    return write(streams, with_clauses(("review", one) for one in owed), at)


def _visit(row: Review) -> Owed:
    words = f"{row.planner}安排{row.inspects}检查{row.inspected}，{named(row.until)}前到场；带队人{row.leader}"
    holder = row.inspecting_unit
    due_at = end_of_day(row.until)
    met_at = _begin(row.visited_on)
    lifted_at, lifted_reason = _called_off(row.called_off_at, met_at)
    return Owed(
        subject=row.stream,
        rulebook=REVIEW,
        rule="visit",
        holder_id=holder.pk,
        path=holder.path,
        officer_id=row.by_id,
        bearer="检查单位",
        title=f"{row.get_kind_display()}：检查{row.inspected}"[:80],
        started_at=row.at,
        due_at=due_at,
        clock_at=due_at,
        met_at=met_at,
        lifted_at=lifted_at,
        lifted_reason=lifted_reason,
        explanation=words,
    )


def _put_right(one: ReviewFinding, row: Review) -> Owed:
    """Met by the answer: whether it does is the inspector's to say, and what is sent back opens the term again."""
    words = f"{row.inspects}检查发现，定于{named(one.due_on)}前整改并答复，答复后由检查单位逐条销号"
    holder = row.inspected.in_charge()
    due_at = end_of_day(one.due_on)
    return Owed(
        subject=one.stream,
        rulebook=REVIEW,
        rule="put-right",
        holder_id=holder.pk,
        path=holder.path,
        officer_id=one.by_id,
        bearer="被检查单位",
        title=f"{row.get_kind_display()}整改：{one.get_spot_display()}"[:80],
        started_at=one.at,
        due_at=due_at,
        clock_at=due_at,
        met_at=one.answered_at,
        explanation=words,
    )


# The platform --------------------------------------------------------------------------------------------------------


def keep_checks(ids: Collection[int], at: datetime) -> ProjectionResult:
    rows = PlatformCheck.objects.filter(pk__in=ids, due_on__isnull=False).select_related("union__parent", "project")
    return write([f"platform:{pk}" for pk in ids], with_clauses(("platform", _rectify(row)) for row in rows), at)


def _rectify(row: PlatformCheck) -> Owed:
    assert row.due_on is not None
    words = f"{named(row.on)}核查“{row.project}”：{row.amiss}，限 {row.due_on} 前整改"
    holder = row.union.in_charge()
    due_at = end_of_day(row.due_on)
    return Owed(
        subject=row.stream,
        rulebook=PLATFORM,
        rule="rectify",
        holder_id=holder.pk,
        path=holder.path,
        officer_id=row.by_id,
        bearer="核查单位",
        title=f"督促整改：{row.amiss}"[:80],
        started_at=row.at,
        due_at=due_at,
        clock_at=due_at,
        met_at=_begin(row.closed_on),
        explanation=words,
    )


# Findings of a visit -----------------------------------------------------------------------------------------------


def keep_findings(ids: Collection[int], at: datetime) -> ProjectionResult:
    """The term of each finding is the one set on the spot."""
    rows = Finding.objects.filter(pk__in=ids).select_related("inspection__union")
    places = Places()
    owed = (("finding", _put_finding_right(row, places.line(row.inspection.union.path)[-1])) for row in rows)
    return write([f"finding:{pk}" for pk in ids], with_clauses(owed), at)


def _put_finding_right(finding: Finding, holder: Place) -> Owed:
    due_at = end_of_day(finding.due_on)
    what = CheckPoint(finding.point).label if finding.point else "其他问题"
    return Owed(
        subject=f"finding:{finding.pk}",
        rulebook=FINDING,
        rule="rectify-finding",
        holder_id=holder.pk,
        path=holder.path,
        officer_id=finding.by_id,
        bearer="检查单位",
        title=f"督促整改：{what}",
        started_at=finding.at,
        due_at=due_at,
        clock_at=due_at,
        met_at=_begin(finding.closed_on),
        explanation=f"{named(finding.inspection.on)}检查发现问题，检查时定于 {finding.due_on} 前整改",
    )


# Measures against arrears (SD-2.1d) --------------------------------------------------------------------------------


def keep_resolutions(ids: Collection[int], at: datetime) -> ProjectionResult:
    rows = Resolution.objects.filter(pk__in=ids).select_related("union__parent", "case__handling_union__parent")
    return write([f"resolution:{pk}" for pk in ids], with_clauses(("resolution", _resolve(row)) for row in rows), at)


def _resolve(row: Resolution) -> Owed:
    """Owed by whoever looks after the key target, or handles the case by now; it ends with the case."""
    case = row.case
    due_at, holder = end_of_day(row.due_on), (case.handling_union if case else row.union).in_charge()
    met_at = _begin(row.done_on)
    over_at = case.changed_at if case and case.state in NO_MORE and met_at is None else None
    return Owed(
        subject=row.stream,
        rulebook=RESOLUTION,
        rule="resolve",
        case_id=row.case_id,
        holder_id=holder.pk,
        path=holder.path,
        officer_id=case.officer_id if case else row.by_id,
        bearer=row.responsible_unit,
        title="跟踪化解：登记进展和结果",
        started_at=row.at,
        due_at=due_at,
        clock_at=due_at,
        met_at=met_at,
        lifted_at=over_at,
        lifted_reason=CASE_OVER if over_at else "",
        explanation=f"{row.measure[:60]}；责任人 {row.responsible}，登记时定于 {row.due_on} 前化解",
    )


def follow_case(sender: Any, case: Case, at: datetime, **kwargs: Any) -> None:
    """Measures go with the case to whoever handles it, and end with it."""
    if measures := list(case.resolutions.filter(done_on=None).values_list("pk", flat=True)):
        keep_resolutions(measures, at)


# Whole ---------------------------------------------------------------------------------------------------------------


def rebuild(at: datetime, tools: Tools) -> ProjectionResult:
    """Every one's terms again."""
    kept = rebuilt(Round.objects.all(), lambda ids: keep_rounds(ids, at))
    kept += rebuilt(Review.objects.all(), lambda ids: keep_reviews(ids, at))
    kept += rebuilt(PlatformCheck.objects.all(), lambda ids: keep_checks(ids, at))
    kept += rebuilt(Resolution.objects.all(), lambda ids: keep_resolutions(ids, at))
    for ids in batches(Finding.objects.all()):
        kept += keep_findings(ids, at)
    return kept


# What a visit changes ------------------------------------------------------------------------------------------------


def follow_visits(employers: Collection[int], at: datetime) -> None:
    """In the transaction of the visit: apps that declare "after inspections" first, then the plans it ticks off.

    `employers`: of the visit, before and after a correction.
    """
    for follow in provided("after inspections"):
        follow(employers, at)
    found = RoundTarget.objects.filter(employer__in=employers)
    if ids := sorted(set(found.values_list("round", flat=True))):
        keep_rounds(ids, at)


def follow_findings(ids: Collection[int], at: datetime) -> None:
    """In the transaction of the act: terms of the findings first, then apps that declare "after inspections"."""
    keep_findings(ids, at)
    employers = set(Finding.objects.filter(pk__in=ids).values_list("inspection__employer", flat=True))
    for follow in provided("after inspections"):
        follow(employers, at)
