"""A listener that idles keeps its place: who tells people comes after who derives what is told."""

from __future__ import annotations

from typing import Any

import pytest
from django.dispatch import Signal

from arrears.cases import signals
from arrears.cases.signals import idle
from arrears.cases.terms import follow_case
from arrears.prevention import classing
from arrears.reminders.models import Reminder
from tests.cast import World, a_case, an_employer
from unions.common.features import provided

ORDER = {
    "case_changed": [
        "arrears.serious.terms.follow_case",
        "arrears.letters.terms.follow_case",
        "arrears.cases.terms.follow_case",
        "arrears.plans.actions.follow_case",
        "arrears.plans.terms.follow_case",
        "arrears.legal.terms.follow_case",
        "arrears.inspections.terms.follow_case",
        "arrears.prevention.classing.follow_case",
        "arrears.transfers.reminding.remind_of_transfer",
        "arrears.reminders.immediate.tell_at_once",
        "reporting.returns.zero_reports.recheck_on_change",
        "arrears.sanctions.terms.follow_case",
    ]
}
# What features above are asked for in the middle of an act, in order.
ASKED = {"after warnings": [classing.follow], "after inspections": [classing.follow]}

changed = Signal()
heard: list[str] = []


def derive(sender: Any, **kwargs: Any) -> None:
    heard.append("derive")


def tell(sender: Any, what: str, **kwargs: Any) -> None:
    heard.append(f"tell {what}")


signals.connect(changed, derive)
signals.connect(changed, tell)


def said(what: str) -> list[str]:
    heard.clear()
    changed.send(None, what=what)
    return list(heard)


def test_who_hears_of_what_and_in_which_order() -> None:
    """The whole order is written here a second time: whoever changes it says so in this list."""
    found = {
        name: [key for (key, _), *_ in signal.receivers]
        for name, signal in vars(signals).items()
        if isinstance(signal, Signal)
    }
    assert found == ORDER
    assert {name: list(provided(name)) for name in ASKED} == ASKED


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
