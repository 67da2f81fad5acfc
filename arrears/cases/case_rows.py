"""Cases as rows of a list: each with what is owed and what is left of it."""

from __future__ import annotations

from dataclasses import dataclass

from arrears.cases import ledger
from arrears.cases.models import Case
from unions.common.features import provided


@dataclass(frozen=True)
class CaseRow:
    case: Case
    owed: ledger.Sums
    outstanding: ledger.Sums

    @property
    def overseen(self) -> list[str]:
        """What is set on the case from above (SD-2.4b), where the list asked for it."""
        (kinds,) = provided("oversight kinds")
        return [kinds(kind).label for kind in getattr(self.case, "overseen", ())]


def rows_of(cases: list[Case]) -> list[CaseRow]:
    """Cases with their figures, in one query; a draft shows what it states."""
    books = ledger.balances(case.pk for case in cases)
    return [CaseRow(case, *figures(case, books[case.pk])) for case in cases]


def figures(case: Case, balance: ledger.Balance) -> tuple[ledger.Sums, ledger.Sums]:
    """(owed, outstanding) as the ledger says; before filing as stated."""
    if case.number is None:
        stated = ledger.Sums(case.stated_workers, case.stated_migrants, case.stated_amount)
        return stated, stated
    return balance.owed, balance.outstanding
