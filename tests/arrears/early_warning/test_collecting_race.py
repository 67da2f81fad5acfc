"""Several workbooks of one source at one moment: the list of the period is here once."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import pytest

from arrears.early_warning import actions
from arrears.early_warning.actions import SignalFacts
from tests.arrears.cases.test_hostile_race import together
from tests.arrears.early_warning.test_collecting import SEPTEMBER_8, collected
from tests.cast import World, an_employer, load
from tests.warned import under_yingkou
from unions.log.audit import broken_links


@pytest.fixture
def world(cast_database: None, transactional_db: None, settings: Any, tmp_path: Any) -> World:
    settings.MEDIA_ROOT = tmp_path / "files"
    return load()


def test_YK_1_1b_a_list_that_comes_in_parts_at_once_is_one(world: World) -> None:
    under_yingkou(world)
    row, unit = collected(world), world.unions["370202"]
    said = SignalFacts("tax", "tax_arrears", date(2026, 8, 25), date(2026, 9, 8))
    firms = [an_employer(name, "370202") for name in ("欠税一厂", "欠税二厂", "欠税三厂")]
    results = together(
        *(partial(actions.record_signals, unit, [(firm, said)], world.user("sun"), SEPTEMBER_8) for firm in firms)
    )
    assert [len(made) for made, _ in results] == [1, 1, 1], results
    assert row.lists.count() == 1 and list(broken_links()) == []
