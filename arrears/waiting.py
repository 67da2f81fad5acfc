"""How many things wait for a reader's decision: the numbers beside the sections of the sidebar."""

from __future__ import annotations

from typing import Any

from django.db.models import Func, IntegerField, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from arrears.early_warning.board import reports_awaiting
from arrears.models import (
    Acknowledgement,
    Case,
    Drawing,
    Escalation,
    Letter,
    Listing,
    Merger,
    Publication,
    Referral,
    ReferralStage,
    State,
    Transfer,
    WindowLetter,
)
from arrears.models.escalation import acts_at
from unions.context import TELL_WHAT_WAITS
from unions.models import Union, User
from unions.rights import Right

DECIDES = (Right.APPROVE, Right.RECEIVE)


def waiting_for(user: User) -> dict[str, int]:
    """URL name of the section → what waits for this reader there. One query; departments: what they have not answered."""
    if user.is_outsider():
        matters = Referral.objects.addressed_to(user, timezone.localdate())
        return {"incoming": matters.filter(stage__in=[ReferralStage.SENT, ReferralStage.ACCEPTED]).count()}
    if not any(user.paths(right) for right in DECIDES):
        return {}
    row = User.objects.filter(pk=user.pk).values_list(
        _count(Escalation.objects.awaiting_approval_by(user)),
        _count(Escalation.objects.awaiting_receipt_by(user)),
        _count(closings_awaiting(user)),
        _count(unacknowledged(user)),
        _count(Merger.objects.awaiting(user)),
        _count(Referral.objects.awaiting_approval_by(user)),
        _count(unread_answers(user)),
        _count(arriving(user)),
        _count(reports_awaiting(user)),
        _count(Letter.objects.awaiting_approval_by(user)),
        _count(WindowLetter.objects.awaiting(user)),
        _count(Listing.objects.awaiting(user)),
        _count(Publication.objects.awaiting(user)),
        _count(Drawing.objects.awaiting(user)),
    )
    # A right that is held nowhere asks nothing and answers None.
    counts = (count or 0 for count in row.get())
    (
        to_approve, to_receive, closings, alarms, mergers, to_send, to_read, arrived, warned, letters, told,
        to_list, to_publish, to_draw,
    ) = counts  # fmt: skip
    reports = to_approve + to_receive
    desk = reports + closings + alarms + mergers + to_send + to_read + arrived + letters
    desk += to_list + to_publish + to_draw
    return {
        "escalations": reports,
        "referrals": to_send + to_read,
        "clues": arrived,
        "letters": letters,
        "worker-letters": told,
        "warnings": warned,
        "safety-nets": to_draw,
        "sanctions": to_list + to_publish,
        "desk": desk,
    }


def arriving(user: User) -> QuerySet[Transfer]:
    """Transfers waiting to be accepted at units where the reader receives."""
    return Transfer.objects.waiting().filter(acts_at(user.paths(Right.RECEIVE), "receiver"))


def unread_answers(user: User) -> QuerySet[Referral]:
    """YK-1.3: answers of industry authorities passed up to a level of the reader's, not read yet."""
    paths = sorted({*user.paths(Right.RECEIVE), *user.paths(Right.APPROVE)})
    return Referral.objects.filter(acts_at(paths, "passed_to"), read_at=None)


def closings_awaiting(user: User) -> QuerySet[Case]:
    """Closings asked for at units where the reader approves, or at closed ones that these took over.

    By id: the index on (handling unit, state) finds a handful among 200,000.
    """
    ids = [int(path.rstrip(".").rpartition(".")[2]) for path in user.paths(Right.APPROVE)]
    units = Union.objects.filter(Q(pk__in=ids) | Q(parent__in=ids, valid_until__isnull=False))
    return Case.objects.filter(handling_union__in=units.values("pk"), state=State.SETTLED)


def unacknowledged(user: User) -> QuerySet[Acknowledgement]:
    """Acknowledgements a level of the reader's still owes."""
    paths = {*user.paths(Right.RECEIVE), *user.paths(Right.APPROVE)}
    taken_over = Q(union__valid_until__isnull=False, union__parent__path__in=paths)
    return Acknowledgement.objects.filter(Q(union__path__in=paths) | taken_over, at=None)


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().annotate(n=Func("pk", function="COUNT", output_field=IntegerField()))
    return Coalesce(Subquery(counted.values("n")), 0)  # nothing is asked where the reader decides nowhere


TELL_WHAT_WAITS.append(waiting_for)
