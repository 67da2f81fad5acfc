"""Zero, said or implied, and the books that may say otherwise (QH-3d-zero)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from arrears.models import Case, LedgerEntry, State
from reporting.models import Return, ReturnStage
from reporting.models.returns import SAYS_ZERO
from reporting.returns import owing
from reporting.returns.filling import scope_of
from reporting.scope import Scope
from unions import audit

BATCH = 500
LOOKED_BACK = timedelta(days=400)  # zeros of older periods are compared only when a case of theirs changes


def touched(report: Return) -> QuerySet[Case]:
    """Cases on the unit's books that were accepted in the period, or in which something was paid, advanced or recognised."""
    return touched_in(scope_of(report, report.last))


def touched_in(scope: Scope) -> QuerySet[Case]:
    """The same of any unit and period."""
    days = (scope.since, scope.until)
    entries = LedgerEntry.objects.filter(on__range=days)
    cases = Case.objects.filter(scope.standing()).exclude(state__in=[State.DRAFT, State.DISMISSED])
    return cases.filter(accepted_on__range=days) | cases.filter(pk__in=entries.values("case"))


def imply(at: datetime) -> int:
    """At the due time: whoever kept silent where the notice takes silence for zero has reported zero. How many.

    A zero the books speak against is marked as contradicted in the same moment.
    """
    silent = Return.objects.filter(
        stage=ReturnStage.OPEN, silence_is_zero=True, due_at__lt=at.replace(microsecond=0)
    )
    count = 0
    while ids := list(silent.order_by("due_at", "pk").values_list("pk", flat=True)[:BATCH]):
        count += _imply(ids, at)
    return count


@transaction.atomic
def _imply(ids: list[int], at: datetime) -> int:
    rows = Return.objects.select_for_update(of=("self",), skip_locked=False).select_related("union")
    held = [row for row in rows.filter(pk__in=ids).order_by("pk") if row.stage == ReturnStage.OPEN]
    for row in held:
        Return.objects.filter(pk=row.pk).update(
            stage=ReturnStage.IMPLIED, changed_at=at, version=F("version") + 1,
            contradicted_at=at if touched(row).exists() else None,
        )  # fmt: skip
        audit.record(row.stream, "imply-zero", None, at, union=row.union)
    owing.keep(Return.objects.filter(pk__in=[row.pk for row in held]), at)
    return len(held)


def look_again(returns: QuerySet[Return], at: datetime) -> int:
    """Compare every zero among `returns` with the books as they are now; how many changed sides."""
    ids = list(returns.filter(SAYS_ZERO).order_by("pk").values_list("pk", flat=True))
    return sum(_compare(pk, at) for pk in ids)


@transaction.atomic
def _compare(pk: int, at: datetime) -> bool:
    row = Return.objects.select_for_update(of=("self",)).select_related("union", "current").get(pk=pk)
    against = row.says_zero and touched(row).exists()
    if against == bool(row.contradicted_at):
        return False
    Return.objects.filter(pk=pk).update(contradicted_at=at if against else None, version=F("version") + 1)
    audit.record(row.stream, "contradict" if against else "agree", None, at, union=row.union)
    owing.keep(Return.objects.filter(pk=pk), at)
    return True


def doubt(case: Case, at: datetime) -> int:
    """Compare the zeros of the units above a case whose period a dated fact of it falls into. One query where there are none."""
    line = [int(part) for part in case.path.split(".") if part]
    zeros = Return.objects.filter(SAYS_ZERO, union__in=line).order_by()
    spans = list(zeros.values_list("pk", "first", "last"))
    if not spans:
        return 0
    days = {day for day in (*case.entries.values_list("on", flat=True), case.accepted_on) if day}
    hit = [pk for pk, first, last in spans if any(first <= day <= last for day in days)]
    return look_again(Return.objects.filter(pk__in=hit), at) if hit else 0
