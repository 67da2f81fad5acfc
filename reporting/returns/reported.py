"""How far a live table of the books and what was reported are apart: who has reported, as of when, and where the compiled one is.

The two are never one table: a live one says how many units have reported, and the compiled one what has changed in the books since.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q
from django.urls import reverse

from arrears.cases.models import LedgerEntry
from arrears.law.scope import Scope
from reporting.forms.files import Form
from reporting.returns.collection import ReturnCollection
from reporting.returns.models import IMPLIED_ZERO, Return
from unions.common.formats import moment

MANY = 60  # units whose books are looked at one by one


@dataclass(frozen=True)
class Reported:
    """`reported` of `expected` units have sent (`implied`: taken for zero), the last at `latest`."""

    expected: int
    reported: int
    implied: int
    latest: datetime | None
    url: str

    @property
    def words(self) -> str:
        implied = f"，推定零报告 {self.implied} 个" if self.implied else ""
        latest = f"，最近报出 {moment(self.latest)}" if self.latest else ""
        return f"本期应报 {self.expected} 个单位，已报 {self.reported} 个{implied}{latest}"


def reported_beside(form: Form, scope: Scope) -> Reported | None:
    """What was sent to the scope's unit of this very form and period; None where nothing is collected. One query."""
    days = Q(first=scope.since, last=scope.until)
    if form.period == "campaign":  # as far as it was reported by the day asked for
        days = Q(first=scope.since, last__lte=scope.until) | days
    sent = Return.objects.filter(days, receiver=scope.union, form=form.key, compiles=False).exclude(stage="waived")
    row = (
        sent.order_by()
        .values("rulebook", "rule", "period", "last")
        .annotate(
            expected=Count("pk"),
            reported=Count("pk", filter=Q(current__isnull=False)),
            implied=Count("pk", filter=IMPLIED_ZERO),
            latest=Max("current__approved_at"),
        )
        .order_by("-last", "rulebook", "rule")
        .first()
    )
    if row is None:
        return None
    address = reverse("collection", args=[scope.union.code, row["rulebook"], row["rule"], row["period"]])
    return Reported(row["expected"], row["reported"], row["implied"], row["latest"], address)


def reported_lines(form: Form, scope: Scope) -> list[tuple[str, str]]:
    """For 编制说明 of a live table."""
    found = reported_beside(form, scope)
    return [("报送进度", f"{found.words}；已报汇总见“下级报送”，与本表为两种口径。")] if found else []


def looked_into(found: ReturnCollection) -> str:
    """Whose books `moved_since` looks at."""
    return "各单位" if len(found.versions) <= MANY else f"前 {MANY} 个单位"


def moved_since(found: ReturnCollection) -> int:
    """Entries of the ledger up to the end of the period that came after the unit they belong to had signed; of many units, the first
    sixty are looked at. At most one query.
    """
    later = Q()
    for version in found.versions[:MANY]:
        books = Q(case__path__startswith=version.report.path, pk__gt=version.ledger_position)
        later |= books
    if not later:
        return 0
    return LedgerEntry.objects.filter(later, on__lte=found.one.last).count()


def progress_of(found: ReturnCollection) -> str:
    """本期应报 16 个单位，已报 14 个，推定零报告 1 个，最近报出 2022-10-10 15:20."""
    sent = found.versions
    latest = max((one.approved_at for one in sent if one.approved_at), default=None)
    return Reported(len(found.expected), len(sent), len(found.implied), latest, "").words
