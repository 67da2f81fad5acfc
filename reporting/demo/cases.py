"""Makes the cases of the demo, one after another by day, with the letters on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from random import Random

from arrears.cases.models import Case
from arrears.cases.signals import idle
from arrears.cases.terms import follow_case, keep_cases
from arrears.safety_nets.actions.drawings import remind_of_drawing
from reporting.demo import seasons
from reporting.demo.case_steps import CaseSteps
from reporting.demo.letters import write_letters
from reporting.demo.people import DemoStaff
from reporting.demo.seasons import DemoStage
from reporting.returns.zero_reports import recheck_on_change


@contextmanager
def _obligations_derived_at_the_end(now: datetime) -> Iterator[None]:
    """The projection gives the same rows whether it follows every step or is made once: once is half the work."""
    # No return is open yet, and nobody is told today of what was decided years ago.
    with idle(follow_case, recheck_on_change, remind_of_drawing):
        yield
    keep_cases(Case.objects.filed().values_list("pk", flat=True), now)


def make_cases(stage: DemoStage, staff: DemoStaff, chance: Random, now: datetime) -> int:
    """Make every case that is planned, and the letters on some of them; how many cases."""
    plans = stage.plans(now.date(), chance)
    with _obligations_derived_at_the_end(now):
        for plan in plans:
            steps = CaseSteps(staff, plan.union, seasons.moment(plan.accepted, chance), now, chance)
            given, project = seasons.facts_of(plan, chance)
            steps.draft(plan.firm.facts, project, given)
            plan.history(steps)
        write_letters(staff, now)
    return len(plans)
