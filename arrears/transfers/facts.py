"""What obligations know of a case's way to another union."""

from __future__ import annotations

from arrears.cases.facts import Around
from arrears.transfers.models import Transfer, TransferStage


def add_transfers(around: Around) -> None:
    """Whom a case is on its way to; when it last arrived, if it is not on its way again."""
    rows = Transfer.objects.filter(case__in=around.ids).order_by("id")
    for case, receiver, stage, at in rows.values_list("case_id", "receiver_id", "stage", "answered_at"):
        if stage == TransferStage.WAITING:
            around.receivers[case] = receiver
            around.arrived.pop(case, None)
        elif stage == TransferStage.ACCEPTED and at is not None:
            around.arrived[case] = at
