"""The deposit of a project on its page, and who sees the project by it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from arrears.cases.models import Project
from arrears.safety_nets.asking import units_of
from arrears.safety_nets.models import WageDeposit
from unions.models import User

TEMPLATE = "arrears/safety_nets/project_box.html"


def box(project: Project, user: User, at: datetime) -> tuple[str, dict[str, Any]] | None:
    """Every deposit of it the reader may see, and whether she may register one."""
    found: Any = WageDeposit.objects.visible_to(user)
    rows = list(found.filter(project=project).with_sums().select_related("union"))
    may_register = all(row.closed_on for row in rows) and bool(units_of(user))
    return (TEMPLATE, {"rows": rows, "may_register": may_register}) if rows or may_register else None
