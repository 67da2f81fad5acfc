"""What a case holds, asked once for its whole page: rows per section, and the days of its stages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Func, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable

from arrears.cases.ledger import SETTLING
from arrears.cases.models import Act, Case, Evidence, LedgerEntry
from arrears.escalations.models import ABOVE_SEES, Acknowledgement, Escalation
from arrears.inspections.models import Resolution
from arrears.legal.models import Proceeding
from arrears.letters.models import Letter
from arrears.plans.models import Plan
from arrears.prevention.models import PreventionWork
from arrears.referrals.models import Referral
from arrears.sanctions.models import Listing, PutForward, Sanction
from arrears.serious.actions.oversights import ACTS_FROM_ABOVE
from arrears.serious.models import Emergency, FallbackParty, Opinion, Oversight, Reception, UnitCall
from arrears.transfers.models import Transfer
from unions.models import Event, User


@dataclass(frozen=True)
class CaseExtent:
    """`rows`: section → rows of it the reader may see. The days say when a stage was first reached, None where it was not."""

    rows: dict[str, int]
    first_sent: datetime | None
    first_act: date | None
    last_settled: date | None
    ended: datetime | None


def extent_of(case: Case, user: User) -> CaseExtent:
    """One query."""
    columns = _counts(user) | _days(case)
    found = dict(zip(columns, Case.objects.filter(pk=case.pk).values_list(*columns.values()).get(), strict=True))
    days = {name: found.pop(name) for name in ("first_sent", "first_act", "last_settled", "ended")}
    rows: dict[str, int] = {}
    for name, count in found.items():
        section = name.partition("_")[2].partition("__")[0]
        rows[section] = rows.get(section, 0) + count
    return CaseExtent(rows, **days)


def _counts(user: User) -> dict[str, Combinable]:
    """“of_<section>__<what>” → how many."""
    of_case: dict[str, Any] = {
        "ledger": LedgerEntry.objects,
        "acts": Act.objects,
        "legal": Proceeding.objects,
        "plans": Plan.objects,
        "letters": Letter.objects.visible_to(user),
        "referrals": Referral.objects.visible_to(user),
        "heavy__oversights": Oversight.objects.visible_to(user),
        "heavy__emergencies": Emergency.objects,
        "heavy__above": Act.objects.filter(kind__in=ACTS_FROM_ABOVE),
        "heavy__calls": UnitCall.objects.visible_to(user),
        "heavy__receptions": Reception.objects.visible_to(user),
        "heavy__fallback": FallbackParty.objects,
        "heavy__resolutions": Resolution.objects,
        "sanctions": Sanction.objects,
        "sanctions__listings": Listing.objects.visible_to(user),
        "sanctions__forward": PutForward.objects,
        "evidence": Evidence.objects,
        "escalations": Escalation.objects.visible_to(user),
        "escalations__known": Acknowledgement.objects,
        "route": Transfer.objects,
    }
    by_other_ways = {"heavy__receptions": "matters__case"}
    counted = {
        f"of_{name}": _count(rows.filter(**{by_other_ways.get(name, "case"): OuterRef("pk")}))
        for name, rows in of_case.items()
    }
    return counted | {
        "of_heavy__opinions": _count(Opinion.objects.visible_to(user).filter(cases=OuterRef("pk"))),
        "of_referrals__joint": _count(PreventionWork.objects.visible_to(user).standing().filter(cases=OuterRef("pk"))),
    }


def _count(rows: QuerySet[Any]) -> Subquery:
    counted = Func(F("pk"), template="COUNT(%(expressions)s)", output_field=IntegerField())
    return Subquery(rows.order_by().annotate(n_of_rows=counted).values("n_of_rows"))


def _days(case: Case) -> dict[str, Combinable]:
    sent = Escalation.objects.filter(case=OuterRef("pk"), stage__in=ABOVE_SEES, decided_at__isnull=False)
    settled = LedgerEntry.objects.filter(case=OuterRef("pk"), counts_as__in=SETTLING)
    ended = Event.objects.filter(stream=Value(case.stream), verb__in=("dismiss", "merge"))
    return {
        "first_sent": Subquery(sent.order_by("decided_at").values("decided_at")[:1]),
        "first_act": Subquery(Act.objects.filter(case=OuterRef("pk")).order_by("on").values("on")[:1]),
        "last_settled": Subquery(settled.order_by("-on").values("on")[:1]),
        "ended": Subquery(ended.order_by("-seq").values("at")[:1]),
    }
