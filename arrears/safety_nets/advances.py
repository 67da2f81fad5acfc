"""垫付 on the tab 台账 of a case: what was asked, what came back from the employer, and the form to ask."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.utils import timezone

from arrears.cases.models import Case
from arrears.safety_nets import asking
from arrears.safety_nets.forms import AdvanceForm
from arrears.safety_nets.models import Drawing, NetEntryKind
from unions.models import User


def with_sums(rows: Any) -> Any:
    """Drawings with `out` (advanced and not cancelled) and `back` (recovered from the employer), in yuan."""

    def counted(kind: NetEntryKind) -> Sum:
        return Sum("entries__amount", filter=Q(entries__counts_as=kind), default=Decimal(0))

    return rows.annotate(out=counted(NetEntryKind.ADVANCED) * -1, back=counted(NetEntryKind.RECOVERED))


def advances_box(case: Case, user: User) -> dict[str, Any]:
    rows = list(with_sums(case.drawings.select_related("net__union", "case_entry__cancelled_by")))
    if not asking.may_ask(case, user):
        return {"advances": rows}
    form = AdvanceForm(nets=asking.nets_for(case), today=timezone.localdate())
    return {"advances": rows, "advance_form": form}


def of_employer(cases: list[Case]) -> list[Drawing]:
    """Advances upon these cases, the newest first."""
    rows = Drawing.objects.filter(case__in=cases).select_related("case", "net", "case_entry__cancelled_by")
    return list(with_sums(rows))
