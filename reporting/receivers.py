"""Who hears of what, in which order: the one list of receivers.

Order matters: instalments follow the ledger before terms are derived from them, and people are told after the terms are written.
"""

from __future__ import annotations

from collections.abc import Callable

from django.dispatch import Signal

from arrears.cases import signals
from arrears.cases import terms as obligations
from arrears.early_warning import receivers as early_warning
from arrears.inspections import receivers as rounds
from arrears.letters import receivers as letters
from arrears.letters import reminding as letter_reminding
from arrears.merging import reminding as merger_reminding
from arrears.plans import actions as instalments
from arrears.plans import receivers as plans
from arrears.plans import reminding as plan_reminding
from arrears.portal import reminding as portal_reminding
from arrears.prevention import receivers as prevention
from arrears.referrals import receivers as referrals
from arrears.reminders import receivers as reminders
from arrears.safety_nets import receivers as safety_nets
from arrears.sanctions import receivers as sanctions
from arrears.serious import receivers as heavy
from arrears.serious import reminding as serious_reminding
from reporting.returns import receivers as returns

RECEIVERS: tuple[tuple[Signal, tuple[Callable[..., None], ...]], ...] = (
    (
        signals.case_changed,
        (
            heavy.follow_case,
            letters.follow_case,
            obligations.follow_case,
            instalments.follow_case,
            plans.follow_case,
            prevention.follow_case,
            referrals.tell_of_transfer,
            reminders.tell_at_once,
            returns.doubt_zeros,
            sanctions.follow_case,
        ),
    ),
    (signals.cases_imported, (obligations.follow_import,)),
    (signals.warnings_changed, (early_warning.follow_warnings, prevention.follow_warnings)),
    (signals.letter_changed, (letters.follow_letter, letter_reminding.tell_of_letter)),
    (signals.referral_changed, (referrals.follow_referral,)),
    (signals.findings_changed, (early_warning.follow_findings, prevention.follow_findings)),
    (signals.visits_changed, (prevention.follow_visits, rounds.follow_visits)),
    (signals.rounds_changed, (rounds.follow_rounds,)),
    (signals.platform_changed, (rounds.follow_checks,)),
    (signals.review_changed, (rounds.follow_review,)),
    (signals.worker_wrote, (portal_reminding.tell_of_letter,)),
    (signals.oversight_changed, (heavy.follow_oversight, serious_reminding.tell_of_oversight)),
    (signals.opinion_changed, (heavy.follow_opinion,)),
    (signals.merger_changed, (merger_reminding.tell_of_merger,)),
    (signals.proceeding_changed, (plans.follow_proceeding,)),
    (signals.plan_changed, (plans.follow_plan, plan_reminding.tell_of_departure)),
    (signals.drawing_changed, (safety_nets.tell_approvers,)),
    (signals.net_changed, (safety_nets.follow_net,)),
    (signals.case_urged, (plans.tell_officer,)),
    (signals.sanction_changed, (sanctions.follow_sanction,)),
    (signals.listing_changed, (sanctions.follow_listing,)),
)


def connect() -> None:
    """Connect every receiver in the order of the list. Connecting twice changes nothing."""
    for signal, receivers in RECEIVERS:
        for receiver in receivers:
            signals.connect(signal, receiver)
