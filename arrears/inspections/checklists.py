"""Inspection point by point (SD-2.1b): six points answered on the spot, each shortcoming with a term, closed one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from arrears.inspections.models import CheckPoint, Finding, Inspection, InspectionPoint, PointAnswer
from arrears.inspections.terms import follow_findings
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import User
from unions.people.rights import Right


@dataclass(frozen=True)
class Shortcoming:
    """What is wrong and by when it must be right. `point` "": something beside the six."""

    point: str
    detail: str
    due_on: date


@transaction.atomic
def answer(
    inspection: Inspection, answers: Mapping[str, str], found: Iterable[Shortcoming], by: User, at: datetime
) -> list[Finding]:
    """Write the answers of a visit down. A point found wanting opens a finding, unless one is open from this visit already."""
    said = {point.value: PointAnswer(given) for point in CheckPoint if (given := answers.get(point))}
    before = dict(inspection.points.values_list("point", "answer"))
    if said != before:
        inspection.points.all().delete()
        InspectionPoint.objects.bulk_create(
            InspectionPoint(inspection=inspection, point=point, answer=given) for point, given in said.items()
        )
    known = set(inspection.found.values_list("point", "detail"))
    open_points = set(inspection.found.unsolved().exclude(point="").values_list("point", flat=True))
    made = [
        _open(inspection, one, by, at)
        for one in found
        if one.point not in open_points and (one.point, one.detail.strip()) not in known
    ]
    if said == before and not made:
        return []
    audit.record(
        f"inspection:{inspection.pk}",
        "checklist",
        by,
        at,
        union=inspection.union,
        answers=said,
        findings=[one.pk for one in made],
    )
    if made:
        follow_findings([one.pk for one in made], at)
    return made


def _open(inspection: Inspection, one: Shortcoming, by: User, at: datetime) -> Finding:
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


def may_close(finding: Finding, user: User) -> bool:
    return finding.closed_on is None and user.may(Right.INSPECT, finding.inspection.union.in_charge())


@transaction.atomic
def close(finding: Finding, on: date, closing: str, by: User, at: datetime) -> Finding:
    """One finding is put right; the others of the visit stay open."""
    finding = Finding.objects.select_for_update(of=("self",)).select_related("inspection__union").get(pk=finding.pk)
    unit = finding.inspection.union
    if finding.closed_on is not None:
        raise Stale("这个问题已经销号，请刷新页面。")
    if not may_close(finding, by):
        raise Forbidden(f"这个问题由「{unit}」检查发现，由该单位销号，您没有这项权限。")
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
