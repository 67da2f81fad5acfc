"""Referrals → obligations: by when the department should have answered, by the notices where the sender stood that day.

The notices name the department as the one who owes the answer; here the sender holds the term, because it must ask after it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Q

from arrears.cases.facts import CaseReader
from arrears.cases.models import Case
from arrears.law.editions.rulebook_editions import rulebooks_at
from arrears.law.obligations.projection import ProjectionResult, Tools, keep, rebuilt
from arrears.law.obligations.subject import End, Place, Places, Subject
from arrears.law.rules.evaluator import crimes
from arrears.law.rules.facts import Facts, Moment
from arrears.referrals.kinds import ReferralKindRule
from arrears.referrals.models import Referral, ReferralKind, ReferralStage
from unions.approvals import ShownLine
from unions.common.clock import day_of
from unions.models import Placement

# Over without an answer: when, and why nothing is waited for any more.
OVER = {ReferralStage.REFUSED: "对方不予接收，事项退回", ReferralStage.WITHDRAWN: "转送已撤回"}


def keep_referrals(ids: Collection[int], at: datetime, tools: Tools | None = None) -> ProjectionResult:
    """Bring what is owed upon these referrals into step; the caller holds them."""
    sent = Referral.objects.filter(pk__in=ids, number__isnull=False).select_related("case__employer", "sender")
    places = Places()
    subjects = [_subject(row, _line(row, places)) for row in sent]
    return keep([Referral(pk=pk).stream for pk in ids], subjects, at, tools or Tools())


def _subject(row: Referral, line: tuple[Place, ...]) -> Subject:
    facts = Facts(
        subject="referral",
        moments=_moments(row),
        union_kind=line[-1].kind,
        channel=row.case.channel,
        region=row.case.employer.region_code,
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


def _moments(row: Referral) -> dict[str, Moment]:
    found: dict[str, Moment] = {}
    if row.decided_at is not None:
        found["referred_on"] = day_of(row.decided_at)
    if row.answered_at is not None:
        found["referral_answered_on"] = row.answered_at
    return found


def _end(row: Referral) -> End | None:
    if row.stage not in OVER or row.received_at is None:
        return None
    return End(row.received_at, OVER[ReferralStage(row.stage)])


def _line(row: Referral, places: Places) -> tuple[Place, ...]:
    """Where the sender stood on the day it was sent."""
    day: date | None = day_of(row.decided_at) if row.decided_at else None
    stood = Placement.objects.filter(union=row.sender_id)
    stood = stood.filter(Q(until=None) | Q(until__gte=day), since__lte=day) if day else stood.filter(until=None)
    path = stood.order_by("since").values_list("path", flat=True).first()
    return places.line(path or row.sender.path)


def rebuild(at: datetime, tools: Tools) -> ProjectionResult:
    """Every referral's terms again, once it was sent."""
    return rebuilt(Referral.objects.filter(number__isnull=False), lambda ids: keep_referrals(ids, at, tools))


def crime_threshold(case: Case, kind: ReferralKindRule) -> list[ShownLine]:
    """YK-2.4, QP-3.2: beside a transfer to the police, the local amounts of 拒不支付劳动报酬罪 and whether they are reached;
    where the place has set none, that it has not.
    """
    if kind.key not in (ReferralKind.POLICE, ReferralKind.JUDICIAL):
        return []
    books = rulebooks_at().values()  # by the place, not by who is bound: the High Court of a province sets them for all
    for subject in CaseReader().read([case.pk]):
        finding = crimes(subject.facts, books, subject.facts.region)
        if finding is not None:
            return [ShownLine("当地数额标准", f"{finding.why}（{finding.basis}）" if finding.basis else finding.why)]
    return []
