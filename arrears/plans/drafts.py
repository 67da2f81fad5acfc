"""Who may keep what is typed into the forms of plans."""

from __future__ import annotations

from arrears.cases.views.drafts import MayKeep, sees_case
from arrears.plans.models import PlanKind

FORMS: dict[str, MayKeep] = {f"plan-{kind}": sees_case for kind in PlanKind.values}
