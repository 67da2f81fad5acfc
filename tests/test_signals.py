"""A listener that idles keeps its place: who tells people comes after who derives what is told."""

from __future__ import annotations

from typing import Any

import pytest
from django.dispatch import Signal

from arrears.signals import hears, idle
from reporting.models import Reminder
from reporting.obligations.listening import follow_case
from tests.cast import World, a_case, an_employer

changed = Signal()
heard: list[str] = []


@hears(changed)
def derive(sender: Any, **kwargs: Any) -> None:
    heard.append("derive")


@hears(changed)
def tell(sender: Any, what: str, **kwargs: Any) -> None:
    heard.append(f"tell {what}")


def said(what: str) -> list[str]:
    heard.clear()
    changed.send(None, what=what)
    return list(heard)


def test_one_that_idles_comes_back_in_its_place() -> None:
    assert said("a") == ["derive", "tell a"]
    with idle(derive):
        assert said("b") == ["tell b"]
        with idle(tell):
            assert said("c") == []
        assert said("d") == ["tell d"]
    assert said("e") == ["derive", "tell e"]


def test_after_a_job_that_broke_off_everybody_hears_again() -> None:
    with pytest.raises(ZeroDivisionError), idle(derive, tell):
        raise ZeroDivisionError
    assert said("f") == ["derive", "tell f"]


def test_the_terms_of_a_move_are_written_before_anybody_is_told(world: World) -> None:
    """Also after a job that derives them at its end, as the demo does."""
    with idle(follow_case):
        assert not a_case(world).obligations.exists()
    case = a_case(world, employer=an_employer("另一家"), mass=True)
    at_once = {f"at-once:{row.pk}" for row in case.obligations.filter(rule="report-incident")}
    assert at_once and Reminder.objects.filter(key__in=at_once).exists(), "told with the move itself"
