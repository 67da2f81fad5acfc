"""What the moves of a transfer need and do, for the table of moves."""

from __future__ import annotations

from arrears.cases.models import Case
from arrears.cases.workflow import Effect, Need
from arrears.transfers import actions
from unions.models import Union

CONDITIONS: dict[str, Need] = {"receiver_fits": actions.receiver_fits}
EFFECTS: dict[str, Effect] = {
    "transfer": actions.set_out,
    "accept_transfer": actions.arrive,
    "refuse_transfer": actions.turn_back,
    "recall_transfer": actions.fetch_back,
}


def receiving_unit(case: Case) -> Union | None:
    """The unit a case on its way is to be taken over by."""
    row = actions.waiting(case)
    return row.receiver if row else None
