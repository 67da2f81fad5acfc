"""What may be asked of which net: by whom, for which case, up to which sum and on which day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from arrears.cases import ledger
from arrears.cases.ledger import TAKES_ENTRIES, Sums
from arrears.cases.models import UNFINISHED, Case, EntryKind, LedgerEntry, State
from arrears.law.legal_numbers import legal_term, with_terms
from arrears.safety_nets import net_ledger
from arrears.safety_nets.models import (
    PENDING,
    Drawing,
    DrawingKind,
    DrawingStage,
    NetEntry,
    NetEntryKind,
    NetKind,
    SafetyNet,
    StoredAs,
    WageDeposit,
)
from unions.common.limits import EARLIEST
from unions.common.refusals import Refused, Stale
from unions.models import Union, User, under
from unions.people.rights import Right

DEPOSIT_CLAUSE = "人社部发〔2021〕65号《工程建设领域农民工工资保证金规定》"
# What each kind of net may be asked for, beside an advance and the 冲正 of an entry.
OUTGOES = {NetKind.DEPOSIT: (DrawingKind.RETURN,), NetKind.EMERGENCY: (DrawingKind.GIVE_BACK, DrawingKind.ADJUST)}


@dataclass(frozen=True)
class AdvanceWish:
    """An advance as it is asked for. `net` None: other money, `other_source`. `paid_on` None: the bank has not paid yet."""

    net: SafetyNet | None
    workers: int
    migrants: int
    amount: Decimal
    reason: str
    paid_on: date | None = None
    notice_on: date | None = None
    other_source: str = ""


@dataclass(frozen=True)
class Outgo:
    """Money to leave a net otherwise. `amount` None: the whole balance, or that of the entry to cancel."""

    kind: DrawingKind
    on: date
    reason: str
    amount: Decimal | None = None
    cancels: NetEntry | None = None


def may_ask(case: Case, user: User) -> bool:
    """A clerk or an officer of the unit that handles the case, while its ledger takes entries."""
    unit = case.handling_union.in_charge()
    return case.state in TAKES_ENTRIES and (user.may(Right.FILE, unit) or user.may(Right.HANDLE, unit))


def nets_for(case: Case) -> list[SafetyNet]:
    """Nets that may pay for the case, with `balance`: deposits of its projects, funds of its units and above."""
    line = {*case.handling_union.line_ids(), *(int(pk) for pk in case.path.split(".") if pk)}
    near = Q(union__in=line) | under([case.handling_union.path])
    of_site = Q(project__employer=case.employer_id)
    if case.project is not None:
        of_site |= Q(project=case.project_id) | Q(project__name=case.project.name)
    deposits = WageDeposit.objects.filter(near, of_site).values("pk")
    funds = Q(kind=NetKind.EMERGENCY, union__in=line)
    rows = SafetyNet.objects.filter(funds | Q(pk__in=deposits), closed_on=None).with_sums()
    return list(rows.select_related("union").order_by("kind", "-path", "pk"))


def check_advance(case: Case, net: SafetyNet | None, wish: AdvanceWish, outstanding: Sums, today: date) -> None:
    if case.state not in TAKES_ENTRIES:
        raise Refused(f"案件{State(case.state).label}，不能再垫付。")
    if net is not None and net.pk not in {one.pk for one in nets_for(case)}:
        raise Refused("所选的资金不能用于本案，请从列表中选择。", {"net": "请从列表中选择。"})
    faults = _faults_of_money(wish, outstanding) | _faults_of_days(net, wish, today)
    if net is None and not wish.other_source.strip():
        faults["other_source"] = "请写明是哪里的资金，如街道垫资、建设单位垫付。"
    if not wish.reason.strip():
        faults["reason"] = "请写明依据，如会议纪要、支付通知书文号。"
    if faults:
        raise Refused("；".join(faults.values()), faults)
    if net is not None:
        check_available(net, wish.amount)
        if wish.paid_on is not None:
            net_ledger.check_no_day_below_zero(net, wish.paid_on, wish.amount)
    if wish.paid_on is not None:
        _check_days_of_case(case, wish, wish.paid_on)


def _check_days_of_case(case: Case, wish: AdvanceWish, paid_on: date) -> None:
    """Refuse a day on which the case's ledger could not take the entry."""
    numbers = {"workers": wish.workers, "migrants": wish.migrants, "amount": wish.amount}
    entry = LedgerEntry(case=case, kind=EntryKind.ADVANCED, counts_as=EntryKind.ADVANCED, on=paid_on, **numbers)
    ledger.check_days(case, entry, "paid_on")


def _faults_of_money(wish: AdvanceWish, outstanding: Sums) -> dict[str, str]:
    faults = {}
    if wish.amount <= 0:
        faults["amount"] = "垫付金额须大于 0。"
    elif wish.amount > outstanding.amount:
        faults["amount"] = f"垫付金额多于未解决的 {outstanding.amount:,.2f} 元。"
    if wish.workers > outstanding.workers:
        faults["workers"] = f"人数多于未解决的 {outstanding.workers} 人。"
    if wish.migrants > wish.workers:
        faults["migrants"] = "其中农民工人数不能多于人数。"
    elif wish.migrants > outstanding.migrants:
        faults["migrants"] = f"农民工人数多于未解决的 {outstanding.migrants} 人。"
    return faults


def _faults_of_days(net: SafetyNet | None, wish: AdvanceWish, today: date) -> dict[str, str]:
    faults = {}
    if net is not None and net.kind == NetKind.DEPOSIT:
        if wish.notice_on is None:
            faults["notice_on"] = "动用保证金须填写支付通知书日期。"
        elif ended := _guarantee_ended(net, wish.notice_on):
            faults["notice_on"] = f"这项保证金的保函已于 {ended} 到期，银行不再担保，请先登记续保。"
        elif wish.paid_on and wish.paid_on < wish.notice_on:
            faults["paid_on"] = "支付日期不能早于支付通知书日期。"
    elif wish.notice_on is not None:
        faults["notice_on"] = "只有动用保证金才有支付通知书，请留空。"
    if wish.paid_on is None and (net is None or net.kind != NetKind.DEPOSIT):
        faults["paid_on"] = "请填写把工资付到职工手中的日期。"
    for name in ("notice_on", "paid_on"):
        value = getattr(wish, name)
        if value and value > today:
            faults[name] = "日期不能晚于今天。"
        elif value and value < EARLIEST:
            faults[name] = "日期过早，请核对年份。"
    return faults


def _guarantee_ended(net: SafetyNet, on: date) -> date | None:
    """The last day of a guarantee that has ended before `on`, or None."""
    over = WageDeposit.objects.filter(pk=net.pk, stored_as=StoredAs.GUARANTEE, guarantee_until__lt=on)
    return over.values_list("guarantee_until", flat=True).first()


def check_still_owed(row: Drawing) -> None:
    """Refuse when payment notices already cover what the case is still owed."""
    issued = Drawing.objects.filter(case=row.case, stage=DrawingStage.ISSUED).exclude(pk=row.pk)
    promised = issued.aggregate(sum=Sum("amount"))["sum"]
    if row.case is None or not promised:
        return
    left = ledger.balance(row.case).outstanding.amount
    if row.amount + promised > left:
        raise Refused(
            f"本案未解决 {left:,.2f} 元，其中 {promised:,.2f} 元已开支付通知书、银行还没有支付，"
            "请先登记银行支付或作废通知书，再批准这一笔。"
        )


def check_available(net: SafetyNet, amount: Decimal, but: Drawing | None = None) -> None:
    left = net_ledger.available(net, but)
    if amount > left:
        promised = net_ledger.promised(net, but)
        note = f"（另有 {promised:,.2f} 元已开支付通知书）" if promised else ""
        raise Refused(
            f"“{net}”可动用余额只有 {left:,.2f} 元{note}，不够 {amount:,.2f} 元，请减少金额或换一项资金。",
            {"amount": f"可动用余额只有 {left:,.2f} 元。"},
        )


def takes_money_out(row: Drawing) -> bool:
    """Whether the drawing takes money out; the 冲正 of an outgo brings it back."""
    return row.cancels is None or row.cancels.amount > 0


def outgo_fields(net: SafetyNet, outgo: Outgo, today: date) -> dict[str, Any]:
    """The fields of a Drawing for this outgo. Refused where it may not be."""
    if net.closed_on and outgo.kind != DrawingKind.REVERSE:
        raise Refused(f"“{net}”已于 {net.closed_on} 结清。")
    if not outgo.reason.strip():
        raise Refused.for_field("reason", "请写明原因和依据。")
    if outgo.on > today:
        raise Refused.for_field("on", "日期不能晚于今天。")
    amount = _reversed_amount(net, outgo) if outgo.kind == DrawingKind.REVERSE else _taken_amount(net, outgo)
    return {
        "kind": outgo.kind,
        "amount": amount,
        "paid_on": outgo.on,
        "reason": outgo.reason.strip(),
        "cancels": outgo.cancels,
    }


def _taken_amount(net: SafetyNet, outgo: Outgo) -> Decimal:
    if outgo.kind not in OUTGOES[NetKind(net.kind)]:
        raise Refused("这类资金没有这个事项，请重新选择。", {"kind": "请重新选择。"})
    if outgo.kind == DrawingKind.RETURN:
        check_return(net, outgo.on)
        amount = net_ledger.balance(net)
        if not amount:
            raise Refused("账上没有余额，无需返还。")
    else:
        amount = outgo.amount or Decimal(0)
    if amount <= 0:
        raise Refused.for_field("amount", "金额须大于 0。")
    check_available(net, amount)
    return amount


def _reversed_amount(net: SafetyNet, outgo: Outgo) -> Decimal:
    entry = outgo.cancels
    if entry is None or entry.net_id != net.pk:
        raise Refused.for_field("cancels", "请选择要冲正的一笔。")
    if entry.kind == NetEntryKind.REVERSED:
        raise Refused("冲正条目不能再冲正；如需恢复，请重新登记一笔。", {"cancels": "请另选一笔。"})
    if entry.case_entry_id is not None:
        raise Refused("垫付在案件台账中冲正，这里随之冲正。", {"cancels": "请到案件台账冲正。"})
    if NetEntry.objects.filter(cancels=entry).exists():
        raise Stale("这一笔已经冲正过了，请刷新页面查看。")
    if Drawing.objects.filter(cancels=entry, stage=DrawingStage.REQUESTED).exists():
        raise Stale("这一笔的冲正已经提出，请等待审批。")
    if outgo.on < entry.on:
        raise Refused(f"冲正日期不能早于原条目的日期 {entry.on}。", {"on": f"不能早于原条目的日期 {entry.on}。"})
    if entry.amount > 0:
        check_available(net, entry.amount)
    return abs(entry.amount)


def keeping_units(user: User) -> list[Union]:
    """Units at which `user` keeps nets."""
    return list(Union.objects.filter(path__in=user.paths(Right.HANDLE), valid_until=None).order_by("path"))


# ---- the return of a deposit -------------------------------------------------------------------------------------------


def returnable_on(notice_on: date) -> date:
    """The first day after the days of public notice."""
    return notice_on + timedelta(days=_notice_days() + 1)


def _notice_days() -> int:
    return legal_term("deposit-return").days or 0


def check_return(net: SafetyNet, on: date, but: Drawing | None = None) -> None:
    """Refuse a return while the notice runs, the project has open cases, or drawings are pending."""
    deposit = WageDeposit.objects.get(pk=net.pk)
    if deposit.return_notice_on is None:
        raise Refused(with_terms("返还前须先公示 {deposit-return}，请先登记项目完工公示。"))
    if on < (first := returnable_on(deposit.return_notice_on)):
        notice = with_terms("公示 {deposit-return}未满")
        raise Refused(f"{notice}（{DEPOSIT_CLAUSE}），{first} 起方可返还。", {"on": f"{notice}，{first} 起方可返还。"})
    if open_cases := Case.objects.filter(project=deposit.project_id, state__in=UNFINISHED).count():
        raise Refused(f"该项目还有 {open_cases} 件欠薪案件没有办结，保证金暂不能返还。")
    if Drawing.objects.filter(net=net, stage__in=PENDING).exclude(pk=but.pk if but else 0).exists():
        raise Refused("还有动用申请在审批或等待银行支付，请先办结再返还。")
