"""Picks the employers and projects of a round by filters, with reasons and the unit that goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from arrears.cases.models import Case, Employer, Project, State
from arrears.early_warning.models import WarningStanding
from arrears.inspections.actions import key_targets
from arrears.inspections.models import Inspection, KeyTarget, PlatformCheck
from unions.common.industries import Industry, Nature
from unions.common.ordering import by_name
from unions.models import Union, UnionKind

MOST = 2000  # in one round; more are planned by several units


@dataclass(frozen=True)
class PickingFilters:
    """Filters of a round. `due`: key targets due by its end."""

    due: bool = False
    watched: bool = False
    levels: tuple[str, ...] = ()
    natures: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()


@dataclass
class Pick:
    """One employer or project, why, and the unit that goes there."""

    employer: Employer
    project: Project | None
    unit: Union
    why: list[str] = field(default_factory=list)

    @property
    def reasons(self) -> str:
        return "；".join(dict.fromkeys(self.why))[:120]


@dataclass
class _PickList:
    """Each employer and project once, with all its reasons."""

    union: Union
    picks: dict[tuple[int, int | None], Pick] = field(default_factory=dict)

    def add(self, employer: Employer, project: Project | None, why: str, unit: Union | None = None) -> None:
        key = (employer.pk, project.pk if project else None)
        pick = self.picks.setdefault(key, Pick(employer, project, unit or self.union))
        pick.why.append(why)
        if unit is not None:
            pick.unit = unit


def pick_targets(union: Union, wanted: PickingFilters, until: date) -> list[Pick]:
    """Targets that match any filter; at most MOST + 1, so that too many can be told."""
    found = _PickList(union)
    for target in watched_targets(union):
        last = key_targets.last_visit(target)
        if wanted.due and target.next_on(last) <= until:
            found.add(target.employer, target.project, _due_words(target, last), _unit_that_goes(target.union, union))
        elif wanted.watched:
            found.add(
                target.employer, target.project, f"重点对象（{target.risk}）", _unit_that_goes(target.union, union)
            )
    if wanted.levels:
        for standing in WarningStanding.objects.filter(union=union, level__in=wanted.levels).select_related("employer")[
            :MOST
        ]:
            found.add(standing.employer, None, f"{standing.level}色预警")
    if wanted.natures:
        for project in _projects(union).filter(nature__in=wanted.natures).select_related("employer")[:MOST]:
            found.add(project.employer, project, f"{Nature(project.nature).label}项目")
    if wanted.industries:
        for employer in _employers(union).filter(industry__in=wanted.industries).order_by(by_name(), "pk")[:MOST]:
            found.add(employer, None, f"行业：{Industry(employer.industry).label}")
    picks = list(found.picks.values())[: MOST + 1]
    _send_counties(union, picks)
    return picks


def watched_targets(union: Union) -> Iterator[KeyTarget]:
    """Key targets below `union`, each with its last visit."""
    rows = (
        KeyTarget.objects.current()
        .filter(path__startswith=union.path)
        .select_related("union__parent", "employer", "project")
    )
    return iter(key_targets.with_last_visit(rows).order_by("pk"))


def _due_words(target: KeyTarget, last: date | None) -> str:
    return f"重点对象到期（{target.risk}，{target.next_on(last)} 前）"


def _unit_that_goes(unit: Union, planner: Union) -> Union:
    """The unit in charge, where it is below the planner, else the planner."""
    charged = unit.in_charge()
    return charged if planner.contains(charged) else planner


def _known(union: Union) -> list[QuerySet]:
    here = {"path__startswith": union.path}
    cases = Case.objects.filter(**here).exclude(state__in=[State.DRAFT, State.DISMISSED])
    return [cases, Inspection.objects.filter(**here), KeyTarget.objects.current().filter(**here)]


def _projects(union: Union) -> QuerySet[Project]:
    seen = Q()
    for rows in [*_known(union), PlatformCheck.objects.filter(path__startswith=union.path)]:
        seen |= Q(pk__in=rows.exclude(project=None).order_by().values("project"))
    return Project.objects.filter(seen).order_by(by_name(), "pk")


def _employers(union: Union) -> QuerySet[Employer]:
    seen = Q(pk__in=WarningStanding.objects.filter(union=union).values("employer"))
    for rows in _known(union):
        seen |= Q(pk__in=rows.order_by().values("employer"))
    return Employer.objects.filter(seen)


def _send_counties(union: Union, picks: Iterable[Pick]) -> None:
    """Send the county's union to employers that no unit watches."""
    left = [one for one in picks if one.unit == union and one.employer.region_code]
    codes = {one.employer.region_code[:6] for one in left}
    rows = Union.objects.filter(
        path__startswith=union.path, region_code__in=codes, kind=UnionKind.DISTRICT, valid_until=None
    )
    counties = {row.region_code: row for row in rows}
    for one in left:
        one.unit = counties.get(one.employer.region_code[:6], one.unit)
