"""Emergency funds (YK-2.3): founding, payments in, recovery from employers. Money leaves through drawings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from arrears.safety_nets import net_ledger
from arrears.safety_nets.models import (
    Drawing,
    DrawingKind,
    DrawingStage,
    EmergencyFund,
    NetEntry,
    NetEntryKind,
    NetKind,
    SafetyNet,
)
from unions.common.refusals import Forbidden, Refused
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right, holders_of
from unions.tree import actions as tree


@dataclass(frozen=True)
class FundFacts:
    name: str
    founder: str
    founder_name: str
    basis: str
    founded_on: date


@transaction.atomic
def found_fund(union: Union, facts: FundFacts, amount: Decimal, by: User, at: datetime) -> EmergencyFund:
    """Found a fund kept at `union`, with `amount` yuan in it."""
    tree.hold_still()
    # Locked: of the same fund founded twice at one moment one is refused.
    union = Union.objects.select_for_update(of=("self",)).select_related("parent").get(pk=union.pk)
    by.forget_grants()
    if not by.may(Right.HANDLE, union):
        raise Forbidden(f"应急周转金由“{union}”的{holders_of(Right.HANDLE)}登记。")
    if EmergencyFund.objects.filter(union=union, name=facts.name, closed_on=None).exists():
        raise Refused(f"“{union}”已有名为“{facts.name}”的周转金。", {"name": "名称重复。"})
    if amount <= 0:
        raise Refused.for_field("amount", "设立金额须大于 0。")
    fund = EmergencyFund.objects.create(
        union=union, path=union.path, kind=NetKind.EMERGENCY, by=by, at=at, **vars(facts)
    )
    audit.record(fund.stream, "net.found", by, at, union=union, name=facts.name, amount=amount)
    put_in(fund, NetEntryKind.GRANTED, amount, facts.founded_on, facts.basis, by, at)
    fund.refresh_from_db()
    return fund


@transaction.atomic
def put_in(
    net: SafetyNet,
    kind: NetEntryKind,
    amount: Decimal,
    on: date,
    source: str,
    by: User,
    at: datetime,
    *,
    seen: int | None = None,
) -> NetEntry:
    """Record 拨入, or 调整 upward with its reason."""
    locked = net_ledger.lock(net, seen)
    net_ledger.check_keeper(locked, by)
    if amount <= 0:
        raise Refused("金额须大于 0；减少请申请“调减”。", {"amount": "金额须大于 0。"})
    if kind not in (NetEntryKind.GRANTED, NetEntryKind.ADJUSTED):
        raise Refused("应急周转金只能登记拨入、调增和追偿。", {"kind": "请选择拨入或调增。"})
    if kind == NetEntryKind.ADJUSTED and not source.strip():
        raise Refused("请写明调整的依据。", {"source": "请写明依据。"})
    return net_ledger.post(locked, kind, amount, on, by, at, source=source)


@transaction.atomic
def record_recovery(
    drawing: Drawing, amount: Decimal, on: date, source: str, by: User, at: datetime, *, seen: int | None = None
) -> NetEntry:
    """追偿: record what the employer paid back of an advance. The case's ledger stays as it is."""
    if drawing.net is None or drawing.net.kind != NetKind.EMERGENCY:
        raise Refused("只有应急周转金的垫付登记追偿；动用保证金的请在保证金登记“补足”。")
    locked = net_ledger.lock(drawing.net, seen)
    net_ledger.check_keeper(locked, by)
    drawing = Drawing.objects.select_for_update(of=("self",)).select_related("case").get(pk=drawing.pk)
    if drawing.kind != DrawingKind.ADVANCE or drawing.stage != DrawingStage.DONE:
        raise Refused("这项垫付还没有支付，不能登记追偿。")
    if amount <= 0:
        raise Refused.for_field("amount", "金额须大于 0。")
    if drawing.paid_on and on < drawing.paid_on:
        raise Refused(f"追偿日期不能早于垫付日期 {drawing.paid_on}。", {"on": f"不能早于垫付日期 {drawing.paid_on}。"})
    if amount > (left := drawing.standing() - drawing.recovered()):
        raise Refused(f"这笔垫付待追偿的只有 {left:,.2f} 元，请核对。", {"amount": f"待追偿的只有 {left:,.2f} 元。"})
    return net_ledger.post(locked, NetEntryKind.RECOVERED, amount, on, by, at, source=source, drawing=drawing)
