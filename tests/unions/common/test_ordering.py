"""Lists of names stand in the order of pinyin."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from arrears.cases import employers, filing
from arrears.cases.models import Employer
from tests.cast import AT, World
from unions.common.ordering import by_name
from unions.models import User


@pytest.mark.django_db
def test_names_stand_by_pinyin(world: World) -> None:
    """By code point it would be 安 张 李 王 赵."""
    users = {
        world.user(name).pk: said for name, said in zip(("li", "wang", "he", "sun", "zhou"), "张安赵王李", strict=True)
    }
    for pk, name in users.items():
        User.objects.filter(pk=pk).update(name=f"{name}一")
    found = User.objects.filter(pk__in=users).order_by(by_name())
    assert [user.name[0] for user in found] == list("安李王张赵")


@pytest.mark.django_db
def test_suggested_employers_stand_by_pinyin(world: World) -> None:
    for name in ("张氏建筑", "安泰建筑", "李氏建筑"):
        facts = filing.EmployerFacts(name=name, no_code="unknown", region_code="370202")
        filing.open_draft(world.unions["370202E0001"], filing.employer_for(facts), {}, world.user("li"), AT)
    found = employers.suggested_to(world.user("li"), "建筑")
    assert [one.name for one in found if one.name in {"张氏建筑", "安泰建筑", "李氏建筑"}] == [
        "安泰建筑",
        "李氏建筑",
        "张氏建筑",
    ]
    assert Employer.objects.count() >= 3


def test_nothing_is_ordered_by_the_code_points_of_names() -> None:
    root = Path(__file__).parents[3]
    for top in ("unions", "arrears", "reporting"):
        for file in (root / top).rglob("*.py"):
            assert not re.search(r'order_by\("(\w+__)?name"', file.read_text()), file
