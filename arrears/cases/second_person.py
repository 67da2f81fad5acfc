"""The second-person rule of a case: who approves may be none of those who made it or asked for what is approved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from arrears.cases.models import ActKind, Case, EntryKind
from unions import second_person
from unions.common.clock import day_of
from unions.models import Event, User

# What makes somebody one of those who handled a case, by the verb of its event → what she did.
WORK = (
    {f"entry.{kind}": f"记过「{kind.label}」" for kind in EntryKind}
    | {f"act.{kind}": f"登记过「{kind.label}」" for kind in ActKind}
    | {"edit": "修改过案件", "verify": "办理过「查实立案」"}
)
BEGINS = ("report_clue", "file", "import", "close", "reopen")  # from here on the work is counted anew


def barred_because(
    case: Case, user: User, requester: User | None, day: date, asked_on: date | None = None
) -> str | None:
    """Why `user` may not be the second person on `day` (Chinese), or None. `asked_on`: the day it was asked for."""
    parts: dict[str, list[int | None]] = {
        "您是提出人": [requester.pk if requester else None],
        "您是本案经办人": [case.officer_id],
        "您是本案登记人": [case.filed_by_id],
        "您最后修改过本案": [case.last_edited_by_id],
    }
    return second_person.barred_because(user, parts, "提出人或经办人", day, asked_on)


def deeds(case: Case, verbs: Iterable[str], **named: int) -> QuerySet[Event]:
    """Events of the case with one of these verbs, oldest first. `named`: ids they must speak of, as `letter=7`."""
    about = {f"data__{key}": pk for key, pk in named.items()}
    return Event.objects.filter(stream=case.stream, verb__in=list(verbs), **about).order_by("seq")


def barred_from_closing(case: Case, user: User, requester: User | None, day: date, asked_on: date | None) -> str | None:
    """As above, and nobody approves the closing of a case she handled herself: who posted an entry, recorded an act or
    corrected a fact since it was filed (since it was last closed or reopened). Asking for the closing is not all of the work.
    """
    if because := barred_because(case, user, requester, day, asked_on):
        return because
    did = _workers(case)
    everybody = {"您办理过本案": list(did)}
    if second_person.barred_because(user, everybody, "办理人", day, asked_on) is None:
        return None
    for pk, event in did.items():
        what = f"{day_of(event.at)} 在本案{WORK[event.verb]}"
        whom = f"{event.by.name if event.by else '办理人'}（{what}）"
        if because := second_person.barred_because(user, {f"您 {what}": [pk]}, whom, day, asked_on):
            return because
    return None


def _workers(case: Case) -> dict[int, Event]:
    """Who worked on the case → the last thing she did to it."""
    told = list(deeds(case, [*WORK, *BEGINS]).select_related("by"))
    begun = max((place for place, event in enumerate(told) if event.verb in BEGINS), default=-1)
    return {event.by_id: event for event in told[begun + 1 :] if event.by_id is not None}
