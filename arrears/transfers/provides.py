"""What transfers give the core of cases: conditions and effects of their moves, facts for terms."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, QuerySet

from arrears.cases.facts import CaseContext
from arrears.cases.models import Case
from arrears.cases.workflow import Effect, Need
from arrears.transfers import actions
from arrears.transfers.models import Transfer, TransferStage
from unions.duties import Duty
from unions.models import Union
from unions.models.union import GENERAL_UNIONS
from unions.people.rights import Right, RoleName

CONDITIONS: dict[str, Need] = {"receiver_fits": actions.receiver_fits}
EFFECTS: dict[str, Effect] = {
    "transfer": actions.send_case,
    "accept_transfer": actions.accept_case,
    "refuse_transfer": actions.refuse_case,
    "recall_transfer": actions.recall_case,
}


def _arriving(now: datetime) -> QuerySet[Transfer]:
    return Transfer.objects.waiting().annotate(duty_unit=F("receiver_id"))


ACCEPTING = Duty("accept-transfer", RoleName.OFFICER, "转办待接收", (Right.RECEIVE,), _arriving, "asked_by_id")


def receiving_unit(case: Case) -> Union | None:
    """Return the unit that a case under transfer waits for."""
    row = actions.transfer_under_way(case)
    return row.receiver if row else None


def add_transfers(around: CaseContext) -> None:
    """Add to `around` whom each case waits for, or when it last arrived."""
    rows = Transfer.objects.filter(case__in=around.ids).order_by("id")
    for case, receiver, kind, stage, at in rows.values_list(
        "case_id", "receiver_id", "receiver__kind", "stage", "answered_at"
    ):
        if stage == TransferStage.WAITING:
            around.receivers[case] = receiver
            around.arrived.pop(case, None)
        elif stage == TransferStage.ACCEPTED and at is not None:
            around.arrived[case] = at
            if kind in GENERAL_UNIONS:
                around.reach(case, at)
