"""Old cases as a rulebook sees them: their facts and dates, read in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice

from django.db.models import QuerySet

from arrears.cases import ledger
from arrears.cases.models import Act, ActKind, Case
from arrears.law.rules.facts import Facts, Moment, months_owed
from arrears.law.rules.vocabulary import GENERAL_UNIONS
from unions.common.features import provided

CHUNK = 1000
CASE_DATES = (
    "discovered_on",
    "negotiation_failed_on",
    "accepted_on",
    "verified_on",
    "transferred_at",
    "ordered_to_pay_by",
    "closed_on",
)
ACT_DATES = {
    ActKind.INFORM_HR: "told_hr_on",
    ActKind.FEEDBACK_WORKER: "told_worker_on",
    ActKind.FEEDBACK_HOTLINE: "told_hotline_on",
    ActKind.ON_SITE: "arrived_on_site_at",
}
Dates = dict[int, dict[str, Moment]]


def past_facts(cases: QuerySet[Case]) -> Iterator[tuple[Case, Facts]]:
    """Each case with its facts, in four queries per thousand."""
    found = cases.select_related("union", "employer").order_by("pk").iterator(chunk_size=CHUNK)
    while chunk := list(islice(found, CHUNK)):
        yield from _of_chunk(chunk)


def _of_chunk(chunk: list[Case]) -> Iterator[tuple[Case, Facts]]:
    ids = [case.pk for case in chunk]
    (first_sent,) = provided("first reports")  # when each case first went up
    balances, acts, sent = ledger.balances(ids), _act_dates(ids), first_sent(ids)
    for case in chunk:
        owed = balances[case.pk].owed
        yield (
            case,
            Facts(
                workers=owed.workers,
                amount=owed.amount,
                months=months_owed(case.owed_from, case.owed_until),
                extreme=case.extreme,
                mass=case.mass,
                moments=_moments(case, acts[case.pk], sent.get(case.pk)),
                union_kind=case.union.kind,
                nature=case.nature,
                channel=case.channel,
                region=case.employer.region_code or "",
            ),
        )


def _moments(case: Case, acts: dict[str, Moment], sent: datetime | None) -> dict[str, Moment]:
    dates: dict[str, Moment] = {name: value for name in CASE_DATES if (value := getattr(case, name))}
    reached = case.accepted_on if case.union.kind in GENERAL_UNIONS else sent
    if reached:
        dates["reached_general_union_at"] = reached
    if sent:
        dates["escalated_on"] = sent
    return dates | acts


def _act_dates(ids: list[int]) -> Dates:
    """The first day each kind of act was done."""
    found: Dates = defaultdict(dict)
    rows: Iterable[tuple[int, str, date]] = (
        Act.objects.filter(case__in=ids, kind__in=ACT_DATES).order_by("on").values_list("case_id", "kind", "on")
    )
    for case, kind, on in rows:
        found[case].setdefault(ACT_DATES[ActKind(kind)], on)
    return found
