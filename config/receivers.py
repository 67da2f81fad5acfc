"""Who hears of a change of a case, in which order: the one list of receivers.

Order matters: instalments follow the ledger before terms are derived from them, and people are told after the terms are written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from arrears.cases import terms as obligations
from arrears.cases.signals import TURNS, case_changed, connect
from arrears.inspections import terms as inspections
from arrears.legal import terms as legal
from arrears.letters import terms as letters
from arrears.plans import actions as instalments
from arrears.plans import terms as plans
from arrears.prevention import classing
from arrears.reminders import immediate as reminders
from arrears.sanctions import terms as sanctions
from arrears.serious import terms as serious
from arrears.transfers import reminding as transfers
from reporting.returns import zero_reports

# (receiver, the verbs it hears of; None for every change).
CASE_CHANGED: tuple[tuple[Callable[..., None], Collection[str] | None], ...] = (
    (serious.follow_case, serious.CHANGES_HANDLER),
    (letters.follow_case, letters.ENDS_OR_REOPENS),
    (obligations.follow_case, None),
    (instalments.follow_case, None),
    (plans.follow_case, TURNS),
    (legal.follow_case, TURNS),
    (inspections.follow_case, TURNS),
    (classing.follow_case, classing.CHANGES),
    (transfers.remind_of_transfer, transfers.HEARD),
    (reminders.tell_at_once, None),
    (zero_reports.recheck_on_change, None),
    (sanctions.follow_case, sanctions.CHANGES_HANDLER),
)


def connect_all() -> None:
    """Connect every receiver in the order of the list. Connecting twice changes nothing."""
    for receiver, verbs in CASE_CHANGED:
        connect(case_changed, receiver, verbs)
