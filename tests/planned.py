"""A case with a proceeding, a plan and a bulk job about it, for the role table."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from arrears import legal_steps, plans
from arrears.bulk import jobs
from arrears.models import BulkKind, Case, PlanKind, ProceedingKind
from arrears.plans import Promise, Terms
from tests.cast import AT, World


def planned(world: World, case: Case) -> dict[str, Any]:
    """Key of tests/subjects.py → id."""
    he, day = world.user("he"), date(2026, 11, 16)
    proceeding = legal_steps.begin(case, ProceedingKind.MEDIATION, day, "区调解中心", "", he, AT)
    promises = [Promise(date(2026, 12, 1), what="处置设备", owner="赵科长")]
    plan = plans.make(case, PlanKind.EMPLOYER, promises, Terms(day), he, AT)
    job, _ = jobs.request(BulkKind.URGE, [case.pk], None, "临近春节", uuid.uuid4(), he, AT)
    return {"proceeding": proceeding.pk, "plan-step": plan.steps.get().pk, "bulk": job.pk}
