"""What merging and parting again need and do, for the table of moves."""

from __future__ import annotations

from datetime import datetime

from arrears.cases import ledger
from arrears.cases.models import Case
from arrears.cases.workflow import Effect, Given, Need
from arrears.merging.models import Merger
from unions.models import User


def decided_by_merger(case: Case, given: Given) -> str | None:
    merger = given.get("merger")
    decided = isinstance(merger, Merger) and merger.duplicate_id == case.pk
    return None if decided else "并案和撤销并案须先提出、再由第二人审批，请在「并案」页办理。"


def _merge(case: Case, by: User, at: datetime, given: Given) -> Given:
    ledger.answer(case, given["merger"].answered, by, at, f"并入案件 {given['merger'].into}")
    return {}


def _unmerge(case: Case, by: User, at: datetime, given: Given) -> Given:
    ledger.write_anew(case, given["merger"].answered, by, at, f"撤销并入案件 {given['merger'].into}")
    return {}


CONDITIONS: dict[str, Need] = {"decided_by_merger": decided_by_merger}
EFFECTS: dict[str, Effect] = {"merge": _merge, "unmerge": _unmerge, "unmerge_clue": _unmerge}
