"""The box 垫付 on the tab 台账 of a case, and the advances of an employer."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from arrears.cases.models import Case
from arrears.safety_nets import rules
from arrears.safety_nets.forms import AdvanceForm
from arrears.safety_nets.models import Drawing
from unions.models import User


def advances_box(case: Case, user: User) -> dict[str, Any]:
    """Context of the box: advances of the case, and the form where the user may ask."""
    rows = list(case.drawings.with_sums().select_related("net__union", "case_entry__cancelled_by"))
    if not rules.may_ask(case, user):
        return {"advances": rows}
    form = AdvanceForm(nets=rules.nets_for(case), today=timezone.localdate())
    return {"advances": rows, "advance_form": form}


def advances_of_employer(cases: list[Case]) -> list[Drawing]:
    """Advances upon these cases, the newest first."""
    rows = Drawing.objects.with_sums().filter(case__in=cases)
    return list(rows.select_related("case", "net", "case_entry__cancelled_by"))
