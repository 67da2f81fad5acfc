"""约谈 and 蹲点督导 (SD-3.4): acts in a case that a union above the one that handles it has done."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from arrears.cases import acts, ledger
from arrears.cases.models import Act, ActKind, Case
from arrears.cases.models.act import Outcome
from arrears.serious.oversight import setters
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused
from unions.models import Union, User

KINDS = (ActKind.INTERVIEW, ActKind.STATIONED)


@transaction.atomic
def perform(case: Case, union: Union, kind: ActKind, on: date, detail: str, by: User, at: datetime) -> Act:
    """Record what `union` did. Forbidden: it is not above, or the person does not act for it."""
    case = ledger.lock(case)
    if union.pk not in {unit.pk for unit in setters(case, by)}:
        raise Forbidden(f"约谈、蹲点督导由「{case.handling_union}」的上级工会经办人登记，案件须尚未办结。")
    if kind not in KINDS:
        raise Refused("这里只登记约谈、蹲点督导。", {"kind": "请从列表中选择。"})
    if on > day_of(at):
        raise Refused("日期不能晚于今天。", {"on": "日期不能晚于今天。"})
    return acts.enter(case, kind, on, detail, Outcome.DONE, union, by, at)
