"""What is offered only where a notice in force for the reader's units speaks of it: the filter 重点行业, 抽调人员, 化解举措."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from arrears.law import provides
from arrears.law.models import Attachment
from tests.cast import World, a_case, an_employer
from tests.readers import as_user

FILTER, SECONDED, MEASURES = 'name="sector"', "登记抽调人员", "登记原因、举措、责任人、责任单位"


@pytest.fixture
def without_notices(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """No notice holds anywhere."""
    Attachment.objects.all().delete()
    monkeypatch.setattr(provides, "concerning", lambda user, on: [])
    return world


def test_the_filter_of_key_sectors_stands_where_a_notice_tells_them_apart(world: World) -> None:
    assert FILTER in as_user(world, "he").get("/cases/").text  # QD-2
    assert FILTER in as_user(world, "sun").get("/prevention/classes/").text


def test_it_is_not_offered_elsewhere_but_stays_where_it_is_in_use(without_notices: World) -> None:
    a_case(without_notices, employer=an_employer("海风餐饮", "370202", focus_sector="catering"))
    he = as_user(without_notices, "he")
    assert FILTER not in he.get("/cases/").text
    used = he.get("/cases/?sector=catering")
    assert FILTER in used.text and "海风餐饮" in used.text


@pytest.mark.parametrize(("step", "staffs"), [("round-focused", True), ("oversight", True), ("resolution", False)])
def test_each_is_offered_where_a_notice_in_force_wants_it(
    world: World, monkeypatch: pytest.MonkeyPatch, step: str, staffs: bool
) -> None:
    asking = SimpleNamespace(in_force=lambda day: True, asks=lambda asked: asked == step)
    monkeypatch.setattr(provides, "concerning", lambda user, on: [asking])
    case = a_case(world)
    assert (SECONDED in as_user(world, "sun").get("/rounds/").text) == staffs
    assert (MEASURES in as_user(world, "he").get(f"/cases/{case.pk}/resolutions/").text) != staffs


def test_neither_is_offered_elsewhere(without_notices: World) -> None:
    case = a_case(without_notices)
    assert SECONDED not in as_user(without_notices, "sun").get("/rounds/").text
    assert "化解举措" not in as_user(without_notices, "he").get(f"/cases/{case.pk}/resolutions/").text
