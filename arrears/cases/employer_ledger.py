"""The ledger by employer (QD-4.2, QH-3c, QP-2.1): cases, people, what is owed, outstanding, and since when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet

from arrears.cases import ledger
from arrears.cases.models import UNFINISHED, Case, LedgerEntry, State

NOT_IN_BOOKS = (State.DRAFT, State.DISMISSED, State.MERGED)


@dataclass(frozen=True)
class EmployerLine:
    """One employer in the cases asked for. `since`: the first day wages are owed from; `last`: the newest entry."""

    employer: int
    name: str
    code: str
    cases: int
    unverified: int
    unfinished: int
    balance: ledger.Balance
    since: date | None
    last: date | None

    @property
    def repeated(self) -> bool:
        """多次欠薪: more than one case that was verified."""
        return self.cases - self.unverified > 1


def in_books(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those the ledger speaks of: no drafts, nothing that was no arrears or counts elsewhere."""
    return cases.exclude(state__in=NOT_IN_BOOKS)


def by_employer(cases: QuerySet[Case]) -> QuerySet[Any, Any]:
    """Rows for `line_of`, the most money outstanding first; one query for any number of cases."""
    entries = LedgerEntry.objects.filter(case__in=in_books(cases).order_by().values("pk")).order_by()
    unfinished = Q(case__state__in=UNFINISHED)
    grouped = entries.values(
        employer=F("case__employer"), name=F("case__employer__name"), code=F("case__employer__uscc")
    ).annotate(
        cases=Count("case", distinct=True),
        unverified=Count("case", distinct=True, filter=Q(case__verified_on=None)),
        unfinished=Count("case", distinct=True, filter=unfinished),
        since=Min("case__owed_from"),
        last=Max("on"),
        **ledger.columns(),
    )
    left = F("owed_amount") - F("resolved_amount") - F("untrue_amount")
    return grouped.annotate(left=left).order_by("-left", "employer")


def lines(rows: Iterable[dict[str, Any]]) -> list[EmployerLine]:
    return [
        EmployerLine(
            employer=row["employer"],
            name=row["name"],
            code=row["code"] or "",
            cases=row["cases"],
            unverified=row["unverified"],
            unfinished=row["unfinished"],
            balance=ledger.balance_of(row),
            since=row["since"],
            last=row["last"],
        )
        for row in rows
    ]
