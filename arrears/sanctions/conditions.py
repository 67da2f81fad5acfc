"""Which cases meet the conditions of the joint-punishment list (人社部令第45号), read from the ledger.

Ordered to pay, unpaid, and grave enough: the local amount of 拒不支付劳动报酬罪, or a mass or extreme event. Where the place has set no amount, the answer is
待核 unless an event decides it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from arrears.cases import ledger
from arrears.cases.facts import CaseReader
from arrears.cases.models import Case
from arrears.law.editions.rulebook_editions import rulebooks_at
from arrears.law.rules.evaluator import Answer, crimes
from arrears.law.rules.facts import Facts
from arrears.law.rules.rulebook import Rulebook
from arrears.sanctions.models import Sanction
from arrears.sanctions.models.sanction import TELLS_TO_PAY
from unions.approvals import ShownLine
from unions.common.formats import yuan

YES, NO, UNCLEAR = "yes", "no", "unclear"
ANSWER_WORDS = {YES: "符合", NO: "不符合", UNCLEAR: "待核"}
AMOUNT, EVENT, ORDER, UNPAID = ("欠薪数额达到入罪标准", "群体性或极端事件造成严重影响", "已责令限期支付", "逾期未支付")
STATES = {Answer.YES: YES, Answer.NO: NO, Answer.UNCLEAR: UNCLEAR}


@dataclass(frozen=True)
class Condition:
    """One condition. `state`: yes, no or unclear. `why`: from which facts."""

    label: str
    state: str
    why: str

    @property
    def answer(self) -> str:
        return ANSWER_WORDS[self.state]


@dataclass(frozen=True)
class JudgedCase:
    """A case judged by all conditions."""

    case: int
    conditions: tuple[Condition, ...]
    state: str

    @property
    def meets(self) -> bool:
        return self.state == YES


def judge_cases(cases: Collection[int], day: date) -> dict[int, JudgedCase]:
    """Case → its conditions on `day`; ended cases are left out. A fixed number of queries."""
    books = list(rulebooks_at().values())
    rows = {row.pk: row for row in Case.objects.filter(pk__in=cases).only("pk", "ordered_to_pay_by")}
    orders = _orders(rows)
    balances = ledger.balances(rows)
    found = {}
    for subject in CaseReader().read(list(rows)):
        if subject.case is None or subject.ended is not None:
            continue
        row = rows[subject.case]
        conditions = (*_gravity(subject.facts, books), *_order_unpaid(row, orders[row.pk], balances[row.pk], day))
        found[row.pk] = JudgedCase(row.pk, conditions, _verdict(conditions))
    return found


def _orders(cases: Collection[int]) -> Mapping[int, list[Sanction]]:
    found: dict[int, list[Sanction]] = defaultdict(list)
    orders_to_pay = Sanction.objects.standing().filter(case__in=cases, kind__in=TELLS_TO_PAY, pay_by__isnull=False)
    for one in orders_to_pay.order_by("decided_on", "pk"):
        found[one.case_id].append(one)
    return found


def _gravity(facts: Facts, books: Iterable[Rulebook]) -> tuple[Condition, Condition]:
    crime = crimes(facts, books, facts.region)
    if crime is None or crime.answer is None:
        why = crime.why if crime else "没有载明数额标准的规则"
        amount = Condition(AMOUNT, UNCLEAR, why)
    else:
        amount = Condition(AMOUNT, STATES[crime.answer], crime.why)
    flags = [word for flag, word in ((facts.mass, "群体性事件"), (facts.extreme, "极端讨薪")) if flag]
    return amount, Condition(EVENT, YES if flags else NO, "、".join(flags) or "案件未登记群体性、极端事件")


def _order_unpaid(
    case: Case, orders: list[Sanction], balance: ledger.Balance, day: date
) -> tuple[Condition, Condition]:
    """An order entered as the department gave it; else the term that stands on the case."""
    latest = orders[-1] if orders else None
    pay_by = latest.pay_by if latest else case.ordered_to_pay_by
    if pay_by is None:
        return Condition(ORDER, NO, "没有登记责令限期支付"), Condition(UNPAID, NO, "没有支付期限")
    order = f"{latest.summary}，期限 {pay_by}" if latest else f"案件登记的责令支付期限 {pay_by}"
    ordered = Condition(ORDER, YES, order)
    left = balance.outstanding.amount
    if latest is not None and latest.paid_in_full:
        return ordered, Condition(UNPAID, NO, f"部门查明已于 {latest.outcome_on} 支付")
    if pay_by >= day:
        return ordered, Condition(UNPAID, NO, f"支付期限 {pay_by} 尚未届满")
    if left <= 0:
        return ordered, Condition(UNPAID, NO, "台账已无未解决金额")
    return ordered, Condition(UNPAID, YES, f"期限 {pay_by} 已过，台账尚有 {yuan(left)} 元未解决")


def _verdict(conditions: tuple[Condition, ...]) -> str:
    amount, event, ordered, unpaid = (one.state for one in conditions)
    if NO in (ordered, unpaid):
        return NO
    if YES in (amount, event):
        return YES
    return UNCLEAR if UNCLEAR in (amount, event) else NO


def condition_lines(case: Case, day: date) -> list[ShownLine]:
    """The conditions as shown to the second person."""
    one = judge_cases([case.pk], day).get(case.pk)
    if one is None:
        return [ShownLine("列入条件", "无法判断，请按事实核对")]
    return [ShownLine(f"条件：{each.label}", f"{each.answer}——{each.why}") for each in one.conditions]
