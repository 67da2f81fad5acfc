"""Zero reports, signed or implied, compared with the ledger and the cases (QH-3d-zero)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from arrears.cases.models import Case, LedgerEntry, State
from arrears.law.scope import Scope
from arrears.merging.models import Merger
from reporting.forms.files import Form
from reporting.forms.listing import listing, lists_cases
from reporting.returns import terms
from reporting.returns.filling import form_of, scope_of
from reporting.returns.models import SAYS_ZERO, Return, ReturnStage
from unions.log import audit

BATCH = 500
RECHECKED = timedelta(days=400)  # zeros of older periods are compared only when a case of theirs changes


def cases_against(report: Return) -> QuerySet[Case]:
    """Cases that contradict a zero report for this return."""
    return cases_against_in(scope_of(report, report.last), form_of(report))


def cases_against_in(scope: Scope, form: Form) -> QuerySet[Case]:
    """Find the cases that contradict a zero report of `scope`.

    Cases of the unit that were accepted in the period or moved by an entry in it; and, where the form lists cases, those
    it lists (a quarterly table also names what is older and not finished). What was merged counts in the other case alone.
    """
    days = (scope.since, scope.until)
    entries = LedgerEntry.objects.filter(on__range=days)
    cases = Case.objects.filter(scope.standing()).exclude(state__in=[State.DRAFT, State.DISMISSED])
    cases = cases.exclude(pk__in=Merger.objects.duplicates_on(scope.last))
    found = cases.filter(accepted_on__range=days) | cases.filter(pk__in=entries.values("case"))
    if form.is_list and lists_cases(form):
        found = found | cases.filter(pk__in=listing(form, scope).ids)
    return found


def imply_zeros(at: datetime) -> int:
    """Mark overdue returns as zero where the notice says silence is zero; how many.

    A zero that cases contradict is marked in the same transaction.
    """
    silent = Return.objects.filter(stage=ReturnStage.OPEN, silence_is_zero=True, due_at__lt=at.replace(microsecond=0))
    count = 0
    while ids := list(silent.order_by("due_at", "pk").values_list("pk", flat=True)[:BATCH]):
        count += _imply(ids, at)
    return count


@transaction.atomic
def _imply(ids: list[int], at: datetime) -> int:
    rows = Return.objects.select_for_update(of=("self",), skip_locked=False).select_related("union")
    silent = [row for row in rows.filter(pk__in=ids).order_by("pk") if row.stage == ReturnStage.OPEN]
    for row in silent:
        Return.objects.filter(pk=row.pk).update(
            stage=ReturnStage.IMPLIED,
            changed_at=at,
            version=F("version") + 1,
            contradicted_at=at if cases_against(row).exists() else None,
        )
        audit.record(row.stream, "imply-zero", None, at, union=row.union)
    terms.keep(Return.objects.filter(pk__in=[row.pk for row in silent]), at)
    return len(silent)


def recheck(returns: QuerySet[Return], at: datetime) -> int:
    """Compare every zero report among `returns` with the cases of today; how many changed."""
    ids = list(returns.filter(SAYS_ZERO).order_by("pk").values_list("pk", flat=True))
    return sum(_compare(pk, at) for pk in ids)


@transaction.atomic
def _compare(pk: int, at: datetime) -> bool:
    row = Return.objects.select_for_update(of=("self",)).select_related("union", "current").get(pk=pk)
    contradicted = row.says_zero and cases_against(row).exists()
    if contradicted == bool(row.contradicted_at):
        return False
    Return.objects.filter(pk=pk).update(contradicted_at=at if contradicted else None, version=F("version") + 1)
    audit.record(row.stream, "contradict" if contradicted else "agree", None, at, union=row.union)
    terms.keep(Return.objects.filter(pk=pk), at)
    return True


def recheck_for_case(case: Case, at: datetime) -> int:
    """Compare the zero reports above a case whose period it falls into. One query where there are none."""
    line = [int(part) for part in case.path.split(".") if part]
    zeros = Return.objects.filter(SAYS_ZERO, union__in=line).order_by()
    spans = list(zeros.values_list("pk", "first", "last"))
    if not spans:
        return 0
    days = {day for day in (*case.entries.values_list("on", flat=True), case.accepted_on) if day}
    hit = [pk for pk, first, last in spans if any(first <= day <= last for day in days)]
    return recheck(Return.objects.filter(pk__in=hit), at) if hit else 0


def recheck_on_change(sender: Any, case: Case, at: datetime, **kwargs: Any) -> None:
    """Receiver of `case_changed`: recheck zero reports in the same transaction. Imports are rechecked nightly."""
    recheck_for_case(case, at)
