"""QH-3a: every unit names who takes reports, and a number; whoever has not is seen by the levels above."""

import io

import openpyxl
from django.urls import reverse

from reporting.boards.counts import read_board
from reporting.boards.lines import line_named
from tests.cast import AT, World
from tests.readers import as_user
from unions.models import Event, Union
from unions.tree import actions as tree

GAP = "units-without-duty"


def test_QH_3a_units_without_a_duty_officer_are_seen_by_the_level_above(world: World) -> None:
    district = world.unions["370202"]
    tree.edit(district, world.user("wu"), AT, duty_officer="吴值班", duty_phone="0532-12345678")
    tree.edit(world.unions["370202T0001"], world.user("wu"), AT, duty_officer="郑街道")  # a name alone is not enough
    client = as_user(world, "sun")
    page = client.get(reverse("union", args=["370202"]))
    assert page.context["no_duty"] == 2 and "未公布值班人员或电话（含下级）" in page.text
    asked = {"no_duty": "on", "below": "370202"}
    listed = client.get(reverse("unions"), asked)
    assert [unit.code for unit in listed.context["page"].rows] == ["370202E0001", "370202T0001"]
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("unions-export"), asked).content))
    rows = [row for row in book.active.iter_rows(values_only=True) if isinstance(row[0], int)]
    assert [row[1:3] + row[5:7] for row in rows] == [
        ("370202E0001", "海风建设工会", "未公布", "未公布"),
        ("370202T0001", "八大湖街道工会", "郑街道", "未公布"),
    ]
    assert Event.objects.filter(verb="export-list").count() == 1
    city = world.unions["370200"]
    line, counted = line_named(GAP), read_board(city, AT).counts[GAP]
    assert line is not None
    shown = line.readable(city, AT, world.user("lv"))
    assert counted == shown.count() == Union.objects.below(city).count() - 1, (
        "all but the district, at every level below"
    )


def test_the_unit_above_is_looked_for_beside_the_words(world: World) -> None:
    """What is asked of the units below does not narrow where the unit above is looked for; its code is read as any other."""
    client = as_user(world, "sun")
    for code in ("370202", "３７０２０２ "):
        listed = client.get(reverse("unions"), {"q": "海风", "below": code})
        assert [unit.name for unit in listed.context["page"].rows] == ["海风建设工会"]
    assert client.get(reverse("unions"), {"q": "海风", "below": "370299"}).context["page"].rows == []


def test_QH_3a_nobody_sees_the_gaps_of_strangers(world: World) -> None:
    client = as_user(world, "feng")
    listed = client.get(reverse("unions"), {"no_duty": "on", "below": "370202"})
    assert listed.context["page"].rows == []
