"""Who hears of a change of a case, in which order: the one list of receivers.

Order matters: instalments follow the ledger before terms are derived from them, and people are told after the terms are written.
"""

from __future__ import annotations

from collections.abc import Callable

from arrears.cases import terms as obligations
from arrears.cases.signals import case_changed, connect
from arrears.legal import terms as legal
from arrears.letters import terms as letters
from arrears.plans import actions as instalments
from arrears.plans import terms as plans
from arrears.prevention import classing
from arrears.reminders import receivers as reminders
from arrears.sanctions import terms as sanctions
from arrears.serious import terms as serious
from arrears.transfers import reminding as transfers
from reporting.returns import zero_reports

CASE_CHANGED: tuple[Callable[..., None], ...] = (
    serious.follow_case,
    letters.follow_case,
    obligations.follow_case,
    instalments.follow_case,
    plans.follow_case,
    legal.follow_case,
    classing.follow_case,
    transfers.remind_of_transfer,
    reminders.tell_at_once,
    zero_reports.recheck_on_change,
    sanctions.follow_case,
)


def connect_all() -> None:
    """Connect every receiver in the order of the list. Connecting twice changes nothing."""
    for receiver in CASE_CHANGED:
        connect(case_changed, receiver)
