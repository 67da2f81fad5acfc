"""What a list of a period begins with: every employer decided upon in it (QP-3.3), and those member bodies put forward (YK-3).

The words are made of the decisions and the books alone; what people typed about a case is not published unread.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import reduce
from operator import add

from arrears.cases import ledger
from arrears.cases.models import Act, ActKind
from arrears.law.rules.schedule import period_of
from arrears.law.scope import Period, Scope
from arrears.sanctions.decided_employers import decisions
from arrears.sanctions.models import Listing, PutForward, Sanction
from arrears.sanctions.publishing import Drafted, PublicationPeriod
from unions.common.formats import yuan
from unions.models import Union, UnionKind

HALF_OF = {1: (1, 6), 2: (7, 12)}


def span_of(union: Union, day: date) -> PublicationPeriod:
    """The period `day` lies in: cities and counties publish by the quarter, provinces by the half-year (社会公布办法)."""
    if union.kind != UnionKind.PROVINCE:
        quarter = period_of("quarter", day)
        return PublicationPeriod(quarter.label, quarter.first, quarter.last)
    half = 1 if day.month <= 6 else 2
    first, last = HALF_OF[half]
    return PublicationPeriod(
        f"{day.year}H{half}", date(day.year, first, 1), date(day.year, last, 30 if half == 1 else 31)
    )


def spans(union: Union, today: date, count: int = 6) -> list[PublicationPeriod]:
    """The last periods that are over, the latest first."""
    found, day = [], span_of(union, today).first
    for _ in range(count):
        span = span_of(union, date.fromordinal(day.toordinal() - 1))
        found.append(span)
        day = span.first
    return found


def drafted(union: Union, span: PublicationPeriod, today: date) -> list[Drafted]:
    """Employers by the day of their last decision, then those put forward. A fixed number of queries."""
    scope = Scope(union, Period(span.first, span.last, today))
    acts: dict[int, list[Act]] = {}
    found = decisions(scope).select_related("case__employer", "sanction").order_by("on", "id")
    for act in found:
        acts.setdefault(act.case.employer_id, []).append(act)
    put = _put_forward(union, span)
    cases = {act.case_id for rows in acts.values() for act in rows} | {one.case_id for one in put}
    books = ledger.balances(cases, scope.as_of)  # as known when it is drafted: a late 认定 belongs to the same matter
    listings = {
        (row.case_id, row.listed_on): row for row in Listing.objects.filter(case__in=cases, listed_on__isnull=False)
    }
    by_employer = {one.case.employer_id: one for one in reversed(put)}
    rows = [_decided(of_one, books, listings, by_employer.get(pk)) for pk, of_one in acts.items()]
    rows.sort(key=lambda row: (row.decided_on, row.employer.pk))
    return [*rows, *(_asked(one, books) for pk, one in by_employer.items() if pk not in acts)]


def _put_forward(union: Union, span: PublicationPeriod) -> list[PutForward]:
    """What still waits for a list: asked by the end of the period, and published in none so far."""
    waiting = PutForward.objects.standing().filter(case__path__startswith=union.path, on__lte=span.last)
    done = waiting.filter(published__out=False, published__publication__stage="published").values("pk")
    return list(waiting.exclude(pk__in=done).select_related("case__employer").order_by("on", "pk"))


def _decided(
    acts: list[Act],
    books: dict[int, ledger.Balance],
    listings: dict[tuple[int, date | None], Listing],
    put: PutForward | None,
) -> Drafted:
    last = acts[-1]
    found = (listings.get((act.case_id, act.on)) for act in acts if act.kind == ActKind.LISTING)
    listing = next((row for row in found if row is not None), None)
    words = [*(_said(act, listing) for act in acts), *([_put_said(put)] if put else [])]
    owed = _owed({act.case_id for act in acts}, books)
    return Drafted(
        employer=last.case.employer,
        case=last.case,
        violation=_violation(owed),
        decision="；".join(dict.fromkeys(words)),
        decided_on=last.on,
        workers=owed.workers,
        amount=owed.amount,
        sanctions=tuple(_sanctions(acts)),
        listing=listing,
        put_forward=put,
    )


def _asked(put: PutForward, books: dict[int, ledger.Balance]) -> Drafted:
    owed = _owed({put.case_id}, books)
    return Drafted(
        employer=put.case.employer,
        case=put.case,
        violation=_violation(owed),
        decision=_put_said(put),
        decided_on=put.on,
        workers=owed.workers,
        amount=owed.amount,
        put_forward=put,
    )


def _owed(cases: Iterable[int], books: dict[int, ledger.Balance]) -> ledger.Sums:
    return reduce(add, (books[pk].owed for pk in cases), ledger.Sums())


def _violation(owed: ledger.Sums) -> str:
    return f"拖欠劳动报酬，涉及职工 {owed.workers} 人、金额 {yuan(owed.amount)} 元"


def _sanctions(acts: Iterable[Act]) -> Iterator[Sanction]:
    return (act.sanction for act in acts if hasattr(act, "sanction"))


def _said(act: Act, listing: Listing | None) -> str:
    """What was decided, by whom and under which number as far as it is on record."""
    if hasattr(act, "sanction"):
        return act.sanction.said
    if listing is not None and (act.case_id, act.on) == (listing.case_id, listing.listed_on):
        return f"{act.get_kind_display()}（{listing.department} {listing.number}，{act.on}）"
    return f"{act.get_kind_display()}（{act.on}）"


def _put_said(put: PutForward) -> str:
    return f"{put.body}提请公布：{put.said}（{put.on}）"
