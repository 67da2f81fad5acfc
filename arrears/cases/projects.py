"""The register of projects: who sees which, and what stands on the page of one.

A project belongs to no unit. It is seen by whoever sees a case about it, or what a feature keeps about it. Apps declare
"project traces": models with a project and `visible_to`; and "project boxes": their part of the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from arrears.cases.models import Case, Project
from arrears.cases.models.employer import CHAIN
from unions.common.features import provided
from unions.common.text import in_one_line
from unions.log import audit
from unions.models import User

# (template, its context) of one part of the project page as a reader sees it; None where there is nothing to show her.
Box = Callable[[Project, User, datetime], tuple[str, dict[str, Any]] | None]


def visible_to(user: User) -> QuerySet[Project]:
    seen = Q(pk__in=[])
    for model in (Case, *provided("project traces")):
        seen |= Q(Exists(model.objects.visible_to(user).filter(project=OuterRef("pk")).order_by()))
    return Project.objects.filter(seen)


def boxes(project: Project, user: User, at: datetime) -> list[tuple[str, dict[str, Any]]]:
    """What others keep about this project."""
    declared: tuple[Box, ...] = provided("project boxes")
    return [found for box in declared if (found := box(project, user, at)) is not None]


@transaction.atomic
def correct_chain(project: Project, said: Mapping[str, str], by: User, at: datetime) -> Project:
    """Say who stands where in a project (models.employer.CHAIN), the log keeping what stood there before."""
    project = Project.objects.select_for_update().get(pk=project.pk)
    wanted = {name: in_one_line(said[name]) for name in CHAIN}
    changed = [name for name in CHAIN if getattr(project, name) != wanted[name]]
    if changed:
        before = {name: getattr(project, name) for name in changed}
        for name in changed:
            setattr(project, name, wanted[name])
        project.save(update_fields=changed)
        audit.record(f"project:{project.pk}", "chain", by, at, before=before, changed=changed)
    return project
