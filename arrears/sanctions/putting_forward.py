"""A member body asks that an employer be published: large, long or vile arrears (YK-3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from arrears.cases import ledger
from arrears.cases.models import Case
from arrears.cases.signals import case_changed
from arrears.sanctions.decisions import check_may
from arrears.sanctions.models import Grounds, PutForward
from unions.common.clock import day_of
from unions.common.refusals import Refused, Stale
from unions.log import audit
from unions.models import User


@transaction.atomic
def put_forward(
    case: Case, body: str, grounds: Sequence[str], reason: str, on: date, by: User, at: datetime
) -> PutForward:
    """Keep what the member body asks. It stands for the next list until it is published or taken back."""
    case = ledger.lock(case)
    check_may(case, by, "提请公布")
    if on > day_of(at):
        raise Refused.for_field("on", "提请日期不能晚于今天。")
    chosen = [ground.value for ground in Grounds if ground.value in grounds]
    if not chosen:
        raise Refused("请选择至少一种情形。", {"grounds": "请选择数额大、时间长或性质恶劣。"})
    row = PutForward(case=case, body=body.strip(), grounds=chosen, reason=reason.strip(), on=on, by=by, at=at)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        sentence = f"「{row.body}」已就本案提请公布。"
        raise Refused(sentence, {"body": sentence}) from None
    _note(row, "publish.put_forward", by, at, reason=row.reason)
    return row


@transaction.atomic
def take_back(row: PutForward, reason: str, by: User, at: datetime) -> PutForward:
    case = ledger.lock(row.case)
    check_may(case, by, "撤回提请")
    if not reason.strip():
        raise Refused.for_field("reason", "请写明撤回的原因。")
    told = {"ended_at": at, "ended_by": by, "end_reason": reason.strip()}
    if not PutForward.objects.filter(pk=row.pk, ended_at=None).update(**told):
        raise Stale("这项提请已经撤回，请刷新页面。")
    row.refresh_from_db()
    _note(row, "publish.take_back", by, at, reason=row.end_reason)
    return row


def _note(row: PutForward, verb: str, by: User, at: datetime, **told: object) -> None:
    Case.objects.filter(pk=row.case_id).update(version=F("version") + 1, changed_at=at)
    union = row.case.handling_union.in_charge()
    audit.record(row.case.stream, verb, by, at, union=union, body=row.body, **told)
    row.case.refresh_from_db()
    case_changed.send(Case, case=row.case, verb=verb, by=by, at=at)
