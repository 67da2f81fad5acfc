"""All years of one employer, out of the cases a reader may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from arrears.cases import ledger
from arrears.cases.models import Case, Employer, State
from arrears.law.legal_numbers import CHINESE
from arrears.law.obligations.local import local
from unions.models import User


@dataclass(frozen=True)
class CaseLine:
    case: Case
    balance: ledger.Balance


@dataclass(frozen=True)
class Year:
    """Cases accepted in one year, and what they add up to."""

    year: int
    cases: int
    verified: int
    sums: ledger.Balance


@dataclass(frozen=True)
class History:
    employer: Employer
    lines: list[CaseLine]
    years: list[Year]
    repeated: int  # verified cases of the last years, where there are several; else 0
    others: int  # cases the reader may not see

    @property
    def repeated_within(self) -> str:
        """How far back cases are counted as repeated: 三年."""
        return f"{CHINESE[local().repeated_years]}年"


def cases_of(employer: Employer) -> QuerySet[Case]:
    """Its filed cases; a duplicate counts with the case it went into."""
    return Case.objects.filter(employer=employer).exclude(state__in=[State.DRAFT, State.MERGED, State.DISMISSED])


def history(employer: Employer, user: User, today: date) -> History:
    """Four queries, whatever the number of cases."""
    seen = list(
        Case.objects.visible_to(user)
        .filter(pk__in=cases_of(employer).values("pk"))
        .select_related("union", "handling_union")
        .order_by("-accepted_on", "-pk")
    )
    books = ledger.balances(case.pk for case in seen)
    lines = [CaseLine(case, books[case.pk]) for case in seen]
    others = cases_of(employer).count() - len(seen)
    return History(employer, lines, _years(lines), _repeated(seen, today), others)


def _years(lines: Iterable[CaseLine]) -> list[Year]:
    by_year: dict[int, list[CaseLine]] = {}
    for line in lines:
        if line.case.accepted_on:
            by_year.setdefault(line.case.accepted_on.year, []).append(line)
    return [
        Year(year, len(of_year), sum(bool(line.case.verified_on) for line in of_year), _sum(of_year))
        for year, of_year in sorted(by_year.items(), reverse=True)
    ]


def _sum(lines: Iterable[CaseLine]) -> ledger.Balance:
    owed = resolved = untrue = ledger.Sums()
    for line in lines:
        owed, resolved, untrue = (
            owed + line.balance.owed,
            resolved + line.balance.resolved,
            untrue + line.balance.untrue,
        )
    return ledger.Balance(owed, resolved, untrue)


def _repeated(cases: Iterable[Case], today: date) -> int:
    """屡次欠薪: several verified cases within a few years."""
    since = today.replace(year=today.year - local().repeated_years, day=min(today.day, 28))
    found = sum(1 for case in cases if case.verified_on and case.accepted_on and case.accepted_on >= since)
    return found if found >= local().repeated_from else 0
