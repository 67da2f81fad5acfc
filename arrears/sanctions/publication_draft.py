"""The rows a publication list begins with: employers decided upon (QP-3.3) or asked for by member bodies (YK-3).

The words come from decisions and the ledger alone; what people typed about a case is never published unread.
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
from arrears.sanctions.actions.publications import DraftedRow, PublicationPeriod
from arrears.sanctions.employers import publishable_acts
from arrears.sanctions.models import Listing, PutForward, Sanction
from unions.common.formats import yuan
from unions.models import Union, UnionKind

HALF_OF = {1: (1, 6), 2: (7, 12)}


def period_containing(union: Union, day: date) -> PublicationPeriod:
    """The period containing `day`: a quarter, for provinces a half-year (社会公布办法)."""
    if union.kind != UnionKind.PROVINCE:
        quarter = period_of("quarter", day)
        return PublicationPeriod(quarter.label, quarter.first, quarter.last)
    half = 1 if day.month <= 6 else 2
    first, last = HALF_OF[half]
    return PublicationPeriod(
        f"{day.year}H{half}", date(day.year, first, 1), date(day.year, last, 30 if half == 1 else 31)
    )


def past_periods(union: Union, today: date, count: int = 6) -> list[PublicationPeriod]:
    """The last `count` finished periods, the latest first."""
    found, day = [], period_containing(union, today).first
    for _ in range(count):
        span = period_containing(union, date.fromordinal(day.toordinal() - 1))
        found.append(span)
        day = span.first
    return found


def draft_rows(union: Union, span: PublicationPeriod, today: date) -> list[DraftedRow]:
    """Rows by day of the last decision, then those asked for. A fixed number of queries."""
    scope = Scope(union, Period(span.first, span.last, today))
    acts: dict[int, list[Act]] = {}
    found = publishable_acts(scope).select_related("case__employer", "sanction").order_by("on", "id")
    for act in found:
        acts.setdefault(act.case.employer_id, []).append(act)
    put = _open_requests(union, span)
    cases = {act.case_id for rows in acts.values() for act in rows} | {one.case_id for one in put}
    books = ledger.balances(cases, scope.as_of)  # as known when it is drafted: a late 认定 belongs to the same matter
    listings = {
        (row.case_id, row.listed_on): row for row in Listing.objects.filter(case__in=cases, listed_on__isnull=False)
    }
    by_employer = {one.case.employer_id: one for one in reversed(put)}
    rows = [_decided_row(of_one, books, listings, by_employer.get(pk)) for pk, of_one in acts.items()]
    rows.sort(key=lambda row: (row.decided_on, row.employer.pk))
    return [*rows, *(_requested_row(one, books) for pk, one in by_employer.items() if pk not in acts)]


def _open_requests(union: Union, span: PublicationPeriod) -> list[PutForward]:
    """Requests made by the end of the period and not published so far."""
    waiting = PutForward.objects.standing().filter(case__path__startswith=union.path, on__lte=span.last)
    done = waiting.filter(published__out=False, published__publication__stage="published").values("pk")
    return list(waiting.exclude(pk__in=done).select_related("case__employer").order_by("on", "pk"))


def _decided_row(
    acts: list[Act],
    books: dict[int, ledger.Balance],
    listings: dict[tuple[int, date | None], Listing],
    put: PutForward | None,
) -> DraftedRow:
    last = acts[-1]
    found = (listings.get((act.case_id, act.on)) for act in acts if act.kind == ActKind.LISTING)
    listing = next((row for row in found if row is not None), None)
    words = [*(_decision_text(act, listing) for act in acts), *([_request_text(put)] if put else [])]
    owed = _owed({act.case_id for act in acts}, books)
    return DraftedRow(
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


def _requested_row(put: PutForward, books: dict[int, ledger.Balance]) -> DraftedRow:
    owed = _owed({put.case_id}, books)
    return DraftedRow(
        employer=put.case.employer,
        case=put.case,
        violation=_violation(owed),
        decision=_request_text(put),
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


def _decision_text(act: Act, listing: Listing | None) -> str:
    """What was decided, by whom and under which number, as far as known."""
    if hasattr(act, "sanction"):
        return act.sanction.summary
    if listing is not None and (act.case_id, act.on) == (listing.case_id, listing.listed_on):
        return f"{act.get_kind_display()}（{listing.department} {listing.number}，{act.on}）"
    return f"{act.get_kind_display()}（{act.on}）"


def _request_text(put: PutForward) -> str:
    return f"{put.body}提请公布：{put.grounds_text}（{put.on}）"
