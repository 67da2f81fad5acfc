"""Terms of listings (decision, answers, expiry, by the law book) and due days of orders to pay."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q

from arrears.cases.models import Case
from arrears.law.models import Obligation
from arrears.law.obligations.derive import Owed, end_of_day, start_of_day
from arrears.law.obligations.projection import ProjectionResult, Tools, keep, rebuilt, write
from arrears.law.obligations.requirements import with_clauses
from arrears.law.obligations.subject import End, Places, Subject
from arrears.law.rules.facts import Facts, Moment
from arrears.law.rules.workdays import named
from arrears.sanctions.models import Listing, ListingStage, Sanction, SanctionKind
from arrears.sanctions.models.sanction import NOT_TO_PAY
from unions.common.clock import day_of

TERM, REMOVABLE, DECISION = "listing-term", "listing-early-removal", "listing-decision"
WITH_TERM = Q(pay_by__isnull=False) | Q(held_until__isnull=False)
# What is to be done when the term of other kinds than an order to pay is over (YK-2.5).
TO_DO: dict[str, str] = {
    SanctionKind.RECTIFY: "期满：核实是否整改",
    SanctionKind.PRESERVE: "到期：申请续行保全或登记结果",
}
UNTIL: dict[str, str] = {SanctionKind.RECTIFY: "限 {} 前整改", SanctionKind.PRESERVE: "保全至 {}"}
# In the place of a rulebook: the department's own order.
BOOK, RULE = "order", "pay-by"
ENDS = {ListingStage.WITHDRAWN: "提请已撤回", ListingStage.NOT_LISTED: "部门决定不予列入"}
# By these the case has another officer or another unit: the term of an order is watched by those.
CHANGES_HANDLER = frozenset(
    {"accept_transfer", "escalate.receive", "escalate.take_over", "edit", "assign", "oversight.approve"}
)


def keep_listings(ids: Collection[int], at: datetime, tools: Tools | None = None) -> ProjectionResult:
    """Derive the terms of these listings anew and copy their days. The caller holds the rows."""
    rows = list(
        Listing.objects.filter(pk__in=ids, approved_at__isnull=False)
        .exclude(stage=ListingStage.DECLINED)
        .select_related("employer", "union", "case")
    )
    places = Places()
    subjects = [_subject(row, places) for row in rows]
    kept = keep([Listing(pk=pk).stream for pk in ids], subjects, at, tools or Tools())
    _copy_days(rows)
    return kept


def _subject(row: Listing, places: Places) -> Subject:
    line = places.line(row.union.path)
    own = next((place.region for place in reversed(line) if place.region), "")
    facts = Facts(
        subject="listing",
        moments=_moments(row),
        union_kind=line[-1].kind,
        region=row.employer.region_code or own,
        extended=frozenset({DECISION}) if row.extended else frozenset(),
    )
    return Subject(
        key=row.stream,
        facts=facts,
        line=line,
        handling=line[-1],
        officer=row.requested_by_id,
        case=row.case_id,
        ended=_end(row),
    )


def _moments(row: Listing) -> dict[str, Moment]:
    assert row.approved_at is not None
    dated = {
        "listing_opened_on": day_of(row.approved_at),
        "listing_notice_on": row.notice_on,
        "listing_objection_on": row.objection_on,
        "listing_objection_answered_on": row.answered_on,
        "listing_decided_on": row.decided_on,
        "listed_on": row.listed_on,
        "corrected_on": row.corrected_on,
        "delisted_on": row.removal_on if row.stage == ListingStage.REMOVED else None,
    }
    return {name: day for name, day in dated.items() if day is not None}


def _end(row: Listing) -> End | None:
    """When and why what was not done needs doing no more."""
    if row.stage == ListingStage.WITHDRAWN and row.ended_at:
        return End(row.ended_at, ENDS[ListingStage.WITHDRAWN])
    if row.decided_on is not None and row.listed_on is None:
        return End(start_of_day(row.decided_on), ENDS[ListingStage.NOT_LISTED])
    return None


def _copy_days(rows: Iterable[Listing]) -> None:
    """The last day on the list and the first for an early removal, where pages and the public list look for them."""
    by_stream = {row.stream: row for row in rows}
    terms = Obligation.objects.filter(subject__in=by_stream, rule__in=(TERM, REMOVABLE))
    due_days = terms.values_list("subject", "rule", "due_at")
    days = {(subject, rule): day_of(due) for subject, rule, due in due_days if due is not None}
    for stream, row in by_stream.items():
        until = days.get((stream, TERM)) if row.listed_on else None
        removable = days.get((stream, REMOVABLE)) if row.corrected_on else None
        if (row.until, row.removable_from) != (until, removable):
            Listing.objects.filter(pk=row.pk).update(until=until, removable_from=removable)


def keep_sanctions(ids: Collection[int], at: datetime) -> ProjectionResult:
    """The day the department gave: until then, and after it, the union asks whether it was paid."""
    rows = Sanction.objects.filter(WITH_TERM, pk__in=ids).select_related("case__handling_union")
    steps = dict.fromkeys(NOT_TO_PAY, "rectify-or-preserve")
    owed = ((steps.get(SanctionKind(row.kind), "order-to-pay"), _pay_by(row)) for row in rows)
    return write([Sanction(pk=pk).stream for pk in ids], with_clauses(owed), at)


def _pay_by(row: Sanction) -> Owed:
    assert row.term is not None
    due_at = end_of_day(row.term)
    holder = row.case.handling_union.in_charge()
    met_at = start_of_day(row.outcome_on) if row.outcome_on else None
    return Owed(
        subject=row.stream,
        rulebook=BOOK,
        rule=RULE,
        case_id=row.case_id,
        holder_id=holder.pk,
        path=holder.path,
        officer_id=row.case.officer_id,
        bearer="用人单位",
        title=f"{row.get_kind_display()}{TO_DO.get(row.kind, '期满：核实是否支付')}",
        started_at=start_of_day(row.decided_on),
        due_at=due_at,
        clock_at=due_at,
        met_at=met_at,
        lifted_at=None if met_at else row.voided_at,
        lifted_reason="决定已撤销" if row.voided_at and not met_at else "",
        explanation=f"{row.department}{named(row.decided_on)}作出，{UNTIL.get(row.kind, '限 {} 前支付').format(row.term)}；登记履行情况后核销",
    )


def rebuild(at: datetime, tools: Tools) -> ProjectionResult:
    """Every listing's and every order's terms again."""
    kept = rebuilt(Listing.objects.all(), lambda ids: keep_listings(ids, at, tools))
    kept += rebuilt(Sanction.objects.filter(WITH_TERM), lambda ids: keep_sanctions(ids, at))
    return kept


def follow_case(sender: Any, case: Case, at: datetime, **kwargs: Any) -> None:
    keep_sanctions(list(case.sanctions.filter(WITH_TERM).values_list("pk", flat=True)), at)
