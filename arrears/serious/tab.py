"""The tab 重大事项 of a case page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from arrears.cases import ledger
from arrears.cases.models import UNFINISHED, Case
from arrears.serious.actions import emergencies, oversights
from arrears.serious.actions.standing_plans import plans_for
from arrears.serious.forms import ActFromAboveForm, EmergencyForm, FallbackForm, OversightForm, is_late
from arrears.serious.models import Opinion, Oversight, Reception, UnitCall
from unions.models import User


def serious_tab(case: Case, user: User, balance: ledger.Balance, request: HttpRequest) -> dict[str, Any]:
    today = timezone.localdate()
    rows = Oversight.objects.visible_to(user).filter(case=case).select_related("setter")
    records = list(case.emergencies.all())
    units = oversights.overseeing_units(case, user)
    fallback, wanted = oversights.fallback_of(case), oversights.fallback_wanted(case, today)
    named = {name: getattr(fallback, name) for name in ("name", "person", "phone", "basis")} if fallback else {}
    return {
        "emergencies": records,
        "may_begin": (
            case.is_immediate
            and case.state in UNFINISHED
            and all(row.ended_at for row in records)
            and bool(emergencies.units_recording(case, user))
        ),
        "emergency_form": EmergencyForm(today=today, plans=plans_for(case, today) if case.is_immediate else []),
        "oversights": [(row, is_late(row, today)) for row in rows],
        "above": units,
        "oversight_form": OversightForm(units=units, today=today),
        "above_form": ActFromAboveForm(units=units, today=today, initial={"on": today}),
        "above_acts": case.acts.filter(kind__in=oversights.ACTS_FROM_ABOVE).select_related("union", "by"),
        "calls": UnitCall.objects.visible_to(user).filter(case=case).select_related("setter", "unit"),
        "fallback": fallback,
        "wants_fallback": wanted or fallback is not None,
        "may_name": wanted and oversights.may_name_fallback(case, user),
        "fallback_form": FallbackForm(today=today, initial=named),
        "opinions": Opinion.objects.visible_to(user).filter(cases=case),
        "receptions": Reception.objects.visible_to(user).filter(matters__case=case),
    }
