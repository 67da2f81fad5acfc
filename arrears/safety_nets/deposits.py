"""Wage deposits (QP-1.2): 存储、使用、补足、返还, as their keeper records them. What leaves one goes through `drawings`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction

from arrears.cases.models import Case, Project
from arrears.cases.models.case import UNFINISHED
from arrears.law.legal_numbers import deposit_ratio, legal_term, with_terms
from arrears.safety_nets import books
from arrears.safety_nets.models import (
    PENDING,
    Drawing,
    NetEntry,
    NetEntryKind,
    NetKind,
    SafetyNet,
    StoredAs,
    WageDeposit,
)
from unions.common.clock import day_of
from unions.common.limits import EARLIEST, MOST_MONEY
from unions.common.refusals import Forbidden, Refused
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right, holders_of
from unions.tree import actions as tree

CLAUSE = "QP-1.2、人社部发〔2021〕65号"


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
        return (self.contract_amount * self.ratio / 100).quantize(books.CENT, ROUND_HALF_UP)


@transaction.atomic
def register(
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
    """A deposit for `project`, kept at `union`; `stored` yuan are in it since `stored_on`, None: nothing yet."""
    tree.hold_still()
    union = Union.objects.select_related("parent").get(pk=union.pk)
    by.forget_grants()
    if not by.may(Right.HANDLE, union):
        raise Forbidden(f"工资保证金由「{union}」的{holders_of(Right.HANDLE)}登记。")
    _check_facts(facts, day_of(at))
    project = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    if known := WageDeposit.objects.filter(project=project, closed_on=None).select_related("union").first():
        raise Refused(
            f"「{project}」的工资保证金已由「{known.union}」登记，不必重复登记。",
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
        books.note(books.lock(deposit), "net.open", by, at)
    deposit.refresh_from_db()
    return deposit


def _check_facts(facts: DepositFacts, today: date) -> None:
    faults: dict[str, str] = {}
    if not 0 < facts.contract_amount <= MOST_MONEY:
        faults["contract_amount"] = "合同额须大于 0，并请核对单位是否为元。"
    if facts.ratio not in (ratio := deposit_ratio()):
        faults["ratio"] = (
            f"存储比例须在 {ratio} 之间（{CLAUSE}），现填 {facts.ratio.normalize():f}%，请按施工合同额核定的比例填写。"
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
    """存入 or 补足. A 补足 makes good what was used and no more."""
    held = books.lock(net, seen)
    books.check_keeper(held, by)
    if amount <= 0:
        raise Refused.for_field("amount", "金额须大于 0。")
    if kind not in (NetEntryKind.STORED, NetEntryKind.TOPPED_UP):
        raise Refused("工资保证金只能登记存入和补足。", {"kind": "请选择存入或补足。"})
    if kind == NetEntryKind.TOPPED_UP and amount > (short := to_top_up(uses(standing(held)))):
        raise Refused(
            f"应补足的只有 {short:,.2f} 元（{CLAUSE}），多出的请记「存入」。",
            {"amount": f"应补足的只有 {short:,.2f} 元，多出的请记「存入」。"},
        )
    return books.post(held, kind, amount, on, by, at, source=source)


def standing(net: SafetyNet) -> list[NetEntry]:
    """Entries of the net that were not cancelled, in the order of their days."""
    rows = net.entries.filter(cancelled_by=None).exclude(kind=NetEntryKind.REVERSED)
    return list(rows.order_by("on", "pk"))


@dataclass(frozen=True)
class Use:
    """One payment out of a deposit. `left`: yuan still to be made good; `met_on`: the day the last of it was, None while some is left."""

    entry: NetEntry
    left: Decimal
    met_on: date | None


def uses(entries: Iterable[NetEntry]) -> list[Use]:
    """Every use with what of it was made good: 补足 goes to the oldest use first. `entries`: those that stand."""
    rows = list(entries)
    back = [[row.on, row.amount] for row in rows if row.kind == NetEntryKind.TOPPED_UP]
    return [_made_good(row, back) for row in rows if row.kind == NetEntryKind.ADVANCED]


def _made_good(use: NetEntry, back: list[list]) -> Use:
    left, met_on = -use.amount, None
    while left and back:
        day, amount = back[0]
        taken = min(left, amount)
        left -= taken
        back[0][1] -= taken
        met_on = max(day, use.on) if not left else None
        if not back[0][1]:
            back.pop(0)
    return Use(use, left, met_on)


def to_top_up(found: Iterable[Use]) -> Decimal:
    """Yuan (QP-1.2: within 10 working days of the use)."""
    return sum((use.left for use in found), Decimal(0))


# ---- guarantee and return -----------------------------------------------------------------------------------------------


@transaction.atomic
def renew(net: SafetyNet, number: str, until: date, by: User, at: datetime, *, seen: int | None = None) -> None:
    """A new guarantee, or the old one for longer."""
    held, deposit = _open(net, by, seen)
    if not deposit.is_guarantee:
        raise Refused("这项保证金是现金存储，没有保函可续。")
    faults = _faults_of_guarantee(number, until, day_of(at))
    if not faults and deposit.guarantee_until and until <= deposit.guarantee_until:
        faults["guarantee_until"] = f"新的到期日须晚于现在的 {deposit.guarantee_until}。"
    if faults:
        raise Refused("；".join(faults.values()), faults)
    WageDeposit.objects.filter(pk=deposit.pk).update(guarantee_number=number.strip(), guarantee_until=until)
    books.note(held, "net.renew", by, at, number=number.strip(), before=deposit.guarantee_until, after=until)


@transaction.atomic
def give_notice(net: SafetyNet, on: date, place: str, by: User, at: datetime, *, seen: int | None = None) -> None:
    """The project is done and its contractor asks for the deposit: made public for 30 days first."""
    held, deposit = _open(net, by, seen)
    if deposit.return_notice_on:
        raise Refused(f"已于 {deposit.return_notice_on} 公示，公示期满即可申请返还。")
    if on > day_of(at):
        raise Refused("公示日期不能晚于今天。", {"on": "日期不能晚于今天。"})
    if not place.strip():
        raise Refused.for_field("place", "请写明在哪里公示。")
    WageDeposit.objects.filter(pk=deposit.pk).update(return_notice_on=on, return_notice_place=place.strip())
    books.note(held, "net.notice", by, at, on=on, reason=place.strip())


@transaction.atomic
def take_notice_back(net: SafetyNet, reason: str, by: User, at: datetime, *, seen: int | None = None) -> None:
    """Somebody objected, or the project is not done: the notice starts anew another time."""
    held, deposit = _open(net, by, seen)
    if deposit.return_notice_on is None:
        raise Refused("现在没有公示，不必撤销。")
    if not reason.strip():
        raise Refused("请写明撤销公示的原因。", {"reason": "请写明原因。"})
    WageDeposit.objects.filter(pk=deposit.pk).update(return_notice_on=None, return_notice_place="")
    books.note(held, "net.notice_back", by, at, before=deposit.return_notice_on, reason=reason.strip())


def _open(net: SafetyNet, by: User, seen: int | None) -> tuple[SafetyNet, WageDeposit]:
    held = books.lock(net, seen)
    books.check_keeper(held, by)
    if held.closed_on:
        raise Refused(f"这项保证金已于 {held.closed_on} 返还结清。")
    return held, WageDeposit.objects.select_related("project").get(pk=held.pk)


def returnable_on(notice_on: date) -> date:
    """The first day after the days of public notice."""
    return notice_on + timedelta(days=_notice_days() + 1)


def _notice_days() -> int:
    return legal_term("deposit-return").days or 0


def check_return(net: SafetyNet, on: date, but: Drawing | None = None) -> None:
    """Refused while the notice runs, wages of the project are owed, or something of the deposit is under way."""
    deposit = WageDeposit.objects.get(pk=net.pk)
    if deposit.return_notice_on is None:
        raise Refused(with_terms("返还前须先公示 {deposit-return}，请先登记项目完工公示。"))
    if on < (first := returnable_on(deposit.return_notice_on)):
        notice = with_terms("公示 {deposit-return}未满")
        raise Refused(f"{notice}（{CLAUSE}），{first} 起方可返还。", {"on": f"{notice}，{first} 起方可返还。"})
    if open_cases := Case.objects.filter(project=deposit.project_id, state__in=UNFINISHED).count():
        raise Refused(f"该项目还有 {open_cases} 件欠薪案件没有办结，保证金暂不能返还。")
    if Drawing.objects.filter(net=net, stage__in=PENDING).exclude(pk=but.pk if but else 0).exists():
        raise Refused("还有动用申请在审批或等待银行支付，请先了结再返还。")
