"""What safety nets give the core of cases: a blocker, and the box on the page of a project."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from arrears.cases.closing_blockers import Blocker, Lack, has
from arrears.cases.models import Project
from arrears.safety_nets.models import PENDING, WageDeposit
from arrears.safety_nets.rules import keeping_units
from unions.models import User

DRAWN = Blocker(
    has("drawings", stage__in=PENDING),
    lambda case: [Lack("有垫付正在审批或等待银行支付，请先办结或撤回。", case.section_url("ledger"))],
)


TEMPLATE = "arrears/safety_nets/project_box.html"


def project_box(project: Project, user: User, at: datetime) -> tuple[str, dict[str, Any]] | None:
    """The deposits of the project that `user` sees, and whether she may register one."""
    found: Any = WageDeposit.objects.visible_to(user)
    rows = list(found.filter(project=project).with_sums().select_related("union"))
    may_register = all(row.closed_on for row in rows) and bool(keeping_units(user))
    return (TEMPLATE, {"rows": rows, "may_register": may_register}) if rows or may_register else None
