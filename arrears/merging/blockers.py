"""What a merger asked for says against closing a case."""

from __future__ import annotations

from django.db.models import Exists

from arrears.cases.closing_blockers import Blocker, Lack
from arrears.cases.models import Case
from arrears.merging.models import MergerStage


def _asked_to_leave(case: Case) -> Exists:
    return Exists(case.mergers.filter(stage=MergerStage.REQUESTED))


def _leaving(case: Case) -> list[Lack]:
    asked = case.mergers.filter(stage=MergerStage.REQUESTED).first()
    return [Lack("本案已提出并入另一案件，请先审批或撤回。", asked.get_absolute_url())] if asked else []


def _asked_to_come(case: Case) -> Exists:
    return Exists(case.absorbed.filter(stage=MergerStage.REQUESTED))


LEAVING = Blocker(_asked_to_leave, _leaving)
COMING = Blocker(
    _asked_to_come, lambda case: [Lack("有案件正申请并入本案，请等对方审批或撤回。", case.get_absolute_url())]
)
