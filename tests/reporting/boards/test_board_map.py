"""The tile map: places as data, shades that mean something, from the province to the district; never colour alone."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse

from reporting.boards import tiles
from reporting.boards.columns import COLUMNS
from reporting.boards.comparison import ComparedCell, ComparedUnit
from reporting.boards.wording import printed_short, short_number
from reporting.demo.places import TERRITORY
from tests.books import write_case
from tests.cast import World, a_case, an_employer
from tests.readers import as_user
from tests.reporting.boards.test_boards import FRAME
from tests.unions.common.test_visual_language import violations
from unions.models import Union, UnionKind

PLACES = {"370000": 16, "630000": 8, "210000": 14, "310000": 16}


def test_each_province_has_every_place_once_and_none_on_another() -> None:
    grids = tiles.grids()
    assert {code: len(grid.places) for code, grid in grids.items()} == PLACES
    for code, grid in grids.items():
        assert len({place.code for place in grid.places}) == len(grid.places)
        assert all(
            place.code.startswith(code[:2]) and 1 <= place.row <= 8 and 1 <= place.column <= 8 for place in grid.places
        )


def test_every_city_of_the_demo_has_its_place() -> None:
    cities = re.findall(r"^  (\d{6}) ", TERRITORY, re.M) + re.findall(r"(3101\d\d) ", TERRITORY)
    known = {place.code for grid in tiles.grids().values() for place in grid.places}
    assert len(cities) > 15 and set(cities) <= known


def compared(measure: str, *values: Any) -> list[ComparedUnit]:
    """Cities with these figures, a share as (met, of)."""
    codes = [place.code for place in tiles.grids()["370000"].places]
    return [
        ComparedUnit(
            Union(code=code, name=f"{code}总工会", region_code=code, kind=UnionKind.CITY),
            {measure: ComparedCell(COLUMNS[measure], *(value if isinstance(value, tuple) else (value, 0)))},
        )
        for code, value in zip(codes, values, strict=False)
    ]


def drawn(measure: str, *values: Any) -> tiles.TileMap:
    above = Union(code="370000", region_code="370000", kind=UnionKind.PROVINCE)
    return tiles.draw(above, compared(measure, *values), COLUMNS[measure])


def shades(found: tiles.TileMap) -> list[int]:
    return [tile.shade for tile in found.tiles if tile.one]


def test_the_more_is_outstanding_the_darker() -> None:
    found = drawn("left-amount", *(Decimal(n) for n in (0, 10, 20, 30, 40, 50, 60, 70, 80)))
    assert shades(found) == [0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert [(step.shade, step.first, step.last, step.count) for step in found.legend] == [
        (0, 0, 0, 1),
        (1, 10, 20, 2),
        (2, 30, 40, 2),
        (3, 50, 60, 2),
        (4, 70, 80, 2),
    ]
    assert sum(tile.one is None for tile in found.tiles) == 16 - 9


def test_a_low_rate_is_dark_and_a_full_one_is_none() -> None:
    found = drawn("closing-rate", (10, 10), (9, 10), (5, 10), (0, 10), (0, 0), (0, 4))
    assert shades(found) == [0, 2, 3, 4, 0, 0], "four cases are too few for a shade"
    assert (found.unknown, found.few) == (1, 1)
    assert sum(step.count for step in found.legend) == 4


def test_the_legend_rounds_as_the_tiles_do(books: World) -> None:
    """12,346 and 12,345.67 万元 would else be one figure on the map and another beside it."""
    column = COLUMNS["left-amount"]
    cell = ComparedCell(column, Decimal("123456700"))
    assert printed_short(cell) == short_number(column, cell.value or 0) == "12,346"
    assert short_number(COLUMNS["closing-rate"], Decimal("66.65")) == printed_short(
        ComparedCell(COLUMNS["closing-rate"], 1333, 2000)
    )
    answer = as_user(books, "han").get(reverse("board-map"))
    tiles_said = {one.text for one in (*answer.context["tiles"], *answer.context["plain"]) if one.tile.cell}
    legend_said = {text for step in answer.context["legend"] for text in step["text"].split()[0].split("–")}
    assert legend_said <= tiles_said


def test_the_map_has_the_industrial_unions_and_the_own_books_and_adds_up(books: World) -> None:
    a_case(books, "jiang", "370000I0001E0001", employer=an_employer("远方路桥", "370202"))
    a_case(books, "han", "370000", employer=an_employer("省直管", "370202"), stated_amount=Decimal(7_000))
    client = as_user(books, "han")
    answer = client.get(reverse("board-map"))
    assert {one.tile.label: one.text for one in answer.context["plain"]} == {"山东省建设产业": "12.00", "本级": "0.70"}
    assert answer.context["total"] == "36.70" == client.get(reverse("board-desk")).context["total"]
    own = next(one for one in answer.context["plain"] if one.tile.label == "本级")
    assert [row.case.employer.name for row in client.get(own.url).context["rows"]] == ["省直管"]


def test_nobody_inspected_is_the_darkest() -> None:
    assert shades(drawn("inspected", (0, 100), (50, 100))) == [4, 3]


def test_equal_figures_have_one_shade() -> None:
    assert set(shades(drawn("left-workers", 5, 5, 5, 5, 5, 5))) == {4}
    assert set(shades(drawn("left-workers", 0, 0))) == {0}


def test_units_without_a_place_stand_in_a_plain_grid() -> None:
    rows = compared("new", 1)
    rows.append(ComparedUnit(Union(code="370000I0001", name="建设产业工会"), rows[0].cells))
    above = Union(code="370000", region_code="370000", kind=UnionKind.PROVINCE)
    found = tiles.draw(above, rows, COLUMNS["new"])
    assert [tile.label for tile in found.plain] == ["建设产业"]
    city = Union(code="370200", region_code="370200", kind=UnionKind.CITY)
    assert tiles.draw(city, rows, COLUMNS["new"]).tiles == []


# ---- the page -------------------------------------------------------------------------------------------------------


@pytest.fixture
def books(world: World) -> World:
    a_case(world)
    a_case(world, "chu", "370203E0001", employer=an_employer("台东酒店", "370203"), stated_workers=3, stated_migrants=0)
    return world


def test_from_the_province_down_to_the_cases(books: World) -> None:
    client = as_user(books, "han")
    answer = client.get(reverse("board-map"))
    [qingdao] = [one for one in answer.context["tiles"] if one.url]
    assert (qingdao.text, qingdao.full) == ("24.00", "24.00 万元")
    city = client.get(qingdao.url)
    assert city.context["union"].code == "370200" and not city.context["tiles"]
    south = next(one for one in city.context["plain"] if one.tile.label == "市南区")
    board = client.get(south.url)
    assert board.context["union"].code == "370202"
    rows = client.get(re.findall(r'href="(/boards/rows/cases-open/[^"]+)"', board.text)[0])
    assert "海风建设有限公司" in rows.text


def test_the_measure_asked_for_goes_along(books: World) -> None:
    client = as_user(books, "han")
    answer = client.get(reverse("board-map"), {"measure": "new", "period": "2026"})
    [qingdao] = [one for one in answer.context["tiles"] if one.url]
    assert qingdao.full == "2 件" and "measure=new" in qingdao.url and "period=2026" in qingdao.url
    assert client.get(reverse("board-map"), {"measure": "nothing"}).context["column"].name == "left-amount"


def test_last_year_is_shown_and_goes_along_from_tiles_and_table(books: World) -> None:
    write_case(books, date(2025, 5, 6), 4, "50000", "370202", closed_on=date(2026, 3, 5))
    client = as_user(books, "han")
    asked = {"period": "2026-01-01~2026-11-20", "when": "last-year", "measure": "left-workers"}
    answer = client.get(reverse("board-map"), asked)
    [qingdao] = [one for one in answer.context["tiles"] if one.url]
    name, url, text, rows_url, _ = answer.context["ranked"][0]
    assert (name, text, qingdao.text) == ("青岛市总工会", "4", "4") and url == qingdao.url
    below = client.get(url).context
    assert below["past"] and below["column"].name == "left-workers"
    assert client.get(rows_url).context["total"].workers == 4


def test_the_price_of_the_map(books: World, django_assert_max_num_queries: Any) -> None:
    client = as_user(books, "han")
    client.get(reverse("board-map"))
    cache.clear()
    with django_assert_max_num_queries(FRAME + 10):
        client.get(reverse("board-map"))
    cache.clear()
    with django_assert_max_num_queries(3 + 10):
        client.get(reverse("board-desk"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1440, 390])
def test_the_map_by_keyboard_and_on_any_screen(books: World, open_page: Any, width: int) -> None:
    page = open_page(width=width)
    page.goto("/sign-in/")
    page.get_by_label("账号").fill("han")
    page.get_by_label("密码").fill("a-good-long-password")
    page.get_by_role("button", name="登录").click()
    page.locator("#desk-board .tile").first.wait_for()  # the desk fetched its map
    for address in ("/boards/map/", "/boards/", "/boards/comparison/"):
        page.goto(address)
        assert violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    page.goto("/boards/map/")
    tile = page.get_by_role("link", name=re.compile("青岛"))
    tile.first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("unit=370200"))
