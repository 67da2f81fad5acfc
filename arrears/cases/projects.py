"""The register of projects: who sees which, and what stands on the page of one.

A project belongs to no unit. It is seen by whoever sees a case, an inspection, a watch or a look into the platform about it.
Whoever keeps more about projects (deposits) declares its rows as "project traces" and its part of the page as "project boxes".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from arrears.cases.models import Case, Project
from arrears.inspections.models import Inspection, KeyTarget, PlatformCheck
from unions.common.features import provided
from unions.models import User

# Rows a user may see, of a model with a foreign key `project`.
Trace = Callable[[User], QuerySet[Any]]
TRACES: tuple[Trace, ...] = (
    Case.objects.visible_to,
    Inspection.objects.visible_to,
    KeyTarget.objects.visible_to,
    PlatformCheck.objects.visible_to,
)
# (template, its context) of one part of the project page as a reader sees it; None where there is nothing to show her.
Box = Callable[[Project, User, datetime], tuple[str, dict[str, Any]] | None]


def visible_to(user: User) -> QuerySet[Project]:
    seen = Q(pk__in=[])
    for rows in (*TRACES, *provided("project traces")):
        seen |= Q(Exists(rows(user).filter(project=OuterRef("pk")).order_by()))
    return Project.objects.filter(seen)


def with_figures(projects: QuerySet[Project], user: User) -> QuerySet[Project]:
    """Each with `case_count`, `visit_count`, `last_visit` and `watched` as the reader may see them."""
    visits = Inspection.objects.visible_to(user).filter(project=OuterRef("pk"))
    latest = visits.order_by("-on", "-pk").values("on")[:1]
    watched = KeyTarget.objects.visible_to(user).current().filter(project=OuterRef("pk"))
    return projects.annotate(
        case_count=_count(Case.objects.visible_to(user)),
        visit_count=_count(Inspection.objects.visible_to(user)),
        last_visit=Subquery(latest),
        watched=Exists(watched),
    )


def _count(rows: QuerySet[Any]) -> Subquery:
    mine = rows.filter(project=OuterRef("pk")).order_by().values("project")
    return Subquery(mine.annotate(n=Count("pk", distinct=True)).values("n"))


def with_platform(projects: QuerySet[Project]) -> QuerySet[Project]:
    """Each with what the latest look showed: `looked_on`, `unhandled`, and `term`, the earliest term still open."""
    looks = PlatformCheck.objects.filter(project=OuterRef("pk"))
    latest = looks.order_by("-on", "-pk")
    return projects.annotate(
        looked_on=Subquery(latest.values("on")[:1]),
        unhandled=Subquery(latest.values("unhandled")[:1]),
        term=Subquery(looks.unmended().order_by("due_on").values("due_on")[:1]),
    )


def boxes(project: Project, user: User, at: datetime) -> list[tuple[str, dict[str, Any]]]:
    """What others keep about this project, in the order they registered."""
    return [found for box in provided("project boxes") if (found := box(project, user, at)) is not None]
