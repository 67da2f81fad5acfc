"""What of each payment out of a deposit was made good: 补足 goes to the oldest use first (QP-1.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from arrears.safety_nets.models import NetEntry, NetEntryKind, SafetyNet


def entries_in_force(net: SafetyNet) -> list[NetEntry]:
    """Entries of the net that were not cancelled, by day."""
    rows = net.entries.filter(cancelled_by=None).exclude(kind=NetEntryKind.REVERSED)
    return list(rows.order_by("on", "pk"))


@dataclass(frozen=True)
class Use:
    """One payment out of a deposit. `left`: yuan still to make good; `met_on`: when all was made good."""

    entry: NetEntry
    left: Decimal
    met_on: date | None


def uses(entries: Iterable[NetEntry]) -> list[Use]:
    """Each payment with what was made good of it. `entries`: those not cancelled."""
    rows = list(entries)
    back = [[row.on, row.amount] for row in rows if row.kind == NetEntryKind.TOPPED_UP]
    return [_made_good(row, back) for row in rows if row.kind == NetEntryKind.ADVANCED]


def _made_good(use: NetEntry, back: list[list]) -> Use:
    left, met_on = -use.amount, None
    while left and back:
        day, amount = back[0]
        taken = min(left, amount)
        left -= taken
        back[0][1] -= taken
        met_on = max(day, use.on) if not left else None
        if not back[0][1]:
            back.pop(0)
    return Use(use, left, met_on)


def to_top_up(found: Iterable[Use]) -> Decimal:
    """Yuan (QP-1.2: within 10 working days of the use)."""
    return sum((use.left for use in found), Decimal(0))
