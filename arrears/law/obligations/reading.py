"""What lists and boxes ask of the stored obligations: due soon, overdue, silent, done; what each is about and how it stands, in words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse

from arrears.law.models import Obligation, ObligationQuerySet
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.obligations.derive import REPORTED
from arrears.law.obligations.local import local
from unions.common.clock import day_of
from unions.common.features import provided
from unions.common.formats import elapsed
from unions.common.keyset import NEWEST_FIRST
from unions.models import Union, User
from unions.people.rights import Right

if TYPE_CHECKING:
    from arrears.cases.models import Case

PARTS = ("case__employer", "holder", "officer")


@cache
def _subject_pages() -> dict[str, tuple[str, str]]:
    """Return first part of a subject that is no case → URL name of its page, words of its link. Apps declare "subject pages"."""
    return {kind: page for pages in provided("subject pages") for kind, page in pages.items()}


def page_of(row: Obligation) -> tuple[str, str]:
    """Address and words of the page where the subject is dealt with; ("", "") where it has none of its own."""
    kind, _, key = row.subject.partition(":")
    pages = _subject_pages()
    if kind not in pages or not key.isdigit():
        return "", ""
    name, label = pages[kind]
    return reverse(name, args=[key]), label


@dataclass(frozen=True)
class SubjectLabel:
    """What an obligation without a case is about: its words, what stands under them, its address."""

    label: str
    under: str
    url: str


Describe = Callable[[Collection[int]], dict[int, SubjectLabel]]


def _subject_labels() -> dict[str, Describe]:
    """First part of a subject ("warning:17") → what finds the labels of its ids."""
    return {kind: describe for subjects in provided("obligation subjects") for kind, describe in subjects.items()}


def matters(rows: Iterable[Obligation]) -> dict[str, SubjectLabel]:
    """Subject → what it is about, for rows without a case. Apps declare "obligation subjects"; one query a kind."""
    known = _subject_labels()
    wanted: dict[str, set[int]] = {}
    for row in rows:
        kind, _, key = row.subject.partition(":")
        if row.case_id is None and kind in known and key.isdigit():
            wanted.setdefault(kind, set()).add(int(key))
    return {f"{kind}:{pk}": matter for kind, ids in wanted.items() for pk, matter in known[kind](ids).items()}


@dataclass(frozen=True)
class ObligationStatus:
    """One obligation as it stands at a moment. `words`: how long is left, or gone by."""

    row: Obligation
    tone: str  # of the state badge: neutral, busy, bad, good, done
    words: str

    @property
    def page(self) -> tuple[str, str]:
        return page_of(self.row)


def status_of(row: Obligation, now: datetime) -> ObligationStatus:
    if row.met_at is not None:
        return ObligationStatus(row, "bad", "逾期办理") if row.late(now) else ObligationStatus(row, "good", "已办理")
    if row.lifted_at is not None:
        return ObligationStatus(row, "neutral", "逾期未办，已解除" if row.late(now) else "已解除")
    if row.backfilled:
        return ObligationStatus(row, "info", "补录，待办")
    if row.due_at is None:
        return ObligationStatus(row, "bad" if row.warned(now) else "busy", f"已用时 {elapsed(row.started_at, now)}")
    if row.sense == "opens":
        return ObligationStatus(row, "neutral", "期满后可办")
    if row.late(now):
        return ObligationStatus(row, "bad", f"已逾期 {elapsed(row.due_at, now)}")
    if row.lapsed(now):
        return ObligationStatus(row, "neutral", "已届满")
    soon = now >= row.due_at - local().soon
    return ObligationStatus(row, "busy" if soon else "info", f"还剩 {elapsed(now, row.due_at)}")


# Lists -------------------------------------------------------------------------------------------------------------

Rows = ObligationQuerySet


def ticking(user: User, now: datetime) -> Rows:
    """Everything still to be done that has a clock."""
    return Obligation.objects.visible_to(user).open().filter(clock_at__isnull=False)


def overdue(user: User, now: datetime) -> Rows:
    return Obligation.objects.visible_to(user).overdue(now)


def soon(user: User, now: datetime) -> Rows:
    return ticking(user, now).filter(clock_at__gte=now.replace(microsecond=0), clock_at__lte=now + local().soon)


RETURNS = "return:"  # what the subject of a return's term begins with


def own(user: User, now: datetime) -> Rows:
    """Overdue and due soon for the reader herself and at the units where she works; where she only fills in returns, theirs."""
    nodes = {path for right in (Right.HANDLE, Right.APPROVE, Right.FILE) for path in user.paths(right)}
    hers = Q(officer=user) | Q(path__in=sorted(nodes))
    hers |= Q(path__in=user.paths(Right.SUBMIT), subject__startswith=RETURNS)
    return Obligation.objects.visible_to(user).open().filter(hers, clock_at__lte=now + local().soon)


def silent(user: User, now: datetime) -> Rows:
    """What somebody above must ask after: overdue at the reader's own unit, where she approves; and at a unit directly below
    hers once it has stayed so for the local number of days.
    """
    own = user.paths(Right.APPROVE)
    above = sorted({*own, *user.paths(Right.RECEIVE)})
    late = now - local().silence
    mine = Q(path__in=own) | Q(holder__parent__path__in=above, clock_at__lt=late)
    return Obligation.objects.visible_to(user).overdue(now).filter(mine)


def rights(user: User, now: datetime) -> Rows:
    """What a worker or an employer may still do, the soonest to lapse first: to sue after an award, to object to a letter."""
    return Obligation.objects.visible_to(user).lapsing(now)


def backfilled(user: User, now: datetime) -> Rows:
    """Still to be done, but due before its notice was entered."""
    return Obligation.objects.visible_to(user).open().filter(backfilled=True)


def met(user: User, now: datetime) -> Rows:
    return Obligation.objects.visible_to(user).filter(met_at__isnull=False)


def lifted(user: User, now: datetime) -> Rows:
    return Obligation.objects.visible_to(user).filter(lifted_at__isnull=False, met_at=None)


@dataclass(frozen=True)
class ObligationListing:
    label: str
    rows: Callable[[User, datetime], Rows]
    empty: str
    order: tuple[str, ...] = ("urgency", "clock_at", "pk")
    counted: bool = True
    always: bool = True  # else its tab is shown only where there is something in it


LISTINGS: dict[str, ObligationListing] = {
    "open": ObligationListing("全部待办（含下级）", ticking, "暂无在办时限事项。案件立案后，各项时限会自动列在这里。"),
    "own": ObligationListing("到期和逾期（本人和本单位）", own, "近日没有到期的事项，也没有逾期。"),
    "soon": ObligationListing("即将到期（含下级）", soon, "近日没有到期的事项。"),
    "overdue": ObligationListing(
        "逾期及超提醒时限（含下级）", overdue, "没有逾期的事项，也没有超过本地提醒的即时事项。"
    ),
    "silent": ObligationListing("督办", silent, "没有需要督办的逾期事项。"),
    "rights": ObligationListing(
        "起诉、异议等法定期间",
        rights,
        "暂无进行中的起诉、异议等法定期间。裁决后的起诉期、文书的异议期等会列在这里。",
        order=("due_at", "pk"),
    ),
    "backfilled": ObligationListing("补录", backfilled, "暂无补录的时限。", order=NEWEST_FIRST, always=False),
    "met": ObligationListing("已办理", met, "还没有办理完的事项。", order=NEWEST_FIRST, counted=False),
    "lifted": ObligationListing("已解除", lifted, "没有因办结或更正而解除的事项。", order=NEWEST_FIRST, counted=False),
}


def offered(user: User) -> dict[str, ObligationListing]:
    """The lists of use to this reader."""
    above = user.paths(Right.APPROVE) or user.paths(Right.RECEIVE)
    return {key: row for key, row in LISTINGS.items() if key != "silent" or above}


# Boxes -------------------------------------------------------------------------------------------------------------


def of_case(case: Case, now: datetime) -> list[ObligationStatus]:
    """Every obligation of a case: what is open first, the most urgent at the top. One query."""
    rows = list(Obligation.objects.filter(case=case).select_related("holder"))
    for row in rows:
        row.case = case
    rows.sort(
        key=lambda row: (not row.is_open, row.urgency, row.due_at is None, row.clock_at or row.started_at, row.pk)
    )
    return [status_of(row, now) for row in rows]


def who_must_report(case: Case) -> list[Union]:
    """Units above the case that owe an open report of it (50 人以上报省总): they hold it because those below cannot."""
    rows = list(Obligation.objects.open().filter(case=case).exclude(holder=case.union_id).select_related("holder"))
    books = RulebooksByUnit() if rows else None
    found = [(row, books.entry(row.rulebook, row.rule, day_of(row.started_at))) for row in rows if books]
    return [row.holder for row, entry in found if entry and REPORTED in entry[0].met_by]


def at_hand(user: User, now: datetime, most: int) -> list[ObligationStatus]:
    """The `most` pressing of what the reader and her units must not miss. One query."""
    rows = own(user, now).select_related(*PARTS).order_by("urgency", "clock_at", "id")
    return [status_of(row, now) for row in rows[:most]]
