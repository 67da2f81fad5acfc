"""Rounds of inspections (排查计划): planning, changing, progress. Only visits within the round count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from arrears.cases.models import Employer, Project
from arrears.inspections import picking
from arrears.inspections.actions import key_targets
from arrears.inspections.models import Finding, Inspection, KeyTarget, Round, RoundKind, RoundTarget
from arrears.inspections.models.round import ASKED_FOR
from arrears.inspections.picking import MOST, Pick, PickingFilters
from arrears.inspections.terms import keep_rounds, with_visits
from arrears.law.obligations.requirements import line_of, required
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right
from unions.tree import actions as tree

LONGEST = 366  # days


@dataclass(frozen=True)
class RoundFacts:
    name: str
    kind: str
    since: date
    until: date
    places: str = ""
    members: str = ""


@dataclass
class Progress:
    """Targets of one unit: how many are listed, and how many were visited within the round."""

    unit: Union
    listed: int = 0
    met: int = 0

    @property
    def left(self) -> int:
        return self.listed - self.met


def progress_by_unit(targets: QuerySet[RoundTarget]) -> list[Progress]:
    """Progress of each unit, the most left first. Two queries."""
    tallied: dict[int, Progress] = {}
    rows = list(with_visits(targets).order_by().values_list("union", "met_on"))
    units = Union.objects.in_bulk({unit for unit, _ in rows})
    for unit, met_on in rows:
        row = tallied.setdefault(unit, Progress(units[unit]))
        row.listed += 1
        row.met += met_on is not None
    return sorted(tallied.values(), key=lambda row: (-row.left, row.unit.code))


def round_counts(rounds: Iterable[Round], user: User) -> dict[int, tuple[int, int]]:
    """Round → (listed, met) of the targets `user` sees. One query."""
    found: dict[int, tuple[int, int]] = {}
    targets = RoundTarget.objects.visible_to(user).filter(round__in=[row.pk for row in rounds])
    for pk, met_on in with_visits(targets).order_by().values_list("round", "met_on"):
        listed, met = found.get(pk, (0, 0))
        found[pk] = listed + 1, met + (met_on is not None)
    return found


# Planning ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def plan_round(union: Union, facts: RoundFacts, wanted: PickingFilters, by: User, at: datetime) -> Round:
    """Plan a round with all targets the filters find. Refused when they find none."""
    union = tree.lock_open_unit(union, by, Right.INSPECT, "制定排查计划")
    _check_facts(facts)
    if (step := ASKED_FOR.get(facts.kind)) and not required([step], line_of(union.path), day_of(at)):
        raise Refused.for_field("kind", f"适用于“{union}”的通知没有要求{RoundKind(facts.kind).label}。")
    picks = picking.pick_targets(union, wanted, facts.until)
    if not picks:
        raise Refused(
            "按所选条件没有找到用人单位或项目，请换一个条件；只查一两家的，可先选重点对象，再在计划里逐个添加。"
        )
    return _create_round(union, facts, picks, by, at)


@transaction.atomic
def plan_monthly_round(union: Union, by: User, at: datetime) -> Round:
    """Plan the special inspection of this month (YK-1.2) from the key targets due by its end.

    Where none is due, the one due first is planned.
    """
    union, (first, last) = tree.lock_open_unit(union, by, Right.INSPECT, "制定排查计划"), month_of(day_of(at))
    if Round.objects.standing().filter(union=union, kind=RoundKind.MONTHLY, since=first).exists():
        raise Refused(f"{first:%Y 年 %-m 月}的专项检查已经排过，请打开那一份计划。")
    picks = picking.pick_targets(union, PickingFilters(due=True), last)
    if not picks:
        targets = sorted(
            picking.watched_targets(union), key=lambda row: (row.next_on(key_targets.last_visit(row)), row.pk)
        )
        if not targets:
            raise Refused(f"“{union}”及以下还没有重点对象，请先列入重点对象，再排月度专项检查。")
        picks = [Pick(targets[0].employer, targets[0].project, union, ["本月没有到期的，选最早到期的重点对象"])]
    name = f"{first:%Y 年 %-m 月}专项检查"
    return _create_round(union, RoundFacts(name, RoundKind.MONTHLY, first, last), picks, by, at)


def month_of(day: date) -> tuple[date, date]:
    """Its first and its last day."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _check_facts(facts: RoundFacts) -> None:
    found: dict[str, str] = {}
    if not facts.name.strip():
        found["name"] = "请填写计划名称。"
    if facts.until < facts.since:
        found["until"] = "止日早于起日。"
    elif (facts.until - facts.since).days > LONGEST:
        found["until"] = "一份计划最长一年，请分成几份。"
    if facts.kind == RoundKind.MONTHLY and (facts.since, facts.until) != month_of(facts.since):
        found["since"] = "月度专项检查从一日起，到当月最后一天止。"
    if found:
        raise Refused("；".join(found.values()), found)


def _create_round(union: Union, facts: RoundFacts, picks: list[Pick], by: User, at: datetime) -> Round:
    if len(picks) > MOST:
        raise Refused(f"按所选条件超过 {MOST:,} 户，一份计划列不下，请缩小范围，或由下级单位分别制定。")
    # Locked: of the same month planned twice one is refused.
    Union.objects.select_for_update(of=("self",)).get(pk=union.pk)
    taken = Round.objects.standing().filter(union=union, kind=RoundKind.MONTHLY, since=facts.since)
    if facts.kind == RoundKind.MONTHLY and taken.exists():
        raise Refused("这个月的专项检查已经排过，请打开那一份计划。", {"since": "这个月已经排过。"})
    row = Round.objects.create(
        union=union,
        path=union.path,
        name=facts.name.strip(),
        kind=facts.kind,
        since=facts.since,
        until=facts.until,
        places=facts.places.strip(),
        members=facts.members.strip(),
        by=by,
        at=at,
    )
    _lock_employers({one.employer.pk for one in picks})
    RoundTarget.objects.bulk_create(
        RoundTarget(
            round=row, union=one.unit, path=one.unit.path, employer=one.employer, project=one.project, why=one.reasons
        )
        for one in picks
    )
    audit.record(
        row.stream,
        "round.plan",
        by,
        at,
        union=union,
        name=row.name,
        kind=row.kind,
        since=row.since,
        until=row.until,
        listed=len(picks),
    )
    keep_rounds([row.pk], at)
    return row


def _lock_employers(employers: Iterable[int]) -> None:
    """Lock the employers, before the round, so that no visit recorded meanwhile is overlooked."""
    list(Employer.objects.filter(pk__in=employers).order_by("pk").select_for_update().values_list("pk"))


# Changing a plan -----------------------------------------------------------------------------------------------------


def may_change(row: Round, user: User) -> bool:
    return row.called_off_at is None and user.may(Right.INSPECT, row.union.in_charge())


def _locked(row: Round, by: User) -> Round:
    row = Round.objects.select_for_update(of=("self",)).select_related("union").get(pk=row.pk)
    if row.called_off_at is not None:
        raise Stale("这份计划已经取消，请刷新页面。")
    if not may_change(row, by):
        raise Forbidden(f"这份计划由“{row.union}”制定，您没有修改的权限。")
    return row


@transaction.atomic
def report_round(row: Round, text: str, by: User, at: datetime) -> Round:
    """Write the report of a 专项督查 (QD-7b), or write it anew. Refused: another kind, or before it began."""
    row = _locked(row, by)
    if row.kind != RoundKind.OVERSIGHT:
        raise Refused("只有专项督查登记督查报告。")
    if day_of(at) < row.since:
        raise Refused.for_field("report", f"督查从 {row.since} 开始，开始以后再登记报告。")
    if not text.strip():
        raise Refused.for_field("report", "请写明督查情况。")
    row.report, row.reported_at = text.strip(), at
    row.save(update_fields=["report", "reported_at"])
    audit.record(row.stream, "round.report", by, at, union=row.union, words=row.report)
    return row


def findings_of(row: Round) -> QuerySet[Finding]:
    """What the visits of the round found: visits of its employers by its units, in its days."""
    visits = Inspection.objects.filter(
        path__startswith=row.path, employer__in=row.targets.values("employer"), on__range=(row.since, row.until)
    )
    return Finding.objects.filter(inspection__in=visits)


@transaction.atomic
def add_target(
    row: Round, unit: Union, employer: Employer, project: Project | None, why: str, by: User, at: datetime
) -> RoundTarget:
    """Add a target. `unit`: at or below the round's unit."""
    _lock_employers([employer.pk])
    row = _locked(row, by)
    unit = Union.objects.get(pk=unit.pk)
    if unit.is_closed or not row.union.in_charge().contains(unit):
        raise Refused.for_field("unit", "检查单位须在制定计划的单位以下。")
    if row.targets.filter(employer=employer, project=project).exists():
        raise Refused.for_field("employer_name", "这个单位（项目）已在计划里。")
    made = RoundTarget.objects.create(
        round=row, union=unit, path=unit.path, employer=employer, project=project, why=why.strip()[:120] or "另行添加"
    )
    audit.record(row.stream, "round.add", by, at, union=row.union, employer=employer.pk, unit=unit.pk)
    keep_rounds([row.pk], at)
    return made


@transaction.atomic
def drop_target(target: RoundTarget, by: User, at: datetime) -> None:
    """Drop a target listed by mistake. Refused: visited already, or the last one."""
    row = _locked(target.round, by)
    found = with_visits(RoundTarget.objects.filter(pk=target.pk)).first()
    if found is None:
        raise Stale("这一户已经移出，请刷新页面。")
    if found.met_on is not None:
        raise Refused("这一户已经检查过，不能移出计划。")
    if row.targets.count() == 1:
        raise Refused("计划里只剩这一户，不能移出；不再检查的，请取消计划。")
    found.delete()
    audit.record(row.stream, "round.drop", by, at, union=row.union, employer=target.employer_id)
    keep_rounds([row.pk], at)


@transaction.atomic
def call_off_round(row: Round, reason: str, by: User, at: datetime) -> Round:
    row = _locked(row, by)
    if not reason.strip():
        raise Refused.for_field("reason", "请写明取消的原因。")
    Round.objects.filter(pk=row.pk).update(called_off_at=at, called_off_because=reason.strip()[:200])
    row.refresh_from_db()
    audit.record(row.stream, "round.off", by, at, union=row.union, reason=row.called_off_because)
    keep_rounds([row.pk], at)
    return row


# The month -----------------------------------------------------------------------------------------------------------


@dataclass
class RoundMonth:
    """A unit with key targets in a month. `due`: to inspect by its end; `unlisted`: of these in no plan."""

    unit: Union
    watched: int = 0
    due: int = 0
    unlisted: int = 0
    listed: int = 0
    met: int = 0

    @property
    def lacks(self) -> str:
        """What is missing, in Chinese; "" where nothing is."""
        if not self.listed:
            return "本月还没有排专项检查"
        if not self.met:
            return "已排，本月还没有检查"
        if self.unlisted:
            return f"到期的重点对象有 {self.unlisted} 户未列入计划"
        return f"计划内还有 {self.listed - self.met} 户未检查" if self.met < self.listed else ""


def monthly_states(union: Union, today: date) -> list[RoundMonth]:
    """Units below `union` with key targets, and what their special inspection lacks (YK-1.2)."""
    first, last = month_of(today)
    found: dict[int, RoundMonth] = {}
    listed = with_visits(
        RoundTarget.objects.filter(
            path__startswith=union.path, round__kind=RoundKind.MONTHLY, round__since=first, round__called_off_at=None
        )
    ).values_list("union", "employer", "project", "met_on")
    rows = list(listed)
    planned = {(employer, project) for _, employer, project, _ in rows}
    for target in picking.watched_targets(union):
        row = found.setdefault(target.union_id, RoundMonth(target.union))
        row.watched += 1
        if _due_within(target, first, last):
            row.due += 1
            row.unlisted += (target.employer_id, target.project_id) not in planned
    for unit, _, _, met_on in rows:
        if unit in found:
            found[unit].listed += 1
            found[unit].met += met_on is not None
    return sorted(found.values(), key=lambda row: (not row.lacks, row.unit.code))


def _due_within(target: KeyTarget, first: date, last: date) -> bool:
    """Whether the target is due by the end of the month and not visited within it."""
    visited = key_targets.last_visit(target)
    return target.next_on(visited) <= last and not (visited is not None and visited >= first)
