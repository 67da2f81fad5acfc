"""应列尽列 (QP-3.1): employers that meet the conditions and are neither listed nor in procedure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from arrears.cases import ledger
from arrears.cases.models import UNFINISHED, Case, Employer, State
from arrears.sanctions.conditions import NO, YES, JudgedCase, judge_cases
from arrears.sanctions.models import Listing, Sanction
from arrears.sanctions.models.sanction import TELLS_TO_PAY
from unions.models import Union, User

MOST = 2_000  # cases judged for one page


@dataclass(frozen=True)
class Offender:
    """An employer with its cases, the gravest first. `state`: yes or unclear."""

    employer: Employer
    cases: list[tuple[Case, JudgedCase]]
    state: str
    outstanding: Decimal

    @property
    def first(self) -> Case:
        return self.cases[0][0]


@dataclass(frozen=True)
class Unlisted:
    """`meets`: to be proposed. `unclear`: if the local amount is reached. `cut`: there were more."""

    meets: list[Offender]
    unclear: list[Offender]
    cut: bool


def candidates(user: User, unit: Union | None, day: date) -> QuerySet[Case]:
    """Cases `user` sees with an expired order to pay, of employers neither listed nor in procedure."""
    cases = Case.objects.visible_to(user).filter(state__in=UNFINISHED - {State.CLUE})
    if unit is not None:
        cases = cases.under(unit)
    unpaid = Sanction.objects.unpaid_on(day).filter(kind__in=TELLS_TO_PAY).values("case")
    late = cases.filter(ordered_to_pay_by__lt=day) | cases.filter(pk__in=unpaid)
    under_way = Listing.objects.under_way(day).values("employer")
    return late.exclude(employer__in=under_way).distinct()


def unlisted(user: User, unit: Union | None, day: date) -> Unlisted:
    """Employers that should be listed. A fixed number of queries."""
    rows = list(
        candidates(user, unit, day).select_related("employer", "handling_union__parent").order_by("-pk")[: MOST + 1]
    )
    cut, rows = len(rows) > MOST, rows[:MOST]
    verdicts = judge_cases([row.pk for row in rows], day)
    books = ledger.balances(row.pk for row in rows)
    of_employer: dict[int, list[tuple[Case, JudgedCase]]] = {}
    for row in rows:
        verdict = verdicts.get(row.pk)
        if verdict is not None and verdict.state != NO:
            of_employer.setdefault(row.employer_id, []).append((row, verdict))
    found = [_offender(cases, books) for cases in of_employer.values()]
    found.sort(key=lambda one: (-one.outstanding, one.employer.pk))
    return Unlisted([one for one in found if one.state == YES], [one for one in found if one.state != YES], cut)


def _offender(cases: list[tuple[Case, JudgedCase]], books: dict[int, ledger.Balance]) -> Offender:
    cases = sorted(cases, key=lambda pair: (not pair[1].meets, -pair[0].pk))
    left = sum((books[case.pk].outstanding.amount for case, _ in cases), Decimal(0))
    state = YES if any(one.meets for _, one in cases) else cases[0][1].state
    return Offender(cases[0][0].employer, cases, state, left)
