"""Forms that list cases one by one (Annex 1): which cases, in which order, and what each column shows of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from arrears import ledger
from arrears.industries import annex_1_name
from arrears.models import Act, Case, Closure, State
from arrears.models.act import MEDIATION_OR_SERVICE
from reporting.measures import Sort
from reporting.scope import Scope

CHUNK = 1000


@dataclass(frozen=True)
class Listed:
    """One case as a list shows it, as known on the cut-off day. `owed`: 认定 and 调整, in people and yuan."""

    serial: int
    pk: int
    accepted_on: date
    employer: str
    industry: str
    owed: ledger.Sums
    mediated: bool
    closed: bool


@dataclass(frozen=True)
class Value:
    """What a column of a list shows. `sort` is set for figures, which then want a unit."""

    what: str
    read: Callable[[Listed], int | str | date | Decimal]
    sort: Sort | None = None
    align: str = "center"


def _yes(flag: bool) -> str:
    return "是" if flag else "否"


VALUES: dict[str, Value] = {
    "serial": Value("从 1 起的顺序号", lambda row: row.serial),
    "accepted_on": Value("受理日期", lambda row: row.accepted_on),
    "employer": Value("用人单位名称", lambda row: row.employer, align="left"),
    "industry": Value("附件 1 的五类行业", lambda row: annex_1_name(row.industry)),
    "owed_workers": Value("认定（含调整）的欠薪人数", lambda row: row.owed.workers, Sort.PEOPLE),
    "owed_amount": Value("认定（含调整）的欠薪金额", lambda row: row.owed.amount, Sort.MONEY),
    "mediated": Value("有无调解、仲裁、诉讼或法律援助", lambda row: _yes(row.mediated)),
    "closed": Value("截至日是否已办结", lambda row: _yes(row.closed)),
}


def listed_cases(scope: Scope) -> QuerySet[Case]:
    """Clues and cases accepted in the period, by day of acceptance; without what has been found to be no arrears.

    A dismissed case changes no more, so the day of its last change is the day it was dismissed.
    """
    after_cut = timezone.make_aware(datetime.combine(scope.as_of + timedelta(days=1), time()))
    dismissed = Q(state=State.DISMISSED, changed_at__lt=after_cut)
    return (
        Case.objects.filter(scope.standing(), accepted_on__range=(scope.since, min(scope.until, scope.as_of)))
        .exclude(state=State.DRAFT).exclude(dismissed).order_by("accepted_on", "id")
    )  # fmt: skip


def rows(cases: QuerySet[Case], as_of: date, first: int = 1) -> Iterator[Listed]:
    """The cases as listed, numbered from `first`. Streams: one query for the cases, one more per thousand."""
    acts = Act.objects.filter(case=OuterRef("pk"), kind__in=MEDIATION_OR_SERVICE, on__lte=as_of)
    shut = Closure.objects.filter(case=OuterRef("pk"), on__lte=as_of).exclude(reopened_on__lte=as_of)
    found = cases.annotate(mediated=Exists(acts), shut=Exists(shut)).values_list(
        "pk", "accepted_on", F("employer__name"), "industry", "mediated", "shut"
    )
    stream = found.iterator(chunk_size=CHUNK)
    serial = first
    while chunk := list(islice(stream, CHUNK)):
        yield from _listed(chunk, serial, as_of)
        serial += len(chunk)


def _listed(chunk: list[tuple[Any, ...]], serial: int, as_of: date) -> Iterator[Listed]:
    balances = ledger.balances([row[0] for row in chunk], as_of)
    for number, (pk, accepted_on, employer, industry, mediated, closed) in enumerate(chunk, serial):
        yield Listed(number, pk, accepted_on, employer, industry, balances[pk].owed, mediated, closed)
