"""Employers to publish of a period (QP-3.3), and what is known of one employer.

Once a list of the unit and period is approved, the form shows it; until then what the ledger gives (decision 013).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add

from django.db.models import Max, QuerySet

from arrears.cases import ledger
from arrears.cases.models import Act, ActKind, Employer
from arrears.law.rules.rulebook import Threshold
from arrears.law.scope import Scope
from arrears.sanctions.models import (
    CopiedList,
    CopiedRow,
    Listing,
    Publication,
    PublicationKind,
    PublicationRow,
    Sanction,
)
from unions.models import User

PUBLISHED = (ActKind.PENALTY, ActKind.LISTING, ActKind.POLICE)


@dataclass(frozen=True)
class ListedEmployer:
    """A row of the form. `case`: the one of the last decision. `owed`: 认定 and 调整 of all its cases."""

    serial: int
    pk: int
    case: int
    employer: str
    uscc: str
    conduct: str
    facts: str
    decided_on: date
    owed: ledger.Sums


def employers_to_publish(scope: Scope, by: tuple[Threshold, ...]) -> list[int]:
    """Ids of employers by day of the last decision, or in the order of the approved list."""
    if approved := approved_list(scope):
        return list(_published(approved).values_list("employer", flat=True))
    last = publishable_acts(scope).order_by().values("case__employer").annotate(last=Max("on"))
    return list(last.order_by("last", "case__employer").values_list("case__employer", flat=True))


def listed_employers(
    ids: Sequence[int], scope: Scope, by: tuple[Threshold, ...], first: int
) -> Iterator[ListedEmployer]:
    """Rows in the order of `ids`. Four queries."""
    if approved := approved_list(scope):
        lines = {line.employer_id: line for line in _published(approved).filter(employer__in=ids)}
        yield from (_as_published(serial, lines[pk]) for serial, pk in enumerate(ids, first) if pk in lines)
        return
    employers = Employer.objects.in_bulk(ids)
    acts: dict[int, list[Act]] = {pk: [] for pk in ids}
    for act in publishable_acts(scope).filter(case__employer__in=ids).select_related("case").order_by("on", "id"):
        acts[act.case.employer_id].append(act)
    balances = ledger.balances({act.case_id for row in acts.values() for act in row}, scope.last)
    for serial, pk in enumerate(ids, first):
        if acts[pk]:
            yield _row(serial, employers[pk], acts[pk], balances)


def _row(serial: int, employer: Employer, acts: list[Act], balances: dict[int, ledger.Balance]) -> ListedEmployer:
    cases = {act.case_id for act in acts}
    return ListedEmployer(
        serial=serial,
        pk=employer.pk,
        case=acts[-1].case_id,
        employer=employer.name,
        uscc=employer.uscc or employer.get_no_code_display(),
        conduct="；".join(f"{act.get_kind_display()}（{act.on}）" for act in acts),
        facts="；".join(dict.fromkeys(act.detail.strip() for act in acts if act.detail.strip())),
        decided_on=acts[-1].on,
        owed=reduce(add, (balances[pk].owed for pk in cases), ledger.Sums()),
    )


def publishable_acts(scope: Scope) -> QuerySet[Act]:
    """Acts of the period by which employers are published, without revoked decisions."""
    acts = Act.objects.filter(scope.standing("case__"), kind__in=PUBLISHED, on__range=(scope.since, scope.last))
    return acts.exclude(sanction__voided_on__lte=scope.as_of)


def approved_list(scope: Scope) -> Publication | None:
    """The list of offenders of this unit and period that was public on `scope.as_of`, or None."""
    lists = Publication.objects.filter(
        kind=PublicationKind.OFFENDERS, union=scope.union, first=scope.since, last=scope.until
    )
    shown = lists.filter(published_on__lte=scope.as_of).exclude(withdrawn_at__date__lte=scope.as_of)
    return shown.order_by("-pk").first()


def _published(approved: Publication) -> QuerySet[PublicationRow]:
    return approved.rows.filter(out=False).order_by("decided_on", "pk")


def _as_published(serial: int, line: PublicationRow) -> ListedEmployer:
    assert line.case_id is not None  # offenders have one
    return ListedEmployer(
        serial=serial,
        pk=line.employer_id,
        case=line.case_id,
        employer=line.name,
        uscc=line.code,
        conduct=line.decision,
        facts=line.violation,
        decided_on=line.decided_on,
        owed=ledger.Sums(workers=line.workers, amount=line.amount),
    )


# ---- one employer -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EmployerSanctions:
    """What `user` may see. `listing`: the one in force or under way, else the latest."""

    sanctions: list[Sanction]
    listing: Listing | None
    published: list[PublicationRow]
    copied: list[CopiedRow]

    def __bool__(self) -> bool:
        return bool(self.sanctions or self.listing or self.published or self.copied)


def sanctions_of_employer(employer: Employer, user: User, day: date) -> EmployerSanctions:
    """Decisions, listing, publications and copied rows of an employer. Four queries."""
    sanctions = Sanction.objects.visible_to(user).standing().filter(case__employer=employer)
    listings = list(Listing.objects.visible_to(user).filter(employer=employer).select_related("case"))
    standing = next((row for row in listings if row.stands_on(day)), None)
    shown = PublicationRow.objects.shown_on(day).filter(employer=employer)
    lists = CopiedList.objects.visible_to(user)
    copied = CopiedRow.objects.filter(employer=employer, copy__in=lists)
    return EmployerSanctions(
        list(sanctions.select_related("case")),
        standing or next(iter(listings), None),
        list(shown.select_related("publication__union")),
        list(copied.select_related("copy")),
    )
