"""Cases listed one by one: those accepted, those in motion, those that reach a threshold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from arrears.cases import ledger
from arrears.cases.models import Act, Case, Closure, LedgerEntry, State
from arrears.cases.models.act import MEDIATION_OR_SERVICE
from arrears.law.rules.evaluator import Answer
from arrears.law.scope import Scope
from arrears.merging.models import Merger
from reporting.forms.thresholds import Thresholds, reached

# What a row says of the case, and where it stands.
SHOWN = {
    "accepted_on": "accepted_on",
    "employer": "employer__name",
    "address": "employer__address",
    "industry": "industry",
    "union": "union__name",
    "owed_from": "owed_from",
    "owed_until": "owed_until",
    "condition": "condition",
    "union_opinion": "union_opinion",
    "repayment_plan": "repayment_plan",
    "mediated": "mediated",
    "shut_on": "shut_on",
}
ANSWERS = {Answer.YES: "达到", Answer.UNCLEAR: "待核"}


@dataclass(frozen=True)
class ListedCase:
    """One case as a list shows it, as known on the cut-off day. `case`: whose page opens. `paid`: within the period."""

    serial: int
    case: int
    accepted_on: date
    employer: str
    address: str
    industry: str
    union: str
    owed_from: date | None
    owed_until: date | None
    condition: str
    union_opinion: str
    repayment_plan: str
    mediated: bool
    shut_on: date | None
    balance: ledger.Balance = field(default_factory=ledger.Balance)
    paid: ledger.Sums = field(default_factory=ledger.Sums)
    happened: str = ""
    reached: str = ""
    why: str = ""

    @property
    def closed(self) -> bool:
        return self.shut_on is not None


# ---- which ----------------------------------------------------------------------------------------------------------


def _after(day: date) -> datetime:
    """The moment `day` is over."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def _filed(scope: Scope, known_on: date) -> QuerySet[Case]:
    """Clues and cases on the books; without what had been found to be no arrears, or merged into another case, by `known_on`.

    A dismissed case changes no more, so the day of its last change is the day it was dismissed.
    """
    dismissed = Q(state=State.DISMISSED, changed_at__lt=_after(known_on))
    elsewhere = Q(pk__in=Merger.objects.duplicates_on(known_on))
    return Case.objects.filter(scope.standing()).exclude(state=State.DRAFT).exclude(dismissed | elsewhere)


def left_out(scope: Scope, known_on: date) -> dict[str, int]:
    """What was accepted in the period and is no row of a list: why → how many."""
    taken = Case.objects.filter(scope.standing(), accepted_on__range=(scope.since, scope.last)).filed()
    merged = taken.filter(pk__in=Merger.objects.duplicates_on(known_on))
    refuted = taken.filter(state=State.DISMISSED, changed_at__lt=_after(known_on)).exclude(pk__in=merged.values("pk"))
    return {"查明不属欠薪": refuted.count(), "并入其他案件": merged.count()}


def left_out_by_cut_off(scope: Scope) -> dict[str, int]:
    return left_out(scope, scope.as_of)


def left_out_by_the_end(scope: Scope) -> dict[str, int]:
    return left_out(scope, scope.last)


def _in_order(cases: QuerySet[Case]) -> list[int]:
    return list(cases.order_by("accepted_on", "id").values_list("pk", flat=True))


def accepted(scope: Scope, by: Thresholds) -> list[int]:
    """Accepted in the period, by day of acceptance."""
    return _in_order(_filed(scope, scope.as_of).filter(accepted_on__range=(scope.since, scope.last)))


def in_motion(scope: Scope, by: Thresholds) -> list[int]:
    """Accepted, paid (in part) or closed in the period."""
    days = (scope.since, scope.last)
    paid = LedgerEntry.objects.filter(case=OuterRef("pk"), counts_as__in=ledger.RESOLVED, on__range=days)
    moved = Q(accepted_on__range=days) | Exists(paid) | Exists(_shut(scope.last).filter(on__gte=scope.since))
    return _in_order(_filed(scope, scope.last).filter(moved, accepted_on__lte=scope.last))


def at_threshold(scope: Scope, by: Thresholds) -> list[int]:
    """Verified, not closed before the period, and on its last day at or possibly at a threshold."""
    before = _shut(scope.last).filter(on__lt=scope.since)
    open_in = _filed(scope, scope.last).filter(verified_on__lte=scope.last, accepted_on__lte=scope.last)
    ids = _in_order(open_in.exclude(Exists(before)))
    found = reached(ids, by, scope.last)
    return [pk for pk in ids if pk in found]


def _shut(day: date) -> QuerySet[Closure]:
    """Closures of the outer case in force on `day`."""
    still = Q(reopened_on=None) | Q(reopened_on__gt=day)
    return Closure.objects.filter(still, case=OuterRef("pk"), on__lte=day)


# ---- as shown -------------------------------------------------------------------------------------------------------


def rows(ids: Sequence[int], scope: Scope, by: Thresholds, first: int) -> Iterator[ListedCase]:
    """Cases as known on the cut-off day, in the order of `ids`. Two queries."""
    return _rows(ids, scope.as_of, first)


def rows_as_of_the_end(ids: Sequence[int], scope: Scope, by: Thresholds, first: int) -> Iterator[ListedCase]:
    """As known on the last day of the period, with what was paid and what happened in it. Three queries."""
    paid = _paid_within(ids, scope)
    for row in _rows(ids, scope.last, first):
        sums = paid.get(row.case, ledger.Sums())
        yield replace(row, paid=sums, happened=_happened(row, sums, scope))


def rows_judged(ids: Sequence[int], scope: Scope, by: Thresholds, first: int) -> Iterator[ListedCase]:
    """As known on the last day of the period, with the threshold each reaches, or may reach (待核)."""
    found = reached(ids, by, scope.last)
    for row in rows_as_of_the_end(ids, scope, by, first):
        if row.case in found:  # else mended since the list was found
            yield replace(row, reached=ANSWERS[found[row.case].answer], why=found[row.case].why)


def _rows(ids: Sequence[int], day: date, first: int) -> Iterator[ListedCase]:
    acts = Act.objects.filter(case=OuterRef("pk"), kind__in=MEDIATION_OR_SERVICE, on__lte=day)
    found = Case.objects.filter(pk__in=ids).annotate(mediated=Exists(acts), shut_on=_shut(day).values("on")[:1])
    facts = {pk: dict(zip(SHOWN, rest, strict=True)) for pk, *rest in found.values_list("pk", *SHOWN.values())}
    balances = ledger.balances(ids, day)
    for serial, pk in enumerate(ids, first):
        yield ListedCase(serial=serial, case=pk, balance=balances[pk], **facts[pk])


def _paid_within(ids: Sequence[int], scope: Scope) -> dict[int, ledger.Sums]:
    entries = LedgerEntry.objects.filter(
        case__in=ids, counts_as__in=ledger.RESOLVED, on__range=(scope.since, scope.last)
    )
    sums = entries.order_by().values_list("case").annotate(Sum("workers"), Sum("migrants"), Sum("amount"))
    return {pk: ledger.Sums(*numbers) for pk, *numbers in sums}


def _happened(row: ListedCase, paid: ledger.Sums, scope: Scope) -> str:
    words = [
        ("新增", scope.since <= row.accepted_on <= scope.last),
        ("解决部分" if row.balance.outstanding else "全部解决", bool(paid)),
        ("办结", row.shut_on is not None and row.shut_on >= scope.since),
    ]
    return "、".join(word for word, so in words if so)
