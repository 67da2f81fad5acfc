"""From counts to marks, points and places: tables with their boundaries, and what must hold for any counts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.law.rules.rates import Rate
from arrears.law.rules.reader import RulebookError, delivered_rulebooks, parse_rulebook
from arrears.law.rules.rulebook import Indicator
from arrears.law.rules.scoring import mark_of, ranks, score

ENTRIES = delivered_rulebooks()["qingdao-2021"].indicators
BOOK = """key = "new"
title = "通知"
issuer = "某市总工会"
issued = 2026-01-01
first = 2026-01-01
attached_to = "370200"
[[clause]]
id = "A-1"
heading = "一"
quotation = "进行评价"
summary = "评价"
"""
INDICATOR = """
[[indicator]]
name = "{name}"
clause = "A-1"
title = "及时"
quotation = "进行评价"
measure = "timely"
weight = 100
full = 95
zero = 60
local = true
"""


def entry() -> Indicator:
    return parse_rulebook(BOOK + INDICATOR.format(name="timely"), "new.toml").indicators[0]


@pytest.mark.parametrize(
    ("share", "mark"),
    [("0", "0"), ("60", "0"), ("60.35", "1"), ("77.5", "50"), ("94.65", "99"), ("95", "100"), ("100", "100")],
)
def test_QD_8_a_mark_rises_in_a_straight_line_from_zero_to_full(share: str, mark: str) -> None:
    assert mark_of(Decimal(share), entry()) == Decimal(mark)


def test_QD_8_the_weight_of_what_a_unit_has_nothing_of_is_spread() -> None:
    all_met = {one.name: Rate(3, 3) for one in ENTRIES}
    assert score(ENTRIES, all_met).total == 100
    half = score(ENTRIES, {"timely": Rate(4, 5), "closed": Rate(0, 2)})  # 80% of 60…100 is half the mark
    assert [(one.indicator.name, one.weight, one.points) for one in half.marks if one.points is not None] == [
        ("timely", Decimal("55.56"), Decimal("27.78")),
        ("closed", Decimal("44.44"), Decimal("0.00")),
    ]
    assert half.total == Decimal("27.78")
    assert next(one for one in half.marks if one.indicator.name == "prompt").share is None


def test_QD_8_a_unit_with_nothing_to_do_has_no_score() -> None:
    nothing = score(ENTRIES, {})
    assert nothing.total is None and all(one.points is None for one in nothing.marks)


def test_more_inspections_than_wanted_are_all_of_them() -> None:
    entry = ENTRIES[0]
    (mark,) = score([entry], {entry.name: Rate(30, 12)}).marks
    assert (mark.share, mark.mark, mark.lost, Rate(30, 12).lost) == (100, 100, 0, 0)


def test_equal_totals_share_a_place_and_those_without_have_none() -> None:
    totals = [Decimal(90), None, Decimal(95), Decimal(90), Decimal(10)]
    assert ranks(totals) == [2, None, 1, 2, 4]


COUNTS = st.tuples(st.integers(0, 400), st.integers(0, 400)).map(lambda two: Rate(min(two), max(two)))
ALL_COUNTS = st.fixed_dictionaries({one.name: COUNTS for one in ENTRIES})


@given(ALL_COUNTS)
def test_a_score_lies_between_0_and_100_and_is_the_sum_of_its_points(counts: dict[str, Rate]) -> None:
    found = score(ENTRIES, counts)
    if found.total is None:
        assert not any(count.of for count in counts.values())
        return
    assert 0 <= found.total <= 100
    points = [one.points for one in found.marks if one.points is not None]
    assert abs(sum(points, Decimal(0)) - found.total) <= Decimal("0.01") * len(points)
    assert all(0 <= one.lost <= one.weight for one in found.marks)


@given(ALL_COUNTS, st.sampled_from([one.name for one in ENTRIES]))
def test_one_more_done_never_lowers_a_score_and_one_more_missed_never_raises_it(
    counts: dict[str, Rate], name: str
) -> None:
    here = counts[name]
    before = score(ENTRIES, counts).total
    if before is None or not here.of:
        return
    done = score(ENTRIES, counts | {name: Rate(min(here.met + 1, here.of), here.of)}).total
    missed = score(ENTRIES, counts | {name: Rate(here.met, here.of + 1)}).total
    assert done is not None and missed is not None
    assert missed <= before <= done


# ---- the entries of a rulebook ----------------------------------------------------------------------------------------


def test_QP_4_2_indicators_are_split_by_body_and_weigh_100() -> None:
    entries = delivered_rulebooks()["qingpu-2023-1"].indicators
    assert list(dict.fromkeys(one.body for one in entries)) == ["台账资料", "实地检查", "线索处置"]
    assert sum(one.weight for one in entries) == 100
    assert {one.clause for one in entries} == {"QP-1.3", "QP-4.2", "QP-4.3"} and all(one.local for one in entries)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('measure = "timely"', 'measure = "nice"'), "第 18 行：[[indicator]] “measure”的值“nice”不认识"),
        (("weight = 100", "weight = 90"), "权重合计 90，应为 100"),
        (("weight = 100\n", ""), "缺少“weight”"),
        (("full = 95", "full = 60"), "满分线 60 须高于零分线 60"),
        (("full = 95", "full = 101"), "不超过 100"),
        (('measure = "timely"', 'measure = "prompt"'), "“timely”按 prompt 考核，要写 days"),
        (("zero = 60", "zero = 60\ndays = 5"), "第 22 行：“timely”按 timely 考核，不写 days"),
        (('measure = "timely"', 'measure = "complete"\nneeds = ["shoes"]'), "“shoes”不认识"),
        (('measure = "timely"', 'measure = "timely"\nreach = "far"'), "“far”不认识"),
        (('clause = "A-1"\ntitle', 'clause = "A-9"\ntitle'), "A-9 不在本文件"),
    ],
)
def test_a_bad_indicator_is_refused_with_its_line(change: tuple[str, str], said: str) -> None:
    text = BOOK + INDICATOR.format(name="timely")
    assert change[0] in text
    with pytest.raises(RulebookError) as refused:
        parse_rulebook(text.replace(*change), "new.toml")
    assert said in str(refused.value) and "new.toml" in str(refused.value)


def test_the_same_thing_judged_twice_is_refused() -> None:
    one, other = (INDICATOR.format(name=name).replace("= 100", "= 50") for name in ("a", "b"))
    with pytest.raises(RulebookError, match="重复"):
        parse_rulebook(BOOK + one + other, "new.toml")
