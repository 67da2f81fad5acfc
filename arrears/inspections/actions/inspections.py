"""Inspections (集中排查, QH-2a): who visited which employer or project on which day, and the findings (SD-2.1b)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from arrears.cases.models import Employer
from arrears.inspections.models import CheckPoint, Finding, Inspection, InspectionPoint, PointAnswer
from arrears.inspections.terms import follow_findings, follow_visits
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right
from unions.tree import actions as tree

FACTS = frozenset(
    {"project", "industry", "on_project", "nature", "on", "workers", "migrants", "findings", "supervisors"}
)


def stream(inspection: Inspection) -> str:
    return f"inspection:{inspection.pk}"


def may_edit(inspection: Inspection, user: User) -> bool:
    return user.may(Right.INSPECT, inspection.union)


@transaction.atomic
def record_inspection(union: Union, employer: Employer, facts: dict[str, Any], by: User, at: datetime) -> Inspection:
    """Record one visit by `union`. `facts`: FACTS, validated. Refused: recorded already."""
    union = tree.lock_open_unit(union, by, Right.INSPECT, "登记排查")
    inspection = Inspection(union=union, path=union.path, employer=employer, by=by, at=at, **facts)
    _check_visit(inspection, at)
    inspection.save(force_insert=True)
    audit.record(stream(inspection), "inspect", by, at, union=union, employer=employer.pk, **_facts_of(inspection))
    follow_visits([employer.pk], at)
    return inspection


@transaction.atomic
def edit_inspection(
    inspection: Inspection, employer: Employer, facts: dict[str, Any], by: User, at: datetime, *, seen: int
) -> Inspection:
    """Correct a visit. Stale: changed since version `seen`."""
    inspection = Inspection.objects.select_for_update(of=("self",)).select_related("union").get(pk=inspection.pk)
    if not may_edit(inspection, by):
        raise Forbidden(f"这次排查由“{inspection.union}”登记，您没有修改的权限。")
    if inspection.version != seen:
        raise Stale("您打开表单之后这次排查有人改过；您填写的内容仍然保留，请核对最新内容后再保存。")
    before = _facts_of(inspection) | {"employer": inspection.employer_id}
    for name, value in facts.items():
        setattr(inspection, name, value)
    inspection.employer, inspection.version = employer, inspection.version + 1
    _check_visit(inspection, at)
    inspection.save()
    after = _facts_of(inspection) | {"employer": employer.pk}
    changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    audit.record(stream(inspection), "inspect.edit", by, at, union=inspection.union, changed=changed)
    employers = sorted({before["employer"], employer.pk})
    follow_visits(employers, at)
    return inspection


def employers_in(inspections: QuerySet[Inspection]) -> int:
    """户数: distinct employers, not visits (docs/decisions/006)."""
    return inspections.order_by().values("employer_id").distinct().count()


def _facts_of(inspection: Inspection) -> dict[str, Any]:
    plain = {name: getattr(inspection, name) for name in FACTS - {"project"}}
    return plain | {"project": inspection.project_id}


def _check_visit(inspection: Inspection, at: datetime) -> None:
    faults: dict[str, str] = {}
    if inspection.on > day_of(at):
        faults["on"] = "检查日期不能晚于今天。"
    if inspection.migrants > inspection.workers:
        faults["migrants"] = "其中农民工人数不能多于职工人数。"
    if faults:
        raise Refused("；".join(faults.values()), faults)
    # Locked: of the same visit sent twice one is refused.
    Employer.objects.select_for_update().get(pk=inspection.employer_id)
    twin = Inspection.objects.filter(
        union=inspection.union, employer=inspection.employer, project=inspection.project, on=inspection.on
    ).exclude(pk=inspection.pk)
    if twin.exists():
        raise Refused(
            f"“{inspection.union}”{inspection.on} 已登记过对“{inspection.employer}”的这次排查，请打开那一次修改，无需重复登记。",
            {"on": "这一天的排查已经登记过。"},
        )


# ---- point by point (SD-2.1b) ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shortcoming:
    """What is wrong and its term. `point` "": something beside the six points."""

    point: str
    detail: str
    due_on: date


@transaction.atomic
def record_checklist(
    inspection: Inspection, answers: Mapping[str, str], found: Iterable[Shortcoming], by: User, at: datetime
) -> list[Finding]:
    """Record the answers of a visit; a point answered no opens a finding, once. Returns new findings."""
    chosen = {point.value: PointAnswer(given) for point in CheckPoint if (given := answers.get(point))}
    before = dict(inspection.points.values_list("point", "answer"))
    if chosen != before:
        inspection.points.all().delete()
        InspectionPoint.objects.bulk_create(
            InspectionPoint(inspection=inspection, point=point, answer=given) for point, given in chosen.items()
        )
    known = set(inspection.found.values_list("point", "detail"))
    open_points = set(inspection.found.unsolved().exclude(point="").values_list("point", flat=True))
    made = [
        _open_finding(inspection, one, by, at)
        for one in found
        if one.point not in open_points and (one.point, one.detail.strip()) not in known
    ]
    if chosen == before and not made:
        return []
    audit.record(
        f"inspection:{inspection.pk}",
        "checklist",
        by,
        at,
        union=inspection.union,
        answers=chosen,
        findings=[one.pk for one in made],
    )
    if made:
        follow_findings([one.pk for one in made], at)
    return made


def _open_finding(inspection: Inspection, one: Shortcoming, by: User, at: datetime) -> Finding:
    if not one.detail.strip():
        raise Refused("请写明问题。", {f"detail_{one.point or 'other'}": "请写明问题。"})
    if one.due_on < inspection.on:
        raise Refused("整改期限不能早于检查日期。", {f"due_{one.point or 'other'}": "整改期限不能早于检查日期。"})
    return Finding.objects.create(
        inspection=inspection,
        path=inspection.path,
        point=one.point,
        detail=one.detail.strip()[:500],
        due_on=one.due_on,
        by=by,
        at=at,
    )


def may_close_finding(finding: Finding, user: User) -> bool:
    return finding.closed_on is None and user.may(Right.INSPECT, finding.inspection.union.in_charge())


@transaction.atomic
def close_finding(finding: Finding, on: date, closing: str, by: User, at: datetime) -> Finding:
    """Close one finding; the others of the visit stay open."""
    finding = Finding.objects.select_for_update(of=("self",)).select_related("inspection__union").get(pk=finding.pk)
    unit = finding.inspection.union
    if finding.closed_on is not None:
        raise Stale("这个问题已经销号，请刷新页面。")
    if not may_close_finding(finding, by):
        raise Forbidden(f"这个问题由“{unit}”检查发现，由该单位销号，您没有这项权限。")
    faults: dict[str, str] = {}
    if on > day_of(at) or on < finding.inspection.on:
        faults["closed_on"] = "整改完成日期须在检查日期和今天之间。"
    if not closing.strip():
        faults["closing"] = "请写明整改情况。"
    if faults:
        raise Refused("；".join(faults.values()), faults)
    finding.closed_on, finding.closing, finding.closed_by, finding.closed_at = (on, closing.strip()[:500], by, at)
    finding.save(update_fields=["closed_on", "closing", "closed_by", "closed_at"])
    audit.record(f"inspection:{finding.inspection_id}", "rectified", by, at, union=unit, finding=finding.pk, on=on)
    follow_findings([finding.pk], at)
    return finding
