"""What the page of an employer shows of prevention: its sector and union, its risk class, and whose work reached it."""

from __future__ import annotations

from typing import Any

from arrears.cases.models import Employer
from arrears.prevention import risk
from arrears.prevention.models import PreventionWork
from unions.models import User

MOST = 10


def shown(employer: Employer, user: User) -> dict[str, Any]:
    """Two queries."""
    works = PreventionWork.objects.visible_to(user).standing().filter(employers=employer)
    union = {True: "已建工会", False: "未建工会", None: ""}[employer.has_union]
    return {"risks": risk.classes_of(employer, user), "works": works.select_related("union")[:MOST], "has_union": union}
