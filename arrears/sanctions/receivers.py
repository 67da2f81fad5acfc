"""Where the terms of sanctions hear of them, and who is told of a step of a listing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from arrears.cases.models import Case
from arrears.reminders.models import ReminderKind
from arrears.reminders.outbox import Word, put
from arrears.reminders.staff import APPROVING, Staff
from arrears.sanctions.models import Listing, ListingStage, Sanction
from arrears.sanctions.terms import keep_listings, keep_sanctions
from unions.common.clock import day_of
from unions.models import User

# By these the case has another officer or another unit: the term of an order is watched by those.
HANDED_ON = frozenset({"accept_transfer", "escalate.receive", "edit", "assign", "oversight.approve"})
SAID = {
    "listing.propose": "提请列入名单已批准",
    "listing.decline": "提请列入名单未获批准",
    "listing.remove": "提前移出名单已批准",
    "listing.keep": "提前移出名单未获批准",
}
WAITS = {ListingStage.REQUESTED: "提请列入名单待审批", ListingStage.REMOVAL_ASKED: "提前移出名单待审批"}


def follow_listing(sender: Any, listing: Listing, verb: str, by: User, at: datetime, **kwargs: Any) -> None:
    """In the transaction of the step: a listing and its terms are never seen apart."""
    keep_listings([listing.pk], at)
    put(_words(listing, verb, by, at), at)


def follow_sanction(sender: Any, sanction: Sanction, at: datetime, **kwargs: Any) -> None:
    keep_sanctions([sanction.pk], at)


def follow_case(sender: Any, case: Case, verb: str, at: datetime, **kwargs: Any) -> None:
    if verb in HANDED_ON:
        keep_sanctions(list(case.sanctions.exclude(pay_by=None).values_list("pk", flat=True)), at)


def _words(row: Listing, verb: str, by: User, at: datetime) -> Iterator[Word]:
    """Numbers only: a reminder may leave the house by mail or telephone."""
    if row.stage in WAITS and verb in ("listing.request", "listing.ask_removal"):
        union = row.union.in_charge()
        people = Staff(day_of(at), {union.pk}).with_any(APPROVING, union.pk) - {by.pk}
        yield from (_word(user, row, verb, WAITS[ListingStage(row.stage)], at) for user in people)
    if verb in SAID:
        asker = row.removal_by_id if verb in ("listing.remove", "listing.keep") else row.requested_by_id
        if asker is not None and asker != by.pk:
            yield _word(asker, row, verb, SAID[verb], at)


def _word(user: int, row: Listing, verb: str, said: str, at: datetime) -> Word:
    title, url = f"案件 {row.case.number}：{said}", row.get_absolute_url()
    item = {"text": f"{title}。", "short": title, "url": url}
    key = f"{verb}:{row.pk}:{at:%Y%m%d%H%M%S}"
    return Word(user, ReminderKind.IMMEDIATE, key, title, url, [item])
