"""Units move, split, merge and close; every past figure stays what it was and still adds up."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arrears.cases.models import Case
from tests.cast import AT, World, a_case, an_employer, moment
from unions.common.refusals import Forbidden, Refused
from unions.models import Event, Placement, Union, User
from unions.people.appointments import read_grants
from unions.tree import actions as tree

LATER = moment("2027-06-30 10:00")
ON = date(2027, 1, 1)
BEFORE = ON - timedelta(days=1)


@pytest.fixture
def system(world: World) -> User:
    return world.user("xitong")


def codes_below(union: Union, day: date) -> set[str]:
    ids = tree.units_below_on(union, day)
    return set(Union.objects.filter(pk__in=ids).values_list("code", flat=True))


def sums(day: date) -> dict[str, int]:
    """Cases below each unit as the tree stood on `day`."""
    return {union.code: Case.objects.under(union, on=day).count() for union in Union.objects.all()}


def fresh(world: World, code: str) -> Union:
    return Union.objects.get(code=code)


def the_tree_is_sound() -> None:
    """Paths follow parents, depth counts, placements are gapless and say today what the units say."""
    units = {unit.pk: unit for unit in Union.objects.all()}
    for unit in units.values():
        above = units[unit.parent_id] if unit.parent_id else None
        assert unit.path == f"{above.path if above else ''}{unit.pk}."
        assert unit.depth == (above.depth + 1 if above else 0)
        if unit.is_closed:  # right under the one that acts for it, through however many successors
            last = unit.successor
            while last and last.is_closed:
                last = last.successor
            assert unit.parent == last
    for unit in units.values():
        rows = list(Placement.objects.filter(union=unit).order_by("since"))
        assert rows[0].since == tree.EVER and rows[-1].until is None and rows[-1].path == unit.path
        for earlier, later in pairwise(rows):
            assert earlier.until is not None and earlier.until >= earlier.since
            assert later.since == earlier.until + timedelta(days=1)


def every_figure_adds_up(days: Iterable[date]) -> None:
    """On each day the subtree of a unit is itself and the subtrees of those right below it, none twice."""
    for day in days:
        stood = {row.union_id: row.path for row in Placement.objects.filter(since__lte=day).exclude(until__lt=day)}
        assert len(stood) == Union.objects.count()
        for pk, path in stood.items():
            above = [int(part) for part in path.split(".") if part]
            assert above[-1] == pk
            if len(above) > 1:
                assert path == f"{stood[above[-2]]}{pk}."


def test_moving_takes_the_subtree_and_leaves_the_past(world: World, system: User) -> None:
    a_case(world)
    before = sums(BEFORE)
    unit = fresh(world, "370202")
    tree.move(unit, fresh(world, "370000"), ON, system, LATER)
    the_tree_is_sound()
    every_figure_adds_up([date(1999, 1, 1), BEFORE, ON, LATER.date()])
    assert sums(BEFORE) == before
    assert sums(ON)["370200"] == 0 and sums(ON)["370000"] == 1
    assert codes_below(fresh(world, "370200"), BEFORE) >= {"370202", "370202E0001"}
    assert codes_below(fresh(world, "370200"), ON) == {"370200", "370203", "370203E0001"}
    assert Case.objects.get().path == fresh(world, "370202E0001").path
    assert Event.objects.filter(stream=f"union:{unit.pk}").last().verb == "move"


def test_rights_follow_the_move(world: World, system: User) -> None:
    """The city no longer sees the cases of a district that left it; the province and the district still do."""
    a_case(world)
    tree.move(fresh(world, "370202"), fresh(world, "370000"), ON, system, LATER)
    seen = {name: Case.objects.visible_to(world.user(name)).count() for name in ("lv", "han", "sun", "feng")}
    assert seen == {"lv": 0, "han": 1, "sun": 1, "feng": 0}


def test_closing_hands_over_and_keeps_the_past(world: World, system: User) -> None:
    a_case(world)
    before = sums(BEFORE)
    south, north = fresh(world, "370202"), fresh(world, "370203")
    tree.close(south, north, ON, system, LATER)
    the_tree_is_sound()
    every_figure_adds_up([BEFORE, ON])
    assert sums(BEFORE) == before
    assert sums(ON) == before | {"370202": 0, "370203": 1}
    south.refresh_from_db()
    assert (south.valid_until, south.successor, south.in_charge()) == (BEFORE, north, north)
    assert fresh(world, "370202E0001").parent == north
    assert not south.appointments.in_force(ON).exists()
    assert not read_grants(world.people["sun"])
    assert Event.objects.filter(stream=f"union:{south.pk}", verb="dismiss").count() == 4


def test_splitting_founds_a_sibling(world: World, system: User) -> None:
    a_case(world)
    before = sums(BEFORE)
    south = fresh(world, "370202")
    child = fresh(world, "370202E0001")
    new = tree.split(south, "370219", "新南区总工会", [child], ON, system, LATER)
    the_tree_is_sound()
    every_figure_adds_up([date(1990, 1, 1), BEFORE, ON])
    assert (new.parent, new.kind) == (south.parent, south.kind)
    assert sums(BEFORE) == before | {"370219": 0}
    assert (sums(ON)["370202"], sums(ON)["370219"], sums(ON)["370200"]) == (0, 1, 1)


def test_merging_two_into_one(world: World, system: User) -> None:
    a_case(world)
    a_case(world, by="chu", code="370203E0001", employer=an_employer("台东餐饮有限公司", "370203"))
    before = sums(BEFORE)
    into = tree.found("370299", "新区总工会", "district", fresh(world, "370200"), ON, system, LATER)
    tree.merge([fresh(world, "370202"), fresh(world, "370203")], into, ON, system, LATER)
    the_tree_is_sound()
    every_figure_adds_up([BEFORE, ON])
    assert sums(BEFORE) == before | {"370299": 0}
    assert sums(ON)["370299"] == sums(ON)["370200"] == 2


def test_a_unit_founded_today_stood_with_its_parent_all_along(world: World, system: User) -> None:
    """A case entered late for an early day is in the district's figure and in the province's."""
    tree.move(fresh(world, "370202"), fresh(world, "370000"), ON, system, LATER)
    young = tree.found("370202E0009", "晚建工会", "enterprise", fresh(world, "370202"), ON, system, LATER)
    the_tree_is_sound()
    every_figure_adds_up([BEFORE, ON])
    assert young.code in codes_below(fresh(world, "370200"), BEFORE)
    assert young.code not in codes_below(fresh(world, "370200"), ON)


REFUSALS = [
    ("itself below", "370202", "370202E0001", ON, "在“市南区总工会”之下"),
    ("same parent", "370202", "370200", ON, "无需移动"),
    ("the top", "370000", "370200", ON, "最上级"),
    ("tomorrow", "370202", "370000", LATER.date() + timedelta(days=1), "不能晚于今天"),
    ("before it was founded", "370202", "370000", date(1999, 12, 31), "才成立"),
    ("a district below an enterprise", "370203", "370202E0001", ON, "不能设在"),
]


@pytest.mark.parametrize(("code", "to", "on", "why"), [row[1:] for row in REFUSALS], ids=[r[0] for r in REFUSALS])
def test_moves_refused(world: World, system: User, code: str, to: str, on: date, why: str) -> None:
    with pytest.raises(Refused, match=why):
        tree.move(fresh(world, code), fresh(world, to), on, system, LATER)
    the_tree_is_sound()


def test_nothing_is_turned_back(world: World, system: User) -> None:
    """Neither the unit nor the new parent may have moved after the day named."""
    tree.move(fresh(world, "370202"), fresh(world, "370000"), ON, system, LATER)
    for code, to in (("370202", "370200"), ("370203E0001", "370202")):
        with pytest.raises(Refused, match="变动日期不能早于这一天"):
            tree.move(fresh(world, code), fresh(world, to), BEFORE, system, LATER)
    tree.move(fresh(world, "370202"), fresh(world, "370200"), ON, system, LATER)
    the_tree_is_sound()


def test_nor_may_anything_have_left_the_unit_since(world: World, system: User) -> None:
    tree.move(fresh(world, "370202E0001"), fresh(world, "370203"), ON, system, LATER)
    with pytest.raises(Refused, match="为止还在“市南区总工会”之下"):
        tree.move(fresh(world, "370202"), fresh(world, "370000"), BEFORE, system, LATER)
    tree.move(fresh(world, "370202"), fresh(world, "370000"), ON, system, LATER)
    every_figure_adds_up([BEFORE, ON])


def test_only_the_system_administrator_changes_the_tree(world: World) -> None:
    for name in ("wu", "anquan", "han"):
        by = world.user(name)
        with pytest.raises(Forbidden):
            tree.move(fresh(world, "370202"), fresh(world, "370000"), ON, by, LATER)
        with pytest.raises(Forbidden):
            tree.close(fresh(world, "370202"), fresh(world, "370203"), ON, by, LATER)
        with pytest.raises(Forbidden):
            tree.found("370299", "新区", "district", fresh(world, "370200"), ON, by, LATER)


def test_a_closed_unit_takes_no_part(world: World, system: User) -> None:
    tree.close(fresh(world, "370202"), fresh(world, "370203"), ON, system, LATER)
    closed, open_ = fresh(world, "370202"), fresh(world, "370203")
    for act in (
        lambda: tree.move(closed, fresh(world, "370000"), ON, system, LATER),
        lambda: tree.move(fresh(world, "370202E0001"), closed, ON, system, LATER),
        lambda: tree.close(closed, open_, ON, system, LATER),
        lambda: tree.close(fresh(world, "370203E0001"), closed, ON, system, LATER),
        lambda: tree.found("370202E0099", "新", "enterprise", closed, ON, system, LATER),
        lambda: tree.split(closed, "1", "新", [fresh(world, "370202E0001")], ON, system, LATER),
    ):
        with pytest.raises(Refused, match="终止"):
            act()


def test_a_path_too_long_is_refused(world: World, system: User) -> None:
    unit = fresh(world, "370202E0001")
    with pytest.raises(Refused, match="层级太深"):
        for serial in range(60):
            unit = tree.found(f"{serial}X", "深", "enterprise", unit, ON, system, LATER)


def test_editing_keeps_before_and_after(world: World, system: User) -> None:
    unit = fresh(world, "370202")
    with pytest.raises(Forbidden):
        tree.edit(unit, world.user("wu"), AT, name="新名")
    tree.edit(unit, world.user("wu"), AT, duty_officer="吴值班", duty_phone="0532-12345678")
    tree.edit(unit, system, AT, name="新市南区总工会", reports_to=fresh(world, "370203"))
    tree.edit(unit, system, AT, name="新市南区总工会")
    events = Event.objects.filter(stream=f"union:{unit.pk}", verb="edit")
    assert [e.data["after"] for e in events] == [
        {"duty_officer": "吴值班", "duty_phone": "0532-12345678"},
        {"name": "新市南区总工会", "reports_to": "370203"},
    ]


STEPS = st.one_of(
    st.tuples(st.just("move"), st.integers(0, 30), st.integers(0, 30), st.integers(0, 20)),
    st.tuples(st.just("close"), st.integers(0, 30), st.integers(0, 30), st.integers(0, 20)),
    st.tuples(st.just("split"), st.integers(0, 30), st.integers(0, 30), st.integers(0, 20)),
    st.tuples(st.just("found"), st.integers(0, 30), st.integers(0, 30), st.integers(0, 20)),
)


class Undo(Exception):
    pass


def take(step: tuple[Any, ...], serial: int) -> None:
    what, first, second, days = step
    units = list(Union.objects.order_by("id"))
    unit, other = units[first % len(units)], units[second % len(units)]
    on = ON + timedelta(days=days)
    if what == "move":
        tree.move(unit, other, on, None, LATER)
    elif what == "close":
        tree.close(unit, other, on, None, LATER)
    elif what == "split":
        tree.split(unit, f"S{serial}", f"分{serial}", list(unit.children.all())[:1], on, None, LATER)
    else:
        tree.found(f"N{serial}", f"新{serial}", "enterprise", unit, on, None, LATER)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=10))
def test_any_sequence_keeps_the_tree_sound(world: World, steps: list[tuple[Any, ...]]) -> None:
    with pytest.raises(Undo), transaction.atomic():
        past = {unit.code: codes_below(unit, BEFORE) for unit in Union.objects.all()}
        for serial, step in enumerate(steps):
            try:
                take(step, serial)
            except Refused:
                continue
        the_tree_is_sound()
        every_figure_adds_up([BEFORE, *(ON + timedelta(days=n) for n in range(0, 21, 4)), LATER.date()])
        for unit in Union.objects.filter(code__in=past):
            assert codes_below(unit, BEFORE) & past.keys() == past[unit.code]
        raise Undo
