"""待我审批: every kind of thing that waits for a second person, told once for the desk, the sidebar and the one list.

What apps above know of is declared by them: "approval kinds" in AppConfig.provides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from arrears.cases import ledger
from arrears.cases.models import Case, State
from arrears.escalations.models import Escalation
from arrears.letters.models import Letter
from arrears.merging.models import Merger
from arrears.prevention.models import EmployerRisk, RiskChange, SubsidyList
from arrears.referrals.models import Referral
from arrears.safety_nets.models import Drawing
from arrears.sanctions.models import Listing, Publication
from arrears.serious.models import Oversight
from unions.common.features import provided
from unions.models import Event, Union, User
from unions.people.rights import Right


@dataclass(frozen=True)
class WaitingKind:
    """`since`: when it was asked. `parts`: what its row shows beside itself. `more`: name of its own full list, with `query`.
    `template` draws one row. `in_box`: stands in the desk's box 待我审批 and in its number; else it has a box of its own or none.
    """

    key: str
    label: str
    rows: Callable[[User], QuerySet[Any]]
    since: Any
    parts: tuple[str, ...]
    more: str = ""
    query: str = ""
    template: str = "arrears/desk/approval_row.html"
    in_box: bool = True


@dataclass
class WaitingItem:
    """One row that waits. `sums`: what is owed in its case, where the row tells it."""

    kind: WaitingKind
    row: Any
    since: datetime
    immediate: bool = False
    sums: ledger.Sums | None = None


def closings_awaiting(user: User) -> QuerySet[Case]:
    """Closings asked for at units where the reader approves, or at closed ones that these took over.

    By id: the index on (handling unit, state) finds a handful among 200,000.
    """
    ids = [int(path.rstrip(".").rpartition(".")[2]) for path in user.paths(Right.APPROVE)]
    units = Union.objects.filter(Q(pk__in=ids) | Q(parent__in=ids, valid_until__isnull=False))
    return Case.objects.filter(handling_union__in=units.values("pk"), state=State.SETTLED)


def _risk_changes(user: User) -> QuerySet[RiskChange]:
    risks = EmployerRisk.objects.filter(union=OuterRef("union"), employer=OuterRef("employer"))
    return RiskChange.objects.awaiting(user).annotate(risk_id=Subquery(risks.values("pk")[:1]))


# A closing was asked for when the log says so; the case itself keeps only who asked.
_STREAM = Concat(Value("case:"), Cast(OuterRef("pk"), CharField()))
SETTLED_AT = Coalesce(
    Subquery(Event.objects.filter(stream=_STREAM, verb="settle").order_by("-seq").values("at")[:1]), F("changed_at")
)
_ASKED = F("requested_at")

KINDS = (
    WaitingKind(
        "report",
        "上报",
        lambda user: Escalation.objects.awaiting_approval_by(user),
        _ASKED,
        ("case__employer", "receiver", "requested_by"),
        "escalations",
        "list=approve",
    ),
    WaitingKind("closing", "办结", closings_awaiting, SETTLED_AT, ("employer", "settled_by")),
    WaitingKind(
        "merger",
        "并案",
        lambda user: Merger.objects.awaiting(user),
        Coalesce("undo_requested_at", "requested_at"),
        ("duplicate__employer", "into", "requested_by"),
    ),
    WaitingKind(
        "letter",
        "一函两书",
        lambda user: Letter.objects.awaiting_approval_by(user),
        F("submitted_at"),
        ("issuer", "submitted_by"),
    ),
    WaitingKind(
        "referral",
        "转送部门",
        lambda user: Referral.objects.awaiting_approval_by(user),
        _ASKED,
        ("case__employer", "agency", "requested_by"),
        "referrals",
        "list=approve",
        in_box=False,
    ),
    WaitingKind(
        "oversight",
        "督办和解除督办",
        lambda user: Oversight.objects.awaiting(user),
        Coalesce("reported_at", "requested_at"),
        ("case__employer", "setter", "requested_by"),
    ),
    WaitingKind(
        "drawing",
        "垫付和支出",
        lambda user: Drawing.objects.awaiting(user),
        _ASKED,
        ("net__union", "requested_by"),
        "nets-todo",
    ),
    WaitingKind(
        "listing",
        "惩戒名单",
        lambda user: Listing.objects.awaiting(user),
        Coalesce("removal_at", "requested_at"),
        ("employer", "union", "requested_by"),
    ),
    WaitingKind(
        "publication",
        "公布名单",
        lambda user: Publication.objects.awaiting(user),
        F("submitted_at"),
        ("union", "submitted_by"),
    ),
    WaitingKind(
        "risk-change", "风险类别调整", _risk_changes, F("asked_at"), ("employer", "union", "asked_by"), "risk-classes"
    ),
    WaitingKind(
        "subsidy",
        "以案定补清单",
        lambda user: SubsidyList.objects.awaiting(user),
        F("drafted_at"),
        ("union", "drafted_by"),
        "subsidies",
    ),
)


def every_kind() -> list[WaitingKind]:
    """Return the kinds of this list and those that apps above declare as "approval kinds"."""
    return [*KINDS, *(kind for kinds in provided("approval kinds") for kind in kinds)]


def waiting(kind: WaitingKind, user: User, most: int) -> list[WaitingItem]:
    """The first `most` of a kind: what goes up at once first, then what waits longest. One query."""
    rows = kind.rows(user).annotate(waits_since=kind.since)
    order = ("-immediate", "waits_since", "pk") if kind.key == "report" else ("waits_since", "pk")
    found = rows.select_related(*kind.parts).order_by(*order)[:most]
    return [WaitingItem(kind, row, row.waits_since, kind.key == "report" and row.immediate) for row in found]


def ordered(items: list[WaitingItem]) -> list[WaitingItem]:
    return sorted(items, key=lambda item: (not item.immediate, item.since))


def with_sums(items: list[WaitingItem]) -> list[WaitingItem]:
    """Reports and closings told apart by what is owed. One query for all."""
    cases = {
        id(item): item.row.pk if item.kind.key == "closing" else item.row.case_id
        for item in items
        if item.kind.key in ("report", "closing")
    }
    books = ledger.balances(set(cases.values())) if cases else {}
    for item in items:
        if id(item) in cases:
            item.sums = books[cases[id(item)]].owed
    return items
