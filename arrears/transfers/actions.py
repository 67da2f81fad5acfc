"""What the moves of a transfer do beside changing the state (SD-2.2c, YK-2.2); `workflow.move` makes them.

The case stays on the books of the unit that filed it (decision 002). Until the receiver accepts, it stays open at the
sender, whose officer goes on answering for it; a refusal brings it back with its reason.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from arrears.cases.models import Case, Involvement, State
from arrears.cases.route import district_of, next_level
from arrears.transfers.models import Transfer, TransferStage
from unions.common.refusals import Stale
from unions.models import Union, UnionUserObjectPermission, User
from unions.people.rights import Right

Given = dict[str, Any]


def transfer_under_way(case: Case) -> Transfer | None:
    """Return the transfer of `case` that waits for an answer, if there is one."""
    if case.state != State.TRANSFERRING:
        return None
    return case.transfers.waiting().select_related("receiver__parent", "sender").first()


def receiver_fits(case: Case, given: Given, on: date) -> str | None:
    """Say what is wrong with the receiving unit in `given` (Chinese), or None."""
    receiver = given.get("receiver")
    if not isinstance(receiver, Union):
        return "请选择接收单位。"
    if receiver.is_closed:
        return f"“{receiver}”已终止，请转给承接它的“{receiver.in_charge()}”。"
    if receiver.pk in (case.handling_union_id, case.handling_union.in_charge().pk):
        return "案件就在这个单位，请选择别的接收单位。"
    if not somebody_receives(receiver):
        return f"“{receiver}”还没有经办人，无人可以接收；请转给它的上级，或先请其任命经办人。"
    return None


def somebody_receives(union: Union) -> bool:
    """Whether an active person of `union` itself may receive cases."""
    return UnionUserObjectPermission.objects.filter(
        content_object=union, permission__codename=Right.RECEIVE.value, user__is_active=True
    ).exists()


def likely_receivers(case: Case) -> list[Union]:
    """List units the case may go to: the employer's district, the level above, then those below."""
    here = case.handling_union.in_charge()
    found = [
        district_of(case.employer.region_code),
        next_level(case, here),
        here.parent.in_charge() if here.parent else None,
    ]
    found += list(here.children.filter(valid_until=None).order_by("code")[:8])
    seen: dict[int, Union] = {unit.pk: unit for unit in found if unit is not None and unit.pk != here.pk}
    return [unit for unit in seen.values() if somebody_receives(unit)]


# ---- effects of the moves ------------------------------------------------------------------------------------------


def send_case(case: Case, by: User, at: datetime, given: Given) -> Given:
    """Record the transfer and let the receiver read the case from now on."""
    receiver = Union.objects.get(pk=given["receiver"].pk)  # its path as the tree now stands
    Transfer.objects.create(
        case=case,
        sender=case.handling_union,
        receiver=receiver,
        reason=given["reason"].strip(),
        from_state=case.state,
        asked_by=by,
        asked_at=at,
    )
    if not case.path.startswith(receiver.path):
        Involvement.objects.get_or_create(case=case, union=receiver, defaults={"path": receiver.path, "since": at})
    return {"transferred_at": at}


def accept_case(case: Case, by: User, at: datetime, given: Given) -> Given:
    """Hand the case to the receiver; whoever accepts is its officer from now on (SD-2.2b)."""
    row = _record_answer(case, TransferStage.ACCEPTED, by, at, given)
    return {"state": row.from_state, "handling_union": row.receiver.in_charge(), "officer": by}


def refuse_case(case: Case, by: User, at: datetime, given: Given) -> Given:
    """Send the case back to its sender with the receiver's reason."""
    row = _record_answer(case, TransferStage.REFUSED, by, at, given)
    return _return_to_sender(case, row)


def recall_case(case: Case, by: User, at: datetime, given: Given) -> Given:
    """Take the case back before the receiver has answered."""
    row = _record_answer(case, TransferStage.RECALLED, by, at, given)
    return _return_to_sender(case, row)


def _return_to_sender(case: Case, row: Transfer) -> Given:
    """Put the case back as it was; who could read it by the transfer alone reads it no more."""
    Involvement.objects.filter(case=case, union=row.receiver, since=row.asked_at).delete()
    before = case.transfers.filter(stage=TransferStage.ACCEPTED).order_by("-id").first()
    return {"state": row.from_state, "transferred_at": before.asked_at if before else None}


def _record_answer(case: Case, stage: TransferStage, by: User, at: datetime, given: Given) -> Transfer:
    """Close the transfer under way as `stage`. Stale when somebody answered it already."""
    row = transfer_under_way(case)
    if row is None:
        raise Stale("这项转办已有人办理，请刷新页面。")
    row.stage, row.answered_by, row.answered_at = stage, by, at
    row.answer = str(given.get("reason") or "").strip()
    row.save(update_fields=["stage", "answered_by", "answered_at", "answer"])
    return row
