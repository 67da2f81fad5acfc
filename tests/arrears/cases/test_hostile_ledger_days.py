"""Entries in an order that cannot have been: no day of the books, and so no table as of it, says less than nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from arrears.cases import ledger
from arrears.cases.models import Case, Employer, EntryKind, LedgerEntry
from arrears.law.scope import Period, Scope
from arrears.merging import actions as merging
from arrears.merging.models import Merger
from arrears.safety_nets.actions import drawings
from arrears.workers import payments as worker_payments
from arrears.workers.models import Worker
from arrears.workers.payments import Payment
from reporting.forms.files import known
from reporting.forms.tabulate import tabulate
from tests.arrears.workers.test_workers import facts as of_worker
from tests.arrears.workers.test_workers import listed
from tests.cast import World, a_case, moment
from tests.lent import lent
from tests.nets import a_fund, a_wish
from tests.readers import as_user
from unions.common.refusals import Refused

NOW = moment("2026-11-29 10:00")
K = EntryKind


def nov(day: int) -> date:
    return date(2026, 11, day)


def the_case(world: World, **facts: Any) -> Case:
    """Accepted on the 2nd: 7 people, 70,000 yuan."""
    numbers = {"stated_workers": 7, "stated_migrants": 0, "stated_amount": Decimal(70_000)}
    return a_case(world, accepted_on=nov(2), **numbers, **facts)


def post(world: World, case: Case, kind: str, day: int, workers: int, amount: int) -> LedgerEntry:
    return ledger.post(
        case, EntryKind(kind), nov(day), world.user("he"), NOW, workers=workers, amount=Decimal(amount), source="凭证"
    )


def reverse(world: World, entry: LedgerEntry, day: int) -> LedgerEntry:
    return ledger.reverse(entry, nov(day), world.user("he"), NOW, "记错")


def printed(day: int, world: World, form: str = "shandong-winter") -> list[str]:
    """Every figure of the last line of a table as of a day of November."""
    scope = Scope(world.unions["370000"], Period(nov(1), nov(day), nov(day)))
    return [figure.text for figure in tabulate(known()[form], scope).lines[-1].figures]


def every_day(case: Case) -> None:
    for day in range(1, 31):
        end = ledger.balance(case, nov(day))
        for sums in (end.owed, end.resolved, end.untrue, end.outstanding):
            assert min(sums.workers, sums.migrants, sums.amount) >= 0, (day, end)


# (what was entered before, the entry, what is said, the day that would do)
# An entry: kind, day, people, yuan; "reverse": which of those before (0 is the 认定 of filing), day of its 冲正.
Step = tuple[Any, ...]
REFUSED: dict[str, tuple[list[Step], Step, str, int | None]] = {
    "paid before more was recognised": (
        [("recognised", 29, 20, 900_000)],
        ("paid", 5, 25, 960_000),
        "截至 2026-11-05 解决的人数就超过了当日的欠薪数（多出 18 人）：欠薪数到 2026-11-29 才增加。请把日期改为 2026-11-29",
        29,
    ),
    "found untrue before more was recognised": (
        [("recognised", 29, 20, 900_000)],
        ("untrue", 20, 7, 70_001),
        "多出 1.00 元",
        29,
    ),
    "before the case was there": ([], ("paid", 1, 1, 1), "自 2026-11-02 起才有认定，“清偿”不能早于这一天", 2),
    "untrue before the case was there": ([], ("untrue", 1, 1, 1), "“不属实”不能早于这一天", 2),
    "before the case, on a recognition set before it": (
        [("recognised", 1, 3, 3)],
        ("paid", 1, 1, 1),
        "自 2026-11-02 起才有认定",
        2,
    ),
    "less owed before what was paid": ([("paid", 10, 7, 70_000)], ("adjusted", 5, 0, -1), "已超过欠薪数（多出 1", None),
    "less owed on a day on which all was paid": (
        [("paid", 10, 7, 70_000), ("recognised", 20, 1, 10)],
        ("adjusted", 12, 0, -5),
        "欠薪数到 2026-11-20 才增加",
        20,
    ),
    "once more, before the mistake was answered": (
        [("paid", 10, 7, 70_000), ("reverse", 1, 25)],
        ("paid", 10, 7, 70_000),
        "有一笔到 2026-11-25 才冲正",
        25,
    ),
    "the recognition answered while what it was paid with stands": (
        [("paid", 10, 7, 70_000)],
        ("reverse", 0, 28),
        "请先冲正多出的清偿、垫付或不属实",
        None,
    ),
    "the recognition answered before what it was paid with": (
        [("paid", 10, 7, 70_000), ("reverse", 1, 25)],
        ("reverse", 0, 20),
        "有一笔到 2026-11-25 才冲正",
        25,
    ),
    "nothing is recognised any more": (
        [("reverse", 0, 2)],
        ("paid", 10, 1, 1),
        "没有认定的人数和金额，请先记“认定”，再记“清偿”",
        None,
    ),
}

TAKEN: dict[str, list[Step]] = {
    "on the day it was recognised": [("paid", 2, 7, 70_000)],
    "in an order of typing that is not that of the days": [("paid", 20, 3, 30_000), ("paid", 10, 4, 40_000)],
    "less owed and then the rest": [("adjusted", 10, -1, -10_000), ("paid", 9, 6, 60_000)],
    "again on the day of the answer": [("paid", 10, 7, 70_000), ("reverse", 1, 25), ("paid", 25, 7, 70_000)],
    "again on the day of the mistake, answered that very day": [
        ("paid", 10, 7, 70_000),
        ("reverse", 1, 10),
        ("paid", 10, 7, 70_000),
    ],
    "a part beside a mistake not yet answered": [("paid", 10, 3, 30_000), ("reverse", 1, 25), ("paid", 10, 4, 40_000)],
    "recognised anew on a later day": [("reverse", 0, 20), ("recognised", 20, 5, 50_000), ("paid", 10, 5, 50_000)],
    "the recognition answered after what it was paid with": [
        ("paid", 10, 7, 70_000),
        ("reverse", 1, 20),
        ("reverse", 0, 20),
    ],
}


def enter(world: World, case: Case, step: Step) -> LedgerEntry:
    if step[0] == "reverse":
        return reverse(world, list(case.entries.order_by("id"))[step[1]], step[2])
    return post(world, case, *step)


@pytest.mark.parametrize("name", REFUSED)
def test_QP_2_1_what_would_leave_a_day_below_nothing_is_refused(world: World, name: str) -> None:
    before, entry, said, free = REFUSED[name]
    case = the_case(world)
    for step in before:
        enter(world, case, step)
    with pytest.raises(Refused) as refusal:
        enter(world, case, entry)
    assert said in refusal.value.message
    assert ("on" in refusal.value.fields) is (free is not None)
    assert case.entries.count() == 1 + len(before)
    every_day(case)
    if free is not None:  # what the refusal says will do does
        moved = (*entry[:2], free) if entry[0] == "reverse" else (entry[0], free, *entry[2:])
        enter(world, case, moved)
        every_day(case)


@pytest.mark.parametrize("name", TAKEN)
def test_every_order_that_can_have_been_is_taken(world: World, name: str) -> None:
    case = the_case(world)
    for step in TAKEN[name]:
        enter(world, case, step)
    every_day(case)


def test_QH_2_the_tables_of_the_days_between(world: World) -> None:
    """Twenty more recognised on the 29th, paid "on the 5th": the table as of the 10th said −6 people."""
    lent("qinghai-2022-41")
    case = the_case(world)
    post(world, case, "recognised", 29, 20, 900_000)
    with pytest.raises(Refused):
        post(world, case, "paid", 5, 25, 960_000)
    with pytest.raises(Refused):
        post(world, case, "paid", 1, 1, 1)
    for form in ("shandong-winter", "qinghai-annex-2"):
        for day in (1, 4, 5, 10, 28, 29):
            assert not [text for text in printed(day, world, form) if "-" in text or "−" in text], day
    assert printed(1, world, "qinghai-annex-2")[3:] == ["0.0000", "0.00"]


def test_a_payment_list_obeys_the_days_too(world: World) -> None:
    case = the_case(world)
    listed(world, case, [of_worker(owed="10000")])
    worker = Worker.objects.get(case=case)
    with pytest.raises(Refused, match="自 2026-11-02 起才有认定"):
        worker_payments.pay(case, {worker.pk: Decimal(10_000)}, Payment(on=nov(1)), world.user("he"), NOW)
    worker_payments.pay(case, {worker.pk: Decimal(10_000)}, Payment(on=nov(2)), world.user("he"), NOW)
    every_day(case)


def test_SD_2_4c_an_advance_before_what_it_answers_is_refused_when_asked(world: World) -> None:
    case = the_case(world)
    fund = a_fund(world, founded_on=date(2026, 10, 1))
    with pytest.raises(Refused, match="“垫付”不能早于") as refusal:
        drawings.ask_advance(case, a_wish(fund, 1000, paid_on=nov(1)), world.user("li"), NOW)
    assert refusal.value.fields == {"paid_on": "不能早于 2026-11-02。"}
    post(world, case, "paid", 20, 0, 69_500)
    post(world, case, "recognised", 25, 1, 10_000)
    with pytest.raises(Refused, match="欠薪数到 2026-11-25 才增加"):
        drawings.ask_advance(case, a_wish(fund, 1000, paid_on=nov(20)), world.user("li"), NOW)
    assert drawings.ask_advance(case, a_wish(fund, 1000, paid_on=nov(25)), world.user("li"), NOW).pk


def test_the_page_says_the_day_beside_its_field(world: World) -> None:
    case = a_case(world)  # accepted on the 10th
    said = {"seen": case.version, "kind": "paid", "on": "2026-11-09", "workers": "1", "migrants": "0", "amount": "1"}
    answer = as_user(world, "he").post(f"/cases/{case.pk}/entries/", said)
    assert answer.status_code == 422
    assert "不能早于 2026-11-10。" in answer.content.decode()
    assert Employer.objects.count() == 1 and case.entries.count() == 1


def test_merged_and_parted_no_day_stands_below_nothing(world: World) -> None:
    """While it was merged it owed nothing: a payment found later is dated after the parting."""
    into = the_case(world)
    case = the_case(world, employer=into.employer)
    post(world, case, "paid", 10, 3, 30_000)
    he, wang = world.user("he"), world.user("wang")
    case.refresh_from_db()
    row = merging.request(case, into, "同一件事", he, moment("2026-11-15 09:00"), seen=case.version)
    row = merging.approve(row, by=wang, at=moment("2026-11-15 10:00"), seal=row.snapshot_hash)
    row = merging.request_undo(row, "并非同一件事", he, moment("2026-11-25 09:00"))
    merging.undo(
        row,
        by=wang,
        at=moment("2026-11-25 10:00"),
        seal=merging.parting.seal(Merger.objects.get(pk=row.pk), moment("2026-11-25 10:00")),
    )
    case.refresh_from_db()
    every_day(case)
    for day in (12, 20):
        with pytest.raises(Refused, match="欠薪数到 2026-11-25 才增加"):
            post(world, case, "paid", day, 1, 10_000)
    post(world, case, "paid", 25, 4, 40_000)
    every_day(case)
