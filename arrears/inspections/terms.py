"""Plans of inspections, looks between units, looks into the platform and findings → obligations: each with the day people set."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull

from arrears.inspections.models import (
    CheckPoint,
    Finding,
    Inspection,
    PlatformCheck,
    Review,
    ReviewFinding,
    Round,
    RoundKind,
    RoundTarget,
)
from arrears.law.obligations.derive import Owed
from arrears.law.obligations.projection import ProjectionResult, Tools, batches, rebuilt, write
from arrears.law.obligations.subject import Place, Places
from arrears.law.rules.rulebook import END_OF_DAY
from arrears.law.rules.workdays import named
from unions.common.features import provided
from unions.models import Union

SHANGHAI = ZoneInfo("Asia/Shanghai")
ROUND, REVIEW, PLATFORM, FINDING = (
    "round",
    "review",
    "platform",
    "inspection",
)  # in the place of a rulebook: whoever set the day
CLAUSES = {RoundKind.FOCUSED: "QH-2a", RoundKind.MONTHLY: "YK-1.2", RoundKind.SPECIAL: "SD-2.1b"}
OFF = "计划已取消"


def _owed(
    subject: str,
    book: str,
    rule: str,
    holder: Union,
    officer: int,
    bearer: str,
    clause: str,
    title: str,
    words: str,
    started_at: datetime,
    due_on: date,
    met_at: datetime | None,
    lifted_at: datetime | None = None,
) -> Owed:
    due_at = datetime.combine(due_on, END_OF_DAY, SHANGHAI)
    needless = lifted_at is not None and met_at is None
    return Owed(
        subject=subject,
        rulebook=book,
        rule=rule,
        case_id=None,
        holder_id=holder.pk,
        path=holder.path,
        officer_id=officer,
        bearer=bearer,
        clause=clause,
        title=title[:80],
        sense="due",
        basis="",
        local=False,
        started_at=started_at,
        due_at=due_at,
        warn_at=None,
        clock_at=due_at,
        met_at=met_at,
        lifted_at=lifted_at if needless else None,
        lifted_reason=OFF if needless else "",
        extended=False,
        provisional=False,
        calendar_version="",
        explanation=words,
    )


def _begin(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, SHANGHAI) if day else None


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
    owed = [_go(by_pk[pk], rows[unit], days) for (pk, unit), days in visits.items()]
    return write([f"round:{pk}" for pk in ids], owed, at)


def _go(row: Round, unit: Union, days: list[date | None]) -> Owed:
    done = [day for day in days if day is not None]
    met_at = _begin(max(done)) if len(done) == len(days) else None
    words = f"{row.union}制定的「{row.name}」列入 {len(days)} 户，{named(row.until)}前查完；登记排查即算查过"
    return _owed(
        row.stream,
        ROUND,
        f"unit-{unit.pk}",
        unit.in_charge(),
        row.by_id,
        "检查单位",
        CLAUSES[RoundKind(row.kind)],
        f"{row.get_kind_display()}：{row.name}",
        words,
        row.at,
        row.until,
        met_at,
        row.called_off_at,
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
    return write(streams, owed, at)


def _visit(row: Review) -> Owed:
    words = f"{row.planner}安排{row.inspects}检查{row.inspected}，{named(row.until)}前到场；带队人{row.leader}"
    return _owed(
        row.stream,
        REVIEW,
        "visit",
        row.inspecting_unit,
        row.by_id,
        "检查单位",
        "SD-3.2",
        f"{row.get_kind_display()}：检查{row.inspected}",
        words,
        row.at,
        row.until,
        _begin(row.visited_on),
        row.called_off_at,
    )


def _put_right(one: ReviewFinding, row: Review) -> Owed:
    """Met by the answer: whether it does is the inspector's to say, and what is sent back opens the term again."""
    words = f"{row.inspects}检查发现，定于{named(one.due_on)}前整改并答复，答复后由检查单位逐条销号"
    return _owed(
        one.stream,
        REVIEW,
        "put-right",
        row.inspected.in_charge(),
        one.by_id,
        "被检查单位",
        "SD-3.2",
        f"{row.get_kind_display()}整改：{one.get_spot_display()}",
        words,
        one.at,
        one.due_on,
        one.answered_at,
    )


# The platform --------------------------------------------------------------------------------------------------------


def keep_checks(ids: Collection[int], at: datetime) -> ProjectionResult:
    rows = PlatformCheck.objects.filter(pk__in=ids, due_on__isnull=False).select_related("union__parent", "project")
    return write([f"platform:{pk}" for pk in ids], [_rectify(row) for row in rows], at)


def _rectify(row: PlatformCheck) -> Owed:
    assert row.due_on is not None
    words = f"{named(row.on)}核查「{row.project}」：{row.amiss}，限 {row.due_on} 前整改"
    return _owed(
        row.stream,
        PLATFORM,
        "rectify",
        row.union.in_charge(),
        row.by_id,
        "核查单位",
        "SD-2.3c",
        f"督促整改：{row.amiss}",
        words,
        row.at,
        row.due_on,
        _begin(row.closed_on),
    )


# Findings of a visit -----------------------------------------------------------------------------------------------


def keep_findings(ids: Collection[int], at: datetime) -> ProjectionResult:
    """The term of each finding is the one set on the spot."""
    rows = Finding.objects.filter(pk__in=ids).select_related("inspection__union")
    places = Places()
    owed = [_put_finding_right(row, places.line(row.inspection.union.path)[-1]) for row in rows]
    return write([f"finding:{pk}" for pk in ids], owed, at)


def _put_finding_right(finding: Finding, holder: Place) -> Owed:
    due_at = datetime.combine(finding.due_on, END_OF_DAY, SHANGHAI)
    what = CheckPoint(finding.point).label if finding.point else "其他问题"
    return Owed(
        subject=f"finding:{finding.pk}",
        rulebook=FINDING,
        rule="rectify-finding",
        case_id=None,
        holder_id=holder.pk,
        path=holder.path,
        officer_id=finding.by_id,
        bearer="检查单位",
        clause="SD-2.1b",
        title=f"督促整改：{what}",
        sense="due",
        basis="",
        local=False,
        started_at=finding.at,
        due_at=due_at,
        warn_at=None,
        clock_at=due_at,
        met_at=_begin(finding.closed_on),
        lifted_at=None,
        lifted_reason="",
        extended=False,
        provisional=False,
        calendar_version="",
        explanation=f"{named(finding.inspection.on)}检查发现问题，检查时定于 {finding.due_on} 前整改",
    )


# Whole ---------------------------------------------------------------------------------------------------------------


def rebuild(at: datetime, tools: Tools) -> ProjectionResult:
    """Every one's terms again."""
    kept = rebuilt(Round.objects.all(), lambda ids: keep_rounds(ids, at))
    kept += rebuilt(Review.objects.all(), lambda ids: keep_reviews(ids, at))
    kept += rebuilt(PlatformCheck.objects.all(), lambda ids: keep_checks(ids, at))
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
