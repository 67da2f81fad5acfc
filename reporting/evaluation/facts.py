"""The rows each indicator counts, and which of them are met. Figures and what they open come from the same querysets.

What falls due (returns, terms, findings) belongs to the period its due day lies in, and counts once that is over; cases belong
to the period they were accepted in. Waived returns are out of both sides, an implied zero is in time. "At once" has no number in
the notices and is not judged. Cases merged into others and those found not to be arrears are no cases here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import DateField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils import timezone

from arrears.cases.ledger import RESOLVED
from arrears.cases.models import Act, ActKind, Case, Closure, LedgerEntry, Outcome, State
from arrears.inspections.models import Finding, Inspection
from arrears.law.models import Obligation
from arrears.law.rules.rulebook import Indicator
from arrears.legal.models import Proceeding, ProceedingKind
from arrears.merging.models import Merger
from arrears.plans.models import Plan, PlanKind
from arrears.workers import confirmations
from arrears.workers.models import Worker
from reporting.evaluation import prevention_facts
from reporting.returns.models import IMPLIED_ZERO, Return, ReturnStage, ReturnVersion
from unions.common.clock import day_of
from unions.models import Union

SECOND = timedelta(seconds=1)
LAST_DAY = date.max - timedelta(days=1)  # that another comes after
# What the terms of a unit's own work are about; letters and referrals bind others, returns are counted for themselves.
OWN_WORK = ("case:", "warning:", "complaint:")
_PLANS = Plan.objects.filter(case=OuterRef("pk"), kind=PlanKind.REPAYMENT)
NEEDED: dict[str, Q] = {
    "owed_from": Q(owed_from__isnull=False),
    "owed_until": Q(owed_until__isnull=False),
    "discovered_on": Q(discovered_on__isnull=False),
    "workers": Q(stated_workers__gt=0),
    "amount": Q(stated_amount__gt=0),
    "officer": Q(officer__isnull=False),
    "condition": ~Q(condition=""),
    "union_opinion": ~Q(union_opinion=""),
    # The words, or a plan in instalments in their place (QD-3).
    "repayment_plan": ~Q(repayment_plan="") | Q(Exists(_PLANS)),
}


@dataclass(frozen=True)
class EvaluationPeriod:
    """`since`…`until`, both days included, as known at `now`. `past`: what stands now is told as it stood on the last of them."""

    since: date
    until: date
    now: datetime
    past: bool = False

    @property
    def last(self) -> date:
        """The last day that is known."""
        return min(self.until, day_of(self.now))

    @property
    def days(self) -> int:
        """How many of its days are known."""
        return (self.last - self.since).days + 1

    def moments(self) -> tuple[datetime, datetime]:
        """From the first second of the period to the first one after it."""
        after = min(self.until, LAST_DAY) + timedelta(days=1)
        return _midnight(self.since), _midnight(after)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


Rows = Callable[[Indicator, EvaluationPeriod], QuerySet[Any]]
Met = Callable[[Indicator, EvaluationPeriod], Q]
Owed = Callable[[Indicator, EvaluationPeriod, Union], "int | None"]


@dataclass(frozen=True)
class IndicatorSource:
    """`owner`: field of the unit a row belongs to; `path`: of the unit's stored path. `day`: what dates a row in a list.

    `owed`: how many a unit should have, where that does not follow from the rows; None: a unit of its kind owes none.
    `left_out`: like rows of other days that are overdue or unfinished today and counted in neither number.
    """

    name: str
    rows: Rows
    met: Met
    owner: str
    path: str
    day: str
    owed: Owed | None = None
    left_out: Rows | None = None


# ---- returns and terms ------------------------------------------------------------------------------------------------


def _in_span(field: str, span: EvaluationPeriod) -> Q:
    since, after = span.moments()
    return Q(**{f"{field}__gte": since, f"{field}__lt": after})


def _over(span: EvaluationPeriod, done: Q) -> Q:
    """The last second of the term is gone, or it was done before."""
    return Q(due_at__lt=span.now.replace(microsecond=0)) | done


def _in_time(field: str) -> Q:
    return Q(**{f"{field}__lt": F("due_at") + SECOND})


def _returns(entry: Indicator, span: EvaluationPeriod) -> QuerySet[Return]:
    done = Q(submitted_at__isnull=False) | IMPLIED_ZERO
    due = Return.objects.filter(_in_span("due_at", span), backfilled=False).exclude(stage=ReturnStage.WAIVED)
    return due.filter(_over(span, done)).order_by()


def _sent_in_time(entry: Indicator, span: EvaluationPeriod) -> Q:
    return _in_time("submitted_at") | IMPLIED_ZERO & Q(submitted_at__isnull=True)


def _own_work() -> Q:
    work = Q()
    for beginning in OWN_WORK:
        work |= Q(subject__startswith=beginning)
    return work


def _terms(entry: Indicator, span: EvaluationPeriod) -> QuerySet[Obligation]:
    work = _own_work()
    ended_before = Q(met_at__isnull=True) & _in_time("lifted_at")  # nothing was left to do
    terms = Obligation.objects.filter(_in_span("due_at", span), work, sense="due", backfilled=False)
    terms = terms.exclude(ended_before)
    terms = terms.exclude(case__in=Merger.objects.duplicates_on(span.last))
    return terms.filter(_over(span, Q(met_at__isnull=False))).order_by()


def _other_terms(entry: Indicator, span: EvaluationPeriod) -> QuerySet[Obligation]:
    """Whatever is overdue now, "at once" duties beyond the hours of reminding among it, and not counted here."""
    over = Q(due_at__lt=span.now.replace(microsecond=0))
    counted = _in_span("due_at", span) & _own_work() & over & Q(sense="due", backfilled=False)
    merged = Q(case__in=Merger.objects.duplicates_on(span.last))
    # Said by its columns: NOT IN over a million keys is asked row by row.
    return Obligation.objects.overdue(span.now).exclude(counted & ~merged).order_by()


def _other_returns(entry: Indicator, span: EvaluationPeriod) -> QuerySet[Return]:
    return Return.objects.missing(span.now).exclude(_in_span("due_at", span)).order_by()


def _met_in_time(entry: Indicator, span: EvaluationPeriod) -> Q:
    return _in_time("met_at")


def _reported(entry: Indicator, span: EvaluationPeriod) -> QuerySet[Return]:
    said = Q(submitted_at__isnull=False) | IMPLIED_ZERO
    return _returns(entry, span).filter(said)


def _undoubted(entry: Indicator, span: EvaluationPeriod) -> Q:
    """Never sent back, never amended, not contradicted by the books."""
    doubted = ReturnVersion.objects.filter(report=OuterRef("pk")).filter(
        ~Q(sent_back="") | Q(number__gt=1, approved_at__isnull=False)
    )
    return Q(contradicted_at__isnull=True) & ~Q(Exists(doubted))


# ---- cases ------------------------------------------------------------------------------------------------------------


def _cases(entry: Indicator, span: EvaluationPeriod) -> QuerySet[Case]:
    cases = Case.objects.filter(accepted_on__range=(span.since, span.last), verified_on__lte=span.last)
    return (
        cases.exclude(state__in=[State.DRAFT, State.DISMISSED])
        .exclude(pk__in=Merger.objects.duplicates_on(span.last))
        .order_by()
    )


def _needing_aid(entry: Indicator, span: EvaluationPeriod) -> QuerySet[Case]:
    """SD-2.3e, 应援尽援: migrant workers are owed, and the case is aided or not closed yet; closed without aid, it needed none."""
    migrants = LedgerEntry.objects.filter(case=OuterRef("pk"), migrants__gt=0)
    return _cases(entry, span).filter(Exists(migrants)).filter(_aided(entry, span) | ~_shut(entry, span))


def _aided(entry: Indicator, span: EvaluationPeriod) -> Q:
    """Somebody was assigned by the last day, or it was done; where no application is followed, the act of aid counts."""
    followed = Proceeding.objects.filter(case=OuterRef("pk"), kind=ProceedingKind.LEGAL_AID)
    given = followed.filter(Q(assigned_on__lte=span.last) | Q(result="done", ended_on__lte=span.last))
    acts = Act.objects.filter(case=OuterRef("pk"), kind=ActKind.LEGAL_AID, outcome=Outcome.DONE, on__lte=span.last)
    return Q(Exists(given)) | Q(~Exists(followed)) & Q(Exists(acts))


def _other_cases(entry: Indicator, span: EvaluationPeriod) -> QuerySet[Case]:
    """Unfinished ones of other days, and clues nobody has verified."""
    counted = Q(accepted_on__range=(span.since, span.last), verified_on__lte=span.last)
    merged = Q(pk__in=Merger.objects.duplicates_on(span.last))
    return Case.objects.unfinished().exclude(counted & ~merged).order_by()


def _taken_up(entry: Indicator, span: EvaluationPeriod) -> QuerySet[Case]:
    """Those whose days are over, and those taken up before."""
    assert entry.days is not None  # the reader of rulebooks holds it to that
    over = Q(accepted_on__lt=day_of(span.now) - timedelta(days=entry.days))
    return _cases(entry, span).filter(over | _first_act(entry, span))


def _first_act(entry: Indicator, span: EvaluationPeriod) -> Q:
    """An act that reached somebody, or money, within the days; the last of them counts."""
    term = ExpressionWrapper(OuterRef("accepted_on") + timedelta(days=entry.days or 0), output_field=DateField())
    acts = Act.objects.filter(case=OuterRef("pk"), on__lte=term).exclude(outcome=Outcome.UNREACHED)
    paid = LedgerEntry.objects.filter(case=OuterRef("pk"), on__lte=term, kind__in=RESOLVED, cancelled_by=None)
    return Q(Exists(acts)) | Q(Exists(paid))


def _shut(entry: Indicator, span: EvaluationPeriod) -> Q:
    shut = Closure.objects.filter(case=OuterRef("pk"), on__lte=span.last)
    return Q(Exists(shut.filter(Q(reopened_on=None) | Q(reopened_on__gt=span.last))))


def _whole(entry: Indicator, span: EvaluationPeriod) -> Q:
    wanted = Q()
    for name in entry.needs:
        wanted &= NEEDED[name]
    return wanted


def lacking(case: Case, entry: Indicator) -> list[str]:
    """Which of the needs of `entry` a case does not have."""
    there = {
        "workers": case.stated_workers > 0,
        "amount": case.stated_amount > 0,
        "officer": case.officer_id is not None,
    }
    return [name for name in entry.needs if not there.get(name, bool(getattr(case, name, None)))]


# ---- what workers say of their money -----------------------------------------------------------------------------------


def _paid(entry: Indicator, span: EvaluationPeriod) -> QuerySet[Worker]:
    return confirmations.paid_between(span.since, span.last).order_by()


def _confirmed(entry: Indicator, span: EvaluationPeriod) -> Q:
    return confirmations.confirmed_between(span.since, span.last)


# ---- inspections ------------------------------------------------------------------------------------------------------


def _visits(entry: Indicator, span: EvaluationPeriod) -> QuerySet[Inspection]:
    return Inspection.objects.filter(on__range=(span.since, span.last)).order_by()


def _every(entry: Indicator, span: EvaluationPeriod) -> Q:
    return Q()


def _visits_owed(entry: Indicator, span: EvaluationPeriod, unit: Union) -> int:
    """Inspections a unit owes in the days of the period that are known: so many a year, rounded half up, at least one."""
    return max(1, ((entry.per_year or 0) * span.days * 2 + 365) // 730)


def _findings(entry: Indicator, span: EvaluationPeriod) -> QuerySet[Finding]:
    due = Finding.objects.filter(due_on__range=(span.since, span.until))
    return due.filter(Q(due_on__lt=day_of(span.now)) | Q(closed_on__isnull=False)).order_by()


def _other_findings(entry: Indicator, span: EvaluationPeriod) -> QuerySet[Finding]:
    late = Finding.objects.unsolved().filter(due_on__lt=day_of(span.now))
    return late.exclude(due_on__range=(span.since, span.until)).order_by()


def _rectified(entry: Indicator, span: EvaluationPeriod) -> Q:
    return Q(closed_on__lte=F("due_on"))


# ---- which indicator counts what --------------------------------------------------------------------------------------

RETURNS = IndicatorSource("returns", _returns, _sent_in_time, "union_id", "path", "due_at", left_out=_other_returns)
TERMS = IndicatorSource("terms", _terms, _met_in_time, "holder_id", "path", "due_at", left_out=_other_terms)
REPORTED = IndicatorSource("reported", _reported, _undoubted, "union_id", "path", "due_at")
PROMPT = IndicatorSource("prompt", _taken_up, _first_act, "union_id", "path", "accepted_on")
CLOSED = IndicatorSource("closed", _cases, _shut, "union_id", "path", "accepted_on", left_out=_other_cases)
AIDED = IndicatorSource("aided", _needing_aid, _aided, "union_id", "path", "accepted_on")
COMPLETE = IndicatorSource("complete", _cases, _whole, "union_id", "path", "accepted_on")
VISITS = IndicatorSource("visits", _visits, _every, "union_id", "path", "on", _visits_owed)
FINDINGS = IndicatorSource(
    "findings", _findings, _rectified, "inspection__union_id", "path", "due_on", left_out=_other_findings
)
PREVENTED = IndicatorSource(
    "prevented", prevention_facts.works, prevention_facts.every, "union_id", "path", "on", prevention_facts.works_owed
)
CONFIRMED = IndicatorSource("confirmed", _paid, _confirmed, "case__union_id", "case__path", "pk")
RHYTHM = IndicatorSource("rhythm", prevention_facts.due, prevention_facts.inspected, "union_id", "path", "since")
LIAISON = IndicatorSource(
    "liaison",
    prevention_facts.reached,
    prevention_facts.every,
    "union_id",
    "union__path",
    "pk",
    prevention_facts.bodies,
)
REVIEWED = IndicatorSource(
    "reviewed",
    prevention_facts.review_findings,
    prevention_facts.answered,
    "review__inspected_id",
    "review__inspected__path",
    "due_on",
)
SETTLED_BELOW = IndicatorSource(
    "settled_below",
    prevention_facts.passed_down,
    prevention_facts.settled_there,
    "receiver_id",
    "receiver__path",
    "answered_at",
)
DUTY = IndicatorSource("duty", prevention_facts.units, prevention_facts.on_duty, "id", "path", "valid_from")
SOURCES: dict[str, tuple[IndicatorSource, ...]] = {
    "timely": (RETURNS, TERMS),
    "accurate": (REPORTED,),
    "prompt": (PROMPT,),
    "closed": (CLOSED,),
    "complete": (COMPLETE,),
    "aided": (AIDED,),
    "inspected": (VISITS,),
    "rectified": (FINDINGS,),
    "prevented": (PREVENTED,),
    "rhythm": (RHYTHM,),
    "liaison": (LIAISON,),
    "duty": (DUTY,),
    "reviewed": (REVIEWED,),
    "settled_below": (SETTLED_BELOW,),
}
