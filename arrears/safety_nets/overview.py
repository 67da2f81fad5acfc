"""Sums and open matters of all nets a user sees, for the lists and the page 待办."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet, Sum

from arrears.law.obligations.local import local
from arrears.safety_nets.models import (
    Drawing,
    DrawingKind,
    DrawingStage,
    NetEntry,
    NetEntryKind,
    NetKind,
    SafetyNet,
    WageDeposit,
)
from unions.models import User

Money = Decimal


@dataclass(frozen=True)
class Totals:
    """Yuan over all nets of a kind: what stands in them, what was advanced, what of it came back."""

    count: int
    balance: Money
    used: Money
    came_back: Money

    @property
    def still_out(self) -> Money:
        """待补足 of deposits, 待追偿 of funds."""
        return max(self.used - self.came_back, Decimal(0))


def totals(kind: NetKind, user: User) -> Totals:
    """Two queries, whatever the number of nets."""
    nets = SafetyNet.objects.visible_to(user).filter(kind=kind)
    sums = dict(
        NetEntry.objects.filter(net__in=nets.values("pk"))
        .order_by()
        .values_list("counts_as")
        .annotate(sum=Sum("amount"))
    )
    none = Decimal(0)
    back = sums.get(NetEntryKind.TOPPED_UP, none) + sums.get(NetEntryKind.RECOVERED, none)
    return Totals(
        nets.filter(closed_on=None).count(), sum(sums.values(), none), -sums.get(NetEntryKind.ADVANCED, none), back
    )


def deposits_of(user: User) -> Any:
    """Deposits within the reader's reach that are not closed, with sums. (The stubs know only what all nets have.)"""
    return WageDeposit.objects.visible_to(user).filter(closed_on=None).with_sums()


def to_top_up(user: User) -> Any:
    """Deposits out of which more was paid than made good since."""
    return deposits_of(user).filter(used__gt=F("came_back"))


def in_notice(user: User) -> Any:
    """Deposits to be returned: their notice is out."""
    return deposits_of(user).filter(return_notice_on__isnull=False).order_by("return_notice_on")


def guarantees_ending(user: User, today: date) -> Any:
    until = today + timedelta(days=local().guarantee_soon_days)
    return deposits_of(user).filter(guarantee_until__lte=until).order_by("guarantee_until")


def to_recover(user: User) -> Any:
    """Advances out of funds that the employer has not paid back whole: `out` advanced, `back` recovered, in yuan."""
    rows = Drawing.objects.visible_to(user).filter(
        kind=DrawingKind.ADVANCE, stage=DrawingStage.DONE, net__kind=NetKind.EMERGENCY
    )
    return rows.with_sums().filter(out__gt=F("back")).annotate(left=F("out") - F("back"))


def waiting(user: User) -> QuerySet[Drawing]:
    """Asked for, or with the bank."""
    return Drawing.objects.visible_to(user).filter(stage__in=[DrawingStage.REQUESTED, DrawingStage.ISSUED])
