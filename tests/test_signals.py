"""A listener that idles keeps its place: who tells people comes after who derives what is told."""

from __future__ import annotations

from typing import Any

import pytest
from django.dispatch import Signal

from arrears import signals
from arrears.signals import idle
from reporting.models import Reminder
from reporting.obligations.listening import follow_case
from tests.cast import World, a_case, an_employer

ORDER = {
    "case_changed": [
        "reporting.heavy.listening.follow_case",
        "reporting.letters.listening.follow_case",
        "reporting.obligations.listening.follow_case",
        "arrears.plans.follow_case",
        "reporting.plans.listening.follow_case",
        "reporting.prevention.listening.follow_case",
        "reporting.referrals.listening.tell_of_transfer",
        "reporting.reminders.listening.tell_at_once",
        "reporting.returns.listening.doubt_zeros",
        "reporting.sanctions.listening.follow_case",
    ],
    "cases_imported": ["reporting.obligations.listening.follow_import"],
    "warnings_changed": [
        "reporting.early_warning.listening.follow_warnings",
        "reporting.prevention.listening.follow_warnings",
    ],
    "letter_changed": ["reporting.letters.listening.follow_letter", "reporting.reminders.approvals.tell_of_letter"],
    "referral_changed": ["reporting.referrals.listening.follow_referral"],
    "findings_changed": [
        "reporting.early_warning.listening.follow_findings",
        "reporting.prevention.listening.follow_findings",
    ],
    "visits_changed": ["reporting.prevention.listening.follow_visits", "reporting.rounds.listening.follow_visits"],
    "rounds_changed": ["reporting.rounds.listening.follow_rounds"],
    "platform_changed": ["reporting.rounds.listening.follow_checks"],
    "review_changed": ["reporting.rounds.listening.follow_review"],
    "worker_wrote": ["reporting.reminders.listening.tell_of_letter"],
    "oversight_changed": [
        "reporting.heavy.listening.follow_oversight",
        "reporting.reminders.approvals.tell_of_oversight",
    ],
    "opinion_changed": ["reporting.heavy.listening.follow_opinion"],
    "merger_changed": ["reporting.reminders.approvals.tell_of_merger"],
    "proceeding_changed": ["reporting.plans.listening.follow_proceeding"],
    "plan_changed": ["reporting.plans.listening.follow_plan", "reporting.reminders.approvals.tell_of_departure"],
    "drawing_changed": ["reporting.safety_nets.listening.tell_approvers"],
    "net_changed": ["reporting.safety_nets.listening.follow_net"],
    "case_urged": ["reporting.plans.listening.tell_officer"],
    "sanction_changed": ["reporting.sanctions.listening.follow_sanction"],
    "listing_changed": ["reporting.sanctions.listening.follow_listing"],
}

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
