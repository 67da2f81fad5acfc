"""What obligations know of a case's emergencies."""

from __future__ import annotations

from django.db.models import Min

from arrears.cases.facts import Around
from arrears.serious.models import Emergency


def add_incidents(around: Around) -> None:
    """The last emergency of each case: when it began, and when the first level was on the spot (QD-6.5)."""
    rows = Emergency.objects.filter(case__in=around.ids).order_by("id").annotate(there=Min("arrivals__arrived_at"))
    for case, began, there in rows.values_list("case_id", "incident_at", "there"):
        around.incidents[case] = (began, there)
