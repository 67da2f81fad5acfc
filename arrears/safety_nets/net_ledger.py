"""The ledger of a safety net: entries, balances, and following the ledger of a case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate
from typing import Any

from django.db.models import F, Sum

from arrears.cases.models import EntryKind, LedgerEntry
from arrears.safety_nets import terms
from arrears.safety_nets.models import Drawing, DrawingStage, NetEntry, NetEntryKind, NetKind, SafetyNet
from unions.common.clock import day_of
from unions.common.limits import EARLIEST, MOST_MONEY
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import User
from unions.people.rights import Right, holders_of

CENT = Decimal("0.01")


def lock(net: SafetyNet, seen: int | None = None) -> SafetyNet:
    """The net read anew and locked; lock its case before. Stale: changed since version `seen`."""
    locked = SafetyNet.objects.select_for_update(of=("self",)).select_related("union__parent").get(pk=net.pk)
    if seen is not None and locked.version != seen:
        raise Stale("您打开页面之后这笔资金有了变动（也可能是重复提交），请查看最新内容；确需办理的，请再提交一次。")
    return locked


def check_keeper(net: SafetyNet, by: User) -> None:
    if not may_keep(net, by):
        raise Forbidden(f"“{net}”由“{net.union.in_charge()}”的{holders_of(Right.HANDLE)}登记。")


def may_keep(net: SafetyNet, user: User) -> bool:
    return user.may(Right.HANDLE, net.union.in_charge())


def balance(net: SafetyNet) -> Decimal:
    """The balance in yuan."""
    return net.entries.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


def promised(net: SafetyNet, but: Drawing | None = None) -> Decimal:
    """Yuan of payment notices that the bank has not paid yet."""
    issued = Drawing.objects.filter(net=net, stage=DrawingStage.ISSUED).exclude(pk=but.pk if but else 0)
    return issued.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


def available(net: SafetyNet, but: Drawing | None = None) -> Decimal:
    """Yuan that may still be asked for."""
    return balance(net) - promised(net, but)


def post(
    net: SafetyNet,
    kind: NetEntryKind,
    amount: Decimal,
    on: date,
    by: User,
    at: datetime,
    *,
    source: str = "",
    case_entry: LedgerEntry | None = None,
    drawing: Drawing | None = None,
    cancels: NetEntry | None = None,
) -> NetEntry:
    """Write one entry of `net`, which is locked. `amount`: its effect on the balance, in yuan.

    Refused where the balance would be negative at the end of any day.
    """
    case = case_entry.case if case_entry else drawing.case if drawing else None
    counts_as = cancels.counts_as if cancels else kind
    entry = NetEntry(
        net=net,
        kind=kind,
        counts_as=counts_as,
        amount=amount,
        on=on,
        case=case,
        case_entry=case_entry,
        drawing=drawing,
        source=source.strip()[:200],
        cancels=cancels,
        by=by,
        at=at,
    )
    _check_entry(net, entry, day_of(at))
    entry.save(force_insert=True)
    if net.closed_on and kind == NetEntryKind.REVERSED:
        SafetyNet.objects.filter(pk=net.pk).update(closed_on=None)  # there is money in it again
        net.closed_on = None
    record(
        net,
        f"net.{kind}",
        by,
        at,
        entry=entry.pk,
        on=on,
        amount=amount,
        cancels=entry.cancels_id,
        case=case.pk if case else None,
    )
    return entry


def _check_entry(net: SafetyNet, entry: NetEntry, today: date) -> None:
    if net.closed_on and entry.kind != NetEntryKind.REVERSED:
        raise Refused(f"“{net}”已于 {net.closed_on} 结清，不能再记账。")
    faults: dict[str, str] = {}
    if not entry.amount:
        faults["amount"] = "金额不能是 0。"
    elif abs(entry.amount) > MOST_MONEY:
        faults["amount"] = "金额过大，请核对单位是否为元。"
    elif entry.amount != entry.amount.quantize(CENT):
        faults["amount"] = "金额最多两位小数。"
    if entry.on > today:
        faults["on"] = "日期不能晚于今天。"
    elif entry.on < EARLIEST:
        faults["on"] = "日期过早，请核对年份。"
    if faults:
        raise Refused("；".join(faults.values()), faults)
    if entry.amount < 0:
        check_no_day_below_zero(net, entry.on, -entry.amount)


def check_no_day_below_zero(net: SafetyNet, on: date, amount: Decimal) -> None:
    """Refuse when paying `amount` yuan `on` makes the balance of any day negative."""
    by_day = dict(net.entries.order_by().values_list("on").annotate(Sum("amount")))
    by_day[on] = by_day.get(on, Decimal(0)) - amount
    days = sorted(by_day)
    running = dict(zip(days, accumulate(by_day[day] for day in days), strict=True))
    below = next((day for day in days if running[day] < 0), None)
    if below is not None:
        short = -min(running.values())
        raise Refused(
            f"“{net}”余额不足：截至 {below} 还差 {short:,.2f} 元，不能支出 {amount:,.2f} 元。请核对日期和金额，或先登记入账。",
            {"amount": f"余额不足，还差 {short:,.2f} 元。"},
        )


def record(net: SafetyNet, verb: str, by: User, at: datetime, **data: Any) -> None:
    """Write the event of the net and update the terms of a deposit."""
    SafetyNet.objects.filter(pk=net.pk).update(version=F("version") + 1)
    audit.record(net.stream, verb, by, at, union=net.union, **data)
    if net.kind == NetKind.DEPOSIT:
        terms.keep_nets([net.pk], at)


# ---- in step with the case's ledger ------------------------------------------------------------------------------------


def follow_reversals(entries: Iterable[LedgerEntry], by: User, at: datetime) -> None:
    """Post the reversal of advances whose case entries were cancelled. The case is locked."""
    pairs = {entry.cancels_id: entry for entry in entries}
    for drawn in _advances_posted_with(pairs):
        assert drawn.case_entry_id is not None
        if drawn.drawing is not None and (back := drawn.drawing.recovered()):
            raise Refused(f"这笔垫付已追偿 {back:,.2f} 元，请先在“{drawn.net}”申请冲正追偿，再冲正垫付。")
        answer = pairs[drawn.case_entry_id]
        post(
            drawn.net,
            NetEntryKind.REVERSED,
            -drawn.amount,
            answer.on,
            by,
            at,
            source=answer.source,
            case_entry=answer,
            drawing=drawn.drawing,
            cancels=drawn,
        )


def follow_repeats(repeats: list[tuple[LedgerEntry, LedgerEntry]], by: User, at: datetime) -> None:
    """Post advances again whose case entries were cancelled and repeated: (old, new)."""
    advances = {old.pk: new for old, new in repeats if old.kind == EntryKind.ADVANCED}
    for drawn in _advances_posted_with(advances):
        assert drawn.case_entry_id is not None
        anew = advances[drawn.case_entry_id]
        post(
            drawn.net,
            NetEntryKind.ADVANCED,
            -anew.amount,
            anew.on,
            by,
            at,
            source=anew.source,
            case_entry=anew,
            drawing=drawn.drawing,
        )


def _advances_posted_with(case_entries: Iterable[int | None]) -> list[NetEntry]:
    """Advances posted with these entries of cases, their nets locked in order."""
    found = list(
        NetEntry.objects.filter(case_entry__in=[pk for pk in case_entries if pk], kind=NetEntryKind.ADVANCED)
        .select_related("drawing")
        .order_by("net_id", "pk")
    )
    held = {pk: lock(SafetyNet(pk=pk)) for pk in dict.fromkeys(row.net_id for row in found)}
    for row in found:
        row.net = held[row.net_id]
    return found
