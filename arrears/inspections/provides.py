"""What inspections give others: looks into the platform to the terms of cases (SD-2.3c); to early warning wages found unpaid on the
spot, and shortcomings not put right in their term (SD-2.1a)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from django.db.models import F, Min

from arrears.cases.closing_blockers import Blocker, Lack, has
from arrears.cases.facts import CaseContext
from arrears.cases.models import Case
from arrears.inspections.models import CheckPoint, Finding
from arrears.law.rules.grading import Matter

OF_WAGES = (CheckPoint.MONTHLY, CheckPoint.ACCOUNT)


def own_matters(employers: Collection[int] | None, today: date) -> Iterator[Matter]:
    rows = Finding.objects.unsolved().filter(inspection__on__lte=today)
    if employers is not None:
        rows = rows.filter(inspection__employer__in=employers)
    for row in rows.select_related("inspection"):
        if row.point not in OF_WAGES and row.due_on >= today:
            continue
        visit = row.inspection
        kind, on = ("wage_payment", visit.on) if row.point in OF_WAGES else ("findings", row.due_on)
        said = f"{visit.on} 排查：{row.detail}（整改期限 {row.due_on}）"
        yield Matter(visit.employer_id, row.path, kind, on, said, visit.get_absolute_url(), lasting=True)


def add_platform_looks(around: CaseContext) -> None:
    """Add to `around` the first look into the platform since the case came in."""
    since = Case.objects.filter(pk__in=around.ids, project__platform_checks__on__gte=F("accepted_on"))
    around.looked.update(since.order_by().annotate(day=Min("project__platform_checks__on")).values_list("pk", "day"))


UNRESOLVED = Blocker(
    has("resolutions", done_on=None), lambda case: [Lack("化解举措尚未登记结果，请先登记。", case.section_url("heavy"))]
)
