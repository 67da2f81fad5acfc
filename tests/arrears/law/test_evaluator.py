"""Thresholds: every number at, below and above it; what is not known stays 待核; a slow naive reading agrees."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arrears.law.rules.evaluator import Answer, crimes, evaluate
from arrears.law.rules.facts import Facts, FactsError, OwedWorker, read_facts
from arrears.law.rules.reader import delivered_rulebooks

BOOKS = delivered_rulebooks()


def verdict(key: str, facts: dict[str, Any] | Facts) -> tuple[list[str], list[str]]:
    """The clauses triggered, and those unclear."""
    found = evaluate(facts if isinstance(facts, Facts) else read_facts(facts), BOOKS[key])
    return [one.clause for one in found.triggered], [one.clause for one in found.unclear]


def listed(*workers: tuple[int, int]) -> list[dict[str, int]]:
    return [{"owed": owed, "months": months} for owed, months in workers]


YES, NO, UNCLEAR = (["QD-4.1c"], []), ([], []), ([], ["QD-4.1c"])


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        # ten workers and 100,000 yuan, the numbers included
        ({"workers": 10, "amount": "100000", "months": 1}, YES),
        ({"workers": 10, "amount": "100000.00", "months": 0}, YES),
        ({"workers": 9, "amount": "100000", "months": 1}, NO),
        ({"workers": 10, "amount": "99999.99", "months": 2}, NO),
        ({"workers": 11, "amount": "100000.01", "months": 2}, YES),
        # one worker, three months and 10,000 yuan
        ({"workers": 1, "amount": 10000, "months": 3}, YES),
        ({"workers": 1, "amount": 10000, "months": 2}, NO),
        ({"workers": 1, "amount": "9999.99", "months": 3}, NO),
        ({"workers": 1, "amount": 10001, "months": 4}, YES),
        # several workers: the list decides
        ({"workers": 3, "amount": 30000, "months": 3, "worker_list": listed((10000, 3), (10000, 1), (10000, 1))}, YES),
        ({"workers": 3, "amount": 30000, "months": 3, "worker_list": listed((9999, 3), (10001, 2), (10000, 2))}, NO),
        # one owed enough and another waiting long enough are not one worker
        ({"workers": 2, "amount": 20000, "months": 5, "worker_list": listed((15000, 2), (5000, 5))}, NO),
        # no list, several workers: not guessed
        ({"workers": 5, "amount": 50000, "months": 3}, UNCLEAR),
        ({"workers": 2, "amount": 10000, "months": 3}, UNCLEAR),
        ({"workers": 2, "amount": "9999.99", "months": 3}, NO),  # nobody can be owed 10,000
        ({"workers": 2, "amount": 50000, "months": 2}, NO),  # nobody has waited three months
        ({"workers": 10, "amount": 100000, "months": 12}, YES),  # decided by the other half
        # a list that does not name everybody
        ({"workers": 3, "amount": 30000, "months": 3, "worker_list": listed((9000, 3))}, UNCLEAR),
        ({"workers": 3, "amount": 18000, "months": 3, "worker_list": listed((9000, 3))}, NO),
        ({"workers": 3, "amount": 30000, "months": 3, "worker_list": listed((10000, 3))}, YES),
        # facts nobody has stated
        ({"workers": 10}, UNCLEAR),
        ({"amount": 100000}, UNCLEAR),
        ({"workers": 1, "months": 3}, UNCLEAR),
        ({"workers": 1, "months": 2}, NO),
        ({}, UNCLEAR),
        ({"workers": 0, "amount": 0, "months": 0}, NO),
        ({"worker_list": listed((10000, 3))}, YES),
    ],
)
def test_qd_4_1c(facts: dict[str, Any], expected: tuple[list[str], list[str]]) -> None:
    assert verdict("qingdao-2021", facts) == expected


@pytest.mark.parametrize(
    ("facts", "clauses"),
    [({"extreme": True}, ["QD-4.1d"]), ({"mass": True}, ["QD-4.1d"]), ({"escalation_signs": True}, []), ({}, [])],
)
def test_qd_4_1d(facts: dict[str, Any], clauses: list[str]) -> None:
    assert verdict("qingdao-2021", {"workers": 1, "amount": 1, "months": 0, **facts})[0] == clauses


@pytest.mark.parametrize(("workers", "clauses"), [(49, []), (50, ["QH-3d-50"]), (51, ["QH-3d-50"]), (0, [])])
def test_qh_3d_50(workers: int, clauses: list[str]) -> None:
    assert verdict("qinghai-2022-41", {"workers": workers}) == (clauses, [])


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"workers": 50, "months": 0}, (["YK-2.1"], [])),
        ({"workers": 49, "months": 2}, ([], [])),
        ({"workers": 1, "months": 3}, (["YK-2.1"], [])),
        ({"workers": 1, "months": "2.9"}, ([], [])),
        ({"workers": 1, "months": 0, "escalation_signs": True}, (["YK-2.1"], [])),
        ({"workers": 50}, (["YK-2.1"], [])),
        ({"workers": 49}, ([], ["YK-2.1"])),
        ({"months": 3}, (["YK-2.1"], [])),
    ],
)
def test_yk_2_1(facts: dict[str, Any], expected: tuple[list[str], list[str]]) -> None:
    assert verdict("yingkou-2018-2", facts) == expected


def test_qp_2_3_has_no_numbers() -> None:
    assert verdict("qingpu-2023-1", {"workers": 5000, "amount": 10**9, "months": 99}) == ([], [])
    assert verdict("qingpu-2023-1", {"mass": True}) == (["QP-2.3"], [])


def test_immediate_ones_say_so() -> None:
    facts = Facts(workers=60, amount=Decimal(1), months=Decimal(0), mass=True)
    found = [one for key in BOOKS for one in evaluate(facts, BOOKS[key]).triggered]
    assert {one.clause for one in found if one.immediate} == {"QD-4.1d", "QH-3d-50", "YK-2.1", "QP-2.3"}


def test_a_finding_says_why() -> None:
    (found,) = evaluate(read_facts({"workers": 12, "amount": "123456.5", "months": 1}), BOOKS["qingdao-2021"]).triggered
    assert found.why == "涉及12人，达到10人；金额123,456.5元，达到100,000元"
    (unclear,) = evaluate(read_facts({"workers": 5, "amount": 50000, "months": 3}), BOOKS["qingdao-2021"]).unclear
    assert unclear.why == "待核：没有职工名单，不能判断是否有一名职工欠薪3个月以上、金额10000元以上"


# The crime, apart --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        ({"workers": 10, "amount": 50000, "months": 0}, Answer.YES),
        ({"workers": 10, "amount": "49999.99", "months": 2}, Answer.NO),
        ({"workers": 9, "amount": 50000, "months": 2}, Answer.NO),
        ({"workers": 1, "amount": 10000, "months": 3}, Answer.YES),
        ({"workers": 1, "amount": 9999, "months": 3}, Answer.NO),
        ({"workers": 3, "amount": 30000, "months": 3}, Answer.UNCLEAR),
    ],
)
def test_yk_2_4_liaoning(facts: dict[str, Any], answer: Answer) -> None:
    found = crimes(read_facts(facts), BOOKS.values(), "210804")
    assert found and (found.clause, found.answer) == ("YK-2.4", answer)
    assert "责令支付" in found.why


@pytest.mark.parametrize("region", ["370202", "630102", "310118"])
def test_amounts_nobody_found_stay_unset_and_say_so(region: str) -> None:
    found = crimes(Facts(workers=100, amount=Decimal(10**8), months=Decimal(9)), BOOKS.values(), region)
    assert found and found.answer is None
    assert "未查到" in found.why


def test_the_crime_is_not_among_the_reporting_thresholds() -> None:
    assert verdict("yingkou-2018-2", {"workers": 10, "amount": 50000, "months": 2}) == ([], [])


# A slow, naive reading ---------------------------------------------------------------------------------------------


def naive_qd_4_1c(facts: Facts) -> str:
    """By brute force: try every way the unknown could be, and see whether the answer changes."""
    assert facts.workers is not None and facts.amount is not None and facts.months is not None
    if facts.workers >= 10 and facts.amount >= 100000:
        return "yes"
    known = list(facts.worker_list or [])
    if facts.workers == 1 and not known:
        known = [OwedWorker(facts.amount, facts.months)]
    if any(worker.owed >= 10000 and worker.months >= 3 for worker in known):
        return "yes"
    unknown = facts.workers - len(known)
    rest = facts.amount - sum(worker.owed for worker in known)
    # The worst case for the unlisted: one of them is owed all the rest, for the longest time.
    return "unclear" if unknown > 0 and rest >= 10000 and facts.months >= 3 else "no"


MONEY = st.sampled_from([0, 1, 9999, 10000, 10001, 30000, 49999, 50000, 99999, 100000, 100001]).map(
    Decimal
) | st.decimals(0, 300000, places=2)
MONTHS = st.integers(0, 6).map(Decimal)


@st.composite
def cases(draw: st.DrawFn) -> Facts:
    """Workers split the whole sum, or part of it; perhaps there is no list."""
    workers = draw(st.integers(0, 12) | st.sampled_from([49, 50, 51]))
    amount, months = draw(MONEY), draw(MONTHS)
    flags = {name: draw(st.booleans()) for name in ("extreme", "mass", "escalation_signs")}
    facts = Facts(workers=workers, amount=amount, months=months, **flags)
    if workers == 0 or draw(st.booleans()):
        return facts
    count = draw(st.integers(0, min(workers, 12)))
    cuts = sorted(draw(st.lists(st.integers(0, int(amount)), min_size=count, max_size=count)))
    owed = [Decimal(b - a) for a, b in pairwise([0, *cuts])]
    workers_listed = tuple(OwedWorker(one, draw(st.integers(0, int(months)).map(Decimal))) for one in owed)
    return replace(facts, worker_list=workers_listed)


@settings(max_examples=600, deadline=None)
@given(cases())
def test_the_evaluator_agrees_with_a_naive_reading(facts: Facts) -> None:
    triggered, unclear = verdict("qingdao-2021", facts)
    said = "yes" if "QD-4.1c" in triggered else "unclear" if "QD-4.1c" in unclear else "no"
    assert said == naive_qd_4_1c(facts)
    assert ("QD-4.1d" in triggered) == (facts.extreme or facts.mass)
    assert facts.workers is not None and facts.months is not None
    assert bool(verdict("qinghai-2022-41", facts)[0]) == (facts.workers >= 50)
    major = facts.workers >= 50 or facts.months >= 3 or facts.escalation_signs
    assert bool(verdict("yingkou-2018-2", facts)[0]) == major


@settings(max_examples=300, deadline=None)
@given(cases(), st.sampled_from(["workers", "amount", "months"]))
def test_hiding_a_fact_never_turns_an_answer_round(facts: Facts, name: str) -> None:
    """Yes may become unclear, no may become unclear; yes never becomes no, nor no yes."""
    for key in ("qingdao-2021", "qinghai-2022-41", "yingkou-2018-2"):
        before, after = verdict(key, facts), verdict(key, replace(facts, **{name: None}))
        assert set(before[0]) <= {*after[0], *after[1]}
        assert set(after[0]) <= {*before[0], *before[1]}


# Facts from outside ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"people": 3}, "不认识的键“people”"),
        ({"workers": 1.5}, "“workers”应是不小于 0 的整数"),
        ({"workers": -1}, "“workers”"),
        ({"workers": True}, "“workers”"),
        ({"amount": "十万"}, "“amount”应是不小于 0 的数"),
        ({"amount": "NaN"}, "“amount”"),
        ({"amount": "1e99"}, "“amount”"),
        ({"extreme": "是"}, "“extreme”应是 true 或 false"),
        ({"worker_list": 5}, "“worker_list”"),
        ({"worker_list": [{"owed": 5}]}, "第 1 名"),
        ({"worker_list": [{"owed": 5, "months": None}]}, "不能为空"),
        ({"worker_list": [{"owed": "x", "months": 1}]}, "第 1 名：“owed”"),
        ({"workers": 1, "worker_list": [{"owed": 5, "months": 1}, {"owed": 5, "months": 1}]}, "多于 workers"),
    ],
)
def test_facts_that_cannot_be_are_refused(data: dict[str, Any], reason: str) -> None:
    with pytest.raises(FactsError) as refusal:
        read_facts(data)
    assert any(reason in said for said in refusal.value.reasons)


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(FactsError) as refusal:
        read_facts({"workers": -1, "amount": "x", "colour": 1})
    assert len(refusal.value.reasons) == 3
