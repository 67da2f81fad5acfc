"""What mergers give the core of cases: conditions and effects of their moves, blockers, facts for terms."""

from __future__ import annotations

from datetime import date, datetime

from arrears.cases import ledger
from arrears.cases.closing_blockers import Blocker, Lack, has
from arrears.cases.facts import CaseContext
from arrears.cases.models import Case
from arrears.cases.workflow import Effect, Given, Need
from arrears.merging.models import IN_FORCE, Merger, MergerStage
from unions.models import User


def decided_by_merger(case: Case, given: Given, on: date) -> str | None:
    """Say (Chinese) that this move is made by an approved merger only, or None."""
    merger = given.get("merger")
    decided = isinstance(merger, Merger) and merger.duplicate_id == case.pk
    return None if decided else "并案和撤销并案须先提出、再由第二人审批，请在“并案”页办理。"


def _merge(case: Case, by: User, at: datetime, given: Given) -> Given:
    ledger.reverse_all(case, given["merger"].answered, by, at, f"并入案件 {given['merger'].into}")
    return {}


def _unmerge(case: Case, by: User, at: datetime, given: Given) -> Given:
    ledger.repeat_all(case, given["merger"].answered, by, at, f"撤销并入案件 {given['merger'].into}")
    return {}


CONDITIONS: dict[str, Need] = {"decided_by_merger": decided_by_merger}
EFFECTS: dict[str, Effect] = {"merge": _merge, "unmerge": _unmerge, "unmerge_clue": _unmerge}


def _leaving(case: Case) -> list[Lack]:
    asked = case.mergers.filter(stage=MergerStage.REQUESTED).first()
    return [Lack("本案已提出并入另一案件，请先审批或撤回。", asked.get_absolute_url())] if asked else []


LEAVING = Blocker(has("mergers", stage=MergerStage.REQUESTED), _leaving)
COMING = Blocker(
    has("absorbed", stage=MergerStage.REQUESTED),
    lambda case: [Lack("有案件正申请并入本案，请等对方审批或撤回。", case.get_absolute_url())],
)


def add_mergers(around: CaseContext) -> None:
    """Add to `around` when each case was merged into another."""
    rows = Merger.objects.filter(duplicate__in=around.ids, stage__in=IN_FORCE)
    around.merged |= {case: at for case, at in rows.values_list("duplicate_id", "decided_at") if at}
