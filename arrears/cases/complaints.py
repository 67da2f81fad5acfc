"""What a worker told is a complaint under the law on supervision by unions (QD-6.2): investigated and answered in terms of
its own, beside those of the notices.

Registered as a clue, it is under investigation; verified or dismissed, the investigation is over. Dismissing says why in the same
breath: what is declined is told at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from arrears.cases.models import Act, ActKind, Outcome
from arrears.cases.models.case import FROM_WORKERS
from arrears.law.obligations.subject import Subject
from arrears.law.rules.deadlines import day_of
from arrears.law.rules.facts import Facts, Moment

TELLING = (ActKind.FEEDBACK_WORKER, ActKind.EXPLANATION)
Answers = list[tuple[str, date]]  # kind of act, day; the earliest first


def stream(case: int) -> str:
    return f"complaint:{case}"


def complaints(cases: Collection[Subject]) -> list[Subject]:
    """One subject more for each case that a worker told of and that began as a clue. One query where there is any."""
    wanted = {one.case: one for one in cases if one.case is not None and _came_from_a_worker(one)}
    if not wanted:
        return []
    answers = _answers(wanted)
    return [_complaint(pk, one, answers.get(pk, [])) for pk, one in wanted.items()]


def _came_from_a_worker(one: Subject) -> bool:
    return one.facts.channel in FROM_WORKERS and "clue_received_on" in one.facts.moments


def _answers(cases: Iterable[int]) -> dict[int, Answers]:
    found: dict[int, Answers] = {}
    acts = Act.objects.filter(case__in=list(cases), kind__in=TELLING).exclude(outcome=Outcome.UNREACHED)
    for case, kind, on in acts.order_by("on", "id").values_list("case_id", "kind", "on"):
        found.setdefault(case, []).append((kind, on))
    return found


def _complaint(pk: int, one: Subject, answers: Answers) -> Subject:
    facts = Facts(
        subject="complaint",
        moments=_moments(one, answers),
        union_kind=one.facts.union_kind,
        channel=one.facts.channel,
        region=one.facts.region,
    )
    return Subject(
        key=stream(pk), facts=facts, line=one.line, handling=one.handling, officer=one.officer, case=pk, ended=one.ended
    )


def _moments(one: Subject, answers: Answers) -> dict[str, Moment]:
    moments: dict[str, Moment] = {"investigation_opened_on": one.facts.moments["clue_received_on"]}
    verified = one.facts.moments.get("verified_on")
    explained = next((on for kind, on in answers if kind == ActKind.EXPLANATION), None)
    over = day_of(verified) if verified else explained
    if over is None:
        return moments
    moments["investigation_closed_on"] = over
    if verified is None:
        moments["complaint_declined_on"] = over
    # What she was told on the way is no result.
    if answered := next((on for _, on in answers if on >= over), None):
        moments["complainant_told_on"] = answered
    return moments
