"""Wage deposits (QP-1.2) as their keeper records them: 存储、补足、续保、返还公示. Money leaves through drawings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction

from arrears.cases.models import Project
from arrears.law.legal_numbers import deposit_ratio
from arrears.safety_nets import net_ledger
from arrears.safety_nets.models import NetEntry, NetEntryKind, NetKind, SafetyNet, StoredAs, WageDeposit
from arrears.safety_nets.rules import DEPOSIT_CLAUSE
from arrears.safety_nets.top_ups import entries_in_force, to_top_up, uses
from unions.common.clock import day_of
from unions.common.limits import EARLIEST, MOST_MONEY
from unions.common.refusals import Forbidden, Refused
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right, holders_of
from unions.tree import actions as tree


@dataclass(frozen=True)
class DepositFacts:
    """`contract_amount` in yuan, `ratio` in percent. Number and end only where a bank guarantees."""

    contract_amount: Decimal
    ratio: Decimal
    stored_as: str
    bank: str
    guarantee_number: str = ""
    guarantee_until: date | None = None

    @property
    def amount_due(self) -> Decimal:
        return (self.contract_amount * self.ratio / 100).quantize(net_ledger.CENT, ROUND_HALF_UP)


@transaction.atomic
def register_deposit(
    union: Union,
    project: Project,
    facts: DepositFacts,
    by: User,
    at: datetime,
    *,
    stored: Decimal | None = None,
    stored_on: date | None = None,
    source: str = "",
) -> WageDeposit:
    """Register the deposit of a project. `stored`: yuan in it since `stored_on`; None: nothing yet."""
    tree.hold_still()
    union = Union.objects.select_related("parent").get(pk=union.pk)
    by.forget_grants()
    if not by.may(Right.HANDLE, union):
        raise Forbidden(f"工资保证金由“{union}”的{holders_of(Right.HANDLE)}登记。")
    _check_facts(facts, day_of(at))
    project = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    if known := WageDeposit.objects.filter(project=project, closed_on=None).select_related("union").first():
        raise Refused(
            f"“{project}”的工资保证金已由“{known.union}”登记，无需重复登记。",
            {"project_name": "这个项目已登记过保证金。"},
        )
    deposit = WageDeposit.objects.create(
        union=union,
        path=union.path,
        kind=NetKind.DEPOSIT,
        name=project.name,
        by=by,
        at=at,
        project=project,
        amount_due=facts.amount_due,
        **vars(facts),
    )
    audit.record(
        deposit.stream,
        "net.register",
        by,
        at,
        union=union,
        project=project.pk,
        amount=facts.amount_due,
        ratio=facts.ratio,
        stored_as=facts.stored_as,
    )
    if stored:
        put_in(deposit, NetEntryKind.STORED, stored, stored_on or day_of(at), source, by, at)
    else:
        net_ledger.record(net_ledger.lock(deposit), "net.open", by, at)
    deposit.refresh_from_db()
    return deposit


def _check_facts(facts: DepositFacts, today: date) -> None:
    faults: dict[str, str] = {}
    if not 0 < facts.contract_amount <= MOST_MONEY:
        faults["contract_amount"] = "合同额须大于 0，并请核对单位是否为元。"
    if facts.ratio not in (ratio := deposit_ratio()):
        faults["ratio"] = (
            f"存储比例须在 {ratio} 之间（{DEPOSIT_CLAUSE}），现填 {facts.ratio.normalize():f}%，请按施工合同额核定的比例填写。"
        )
    elif not facts.amount_due:
        faults["contract_amount"] = "按这个合同额和比例算出的应存金额不足一分，请核对单位是否为元。"
    if facts.stored_as == StoredAs.GUARANTEE:
        faults |= _faults_of_guarantee(facts.guarantee_number, facts.guarantee_until, today)
    if faults:
        raise Refused("；".join(faults.values()), faults)


def _faults_of_guarantee(number: str, until: date | None, today: date) -> dict[str, str]:
    faults = {}
    if not number.strip():
        faults["guarantee_number"] = "请填写保函编号。"
    if until is None:
        faults["guarantee_until"] = "请填写保函到期日。"
    elif until < max(today, EARLIEST):
        faults["guarantee_until"] = f"保函已于 {until} 到期，请登记现在有效的保函。"
    return faults


# ---- what comes in ------------------------------------------------------------------------------------------------------


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
    """Record 存入 or 补足. Refused: a 补足 of more than was used."""
    locked = net_ledger.lock(net, seen)
    net_ledger.check_keeper(locked, by)
    if amount <= 0:
        raise Refused.for_field("amount", "金额须大于 0。")
    if kind not in (NetEntryKind.STORED, NetEntryKind.TOPPED_UP):
        raise Refused("工资保证金只能登记存入和补足。", {"kind": "请选择存入或补足。"})
    if kind == NetEntryKind.TOPPED_UP and amount > (short := to_top_up(uses(entries_in_force(locked)))):
        raise Refused(
            f"应补足的只有 {short:,.2f} 元（{DEPOSIT_CLAUSE}），多出的请记“存入”。",
            {"amount": f"应补足的只有 {short:,.2f} 元，多出的请记“存入”。"},
        )
    return net_ledger.post(locked, kind, amount, on, by, at, source=source)


# ---- guarantee and return -----------------------------------------------------------------------------------------------


@transaction.atomic
def renew_guarantee(
    net: SafetyNet, number: str, until: date, by: User, at: datetime, *, seen: int | None = None
) -> None:
    """Record a new guarantee, or a longer term of the old one."""
    locked, deposit = _locked_open(net, by, seen)
    if not deposit.is_guarantee:
        raise Refused("这项保证金是现金存储，没有保函可续。")
    faults = _faults_of_guarantee(number, until, day_of(at))
    if not faults and deposit.guarantee_until and until <= deposit.guarantee_until:
        faults["guarantee_until"] = f"新的到期日须晚于现在的 {deposit.guarantee_until}。"
    if faults:
        raise Refused("；".join(faults.values()), faults)
    WageDeposit.objects.filter(pk=deposit.pk).update(guarantee_number=number.strip(), guarantee_until=until)
    net_ledger.record(locked, "net.renew", by, at, number=number.strip(), before=deposit.guarantee_until, after=until)


@transaction.atomic
def record_return_notice(
    net: SafetyNet, on: date, place: str, by: User, at: datetime, *, seen: int | None = None
) -> None:
    """Record the public notice that precedes a return by 30 days."""
    locked, deposit = _locked_open(net, by, seen)
    if deposit.return_notice_on:
        raise Refused(f"已于 {deposit.return_notice_on} 公示，公示期满即可申请返还。")
    if on > day_of(at):
        raise Refused("公示日期不能晚于今天。", {"on": "日期不能晚于今天。"})
    if not place.strip():
        raise Refused.for_field("place", "请写明在哪里公示。")
    WageDeposit.objects.filter(pk=deposit.pk).update(return_notice_on=on, return_notice_place=place.strip())
    net_ledger.record(locked, "net.notice", by, at, on=on, reason=place.strip())


@transaction.atomic
def cancel_return_notice(net: SafetyNet, reason: str, by: User, at: datetime, *, seen: int | None = None) -> None:
    """Cancel the public notice of a return, with a reason."""
    locked, deposit = _locked_open(net, by, seen)
    if deposit.return_notice_on is None:
        raise Refused("目前没有公示，无需撤销。")
    if not reason.strip():
        raise Refused("请写明撤销公示的原因。", {"reason": "请写明原因。"})
    WageDeposit.objects.filter(pk=deposit.pk).update(return_notice_on=None, return_notice_place="")
    net_ledger.record(locked, "net.notice_back", by, at, before=deposit.return_notice_on, reason=reason.strip())


def _locked_open(net: SafetyNet, by: User, seen: int | None) -> tuple[SafetyNet, WageDeposit]:
    locked = net_ledger.lock(net, seen)
    net_ledger.check_keeper(locked, by)
    if locked.closed_on:
        raise Refused(f"这项保证金已于 {locked.closed_on} 返还结清。")
    return locked, WageDeposit.objects.select_related("project").get(pk=locked.pk)
