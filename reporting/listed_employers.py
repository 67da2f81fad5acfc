"""Employers listed one by one for publication (QP-3.3): those punished, listed or handed to the police in the period."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add

from django.db.models import Max, QuerySet

from arrears import ledger
from arrears.models import Act, ActKind, Employer
from reporting.scope import Scope

PUBLISHED = (ActKind.PENALTY, ActKind.LISTING, ActKind.POLICE)


@dataclass(frozen=True)
class ListedEmployer:
    """`pk`: the employer's; `case`: the one of the last decision, whose page opens. `owed`: 认定 and 调整 of all cases concerned, on the last day."""

    serial: int
    pk: int
    case: int
    employer: str
    uscc: str
    conduct: str
    facts: str
    decided_on: date
    owed: ledger.Sums


def to_publish(scope: Scope, clause: str) -> list[int]:
    """Employers, by the day of the last decision."""
    last = _acts(scope).order_by().values("case__employer").annotate(last=Max("on"))
    return list(last.order_by("last", "case__employer").values_list("case__employer", flat=True))


def rows(ids: Sequence[int], scope: Scope, clause: str, first: int) -> Iterator[ListedEmployer]:
    """In the order of `ids`. Three queries."""
    employers = Employer.objects.in_bulk(ids)
    acts: dict[int, list[Act]] = {pk: [] for pk in ids}
    for act in _acts(scope).filter(case__employer__in=ids).select_related("case").order_by("on", "id"):
        acts[act.case.employer_id].append(act)
    balances = ledger.balances({act.case_id for row in acts.values() for act in row}, scope.last)
    for serial, pk in enumerate(ids, first):
        if acts[pk]:
            yield _row(serial, employers[pk], acts[pk], balances)


def _row(
    serial: int, employer: Employer, acts: list[Act], balances: dict[int, ledger.Balance]
) -> ListedEmployer:
    cases = {act.case_id for act in acts}
    return ListedEmployer(
        serial=serial, pk=employer.pk, case=acts[-1].case_id, employer=employer.name,
        uscc=employer.uscc or employer.get_no_code_display(),
        conduct="；".join(f"{act.get_kind_display()}（{act.on}）" for act in acts),
        facts="；".join(dict.fromkeys(act.detail.strip() for act in acts if act.detail.strip())),
        decided_on=acts[-1].on, owed=reduce(add, (balances[pk].owed for pk in cases), ledger.Sums()),
    )  # fmt: skip


def _acts(scope: Scope) -> QuerySet[Act]:
    return Act.objects.filter(
        scope.standing("case__"), kind__in=PUBLISHED, on__range=(scope.since, scope.last)
    )
