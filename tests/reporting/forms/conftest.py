"""The forms of all places are tried on the books of one: its province has taken their notices over."""

from __future__ import annotations

import pytest

from tests.lent import lent


@pytest.fixture(autouse=True)
def forms_of_all_places(request: pytest.FixtureRequest) -> None:
    """For every test with the cast, but for those of what concerns whom."""
    if "world" in request.fixturenames and not request.module.__name__.endswith("test_form_concern"):
        request.getfixturevalue("world")
        lent()
