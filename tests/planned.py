"""A case with a proceeding, a plan and a bulk job about it, for the role table."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from arrears.bulk import actions as jobs
from arrears.bulk.models import BulkKind
from arrears.cases.models import Case
from arrears.legal import actions as legal_steps
from arrears.legal.models import ProceedingKind
from arrears.plans import actions as plans
from arrears.plans.actions import PlanTerms, Promise
from arrears.plans.models import PlanKind, Receivable
from tests.cast import AT, World


def planned(world: World, case: Case) -> dict[str, Any]:
    """Key of tests/subjects.py → id."""
    he, day = world.user("he"), date(2026, 11, 16)
    proceeding = legal_steps.begin(case, ProceedingKind.MEDIATION, day, "区调解中心", "", he, AT)
    promises = [Promise(date(2026, 12, 1), what="处置设备", owner="赵科长")]
    plan = plans.make(case, PlanKind.EMPLOYER, promises, PlanTerms(day), he, AT)
    debt = Receivable.objects.create(
        case=case,
        debtor="某公司",
        amount=Decimal(1000),
        since=date(2026, 1, 1),
        union=case.handling_union,
        by=he,
        at=AT,
    )
    job, _ = jobs.request(BulkKind.URGE, [case.pk], None, "临近春节", uuid.uuid4(), he, AT)
    return {"proceeding": proceeding.pk, "plan-step": plan.steps.get().pk, "bulk": job.pk, "receivable": debt.pk}
