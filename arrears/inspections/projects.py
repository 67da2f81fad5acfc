"""Figures of projects: cases, visits, and the latest platform check."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from arrears.cases.models import Case, Project
from arrears.inspections.models import Inspection, KeyTarget, PlatformCheck
from unions.models import User


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
