"""Key targets (SD-2.1c, YK-1.2, QP-4.3): employers and projects inspected at an interval, with reasons and a responsible person.

Risk classes and intervals are the rulebook's (law.obligations.risk_classes).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, OuterRef, QuerySet, Subquery

from arrears.cases.models import Employer, Project
from arrears.early_warning.models import WarningSignal
from arrears.inspections.models import CheckPoint, Inspection, KeyTarget, PointAnswer, Resolution, TargetReason
from arrears.law.obligations.risk_classes import risk_classes
from unions.common.clock import day_of
from unions.common.features import provided
from unions.common.ordering import by_name
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right
from unions.tree import actions as tree

UNPAID_KINDS = ("unpaid", "complaint")


def stream(target: KeyTarget) -> str:
    return f"key-target:{target.pk}"


@transaction.atomic
def add_key_target(
    union: Union,
    employer: Employer,
    project: Project | None,
    reasons: Iterable[str],
    responsible: str,
    risk: str,
    note: str,
    by: User,
    at: datetime,
) -> KeyTarget:
    """Make an employer or project a key target. Refused when it is one already."""
    union, today = tree.lock_open_unit(union, by, Right.INSPECT, "登记预警信息"), day_of(at)
    chosen = next((one for one in risk_classes(union, today) if one.label == risk), None)
    given = [TargetReason(one) for one in reasons]
    faults: dict[str, str] = {}
    if chosen is None:
        faults["risk"] = "请从本单位适用的风险类别中选择。"
    if not given:
        faults["reasons"] = "请至少选择一项列入原因。"
    if not responsible.strip():
        faults["responsible"] = "请填写责任人。"
    # Locked: of the same target entered twice one is refused.
    Employer.objects.select_for_update().get(pk=employer.pk)
    if KeyTarget.objects.current().filter(union=union, employer=employer, project=project).exists():
        faults["employer_name"] = "这个单位（项目）已在重点对象里，无需重复列入。"
    if faults or chosen is None:
        raise Refused("；".join(faults.values()), faults)
    target = KeyTarget.objects.create(
        union=union,
        path=union.path,
        employer=employer,
        project=project,
        reasons=[one.value for one in given],
        responsible=responsible.strip(),
        risk=chosen.label,
        every_days=chosen.every_days,
        note=note.strip(),
        since=today,
        by=by,
        at=at,
    )
    audit.record(
        stream(target),
        "target",
        by,
        at,
        union=union,
        employer=employer.pk,
        risk=risk,
        reasons=target.reasons,
        responsible=target.responsible,
    )
    return target


@transaction.atomic
def end_key_target(target: KeyTarget, reason: str, by: User, at: datetime) -> KeyTarget:
    target = KeyTarget.objects.select_for_update(of=("self",)).select_related("union").get(pk=target.pk)
    if not by.may(Right.INSPECT, target.union.in_charge()):
        raise Forbidden(f"重点对象由“{target.union}”管理，您没有移出的权限。")
    if target.ended_on is not None:
        raise Stale("已经移出，请刷新页面。")
    if not reason.strip():
        raise Refused.for_field("reason", "请写明移出的原因。")
    if Resolution.objects.unfinished().filter(target=target).exists():
        raise Refused("化解举措尚未登记结果，请先登记再移出。")
    target.ended_on, target.ended_reason = day_of(at), reason.strip()[:200]
    target.save(update_fields=["ended_on", "ended_reason"])
    audit.record(stream(target), "target.end", by, at, union=target.union, reason=target.ended_reason)
    return target


def with_last_visit(targets: QuerySet[KeyTarget]) -> QuerySet[KeyTarget]:
    """Each with `last_visit`: the day of the latest inspection of the employer (of the project, where one is named); and
    `class_days`: the shortest interval of the employer's risk classes at the units above ("inspection intervals" of an app above).
    """
    (shortest,) = provided("inspection intervals")
    visits = Inspection.objects.filter(employer=OuterRef("employer"))
    of_project = visits.filter(project=OuterRef("project"))
    latest = visits.order_by().values("employer").annotate(day=Max("on")).values("day")
    latest_of_project = of_project.order_by().values("employer").annotate(day=Max("on")).values("day")
    return targets.annotate(
        last_of_employer=Subquery(latest), last_of_project=Subquery(latest_of_project), class_days=shortest()
    )


def last_visit(target: KeyTarget) -> date | None:
    """Of a target read by `with_last_visit`."""
    found: date | None = getattr(target, "last_of_project" if target.project_id else "last_of_employer")
    return found


def proposed_targets(union: Union, limit: int = 20) -> list[tuple[Employer, list[TargetReason]]]:
    """Employers below `union` with unpaid wages or complaints that are no key targets yet (YK-1.2)."""
    below = {"path__startswith": union.path}
    signals = (
        WarningSignal.objects.standing().filter(kind__in=UNPAID_KINDS, **below).exclude(check_made__outcome="unfounded")
    )
    seen = Inspection.objects.filter(points__point=CheckPoint.MONTHLY, points__answer=PointAnswer.NO, **below)
    reasons: dict[int, list[TargetReason]] = {}
    for employer in seen.values_list("employer_id", flat=True).distinct():
        reasons.setdefault(employer, []).append(TargetReason.UNPAID)
    of_kind = {"unpaid": TargetReason.UNPAID, "complaint": TargetReason.COMPLAINED}
    for employer, kind in signals.order_by().values_list("employer_id", "kind").distinct():
        if of_kind[kind] not in reasons.setdefault(employer, []):
            reasons[employer].append(of_kind[kind])
    watched = KeyTarget.objects.current().filter(employer__in=reasons, **below).values("employer")
    rows = Employer.objects.filter(pk__in=reasons).exclude(pk__in=watched).order_by(by_name(), "pk")[:limit]
    return [(row, reasons[row.pk]) for row in rows]
