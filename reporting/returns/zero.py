"""Zero, said or implied, and the books that may say otherwise (QH-3d-zero)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from arrears.cases.models import Case, LedgerEntry, State
from arrears.law.scope import Scope
from arrears.merging.models import Merger
from reporting.forms.files import Form
from reporting.forms.listing import SOURCES, listing
from reporting.returns import owing
from reporting.returns.filling import form_of, scope_of
from reporting.returns.models import SAYS_ZERO, Return, ReturnStage
from unions.log import audit

BATCH = 500
LOOKED_BACK = timedelta(days=400)  # zeros of older periods are compared only when a case of theirs changes


def against(report: Return) -> QuerySet[Case]:
    """The cases that speak against a zero of this return."""
    return against_in(scope_of(report, report.last), form_of(report))


def against_in(scope: Scope, form: Form) -> QuerySet[Case]:
    """Cases on the unit's books that were accepted in the period or moved by an entry in it; and, where the form lists cases, those
    it lists (a quarterly table also names what is older and not finished). What was merged counts in the other case alone.
    """
    days = (scope.since, scope.until)
    entries = LedgerEntry.objects.filter(on__range=days)
    cases = Case.objects.filter(scope.standing()).exclude(state__in=[State.DRAFT, State.DISMISSED])
    cases = cases.exclude(pk__in=Merger.objects.duplicates_on(scope.last))
    found = cases.filter(accepted_on__range=days) | cases.filter(pk__in=entries.values("case"))
    if form.is_list and SOURCES[form.rows_from].of == "case":
        found = found | cases.filter(pk__in=listing(form, scope).ids)
    return found


def imply(at: datetime) -> int:
    """At the due time: whoever kept silent where the notice takes silence for zero has reported zero. How many.

    A zero the books speak against is marked as contradicted in the same moment.
    """
    silent = Return.objects.filter(stage=ReturnStage.OPEN, silence_is_zero=True, due_at__lt=at.replace(microsecond=0))
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
            stage=ReturnStage.IMPLIED,
            changed_at=at,
            version=F("version") + 1,
            contradicted_at=at if against(row).exists() else None,
        )
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
    denied = row.says_zero and against(row).exists()
    if denied == bool(row.contradicted_at):
        return False
    Return.objects.filter(pk=pk).update(contradicted_at=at if denied else None, version=F("version") + 1)
    audit.record(row.stream, "contradict" if denied else "agree", None, at, union=row.union)
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


def doubt_zeros(sender: Any, case: Case, at: datetime, **kwargs: Any) -> None:
    """A zero said of a period the case falls into is contradicted in the same transaction. Imports are compared nightly."""
    doubt(case, at)
